"""The rules of an organization over one action: who may, who must be asked, what is refused, and by which sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agents.models import Action, Consent, NotAllowed, Policy
from agents.models.consent import question
from agents.rules.amount import Amount
from agents.rules.because import Because
from agents.rules.exchange_first import ExchangeFirst
from agents.rules.fee import RestockingFee
from agents.rules.final_sale import FinalSale
from agents.rules.hazmat import Hazmat
from agents.rules.once import Once
from agents.rules.returnless import Returnless
from agents.rules.risk import Risk
from agents.rules.rule import Rule
from agents.rules.shopper_yes import ShopperYes
from agents.rules.unattended import Unattended
from agents.rules.window import Window
from agents.verdict import Ruling, Verdict
from config.tenancy import scope
from connectors.events import ParcelStatus
from inbox.models import Order
from tests.world import World

ASKED = {"amount": "20.00", "reason": "changed_mind"}


def ruled(world: World, *rules: Rule) -> None:
    """These are the rules from now on."""
    with world.inside():
        keyed = [rule.__class__(**{**vars(rule), "key": f"rule-{n}"}) for n, rule in enumerate(rules)]
        Policy.put_in_force(keyed, world.alice)


def refund(
    world: World, order: Order, wish: dict[str, Any] | None = None, kind: str = "refund", **facts: Any
) -> Action:
    with world.inside():
        return Action.propose(kind, wish or ASKED, facts.pop("by", world.bob), order=order, **facts)


def verdict(world: World, order: Order, wish: dict[str, Any] | None = None, **facts: Any) -> Verdict:
    return refund(world, order, wish, **facts).ruling


def delivered(world: World, days_ago: int) -> Order:
    order = world.buys(placed_at=timezone.now() - timedelta(days=days_ago + 5))
    with world.inside():
        order.shipments.update(
            status=ParcelStatus.DELIVERED, delivered_at=timezone.now() - timedelta(days=days_ago, minutes=1)
        )
    return order


def test_before_anybody_wrote_rules_money_needs_another_supervisor(world: World) -> None:
    said = verdict(world, world.buys())
    assert (said.ruling, said.approver, said.by_another, said.version) == ("approval", "supervisor", True, 0)


def test_small_amounts_pass_larger_ones_need_a_higher_yes(world: World) -> None:
    ruled(
        world,
        Amount(nobody_to=Decimal(10), member_to=Decimal(20), supervisor_to=Decimal(40)),
    )
    seen = [
        verdict(world, world.buys(f"#{amount}"), {**ASKED, "amount": f"{amount}.00"})
        for amount in (10, 20, 40, 41)
    ]
    assert [(each.ruling.value, each.approver) for each in seen] == [
        ("allowed", "agent"),
        ("approval", "agent"),
        ("approval", "supervisor"),
        ("approval", "admin"),
    ]


def test_small_pieces_of_one_order_are_counted_together(world: World) -> None:
    ruled(world, Amount(nobody_to=Decimal(25)))
    order = world.buys()
    with world.inside():
        order.refunds.create(
            external_id="r-1",
            amount=Decimal(20),
            currency="USD",
            refunded_at=timezone.now() - timedelta(hours=1),
        )
    said = verdict(world, order, {**ASKED, "amount": "10.00"})
    assert said.ruling == Ruling.APPROVAL
    assert "30.00 USD for the order" in said.because


def test_what_no_rule_speaks_of_needs_a_person(world: World) -> None:
    ruled(world, Window(days=30))
    assert verdict(world, world.buys()).approver == "supervisor"


@pytest.mark.parametrize(("days_ago", "ruling"), [(29, "approval"), (31, "forbidden")])
def test_a_window_closes(world: World, days_ago: int, ruling: str) -> None:
    ruled(world, Window(days=30))
    said = verdict(world, delivered(world, days_ago))
    assert said.ruling == ruling
    (window,) = [each for each in said.reasons if each.rule == "window"]
    assert window.sentence == "Any action only within 30 days after delivery."
    assert window.detail == f"It was delivered {days_ago} days ago."


def test_the_window_of_particular_goods_counts_instead_of_the_general_one(world: World) -> None:
    ruled(world, Window(days=30), Window(days=60, products=("field jacket",)))
    assert verdict(world, delivered(world, 45)).ruling == Ruling.APPROVAL


def test_the_window_of_another_channel_says_nothing(world: World) -> None:
    with world.inside():
        ruled(world, Window(days=1, channels=(str(world.mailbox.pk),)))
    said = verdict(world, delivered(world, 9))
    assert [each.rule for each in said.reasons] == ["money"]


def test_a_window_may_not_be_meant_for_what_is_broken(world: World) -> None:
    ruled(world, Window(days=5, but_for=("damaged",)))
    order = delivered(world, 9)
    assert verdict(world, order, {**ASKED, "reason": "damaged"}).ruling == Ruling.APPROVAL


def test_final_sale_is_not_taken_back_unless_it_came_broken(world: World) -> None:
    ruled(world, FinalSale(products=("jacket",), but_for=("damaged",)))
    said = verdict(world, world.buys())
    assert said.ruling == Ruling.FORBIDDEN
    assert said.because.endswith("Final sale here: Field Jacket.")
    assert verdict(world, world.buys("#2"), {**ASKED, "reason": "damaged"}).ruling == Ruling.APPROVAL


def test_dangerous_goods_need_an_admin_where_they_may_travel_at_all(world: World) -> None:
    ruled(world, Hazmat(products=("jacket",), needs_admin=True))
    assert verdict(world, world.buys()).approver == "admin"


def test_only_for_named_reasons(world: World) -> None:
    ruled(world, Because(actions=("refund",), reasons=("damaged",)))
    said = verdict(world, world.buys())
    assert said.because == "Refund only for “Damaged”. The reason is “Changed mind”."


def test_at_most_once(world: World) -> None:
    ruled(world, Once(actions=("refund",)))
    order = world.buys()
    wish = {"amount": "1.00", "reason": "damaged", "lines": {"line-1": 1}}
    assert verdict(world, order, wish).ruling == Ruling.APPROVAL
    with world.inside():
        Action.objects.update(state="approved", ended="done")
    assert verdict(world, order, wish).ruling == Ruling.FORBIDDEN


def test_a_restocking_fee_that_is_not_kept_needs_a_supervisor(world: World) -> None:
    ruled(world, Amount(nobody_to=Decimal(500)), RestockingFee(percent=Decimal(10)))
    order = world.buys()  # 138.62 USD for the jacket
    assert (
        verdict(world, order, {"amount": "120.00", "reason": "returned", "lines": {"line-1": 1}}).ruling
        == "allowed"
    )
    full = {"amount": "138.62", "reason": "returned", "lines": {"line-1": 1}}
    said = verdict(world, world.buys("#2"), full)
    assert (said.ruling, said.approver) == ("approval", "supervisor")
    assert "That is 13.86 USD; 0.00 USD is kept." in said.because


def test_goods_stay_with_the_shopper_up_to_a_limit(world: World) -> None:
    ruled(world, Returnless(actions=("refund",), limit=Decimal(15), is_firm=True))
    assert "This is 20.00 USD." in verdict(world, world.buys()).because


def test_an_exchange_is_offered_first(world: World) -> None:
    ruled(world, Amount(nobody_to=Decimal(50)), ExchangeFirst(actions=("refund",)))
    conversation = world.conversation("It is too small. I want my money back.")
    order = world.buys()
    assert verdict(world, order, conversation=conversation).ruling == Ruling.APPROVAL
    with world.inside():
        conversation.reply("Shall we exchange it for a larger one?", world.bob)
    assert verdict(world, world.buys("#2"), conversation=conversation).ruling == Ruling.ALLOWED


def test_risk_is_told_with_its_reasons(world: World) -> None:
    ruled(world, Amount(nobody_to=Decimal(50)), Risk(supervisor_from=40, admin_from=60))
    order = world.buys(placed_at=timezone.now() - timedelta(days=8))
    assert verdict(world, order).risks == ("New customer: first order 8 days ago.",)
    second = world.buys("#2", placed_at=timezone.now())
    with world.inside():
        for number in range(3):
            order.refunds.create(
                external_id=f"r-{number}",
                amount=Decimal(5),
                currency="USD",
                refunded_at=timezone.now() - timedelta(days=20),
            )
    said = verdict(world, second)
    assert (said.risk, said.approver) == (60, "admin")
    assert "3 refunds within 180 days." in said.risks


def test_a_change_without_money_may_pass_without_a_person(world: World) -> None:
    ruled(world, Unattended(actions=("refund",)))
    assert verdict(world, world.buys()).ruling == Ruling.APPROVAL


def test_nobody_gets_anothers_order_changed(world: World) -> None:
    from tests.world import person

    conversation = world.conversation("Refund order #1042, please.", sender=person("Eve Moss"))
    said = verdict(world, world.buys(), conversation=conversation)
    assert said.ruling == Ruling.FORBIDDEN
    assert "Who writes has not shown to be the buyer." in said.because


def test_nothing_happens_before_the_shopper_says_yes(world: World) -> None:
    ruled(world, ShopperYes())
    conversation = world.conversation("Can I get something back?")
    action = refund(world, world.buys(), conversation=conversation)
    with world.inside(), pytest.raises(NotAllowed, match="has not said yes"):
        action.approve(world.sam, action.fingerprint)
    with world.inside():
        conversation.reply(question(action), world.bob)
    yes = world.writes("Yes, please!", sent_at=datetime.now(UTC))
    with world.inside():
        Consent.hear(yes)  # the machine's pass may have done so already; twice is once
        assert Consent.objects.filter(action=action).count() == 1
        action.refresh_from_db()
        assert "They wrote “Yes, please!”." in [each.detail for each in action.ruling.reasons]
        action.approve(world.sam, action.fingerprint)


@pytest.mark.parametrize(
    "words", ["Yes, but make it 90", "no", "What does that mean?", "yes and also my other order"]
)
def test_only_a_plain_yes_is_one(world: World, words: str) -> None:
    ruled(world, ShopperYes())
    conversation = world.conversation("Can I get something back?")
    action = refund(world, world.buys(), conversation=conversation)
    with world.inside():
        conversation.reply(question(action), world.bob)
    said = world.writes(words)
    with world.inside():
        assert Consent.hear(said) == []
        assert not Consent.objects.exists()


def test_a_yes_to_another_question_is_none(world: World) -> None:
    ruled(world, ShopperYes())
    conversation = world.conversation("Can I get something back?")
    action = refund(world, world.buys(), conversation=conversation)
    with world.inside():
        conversation.reply(question(action), world.bob)
        conversation.reply("Did you get our parcel?", world.bob)
    said = world.writes("Yes")
    with world.inside():
        assert Consent.hear(said) == []
        assert not Consent.objects.exists()


def test_a_member_may_say_that_they_said_yes_and_a_change_needs_another(world: World) -> None:
    ruled(world, ShopperYes())
    action = refund(world, world.buys())
    with world.inside():
        action.lock()
        Consent.confirm(action, world.sam)
        assert not action.ruling.waits_for_shopper
        action.change({**ASKED, "amount": "30.00"}, world.bob)
        assert action.ruling.waits_for_shopper


def test_a_new_version_says_what_changed_and_old_verdicts_keep_theirs(world: World) -> None:
    ruled(world, Window(days=30))
    action = refund(world, delivered(world, 3))
    ruled(world, Window(days=14))
    with world.inside():
        newest = Policy.current()
        assert newest.version == 2
        assert newest.changes == [
            {
                "key": "rule-0",
                "before": "Any action only within 30 days after delivery.",
                "after": "Any action only within 14 days after delivery.",
            }
        ]
        assert newest.told() == [("rule-0", "Any action only within 14 days after delivery.")]
        assert action.ruling.version == 1


def test_the_neighbour_has_rules_of_its_own(world: World) -> None:
    ruled(world, Window(days=1))
    with scope(world.neighbour.pk):
        assert Policy.current().version == 0
        assert not Policy.objects.exists()
