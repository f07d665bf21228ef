"""A mail whose sender the receiving server denies: it is shown, it proves nobody, and a person answers."""

from __future__ import annotations

import pytest

from agents.models import CheckState, Draft, DraftState, IdentityCheck
from connectors.events import Authentication, SenderCheck
from inbox.models import Message
from tests.agents.test_identity import agrees, asks, check_of, code_in, mails, owner
from tests.world import World

__all__ = ["mails", "owner"]  # fixtures
FAILED = Authentication(SenderCheck.FAILED, "dmarc fail, spf fail")


def draft_of(world: World, message: Message) -> Draft:
    with world.inside():
        return Draft.objects.select_related("run", "conversation").get(message=message)


def page_of(world: World, message: Message) -> str:
    url = world.url(f"c/{message.conversation_id}/thread")
    return world.client_of(world.bob).get(url).content.decode()


def test_the_thread_says_that_the_sender_could_not_be_verified(world: World):
    message = world.writes(authentication=FAILED)
    page = page_of(world, message)
    assert "The sender could not be verified (dmarc fail, spf fail)" in page


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [(SenderCheck.NOT_CHECKED, "Sender not checked"), (SenderCheck.PASSED, "Sender verified")],
)
def test_nothing_else_is_made_a_fuss_of(world: World, verdict: SenderCheck, shown: str):
    page = page_of(world, world.writes(authentication=Authentication(verdict)))
    assert "The sender could not be verified" not in page
    assert shown in page


def test_a_person_answers_and_the_conversation_is_marked(world: World):
    world.buys()
    draft = draft_of(world, world.writes("Where is my order #1042?", authentication=FAILED))
    assert draft.state == DraftState.HANDOFF
    assert "sender could not be verified" in draft.reason
    assert "unproven" in draft.conversation.marks


def test_a_verified_sender_is_answered(world: World):
    world.buys()
    passed = Authentication(SenderCheck.PASSED, "dmarc pass")
    draft = draft_of(world, world.writes("Where is my order #1042?", authentication=passed))
    assert draft.state == DraftState.READY


def test_a_right_code_from_a_doubtful_sender_proves_nothing(world: World, owner, mails):
    agrees(world, asks(world))
    said = f"It is {code_in(mails[0])}"
    draft = draft_of(world, world.writes(said, subject="Re: Where is my jacket?", authentication=FAILED))
    assert draft.state == DraftState.HANDOFF
    assert check_of(world).state == CheckState.SENT
    with world.inside():
        assert IdentityCheck.proven(draft.conversation) == []
