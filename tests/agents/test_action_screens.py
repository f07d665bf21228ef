"""Proposing and deciding on the screen: requests go in, pages come out."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Action, Approval
from inbox.models import Conversation, Membership, Order
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture
def action(world: World, order: Order, conversation: Conversation) -> Action:
    return refund(world, order, conversation)


def refund(world: World, order: Order, conversation: Conversation | None = None, **facts: Any) -> Action:
    wish = {"amount": facts.pop("amount", "20.00"), "reason": "damaged"}
    with world.inside():
        return Action.propose(
            "refund", wish, facts.pop("by", world.bob), order=order, conversation=conversation, **facts
        )


def get(world: World, who: Membership, path: str) -> Any:
    return world.client_of(who).get(world.url(path), headers=HTMX)


def post(world: World, who: Membership, path: str, **entered: Any) -> Any:
    return world.client_of(who).post(world.url(path), entered, headers=HTMX)


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def fresh(world: World, action: Action) -> Action:
    with world.inside():
        return Action.objects.get(pk=action.pk)


def confirmed(action: Action) -> dict[str, str]:
    return {"fingerprint": action.fingerprint, "confirmed": "1"}


def part_of(conversation: Conversation) -> str:
    return f"conversations/{conversation.pk}/actions"


def test_a_card_says_what_happens_why_and_whose_yes_it_takes(
    world: World, action: Action, conversation: Conversation
) -> None:
    page = words(get(world, world.bob, part_of(conversation)))
    for said in (
        "$20.00",
        "20.00 USD of #1042 goes back",
        "To approve",
        action.ruling.because,
        "We have refunded 20.00 USD",
        "by Bob",
        "This needs the yes of a supervisor.",
    ):
        assert said in page, said
    assert f"actions/{action.pk}/approval" not in page
    assert f"actions/{action.pk}/approval" in words(get(world, world.sam, part_of(conversation)))


def test_money_is_shown_once_more_before_it_goes(world: World, action: Action) -> None:
    path = f"actions/{action.pk}/approval"
    asked = post(world, world.sam, path, fingerprint=action.fingerprint)
    assert "Refund $20.00?" in words(asked)
    assert asked["HX-Retarget"] == "#act"
    assert fresh(world, action).is_waiting
    done = post(world, world.sam, path, **confirmed(action))
    assert "Approved." in words(done)
    assert fresh(world, action).standing == "About to be done"
    assert "acted" in json.loads(done["HX-Trigger"])


def test_a_second_click_approves_nothing_more(world: World, action: Action) -> None:
    path = f"actions/{action.pk}/approval"
    post(world, world.sam, path, **confirmed(action))
    again = post(world, world.sam, path, **confirmed(action))
    assert again.status_code == 422
    assert "about to be done already" in words(again)
    with world.inside():
        assert Approval.objects.filter(action=action).count() == 1


def test_what_was_changed_since_it_was_looked_at_says_so_and_is_shown_anew(
    world: World, action: Action
) -> None:
    seen = confirmed(action)
    with world.inside():
        Action.objects.get(pk=action.pk).change({"amount": "90.00", "reason": "damaged"}, world.bob)
    answer = post(world, world.sam, f"actions/{action.pk}/approval", **seen)
    assert answer.status_code == 422
    assert "changed since you looked" in words(answer)
    assert json.loads(answer["HX-Trigger"])["acted"]["refused"]
    assert fresh(world, action).is_waiting


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_only_who_may_approves(world: World, action: Action, who: str) -> None:
    answer = post(world, getattr(world, who), f"actions/{action.pk}/approval", **confirmed(action))
    assert answer.status_code == {"bob": 422, "charlie": 404}[who]
    assert fresh(world, action).is_waiting


def test_the_neighbours_action_does_not_exist_among_ones_own(world: World, action: Action) -> None:
    charlie = world.client_of(world.charlie)
    for verb in ("approval", "rejection", "change", "undo", "word"):
        url = f"/o/{world.neighbour.slug}/actions/{action.pk}/{verb}"
        assert charlie.post(url, {"reason": "x"}).status_code == 404


def test_a_rejection_needs_a_reason_and_keeps_it(
    world: World, action: Action, conversation: Conversation
) -> None:
    path = f"actions/{action.pk}/rejection"
    assert post(world, world.sam, path).status_code == 422
    assert post(world, world.sam, path, reason="Too risky").status_code == 200
    assert fresh(world, action).standing == "Turned down"
    assert "Too risky" in words(get(world, world.bob, part_of(conversation)))


def test_an_approval_is_taken_back_in_time(world: World, action: Action) -> None:
    post(world, world.sam, f"actions/{action.pk}/approval", **confirmed(action))
    assert "Taken back" in words(post(world, world.sam, f"actions/{action.pk}/undo"))
    assert "Too late" in words(post(world, world.sam, f"actions/{action.pk}/undo"))


# Do something…


def about(conversation: Conversation, order: Order) -> str:
    return f"conversation={conversation.pk}&order={order.pk}"


def test_the_menu_offers_what_is_possible_and_says_why_the_rest_is_not(
    world: World, conversation: Conversation, order: Order
) -> None:
    page = words(get(world, world.bob, f"actions/new?conversation={conversation.pk}"))
    possible, _, impossible = page.partition("not possible now")
    assert "Refund" in possible
    assert "#1042" in possible
    assert "has left already" in impossible


def test_the_form_is_filled_in_with_what_is_left(
    world: World, conversation: Conversation, order: Order
) -> None:
    page = words(get(world, world.bob, f"actions/new/refund?{about(conversation, order)}"))
    assert 'value="147.62"' in page


def test_a_preview_says_the_effect_and_whose_yes_it_takes_and_keeps_nothing(
    world: World, conversation: Conversation, order: Order
) -> None:
    path = f"actions/new/refund/preview?{about(conversation, order)}"
    page = words(post(world, world.bob, path, amount="20.00", reason="damaged"))
    assert "20.00 USD of #1042 goes back" in page
    assert "This will need a supervisor" in page
    with world.inside():
        assert not Action.objects.filter(proposed_by=world.bob).exists()
    assert "Only 147.62 USD" in words(post(world, world.bob, path, amount="500", reason="damaged"))


def test_what_is_not_possible_is_said_in_the_form(
    world: World, conversation: Conversation, order: Order
) -> None:
    path = f"actions/new/refund?{about(conversation, order)}"
    answer = post(world, world.bob, path, amount="500", reason="damaged")
    assert answer.status_code == 422
    assert "Only 147.62 USD of #1042 can still go back." in words(answer)
    assert 'value="500"' in words(answer)
    missing = post(world, world.bob, path, amount="", reason="damaged")
    assert "This field is required." in words(missing)


def test_a_double_click_proposes_once(world: World, conversation: Conversation, order: Order) -> None:
    path, key = f"actions/new/refund?{about(conversation, order)}", str(uuid4())
    for _ in range(2):
        answer = post(world, world.bob, path, amount="20.00", reason="damaged", why="A scratch", key=key)
        assert answer.status_code == 200, words(answer)
        assert "It waits for the yes of a supervisor" in words(answer)
    with world.inside():
        (action,) = Action.objects.filter(proposed_by=world.bob)
    assert (str(action.pk), action.reason, action.proposed_by_id) == (key, "A scratch", world.bob.pk)


def test_a_proposal_can_be_changed_from_what_it_was(world: World, action: Action) -> None:
    path = f"actions/{action.pk}/change"
    assert 'value="20.00"' in words(get(world, world.bob, path))
    answer = post(world, world.bob, path, amount="500", reason="damaged")
    assert "Only 147.62 USD" in words(answer)
    assert post(world, world.bob, path, amount="30.00", reason="damaged").status_code == 200
    assert str(fresh(world, action).amount) == "30.00"
    with world.inside():
        assert fresh(world, action).money_holds.exists()


def test_another_customers_order_cannot_be_acted_on_here(world: World, conversation: Conversation) -> None:
    other = world.buys("#2000", world.maya.__class__(names={"email": f"{uuid4().hex}@mail.example"}))
    path = f"actions/new/refund?conversation={conversation.pk}&order={other.pk}"
    assert get(world, world.bob, path).status_code == 404


def test_the_part_of_a_conversation_costs_the_same_for_one_action_and_for_many(
    world: World, order: Order, conversation: Conversation, action: Action
) -> None:
    client, path = world.client_of(world.sam), world.url(part_of(conversation))
    one = queries(client, path)
    for number in range(6):
        refund(world, world.buys(f"#20{number}"), conversation, amount=f"{number + 1}.00")
    assert queries(client, path) == one <= 12


def queries(client: Any, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return sum(not each["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for each in captured)


def test_the_menu_of_every_kind_is_put_together_in_few_queries(
    world: World, conversation: Conversation, order: Order
) -> None:
    path = world.url(f"actions/new?conversation={conversation.pk}")
    assert queries(world.client_of(world.bob), path) <= 60


def test_every_kind_that_is_offered_opens_its_form(
    world: World, conversation: Conversation, order: Order
) -> None:
    page = words(get(world, world.bob, f"actions/new?conversation={conversation.pk}"))
    addresses = re.findall(r'hx-get="[^"]*?/(actions/new/[^"]+)"', page)
    assert len(addresses) > 5
    for address in addresses:
        assert 'class="proposal"' in words(get(world, world.bob, address)), address


def test_a_manual_step_is_shown_proven_and_said_to_be_done(
    world: World, conversation: Conversation, order: Order
) -> None:
    path = f"actions/new/manual?{about(conversation, order)}"
    entered = {"title": "Call the carrier", "steps": "Call them.\nWrite down what they say.", "do": "1"}
    answer = post(world, world.bob, path, **entered)
    assert answer.status_code == 200, words(answer)
    with world.inside():
        action = Action.objects.get(proposed_by=world.bob)
    assert "by hand" in words(answer) or "waits for the yes" in words(answer)
    if action.is_waiting:
        post(world, world.sam, f"actions/{action.pk}/approval", **confirmed(action))
    page = words(get(world, world.bob, part_of(conversation)))
    assert "Write down what they say." in page
    assert "It was done" in page
    proof = SimpleUploadedFile("proof.png", b"\x89PNG\r\n\x1a\n", "image/png")
    assert "Kept" in words(post(world, world.bob, f"actions/{action.pk}/proof", file=proof))
    assert "proof.png" in words(get(world, world.bob, part_of(conversation)))
    with world.inside():
        kept = action.files.get()
    assert world.client_of(world.charlie).get(world.url(f"actions/files/{kept.pk}")).status_code == 404
    assert get(world, world.bob, f"actions/files/{kept.pk}")["Content-Disposition"].startswith("attachment")
    assert "Noted" in words(post(world, world.bob, f"actions/{action.pk}/word", done="yes"))
    assert fresh(world, action).standing == "Done"
