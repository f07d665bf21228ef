"""What a channel forbids, nobody sends: not by the composer, not by the API, not by approving a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.models import Draft, DraftState
from connectors.channels.email.connector import EmailConnector
from connectors.contract import Wording, WordingRule
from inbox.rules import Forbidden
from tests.world import World

RULES = (
    WordingRule(Wording.LINK, "No links here.", "the seller handbook", hosts=("ups.com",)),
    WordingRule(Wording.PROMOTION, "Rather not.", "the seller handbook", blocks=False),
)


@pytest.fixture(autouse=True)
def _strict(monkeypatch):
    strict = replace(EmailConnector.limits, wording=RULES, longest_text=200)
    monkeypatch.setattr(EmailConnector, "limits", strict)


def test_a_link_is_named_and_nothing_is_queued(world: World) -> None:
    conversation = world.conversation()
    client = world.client_of(world.bob)
    answer = client.post(
        world.url(f"c/{conversation.pk}/messages"), {"text": "See https://northpine.example"}
    )
    assert answer.status_code == 422
    assert "“https://northpine.example”: No links here." in answer.content.decode()
    with world.inside():
        assert not conversation.messages.filter(direction="out").exists()


def test_while_typing_each_breach_is_shown_at_its_place(world: World) -> None:
    conversation = world.conversation()
    text = "See https://northpine.example and our newsletter"
    page = (
        world.client_of(world.bob)
        .post(world.url(f"c/{conversation.pk}/wording"), {"text": text})
        .content.decode()
    )
    assert 'data-select="4,29"' in page
    assert "No links here." in page
    assert "Rather not. You may send it." in page


def test_advice_does_not_stop_a_person(world: World) -> None:
    conversation = world.conversation()
    with world.inside():
        assert conversation.reply("It will be in our newsletter.", world.bob).pk


def test_the_api_says_the_same(world: World) -> None:
    conversation = world.conversation()
    answer = world.client_of(world.bob).post(
        world.url(f"api/conversations/{conversation.pk}/messages"), {"text": "northpine.com", "key": "1"}
    )
    assert answer.status_code == 400
    assert "No links here." in answer.json()["text"][0]


def test_a_text_that_is_too_long_says_how_much(world: World) -> None:
    conversation = world.conversation()
    with world.inside(), pytest.raises(Forbidden, match="At most 200 characters; this has 240"):
        conversation.reply("word " * 48, world.bob)


def test_after_the_window_nobody_may_answer(world: World, monkeypatch) -> None:
    day = replace(EmailConnector.limits, reply_window=timedelta(hours=24))
    monkeypatch.setattr(EmailConnector, "limits", day)
    late = world.conversation(sent_at=datetime.now(UTC) - timedelta(hours=25))
    with world.inside(), pytest.raises(Forbidden, match="24 hours"):
        late.reply("Sorry!", world.bob)


def test_a_draft_that_breaks_a_rule_waits_for_a_person_and_edited_words_obey_it_too(world: World) -> None:
    conversation = world.conversation()
    with world.inside():
        draft = Draft.objects.get(conversation=conversation)
        assert draft.state in (DraftState.READY, DraftState.HANDOFF)
        doubtful = draft.doubtful("Look at https://northpine.example please")
    assert [(claim.text, claim.reason) for claim in doubtful if claim.kind == "wording"] == [
        ("https://northpine.example", "No links here.")
    ]
    client = world.client_of(world.bob)
    page = client.post(
        world.url(f"drafts/{draft.pk}/edit"),
        {"text": "Look at https://northpine.example", "send": "1", "confirmed": "1"},
    ).content.decode()
    assert "No links here." in page
    with world.inside():
        assert not conversation.messages.filter(direction="out").exists()
