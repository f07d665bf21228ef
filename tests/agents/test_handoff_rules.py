"""Hand-off rules: who takes over, how urgently, and what the shopper is told, from the screen to the queued message."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from agents import drafting
from agents.models import Draft, DraftState, Handoff, HandoffRule
from audit.models import AuditEvent
from inbox.models import Conversation, Message, Priority
from tests.world import World, person

TOLD = "A colleague will take a look and answer you here."


@pytest.fixture
def alice(world: World) -> Client:
    return world.client_of(world.alice)


def form(**entered: Any) -> dict[str, Any]:
    usual = {
        "priority": "0",
        "telling": "nothing",
        "told": "",
        "currency": "USD",
        "contacts_days": "7",
        "who": "",
    }
    return {**usual, **entered}


def saved(world: World, **entered: Any) -> HandoffRule:
    """A rule made on the screen."""
    answer = world.client_of(world.alice).post(world.url("settings/handoff/new"), form(**entered))
    assert answer.status_code == 302, answer.content.decode()
    with world.inside():
        return HandoffRule.objects.get(place=HandoffRule.kept().count())


def fresh(world: World, message: Message) -> Conversation:
    with world.inside():
        return Conversation.objects.select_related("assignee").get(pk=message.conversation_id)


def said(world: World, message: Message) -> list[str]:
    with world.inside():
        return [m.text for m in Message.objects.filter(conversation=message.conversation_id, direction="out")]


def draft_of(world: World, message: Message) -> Draft:
    with world.inside():
        return Draft.objects.select_related("run").get(message=message)


def test_a_rule_gives_the_conversation_to_its_person_tells_the_shopper_and_keeps_the_clock_running(
    world: World,
):
    saved(
        world,
        wants_human="on",
        who=f"member:{world.sam.pk}",
        priority="2",
        telling="send",
        told=TOLD,
    )
    message = world.writes("I want to talk to a real person, not a bot.")
    conversation = fresh(world, message)
    assert conversation.assignee == world.sam
    assert conversation.priority == Priority.URGENT
    assert conversation.waiting_since is not None
    assert said(world, message) == [TOLD]
    with world.inside():
        handoff = Handoff.objects.get(message=message)
        assert handoff.told is not None
        assert AuditEvent.objects.filter(
            kind="conversation.handed_over", conversation_id=conversation.pk
        ).exists()
    page = world.client_of(world.bob).get(world.url()).content.decode()
    assert "Urgent" in page


def test_the_shopper_is_told_once_and_the_machine_is_silent_from_then_on(world: World):
    saved(world, wants_human="on", telling="send", told=TOLD)
    message = world.writes("I want to talk to a real person.")
    world.writes("Hello? I want to talk to a real person, please.")
    assert said(world, message) == [TOLD]
    with world.inside():
        assert Handoff.objects.filter(conversation=message.conversation_id).count() == 1


def test_a_person_who_has_the_conversation_keeps_it(world: World):
    saved(world, wants_human="on", who=f"member:{world.sam.pk}", telling="send", told=TOLD)
    first = world.writes("Where is my order?")
    with world.inside():
        first.conversation.reply("I am looking into it.", world.bob)
        first.conversation.assign(world.bob, world.bob)
    world.writes("I want to talk to a real person.")
    assert fresh(world, first).assignee == world.bob
    assert said(world, first) == ["I am looking into it."]


def test_telling_and_handing_over_are_one_transaction(world: World, monkeypatch: pytest.MonkeyPatch):
    saved(world, wants_human="on", who=f"member:{world.sam.pk}", telling="send", told=TOLD)

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Handoff.objects, "create", break_down)
    message = world.writes("I want to talk to a real person.")
    assert said(world, message) == []
    assert fresh(world, message).assignee is None


def test_words_to_be_drafted_wait_for_a_person_who_sends_them(world: World):
    saved(world, wants_human="on", telling="draft", told=TOLD)
    message = world.writes("I want to talk to a real person.")
    draft = draft_of(world, message)
    assert (draft.state, draft.text) == (DraftState.READY, TOLD)
    assert said(world, message) == []
    world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/approval"))
    assert said(world, message) == [TOLD]
    assert fresh(world, message).waiting_since is not None


def test_the_answer_the_machine_would_have_given_lies_ready_for_whoever_takes_over(world: World):
    world.buys("#1042")
    saved(world, intents=["where_is_my_order"], who=f"member:{world.sam.pk}")
    draft = draft_of(world, world.writes("Where is my order #1042?"))
    assert draft.state == DraftState.READY
    assert draft.reason.startswith("Handed over by a rule: the customer wants to know where an order is.")


def test_a_role_is_served_by_whoever_has_the_fewest_open_conversations(world: World):
    with world.inside():
        world.conversation("Something else", sender=person("Ivan Other")).assign(world.bob, world.bob)
        world.sam.role = "agent"
        world.sam.save(update_fields=["role"])
    saved(world, wants_human="on", who="role:agent")
    assert fresh(world, world.writes("I want to talk to a real person.")).assignee == world.sam


CASES: list[tuple[str, dict[str, Any], str, bool]] = [
    ("a keyword in any case", {"keywords": "lawyer\nsmall claims"}, "My LAWYER will hear of it", True),
    ("no part of a word", {"keywords": "law"}, "The lawn mower is late", False),
    ("a feeling", {"moods": ["angry"]}, "This is outrageous, you thieves! I am furious!!!", True),
    (
        "a language",
        {"languages": ["de"]},
        "Guten Tag, wo bleibt meine Bestellung? Ich warte schon lange.",
        True,
    ),
    ("another language", {"languages": ["fr"]}, "Guten Tag, wo bleibt meine Bestellung?", False),
    ("the worth of the order", {"least_value": "150"}, "Where is my order #1042?", False),
    ("a dearer order", {"least_value": "100"}, "Where is my order #1042?", True),
    ("a good customer", {"least_spent": "147.62"}, "Do you sell socks?", True),
    ("all must hold", {"least_spent": "147.62", "wants_human": "on"}, "Do you sell socks?", False),
]


@pytest.mark.parametrize(("entered", "text", "fits"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_it_asks_for(world: World, entered: dict[str, Any], text: str, fits: bool):
    world.buys("#1042", price=Decimal("128.00"))
    saved(world, **entered)
    message = world.writes(text, subject="")
    with world.inside():
        assert Handoff.objects.filter(message=message).exclude(rule=None).exists() == fits


def test_money_of_another_currency_is_not_compared(world: World):
    world.buys("#1042", price=Decimal("128.00"))
    rule = saved(world, least_value="100")
    with world.inside():
        HandoffRule.objects.filter(pk=rule.pk).update(currency="EUR")
    assert fresh(world, world.writes("Where is my order #1042?")).taken_at is None


def test_repeated_contact_counts_the_customers_messages(world: World):
    saved(world, contacts="3", contacts_days="2", priority="1")
    for text in ("Where is my order?", "Any news about my order?"):
        assert fresh(world, world.writes(text)).priority == Priority.NORMAL
    assert fresh(world, world.writes("Where is my order now?")).priority == Priority.HIGH


def test_it_asks_for_a_channel(world: World):
    saved(world, channels=[str(world.shop.pk)], priority="1")
    assert fresh(world, world.writes("Hello")).priority == Priority.NORMAL
    saved(world, channels=[str(world.mailbox.pk)], priority="1")
    assert fresh(world, world.writes("Hello", sender=person("Ivan Other"))).priority == Priority.HIGH


def test_the_first_that_fits_counts_and_the_order_can_be_changed(world: World, alice: Client):
    saved(world, wants_human="on", priority="1")
    second = saved(world, keywords="person", priority="2")
    text = "I want to talk to a real person."
    assert fresh(world, world.writes(text)).priority == Priority.HIGH
    alice.post(world.url(f"settings/handoff/{second.pk}/place"), {"by": "-1"})
    assert fresh(world, world.writes(text, sender=person("Ivan Other"))).priority == Priority.URGENT


def test_a_rule_that_is_off_or_deleted_asks_nothing_until_it_is_back(world: World, alice: Client):
    rule = saved(world, keywords="socks", priority="2")
    base = f"settings/handoff/{rule.pk}/"

    def takes() -> bool:
        return bool(fresh(world, world.writes("Do you sell socks?", sender=person("Ivan Other"))).priority)

    assert takes()
    alice.post(world.url(f"{base}switch"), {"on": "0"})
    assert not takes()
    alice.post(world.url(f"{base}switch"), {"on": "1"})
    answer = alice.post(world.url(f"{base}delete"), headers={"hx-request": "true"})
    undo = world.url(f"{base}restore")
    assert undo in answer.content.decode()
    assert not takes()
    alice.post(undo)
    assert takes()


def test_before_it_is_saved_it_shows_every_past_message_it_would_have_handed_over(
    world: World, alice: Client
):
    hit, other = world.writes("Do you sell socks?"), world.writes("Hello", sender=person("Ivan Other"))
    page = alice.post(world.url("settings/handoff/cases"), form(keywords="socks")).content.decode()
    assert "of the last 2 messages" in page
    assert str(hit.conversation_id) in page
    assert str(other.conversation_id) not in page
    with world.inside():
        assert not HandoffRule.objects.exists()
        assert fresh(world, hit).taken_at is None


def test_it_says_when_an_earlier_rule_takes_its_cases(world: World, alice: Client):
    saved(world, keywords="sell")
    world.writes("Do you sell socks?")
    page = alice.post(world.url("settings/handoff/cases"), form(keywords="socks")).content.decode()
    assert "Rule 1 takes 1 of them first." in page


@pytest.mark.parametrize(
    ("entered", "why"),
    [
        ({}, "Choose at least one thing"),
        ({"wants_human": "on", "telling": "send"}, "Write what the customer is told"),
        (
            {"wants_human": "on", "telling": "send", "told": "You get $20.00 back."},
            "no record can stand behind it",
        ),
        ({"wants_human": "on", "contacts_days": "200"}, "From 1 to 90 days"),
    ],
)
def test_it_refuses_a_rule_that_makes_no_sense(
    world: World, alice: Client, entered: dict[str, Any], why: str
):
    answer = alice.post(world.url("settings/handoff/new"), form(**entered))
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_the_list_says_each_rule_in_a_plain_sentence(world: World, alice: Client):
    saved(
        world,
        moods=["angry"],
        least_value="500",
        who=f"member:{world.sam.pk}",
        priority="2",
        telling="send",
        told=TOLD,
    )
    page = " ".join(alice.get(world.url("settings/handoff")).content.decode().split())
    assert (
        "the customer sounds angry and has an order of $500.00 or more</b>, Sam takes over, as urgent."
        in page
    )
    assert f"The customer is told at once: “{TOLD}”" in page


def test_only_admins_see_and_change_rules(world: World):
    rule = saved(world, wants_human="on")
    for member in (world.bob, world.sam):
        client = world.client_of(member)
        assert client.get(world.url("settings/handoff")).status_code == 403
        assert client.post(world.url(f"settings/handoff/{rule.pk}/delete")).status_code == 403


def test_the_rules_of_another_organization_do_not_exist(world: World):
    rule = saved(world, wants_human="on")
    own = f"/o/{world.neighbour.slug}/settings/handoff/"
    charlie = world.client_of(world.charlie)
    assert charlie.get(f"{own}{rule.pk}").status_code == 404
    for verb in ("place", "switch", "delete", "restore"):
        assert charlie.post(f"{own}{rule.pk}/{verb}").status_code == 404
    assert charlie.post(f"{own}cases", form(rule=str(rule.pk), wants_human="on")).status_code == 404
    assert charlie.get(f"{own}{uuid4()}").status_code == 404


def test_an_answer_that_says_a_person_takes_over_hands_over_when_it_is_approved(world: World):
    world.buys("#1042", tracking_number="")
    message = world.writes("I need to change the shipping address of my order #1042.")
    draft = draft_of(world, message)
    assert "A teammate will" in draft.text
    world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/approval"))
    conversation = fresh(world, message)
    assert conversation.assignee == world.bob
    assert conversation.taken_at is not None
    assert conversation.waiting_since is not None


def test_what_only_a_person_can_answer_is_a_persons_from_then_on(world: World):
    message = world.writes("My lawyer will sue you.")
    assert fresh(world, message).taken_at is not None
    with world.inside():
        assert Handoff.objects.get(message=message).rule is None


def test_the_message_is_read_again_without_a_second_word_to_the_shopper(world: World):
    saved(world, wants_human="on", telling="draft", told=TOLD)
    message = world.writes("I want to talk to a real person.")
    drafting.run_pass(world.organization.pk, message.pk, again=True)
    with world.inside():
        assert Handoff.objects.filter(message=message).count() == 1
