"""The queues of drafts and approvals, and the list of all actions: requests go in, pages come out."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from agents.models import Action, Draft
from inbox.models import Conversation, Message, Order
from tests.agents.platform import Platform
from tests.agents.test_action_screens import fresh, get, post, queries, refund, words
from tests.world import World


@pytest.fixture
def action(world: World, platform: Platform, order: Order, conversation: Conversation) -> Action:
    return refund(world, order, conversation)


def note(world: World, conversation: Conversation, order: Order) -> Action:
    """Something without money that any member may approve."""
    with world.inside():
        return Action.propose(
            "cancel", {"reason": "other"}, world.bob, order=order, conversation=conversation
        )


# Approvals.


def test_one_screen_has_what_a_decision_needs(world: World, action: Action) -> None:
    page = words(get(world, world.sam, f"approvals/{action.pk}/review"))
    for said in (
        "The jacket has a scratch",
        "#1042",
        "Field Jacket",
        "Parcel",
        "$20.00",
        "20.00 USD of #1042 goes back",
        "We have refunded 20.00 USD",
        action.ruling.because,
        'data-key="y"',
        'data-key="e"',
        'data-key="n"',
    ):
        assert said in page, said


def test_who_may_not_approve_sees_why_instead(world: World, action: Action) -> None:
    page = words(get(world, world.bob, f"approvals/{action.pk}/review"))
    assert "This needs the yes of a supervisor." in page
    assert f"actions/{action.pk}/approval" not in page


def test_the_queue_opens_the_oldest_and_counts_what_one_may_decide(world: World, action: Action) -> None:
    page = words(world.client_of(world.sam).get(world.url("approvals/")))
    assert "<title>(1) Approvals" in page
    assert "oldest" in page
    assert f'data-item="{action.pk}"' in page
    assert "20.00 USD of #1042 goes back" in page
    mine = words(world.client_of(world.bob).get(world.url("approvals/waiting")))
    assert 'id="approvals-count" hx-swap-oob="true" hidden' in mine
    assert 'class="dot"' in words(world.client_of(world.sam).get(world.url("approvals/waiting")))


def test_an_empty_queue_says_so(world: World) -> None:
    for queue in ("approvals/", "approvals/?by=hand", "drafts/"):
        assert "Nothing waits for you" in words(world.client_of(world.sam).get(world.url(queue)))


def test_the_queue_costs_the_same_for_one_and_for_many_and_goes_on_by_pages(
    world: World, platform: Platform, order: Order, conversation: Conversation, action: Action
) -> None:
    client = world.client_of(world.sam)
    costs = [queries(client, world.url(path)) for path in ("approvals/", f"approvals/{action.pk}/review")]
    others = [refund(world, world.buys(f"#3{number:03}"), amount="5.00") for number in range(22)]
    assert [
        queries(client, world.url(path)) for path in ("approvals/", f"approvals/{action.pk}/review")
    ] == costs
    assert max(costs) <= 24
    page = words(client.get(world.url("approvals/")))
    after = page.split("after=")[1].split('"')[0]
    rest = words(client.get(world.url(f"approvals/?after={after}"), headers={"HX-Request": "true"}))
    assert rest.count('class="row"') == 3
    assert str(others[-1].pk) in rest
    assert str(action.pk) not in rest


def pick(*rows: Action) -> list[str]:
    return [f"{row.pk}:{row.fingerprint}" for row in rows]


def test_money_above_what_any_member_may_approve_is_never_approved_in_a_batch(
    world: World, action: Action
) -> None:
    answer = post(world, world.sam, "approvals/several", pick=pick(action), confirmed="1")
    assert answer.status_code == 422
    assert "never approved together" in words(answer)
    assert fresh(world, action).is_waiting


def test_only_one_kind_is_approved_at_once(world: World, action: Action, conversation: Conversation) -> None:
    order = world.buys("#1050", tracking_number="")
    other = note(world, conversation, order)
    answer = post(world, world.sam, "approvals/several", pick=pick(action, other))
    assert "one kind" in words(answer)


def test_small_money_is_added_up_and_asked_about_before_it_goes(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    rows = [refund(world, world.buys(f"#40{number}"), amount="4.00") for number in range(2)]
    with world.inside():
        for row in rows:
            row.verdict = {**row.verdict, "approver": "agent", "by_another": False, "risk": 0}
            row.save()
    asked = post(world, world.bob, "approvals/several", pick=pick(*rows))
    assert "$8.00" in words(asked)
    assert all(fresh(world, row).is_waiting for row in rows)
    stale = [f"{rows[0].pk}:other", *pick(rows[1])]
    done = post(world, world.bob, "approvals/several", pick=stale, confirmed="1")
    assert json.loads(done["HX-Trigger"])["acted"]["approved"] == [str(rows[1].pk)]
    assert "changed since you looked" in words(done)
    assert [fresh(world, row).is_waiting for row in rows] == [True, False]


# Drafts.


@pytest.fixture
def draft(world: World, order: Order) -> Draft:
    return drafted(world, "Where is my order #1042?")


def drafted(world: World, text: str) -> Draft:
    message: Message = world.writes(text)
    with world.inside():
        return Draft.objects.select_related("conversation").get(message=message)


def test_a_draft_is_reviewed_on_one_screen_with_the_queues_keys(world: World, draft: Draft) -> None:
    page = words(get(world, world.bob, f"drafts/{draft.pk}/review"))
    for said in ("Where is my order #1042?", "Field Jacket", 'data-key="e"', 'data-key="n"', "in_queue"):
        assert said in page, said


def test_a_draft_approved_in_the_queue_can_be_undone_and_only_goes_once(world: World, draft: Draft) -> None:
    path = f"drafts/{draft.pk}/approval"
    answer = post(world, world.bob, path, in_queue="1")
    assert "Approved." in words(answer)
    assert "/undo" in words(answer)
    assert json.loads(answer["HX-Trigger"])["acted"]["decided"] == str(draft.pk)
    assert post(world, world.bob, path, in_queue="1").status_code == 422


def test_drafts_are_approved_together_only_where_they_are_about_the_same(world: World, draft: Draft) -> None:
    other = drafted(world, "I want to return my jacket from order #1042, how do I do that?")
    answer = post(world, world.bob, "drafts/several", pick=[f"{draft.pk}:", f"{other.pk}:"])
    assert "one and the same thing" in words(answer)
    done = post(world, world.bob, "drafts/several", pick=[f"{draft.pk}:"])
    assert "approved" in words(done)


def test_why_things_were_turned_down_is_counted_on_the_machines_page(
    world: World, action: Action, draft: Draft
) -> None:
    post(world, world.bob, f"drafts/{draft.pk}/rejection", reason="Wrong tone", in_queue="1")
    post(world, world.sam, f"actions/{action.pk}/rejection", reason="Too risky")
    page = words(world.client_of(world.sam).get(world.url("settings/machine")))
    for said in ("Wrong tone", "Too risky"):
        assert said in page


# All actions.


def test_all_actions_are_found_by_state_kind_and_order_number(world: World, action: Action) -> None:
    path = world.url("actions/")
    assert world.client_of(world.bob).get(path).status_code == 403
    sam = world.client_of(world.sam)
    for query, is_there in (
        ("", True),
        ("?state=waiting", True),
        ("?state=done", False),
        ("?kind=refund", True),
        ("?kind=cancel", False),
        ("?q=1042", True),
        ("?q=99", False),
        (f"?channel={uuid4()}", False),
    ):
        page = words(sam.get(path + query))
        assert (f"kept-{action.pk}" in page) is is_there, query
    assert f"#action-{action.pk}" in words(sam.get(path))


def test_the_story_of_an_action_comes_from_the_trail(world: World, action: Action) -> None:
    post(world, world.sam, f"actions/{action.pk}/rejection", reason="Too risky")
    story = words(get(world, world.sam, f"actions/{action.pk}/story"))
    assert "proposed something to be done" in story
    assert "turned down what was proposed" in story


def test_the_list_of_all_actions_costs_the_same_for_one_and_for_many(
    world: World, platform: Platform, action: Action
) -> None:
    client, path = world.client_of(world.sam), world.url("actions/")
    one = queries(client, path)
    for number in range(5):
        refund(world, world.buys(f"#50{number}"), amount="5.00")
    assert queries(client, path) == one
