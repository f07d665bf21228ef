"""WhatsApp against its sandbox, over HTTP, every exchange held against Meta's published contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest

from connectors.channels.whatsapp import compose
from connectors.channels.whatsapp.connector import connector
from connectors.channels.whatsapp.pretend import chats
from connectors.channels.whatsapp.refusals import KNOWN
from connectors.commands import FilledTemplate, SendMessage
from connectors.contract import Account, One
from connectors.errors import Refused, Unreachable, Unsupported
from connectors.events import (
    Approval,
    File,
    MessageBounced,
    MessageProgressed,
    MessageReceived,
    Party,
    Progress,
    TemplatesRead,
)
from tests.connectors.channels.whatsapps import Seller, as_published, connected
from tests.connectors.conftest import Serve

PICTURE = File("shade.png", "image/png", b"\x89PNG" + bytes(range(64)))


@pytest.fixture
def seller(serve: Serve, traffic: list[httpx.Response], request: pytest.FixtureRequest) -> Iterator[Seller]:
    yield connected(serve, request.node.name)
    for answer in traffic:
        as_published(answer)


def heard_from(seller: Seller, place: int = 0, text: str = "Where is it?") -> MessageReceived:
    seller.writes(text, seller.shopper(place))
    [said] = seller.heard()
    assert isinstance(said, MessageReceived)
    return said


def answer(seller: Seller, to: MessageReceived, text: str = "On its way.", **more: object) -> SendMessage:
    return SendMessage(to.sender, text, thread=to.thread, answers=to.external_id, **more)  # type: ignore[arg-type]


def letters(seller: Seller, place: int = 0) -> list[chats.Mail]:
    return seller.world.mails_of(seller.shopper(place).email)


def test_the_number_and_its_account_are_proved(seller: Seller):
    health = connector.check(seller.account)
    assert health.ok
    assert "Northpine" in health.message
    strange = replace(seller.account, settings=dict(seller.account.settings) | {"waba_id": "1"})
    assert not connector.check(strange).ok


def test_its_address_is_proved_and_then_left_alone(seller: Seller):
    other = f"{seller.hook}?new"
    assert connector.subscribe(seller.account, other) == ["account"]
    assert connector.subscribe(seller.account, other) == []


def test_a_number_that_was_sent_elsewhere_is_brought_back(seller: Seller):
    seller.shop.keys["hook"] = "https://elsewhere.example"
    assert connector.subscribe(seller.account, seller.hook) == ["number"]
    assert seller.shop.keys["hook"] == seller.hook


def test_what_waited_while_nobody_was_connected_comes_at_once(seller: Seller):
    seller.world.changed("whatsapp hooked", seller.shop)
    said = [each.text for each in seller.heard() if isinstance(each, MessageReceived)]
    assert len(said) == 3


def test_a_question_and_its_answer(seller: Seller):
    said = heard_from(seller)
    assert said.sender.names == {"whatsapp": seller.shopper().handle, "phone": seller.shopper().phone}
    receipt = connector.send(seller.account, answer(seller, said), "key-1")
    assert receipt.external_id.startswith("wamid.")
    told = [each for each in seller.heard() if isinstance(each, MessageProgressed)]
    assert [each.progress for each in told] == [Progress.SENT, Progress.DELIVERED, Progress.READ]
    assert {(each.external_id, each.key) for each in told} == {(receipt.external_id, "key-1")}


def test_somebody_known_by_a_user_name_alone_is_answered(seller: Seller):
    said = heard_from(seller, place=3)
    assert "phone" not in said.sender.names
    connector.send(seller.account, answer(seller, said), "key-1")
    assert len(letters(seller, 3)) == 1


def test_a_file_is_fetched_by_its_id_and_its_hash_is_looked_at(seller: Seller):
    mail = EmailMessage()
    mail["From"], mail["To"] = seller.shopper().email, seller.shop.mailbox
    mail.set_content("It came like this")
    mail.add_attachment(PICTURE.content, maintype="image", subtype="png", filename=PICTURE.name)
    seller.world.deliver_mail(seller.shop.mailbox, mail.as_bytes())
    [said] = seller.heard()
    assert isinstance(said, MessageReceived)
    assert said.text == "It came like this"
    [file] = said.files
    page = connector.fetch(seller.account, One("file", file.source))
    assert page.deliveries[0].body == PICTURE.content
    with pytest.raises(Refused, match="seven days"):
        connector.fetch(seller.account, One("file", "4711"))


def test_a_file_that_arrives_spoilt_is_fetched_again_later(seller: Seller, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chats.Media, "sha256", "0" * 64)
    test = test_a_file_is_fetched_by_its_id_and_its_hash_is_looked_at
    with pytest.raises(Unreachable, match="did not arrive"):
        test(seller)


def test_a_picture_goes_with_its_words_as_one_message(seller: Seller):
    said = heard_from(seller)
    connector.send(seller.account, answer(seller, said, "Like this one?", files=(PICTURE,)), "key-1")
    [letter] = letters(seller)
    read = chats.mime.read(letter.raw)
    assert (read.text.strip(), read.files[0].content) == ("Like this one?", PICTURE.content)


def test_what_is_too_much_is_refused_before_anything_leaves(seller: Seller):
    said = heard_from(seller)
    for wish in (
        answer(seller, said, "x" * 4097),
        answer(seller, said, "x" * 1025, files=(PICTURE,)),
        answer(seller, said, files=(PICTURE, PICTURE)),
        SendMessage(Party({"email": "maya@mail.example"}), "Hello"),
    ):
        with pytest.raises(Refused):
            connector.send(seller.account, wish, "key-1")
    assert not letters(seller)


def test_after_a_day_only_a_template_arrives(seller: Seller):
    said = heard_from(seller)
    seller.world.clock.offset = timedelta(hours=25)
    taken = connector.send(seller.account, answer(seller, said), "key-1")
    [bounce] = seller.heard()
    assert isinstance(bounce, MessageBounced)
    assert (bounce.external_id, bounce.key, bounce.reason) == (taken.external_id, "key-1", KNOWN[131047])
    filled = FilledTemplate(
        "order_update", "en_US", {"header.1": "#1042", "body.1": "Maya", "body.2": "It left today."}
    )
    connector.send(seller.account, answer(seller, said, "…", template=filled), "key-2")
    [letter] = letters(seller)
    assert "Hi Maya, here is news about your order: It left today." in chats.mime.read(letter.raw).text


def test_the_templates_are_read_with_their_state_and_their_blanks(seller: Seller):
    page = connector.fetch(seller.account, One("templates", seller.account.external_id))
    [read] = connector.parse(seller.account, page.deliveries[0])
    assert isinstance(read, TemplatesRead)
    known = {each.name: each for each in read.templates}
    states = {name: each.approval for name, each in known.items()}
    assert states["order_update"] is Approval.APPROVED
    assert states["autumn_sale"] is Approval.REJECTED
    assert states["new_colours"] is Approval.PENDING
    assert known["autumn_sale"].problem == "invalid format"
    assert [(b.key, b.example) for b in known["order_update"].blanks][:2] == [
        ("header.1", "#1042"),
        ("body.1", "Maya"),
    ]
    assert [b.key for b in known["parcel_link"].blanks] == ["body.first_name", "button.0.1"]
    assert "video" in known["care_film"].unusable


@pytest.mark.parametrize(
    "values",
    [{"body.first_name": "Maya", "button.0.1": "1Z9"}, {"button.0.1": "1Z9", "body.first_name": "Maya"}],
)
def test_named_blanks_and_those_of_buttons_are_filled(seller: Seller, values: dict[str, str]):
    said = heard_from(seller)
    filled = FilledTemplate("parcel_link", "en_US", values)
    connector.send(seller.account, answer(seller, said, template=filled), "key-1")
    assert "Hi Maya, your parcel is on its way." in chats.mime.read(letters(seller)[0].raw).text


@pytest.mark.parametrize(
    ("filled", "code"),
    [
        (FilledTemplate("order_update", "de"), 132001),
        (FilledTemplate("new_colours", "en_US", {"body.1": "Jacket"}), 132001),
        (FilledTemplate("order_update", "en_US", {"body.1": "Maya"}), 132000),
    ],
)
def test_a_template_whatsapp_does_not_take_is_refused_in_words(
    seller: Seller, filled: FilledTemplate, code: int
):
    said = heard_from(seller)
    with pytest.raises(Refused) as refusal:
        connector.send(seller.account, answer(seller, said, template=filled), "key-1")
    assert refusal.value.message == KNOWN[code]


def test_line_breaks_do_not_reach_a_blank():
    made = compose.template(FilledTemplate("go_on_talking", "en_US", {"body.1": " Maya\n and   Tom"}))
    assert made["components"][0]["parameters"][0]["text"] == "Maya and Tom"


def test_ten_blanks_stay_in_their_order():
    values = {f"body.{n}": str(n) for n in range(1, 12)}
    made = compose.template(FilledTemplate("t", "en", values))
    assert [each["text"] for each in made["components"][0]["parameters"]] == [str(n) for n in range(1, 12)]


def test_a_lost_answer_is_settled_by_a_status_or_by_a_person():
    account = Account("a", "whatsapp", "100")
    with pytest.raises(Unreachable):
        connector.fetch(account, One("message", "key-1", tried_at=datetime.now(UTC)))
    with pytest.raises(Unsupported, match="cannot be asked"):
        connector.fetch(account, One("message", "key-1", tried_at=datetime.now(UTC) - timedelta(hours=1)))
