"""Proof in the chat: order number and e-mail, then the code that was mailed to the address on the order."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from agents.models import IdentityCheck, Run
from connectors.channels.chat.shopper import Shopper, sign
from connectors.events import Party
from inbox.models import Conversation, Customer, Message
from tests.connectors.mail.room import MAILBOX, MAYA, Room, open_room
from tests.inbox.test_chat import SECRET, Page, a_chat
from tests.world import World


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        yield opened


@pytest.fixture
def page(world: World, room: Room) -> Page:
    """Maya has ordered; somebody is at the chat."""
    with world.inside():
        box = world.mailbox
        box.external_id = MAILBOX
        box.settings = {**room.account.settings, "mail_address": MAILBOX}
        box.credentials = dict(room.account.credentials)
        box.save()
    world.buys("#4711", Party({"email": MAYA}, "Maya Torres"))
    page = Page(a_chat(world).external_id)
    page.open()
    return page


def mailed_code(room: Room) -> str:
    found = re.search(r"\b(\d{6})\b", room.mayas_mails()[-1].text)
    assert found
    return found[1]


def test_whoever_gives_number_and_email_gets_a_code_and_is_known_by_it(
    world: World, room: Room, page: Page
) -> None:
    page.say("Where is my order?")
    assert page.post("identify", {"order_number": "#4711", "email": MAYA}).json() == {"sent": True}
    answer = page.post("code", {"code": mailed_code(room)})
    assert answer.json()["known"] == {"name": "Maya Torres", "email": MAYA}
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
        assert "proven" in conversation.marks
        last = Run.objects.filter(conversation=conversation).order_by("-started_at")[0]
        assert any("4711" in str(each) for each in last.evidence)


def test_it_works_before_anything_was_said(world: World, room: Room, page: Page) -> None:
    page.post("identify", {"order_number": "4711", "email": MAYA.upper()})
    assert page.post("code", {"code": mailed_code(room)}).status_code == 200


@pytest.mark.parametrize(
    ("number", "email"), [("#4711", "stranger@mail.example"), ("#9999", MAYA), ("#9999", "x@mail.example")]
)
def test_nobody_learns_whether_an_order_or_an_address_exists(
    world: World, room: Room, page: Page, number: str, email: str
) -> None:
    right = page.post("identify", {"order_number": "#4711", "email": MAYA})
    sent = len(room.mayas_mails())
    wrong = page.post("identify", {"order_number": number, "email": email})
    assert (wrong.status_code, wrong.content) == (right.status_code, right.content)
    assert len(room.mayas_mails()) == sent


def test_five_wrong_codes_end_it(world: World, room: Room, page: Page) -> None:
    page.post("identify", {"order_number": "#4711", "email": MAYA})
    code = mailed_code(room)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(IdentityCheck.TRIES):
        assert page.post("code", {"code": wrong}).json()["error"] == "code"
    assert page.post("code", {"code": code}).json()["error"] == "code"


def test_a_code_proves_nothing_to_another_visitor(world: World, room: Room, page: Page) -> None:
    page.post("identify", {"order_number": "#4711", "email": MAYA})
    other = Page(page.key)
    other.open()
    other.say("Hello")
    assert other.post("code", {"code": mailed_code(room)}).status_code == 400


def test_asking_for_codes_has_an_end(world: World, room: Room, page: Page) -> None:
    answers = [page.post("identify", {"order_number": f"#{n}", "email": MAYA}) for n in range(8)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["retry_after"] > 0


def test_whom_the_shop_vouches_for_is_that_customer(world: World, page: Page) -> None:
    token = sign(Shopper("c-1", MAYA, "Maya Torres"), SECRET, int(time.time()) + 600)
    assert page.open(shopper=token)["known"] == {"name": "Maya Torres", "email": MAYA}
    page.say("Where is my order?")
    with world.inside():
        maya = Customer.objects.get(email=MAYA)
        message = Message.objects.select_related("conversation").get(channel__external_id=page.key)
        assert message.conversation.customer == maya
        assert "4711" in str(Run.objects.get(message=message).evidence)
