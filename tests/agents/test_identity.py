"""An order that belongs to another contact: nothing of it is told before who writes has proven that it is theirs."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agents.models import CheckState, Draft, DraftState, IdentityCheck, Run
from audit.models import AuditEvent
from connectors.channels.email.connector import EmailConnector
from connectors.commands import SendMessage
from connectors.contract import Outcome, Receipt
from connectors.events import ParcelStatus
from inbox import joining
from inbox.models import Conversation, Ground, Join, Message, Order
from tests.world import World, person


@pytest.fixture
def mails(monkeypatch) -> list[SendMessage]:
    """The codes that leave by the mailbox."""
    sent: list[SendMessage] = []

    def send(self: EmailConnector, account: Any, message: SendMessage, key: str) -> Receipt:
        if message.subject.startswith("Your code"):
            sent.append(message)
        return Receipt(Outcome.SENT, f"sent-{key}", timezone.now())

    monkeypatch.setattr(EmailConnector, "send", send)
    return sent


@pytest.fixture
def owner(world: World):
    """Rosa bought #7777 under an address of her own."""
    rosa = person("Rosa Lindqvist")
    order = world.buys("#7777", buyer=rosa, price=Decimal("777.00"))
    world.parcel_moves(order.shipments.all()[0], ParcelStatus.IN_TRANSIT)
    return rosa


def draft_of(world: World, message: Message) -> Draft:
    with world.inside():
        return Draft.objects.select_related("run", "conversation").get(message=message)


def check_of(world: World) -> IdentityCheck:
    with world.inside():
        return IdentityCheck.objects.select_related("order", "conversation").get()


def code_in(mail: SendMessage) -> str:
    return re.search(r"^\d{6}$", mail.text, re.M)[0]  # type: ignore[index]


def asks(world: World, text: str = "Where is my order #7777?") -> Message:
    return world.writes(text)


def agrees(world: World, message: Message) -> Message:
    """The offer goes out, and the shopper says yes."""
    draft = draft_of(world, message)
    with world.inside():
        Draft.objects.get(pk=draft.pk).approve(world.bob)
    return world.writes("Yes please, send it.", subject="Re: Where is my jacket?")


def answers_with(world: World, code: str) -> Message:
    return world.writes(f"It is {code}", subject="Re: Where is my jacket?")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def told(draft: Draft) -> str:
    return f"{draft.text} {draft.reason} {json.dumps(draft.run.evidence)}"


def test_an_order_of_another_contact_is_offered_a_code_and_nothing_is_told(world: World, owner, mails):
    draft = draft_of(world, asks(world))
    assert draft.state == DraftState.READY, draft.reason
    assert "code" in draft.text
    address = owner.names["email"]
    assert f"{address[0]}***@mail.example" in draft.text
    for private in ("777.00", "Columbus", "1Z999AA1", "Field Jacket", "Rosa", address):
        assert private not in told(draft)
    assert mails == []
    assert check_of(world).state == CheckState.OFFERED


def test_the_code_proves_it_and_the_question_is_answered(world: World, owner, mails):
    reply = draft_of(world, agrees(world, asks(world)))
    assert "newest mail with a code" in reply.text
    [mail] = mails
    assert mail.to.names == {"email": owner.names["email"]}
    assert code_in(mail) not in mail.subject
    draft = draft_of(world, answers_with(world, code_in(mail)))
    assert check_of(world).state == CheckState.PASSED
    assert draft.state == DraftState.READY
    assert "#7777" in draft.text
    assert "Columbus" in told(draft)


def test_the_code_joins_the_writer_and_the_orders_customer(world: World, owner, mails):
    agrees(world, asks(world))
    check = check_of(world)
    writer, buyer = check.conversation.customer_id, check.order.customer_id
    assert writer != buyer
    answers_with(world, wrong(code_in(mails[0])))
    with world.inside():
        assert not Join.objects.exists()
    answers_with(world, code_in(mails[0]))
    with world.inside():
        row = Join.objects.get()
        assert {row.kept_id, row.joined_id} == {writer, buyer}
        assert (row.ground, row.by, row.record) == (Ground.CODE, None, f"identity_check:{check.pk}")
        conversation, order = Conversation.objects.get(), Order.objects.get()
        assert conversation.customer_id == order.customer_id == row.kept_id
    joined = world.client_of(world.bob).get(
        world.url(f"c/{conversation.pk}/panel"), headers={"HX-Request": "true"}
    )
    assert "The code that was sent" in joined.content.decode()
    with world.inside():
        assert joining.part(row, world.bob)
        conversation.refresh_from_db()
        order.refresh_from_db()
    assert (conversation.customer_id, order.customer_id) == (writer, buyer)


def test_a_proven_conversation_is_told_about_that_order_only(world: World, owner, mails):
    world.buys("#7778", buyer=owner, price=Decimal("778.00"), external_id="gid://other", tracking_number="")
    agrees(world, asks(world))
    answers_with(world, code_in(mails[0]))
    draft = draft_of(world, world.writes("And where is #7778?"))
    assert "778.00" not in told(draft)
    assert "code" in draft.text


