"""Propose, check, approve, do once: whatever happens on the way, at most one effect at the platform."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from agents.actions.kind import NotPossible
from agents.execute import execute, sweep
from agents.models import Action, Hold, NotAllowed
from connectors.commands import RefundOrder
from connectors.errors import OutcomeUnknown, Refused, Unreachable
from connectors.events import CommandSettled, FulfillmentStatus
from connectors.events import Ended as SettledAs
from inbox.models import Conversation, Order
from tests.agents.platform import Platform, approved, later, work
from tests.world import World


class Killed(BaseException):
    """The worker is gone, between two instructions."""


def refund(world: World, order: Order, amount: str = "20.00", **facts: Any) -> Action:
    with world.inside():
        return Action.propose(
            "refund",
            {"amount": amount, "reason": "damaged"},
            facts.pop("by", world.bob),
            order=order,
            **facts,
        )


def test_a_refund_is_proposed_approved_and_done_once(world: World, platform: Platform, order: Order) -> None:
    action = refund(world, order)
    assert action.standing == "To approve"
    assert "20.00 USD of #1042 goes back" in action.effect
    approved(world, action)
    work(world, action, times=3)
    assert action.standing == "Done"
    (wish,) = platform.effects
    assert isinstance(wish, RefundOrder)
    assert wish.amount.amount == Decimal("20.00")
    with world.inside():
        assert not Hold.objects.filter(order=order).exists()


def test_the_shopper_hears_of_it_once(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    action = approved(world, refund(world, order, conversation=conversation))
    work(world, action, times=2)
    with world.inside():
        (told,) = conversation.messages.filter(direction="out")
        assert told.text == "We have refunded 20.00 USD for your order #1042."


def test_more_than_was_paid_is_impossible(world: World, order: Order) -> None:
    with pytest.raises(NotPossible, match=r"Only 147\.62 USD"):
        refund(world, order, "147.63")


def test_two_open_money_actions_on_one_line_are_impossible(world: World, order: Order) -> None:
    refund(world, order)
    with pytest.raises(NotPossible, match="Another open action"):
        refund(world, order, "1.00")
    wish = {"amount": "1.00", "lines": {"line-1": 1}}
    with world.inside(), pytest.raises(NotPossible, match="Another open action"):
        Action.propose("refund", wish, world.bob, order=order)


def test_who_asked_for_money_cannot_approve_it(world: World, order: Order) -> None:
    action = refund(world, order, by=world.sam)
    with world.inside(), pytest.raises(NotAllowed, match="other than you"):
        action.approve(world.sam, action.fingerprint)


def test_an_agent_cannot_approve_money(world: World, order: Order) -> None:
    action = refund(world, order, by=world.sam)
    with world.inside(), pytest.raises(NotAllowed, match="a supervisor"):
        action.approve(world.bob, action.fingerprint)


def test_what_was_changed_since_it_was_looked_at_needs_another_look(world: World, order: Order) -> None:
    action = refund(world, order)
    seen = action.fingerprint
    with world.inside():
        action.change({"amount": "90.00", "reason": "damaged"}, world.bob)
    with world.inside(), pytest.raises(NotAllowed, match="changed since you looked"):
        action.approve(world.sam, seen)


def test_an_undecided_one_expires_and_lets_go_of_the_money(world: World, order: Order) -> None:
    action = refund(world, order)
    with world.inside():
        Action.objects.filter(pk=action.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        action.refresh_from_db()
        with pytest.raises(NotAllowed, match="expired"):
            action.approve(world.sam, action.fingerprint)
    sweep(world.organization.pk)
    with world.inside():
        action.refresh_from_db()
    assert action.standing == "Expired"
    assert refund(world, order).is_waiting


def test_an_approval_can_be_taken_back_before_it_is_done(
    world: World, platform: Platform, order: Order
) -> None:
    action = approved(world, refund(world, order))
    with world.inside():
        assert action.undo(world.sam)
    work(world, action)
    assert platform.effects == []
    assert refund(world, order).is_waiting


def test_two_approvers_at_the_same_instant_approve_it_once(
    world: World, platform: Platform, order: Order
) -> None:
    action = refund(world, order)

    def approve(by: Any) -> str:
        try:
            with world.inside():
                Action.objects.get(pk=action.pk).approve(by, action.fingerprint)
                return "yes"
        except NotAllowed as why:
            return str(why)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(approve, [world.sam, world.alice]))
    assert said == ["This is about to be done already.", "yes"]
    work(world, action)
    assert len(platform.effects) == 1


def test_two_workers_do_it_once(world: World, platform: Platform, order: Order) -> None:
    action = approved(world, refund(world, order))
    later(world)

    def work_on(_: int) -> None:
        execute(world.organization.pk, action.pk)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work_on, range(4)))
    assert len(platform.effects) == 1


def test_what_changed_meanwhile_goes_back_to_the_approver_with_the_difference(
    world: World, platform: Platform, order: Order
) -> None:
    action = approved(world, refund(world, order))
    assert platform.order
    platform.shows(refunds=[*_another_refund(platform)])
    work(world, action)
    assert platform.effects == []
    assert action.is_waiting
    (change,) = [each for each in action.changes if each["name"] == "Refunded so far"]
    assert (change["before"], change["after"]) == ("0.00 USD", "5.00 USD")
    work(world, approved(world, action))
    assert action.standing == "Done"


def test_what_became_impossible_meanwhile_is_not_done(world: World, platform: Platform, order: Order) -> None:
    with world.inside():
        Order.objects.filter(pk=order.pk).update(fulfillment_status=FulfillmentStatus.UNFULFILLED)
        order.refresh_from_db()
        action = Action.propose("cancel", {"reason": "changed_mind"}, world.bob, order=order)
    approved(world, action)
    platform.shows(fulfillment_status=FulfillmentStatus.FULFILLED)
    work(world, action)
    assert platform.effects == []
    assert action.standing == "Refused"
    assert "has left already" in action.problem


@pytest.mark.parametrize(
    "after_effect", [False, True], ids=["before the call", "during the call, after its effect"]
)
def test_a_worker_that_dies_leaves_one_effect_and_a_true_state(
    world: World, platform: Platform, order: Order, after_effect: bool
) -> None:
    action = approved(world, refund(world, order))
    platform.trouble, platform.after_effect = Killed(), after_effect
    with pytest.raises(Killed):
        work(world, action)
    work(world, action, times=4)
    later(world)
    sweep(world.organization.pk)
    with world.inside():
        action.refresh_from_db()
    assert len(platform.effects) == 1
    assert action.standing == "Done"


def test_a_time_out_after_acceptance_is_found_out_and_not_repeated(
    world: World, platform: Platform, order: Order
) -> None:
    action = approved(world, refund(world, order))
    platform.trouble, platform.after_effect = OutcomeUnknown("No answer came."), True
    assert work(world, action).standing == "Checking"
    work(world, action)
    sweep(world.organization.pk)
    with world.inside():
        action.refresh_from_db()
    assert len(platform.effects) == 1
    assert action.standing == "Done"


def test_what_never_left_is_tried_again(world: World, platform: Platform, order: Order) -> None:
    action = approved(world, refund(world, order))
    platform.trouble = Unreachable("It is down.")
    assert work(world, action).standing == "About to be done"
    assert work(world, action).standing == "Done"
    assert len(platform.effects) == 1


def test_who_was_taken_over_while_fetching_changes_nothing(
    world: World, platform: Platform, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = approved(world, refund(world, order))
    fetch, slow = Platform.fetch, [True]

    def fetched(self: Platform, *args: Any) -> Any:
        if slow and slow.pop():
            later(world)
            execute(world.organization.pk, action.pk)  # another worker, who believes this one dead
        return fetch(self, *args)

    monkeypatch.setattr(Platform, "fetch", fetched)
    assert work(world, action).standing == "Done"
    assert len(platform.effects) == 1


def test_what_can_never_be_reached_ends_refused_and_lets_go_of_the_money(
    world: World, platform: Platform, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any) -> None:
        raise Unreachable("It is down.")

    action = approved(world, refund(world, order))
    monkeypatch.setattr(Platform, "fetch", gone)
    assert work(world, action, times=7).standing == "Refused"
    with world.inside():
        assert not Hold.objects.filter(order=order).exists()


def test_what_the_platform_never_answers_and_never_does_ends_refused_with_what_was_found(
    world: World, platform: Platform, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*args: Any) -> None:
        raise OutcomeUnknown("No answer came.")

    action = approved(world, refund(world, order))
    monkeypatch.setattr(Platform, "perform", silent)
    ended = work(world, action, times=24)
    assert (ended.standing, ended.problem) == ("Refused", "The platform was asked, and it had not happened.")
    assert platform.effects == []
    with world.inside():
        assert not Hold.objects.filter(order=order).exists()


def test_a_refusal_is_shown_with_its_reason(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    action = approved(world, refund(world, order, conversation=conversation))
    platform.trouble = Refused("The payment was charged back.")
    work(world, action)
    assert (action.standing, action.problem) == ("Refused", "The payment was charged back.")
    assert platform.effects == []


def test_what_was_accepted_and_rejected_later_says_so(world: World, platform: Platform, order: Order) -> None:
    platform.accepts_only = True
    action = approved(world, refund(world, order))
    assert work(world, action).standing == "Accepted, not done yet"
    no = CommandSettled(action.external_id, SettledAs.REJECTED, datetime.now(UTC), "The card was closed.")
    platform.settled[action.external_id] = no
    sweep(world.organization.pk)
    with world.inside():
        action.refresh_from_db()
    assert (action.standing, action.problem) == ("Refused", "The card was closed.")


def test_the_neighbour_sees_none_of_it(world: World, order: Order) -> None:
    from config.tenancy import scope

    action = refund(world, order)
    with scope(world.neighbour.pk):
        assert not Action.objects.filter(pk=action.pk).exists()


def _another_refund(platform: Platform) -> list[Any]:
    from connectors.contract import Money
    from connectors.events import RefundData

    assert platform.order
    return [*platform.order.refunds, RefundData("r-9", Money(Decimal("5.00"), "USD"), datetime.now(UTC))]