def test_another_conversation_of_the_same_writer_proves_anew(world: World, owner, mails):
    agrees(world, asks(world))
    answers_with(world, code_in(mails[0]))
    with world.inside():
        from inbox.models import Conversation

        Conversation.objects.update(state="closed", last_message_at=timezone.now() - timedelta(days=2))
    draft = draft_of(world, world.writes("Where is my order #7777?", subject="Order"))
    assert "Columbus" not in told(draft)


def test_a_wrong_code_tells_nothing_and_five_end_it(world: World, owner, mails):
    agrees(world, asks(world))
    code = code_in(mails[0])
    for _ in range(4):
        draft = draft_of(world, answers_with(world, wrong(code)))
        assert "check the code" in draft.text
        assert "Columbus" not in told(draft)
    assert draft_of(world, answers_with(world, wrong(code))).state == DraftState.HANDOFF
    assert check_of(world).state == CheckState.FAILED
    late = draft_of(world, answers_with(world, code))
    assert check_of(world).state == CheckState.FAILED
    assert "Columbus" not in told(late)


def test_a_code_ends_after_ten_minutes(world: World, owner, mails):
    agrees(world, asks(world))
    with world.inside():
        IdentityCheck.objects.update(sent_at=timezone.now() - timedelta(minutes=11))
    draft = draft_of(world, answers_with(world, code_in(mails[0])))
    assert check_of(world).state == CheckState.SENT
    assert "new code" in draft.text


def test_a_message_read_twice_is_one_try(world: World, owner, mails):
    from agents import drafting

    agrees(world, asks(world))
    message = answers_with(world, wrong(code_in(mails[0])))
    drafting.run_pass(world.organization.pk, message.pk, again=True)
    assert check_of(world).tries == 1


def test_the_code_is_nowhere_in_the_database(world: World, owner, mails):
    agrees(world, asks(world))
    code, check = code_in(mails[0]), check_of(world)
    assert code not in check.code_hash
    with world.inside():
        assert not Message.objects.filter(text__contains=code).exists()
        events = AuditEvent.objects.filter(kind__startswith="identity.").order_by("at")
        assert [each.kind for each in events] == [
            "identity.offered",
            "identity.requested",
            "identity.code_sent",
        ]
        assert all(code not in json.dumps(each.data) for each in events)


def test_a_contact_is_sent_three_codes_a_day_at_most(world: World, owner, mails):
    asks(world)
    check = check_of(world)
    bob = world.client_of(world.bob)
    for _ in range(5):
        bob.post(world.url(f"identity/{check.pk}/code"))
        with world.inside():
            IdentityCheck.objects.update(sent_at=timezone.now() - timedelta(minutes=11))
    assert len(mails) == 3


def test_a_writer_cannot_go_through_order_numbers(world: World, mails):
    for number in range(8):
        world.buys(f"#8{number}00", buyer=person("Rosa"), external_id=f"gid://{number}", tracking_number="")
        asks(world, f"Where is order #8{number}00?")
    with world.inside():
        assert IdentityCheck.objects.count() == IdentityCheck.A_DAY_FOR_ONE


def test_no_code_goes_out_before_the_offer_did(world: World, owner, mails):
    asks(world)
    world.writes("yes", subject="Re: Where is my jacket?")
    assert mails == []
    assert check_of(world).state == CheckState.OFFERED


def test_a_member_sees_the_state_and_can_send_a_code(world: World, owner, mails):
    message = asks(world)
    bob = world.client_of(world.bob)
    path = f"conversations/{message.conversation_id}/identity"
    assert path.encode() in bob.get(world.url(f"conversations/{message.conversation_id}/draft")).content
    page = bob.get(world.url(path))
    assert b"a code can be sent" in page.content
    assert owner.names["email"].encode() not in page.content
    bob.post(world.url(f"identity/{check_of(world).pk}/code"))
    page = bob.get(world.url(path))
    assert b"waiting for the code" in page.content
    assert len(mails) == 1


def test_a_stranger_finds_no_check(world: World, owner, mails):
    asks(world)
    charlie = world.client_of(world.charlie)
    path = f"identity/{check_of(world).pk}/code"
    assert charlie.post(world.url(path)).status_code == 404
    assert charlie.post(f"/o/{world.neighbour.slug}/{path}").status_code == 404
    assert mails == []


def test_an_order_of_another_organization_is_not_known_at_all(world: World, mails):
    from config.tenancy import scope
    from inbox import intake
    from tests.world import an_order, build

    other = build()
    with scope(other.organization.pk):
        intake.receive(other.shop, an_order("#5555", person("Rosa")))
    draft = draft_of(world, asks(world, "Where is my order #5555?"))
    with world.inside():
        assert not IdentityCheck.objects.exists()
    assert "code" not in draft.text


def test_the_own_order_needs_no_code(world: World, mails):
    order = world.buys("#1042")
    world.parcel_moves(order.shipments.all()[0], ParcelStatus.IN_TRANSIT)
    draft = draft_of(world, world.writes("Where is my order #1042?"))
    assert "Columbus" in told(draft)
    with world.inside():
        assert not IdentityCheck.objects.exists()
        assert Run.objects.get().steps[0]["note"] == "nothing to prove"
