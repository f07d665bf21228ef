"""What WhatsApp pushes: each kind of message, what becomes of ours, in any order and any number at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from connectors.channels.whatsapp.connector import connector
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unparsable
from connectors.events import (
    Changed,
    Disconnected,
    MessageBounced,
    MessageEdited,
    MessageProgressed,
    MessageReceived,
    MessageRemoved,
    NoticeReceived,
    Progress,
    Renamed,
    Spot,
)
from tests.connectors.channels.whatsapps import (
    CONTRACTS,
    Seller,
    connected,
    parsed,
    posted,
    signed,
    webhook,
)
from tests.connectors.conftest import Serve

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "payloads" / "whatsapp"
MAYA = {"contacts": [{"profile": {"name": "Maya"}, "wa_id": "15550100", "user_id": "US.77"}]}
Json = dict[str, Any]


def said(kind: str, held: Any = None, **more: Any) -> Json:
    message = {"from": "15550100", "id": "wamid.1", "timestamp": "1763812800", "type": kind, **more}
    return {**deepcopy(MAYA), "messages": [message | ({} if held is None else {kind: held})]}


def one(value: Mapping[str, Any]) -> Any:
    [event] = parsed(webhook(value))
    return event


# ---- signatures and the first question


def test_the_published_vector():
    """Made with a secret "appsecret", over these very bytes."""
    account = Account("a", "whatsapp", "100", {"app_secret": "appsecret"})
    body = b'{"object":"page","entry":[]}'
    good = "sha256=0e9e0080a310f376450c46d999aa4d49ed772bfe43c13205f38a3a6e6611ed2b"
    assert connector.verify(account, posted({"X-Hub-Signature-256": good}, body)).body == body


def test_escaped_letters_are_signed_as_they_came():
    account = Account("a", "whatsapp", "100", {"app_secret": "s"})
    body = b'{"entry":[],"x":"\\u00e9"}'
    raw = RawRequest("POST", "/", signed(body, "s"), body)
    assert connector.verify(account, raw).key == connector.verify(account, raw).key
    with pytest.raises(InvalidSignature):
        connector.verify(account, RawRequest("POST", "/", signed(body, "s"), '{"entry":[],"x":"é"}'.encode()))
    with pytest.raises(InvalidSignature):
        connector.verify(account, RawRequest("POST", "/", signed(body, "other"), body))


# ---- messages


def test_words_and_who_wrote_them():
    event = one(said("text", {"body": "Is it there?"}, context={"id": "wamid.0"}))
    assert event.text == "Is it there?"
    assert event.sender.names == {"whatsapp": "US.77", "phone": "+15550100"}
    assert (event.sender.display, event.thread, event.replies_to) == ("Maya", "US.77", ("wamid.0",))


def test_a_number_without_a_user_id_is_the_name_itself():
    value = said("text", {"body": "Hi"}) | {"contacts": [{"profile": {"name": "Maya"}, "wa_id": "15550100"}]}
    assert one(value).sender.names == {"whatsapp": "15550100", "phone": "+15550100"}


def test_a_user_id_without_a_number_is_enough():
    value = said("text", {"body": "Hi"}, from_user_id="US.77")
    del value["messages"][0]["from"], value["contacts"][0]["wa_id"]
    assert one(value).sender.names == {"whatsapp": "US.77"}


def test_nobody_is_no_shopper():
    value = said("text", {"body": "Hi"}) | {"contacts": []}
    del value["messages"][0]["from"]
    with pytest.raises(Unparsable, match="who wrote"):
        parsed(webhook(value))


@pytest.mark.parametrize(
    ("kind", "held", "text"),
    [
        ("image", {"id": "9", "mime_type": "image/jpeg", "caption": "Scuffed"}, "Scuffed"),
        ("image", {"id": "9", "mime_type": "image/jpeg"}, "[Photo]"),
        ("audio", {"id": "9", "mime_type": "audio/ogg; codecs=opus", "voice": True}, "[Voice message]"),
        ("sticker", {"id": "9", "mime_type": "image/webp"}, "[Sticker]"),
        ("button", {"payload": "YES", "text": "Yes, please"}, "Yes, please"),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Cancel"}}, "Cancel"),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "1", "title": "Express", "description": "2 days"}},
            "Express: 2 days",
        ),
        (
            "interactive",
            {"type": "nfm_reply", "nfm_reply": {"name": "size", "response_json": '{"shoe_size": "42"}'}},
            "[Form size]\nshoe size: 42",
        ),
        (
            "location",
            {"latitude": 44.06, "longitude": -121.31, "name": "Depot"},
            "[Location] Depot\nhttps://www.google.com/maps?q=44.06,-121.31",
        ),
        (
            "contacts",
            [{"name": {"formatted_name": "Tom Field"}, "phones": [{"phone": "+1 555 0101"}]}],
            "[Contact] Tom Field, +1 555 0101",
        ),
        ("unsupported", {"type": "poll"}, "[Something that WhatsApp shows only on the phone (poll)]"),
        ("telepathy", {"thought": "?"}, "[Something that WhatsApp shows only on the phone (telepathy)]"),
    ],
)
def test_every_kind_of_message_has_words(kind: str, held: Any, text: str):
    event = one(said(kind, held))
    assert isinstance(event, MessageReceived)
    assert event.text == text


@pytest.mark.parametrize(
    ("kind", "held", "name", "content_type"),
    [
        ("image", {"id": "9", "mime_type": "image/jpeg"}, "Photo.jpg", "image/jpeg"),
        ("audio", {"id": "9", "mime_type": "audio/ogg; codecs=opus"}, "Audio.oga", "audio/ogg"),
        (
            "document",
            {"id": "9", "mime_type": "application/pdf", "filename": "label.pdf"},
            "label.pdf",
            "application/pdf",
        ),
    ],
)
def test_files_are_named_and_left_for_later(kind: str, held: Json, name: str, content_type: str):
    [file] = one(said(kind, held)).files
    assert (file.content_type, file.source, file.content) == (content_type, "9", b"")
    assert file.name == name or name.endswith(".oga")


def test_a_basket_and_a_product_somebody_asks_about():
    item = {"product_retailer_id": "NP-1", "quantity": 2, "item_price": 30, "currency": "USD"}
    basket = one(said("order", {"catalog_id": "7", "text": "As a gift", "product_items": [item]}))
    assert basket.text == "[Basket from the catalogue]\n2 × NP-1 at 30 USD\nAs a gift"
    assert basket.about.cart == ("NP-1",)
    product = {"catalog_id": "7", "product_retailer_id": "NP-1"}
    asked = one(said("text", {"body": "In moss?"}, context={"id": "w", "referred_product": product}))
    assert asked.about.products == ("NP-1",)


def test_an_ad_that_brought_somebody():
    held = {"source_url": "https://fb.me/x", "source_id": "42", "source_type": "ad", "headline": "New boots"}
    about = one(said("text", {"body": "More, please"}, referral=held)).about
    assert (about.kind, about.external_id, about.title, about.url) == (
        Spot.AD,
        "42",
        "New boots",
        "https://fb.me/x",
    )


def test_a_reaction_is_seen_changed_and_taken_back_and_asks_for_no_answer():
    first, same = parsed(webhook(said("reaction", {"message_id": "wamid.0", "emoji": "👍"})))
    assert isinstance(first, MessageReceived)
    assert (first.text, first.automatic, first.replies_to) == ("Reacted with 👍", True, ("wamid.0",))
    assert isinstance(same, MessageEdited)
    _, other = parsed(webhook(said("reaction", {"message_id": "wamid.0", "emoji": "❤️"})))
    assert isinstance(other, MessageEdited)
    gone = one(said("reaction", {"message_id": "wamid.0"}))
    assert isinstance(gone, MessageRemoved)
    assert first.external_id == same.external_id == other.external_id == gone.external_id


def test_edits_and_messages_taken_back():
    inner = {"type": "text", "text": {"body": "Size M, sorry"}}
    edited = one(said("edit", {"original_message_id": "wamid.0", "message": inner}))
    assert (edited.external_id, edited.text) == ("wamid.0", "Size M, sorry")
    gone = one(said("revoke", {"original_message_id": "wamid.0"}))
    assert isinstance(gone, MessageRemoved)
    assert gone.external_id == "wamid.0"


def test_a_new_number_is_the_same_person():
    message = {"from": "15550100", "id": "w", "timestamp": "1763812800", "type": "system"}
    value = {
        "messages": [message | {"system": {"type": "user_changed_number", "wa_id": "15550199", "body": ""}}]
    }
    event = one(value)
    assert isinstance(event, Renamed)
    assert (event.thread, event.who.names) == ("15550100", {"whatsapp": "15550100", "phone": "+15550199"})


def test_what_was_typed_on_the_phone_is_ours():
    echo = {"from": "15559999", "to": "15550100", "id": "w", "timestamp": "1763812800", "type": "text"}
    event = one({**MAYA, "message_echoes": [echo | {"text": {"body": "It left today"}}]})
    assert event.ours
    assert event.thread == "US.77"
    assert event.recipient.names["phone"] == "+15550100"


def test_a_missed_call_waits_for_an_answer():
    call = {"id": "wacid.1", "from": "15550100", "event": "terminate", "timestamp": "1763812800"}
    missed = one({**MAYA, "calls": [call | {"direction": "USER_INITIATED"}]})
    assert (missed.text, missed.about.kind, missed.automatic) == ("[Missed call]", Spot.CALL, False)
    assert not parsed(webhook({**MAYA, "calls": [call | {"direction": "BUSINESS_INITIATED"}]}))


def test_groups_are_no_conversations():
    assert not parsed(webhook(said("text", {"body": "Hi all"}, group_id="g1")))


# ---- statuses


def status(name: str, **more: Any) -> Json:
    return {"id": "wamid.1", "status": name, "timestamp": "1763812800", "recipient_id": "15550100", **more}


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_statuses_come_in_any_order_and_each_says_what_it_says(order: tuple[str, ...]):
    events = parsed(webhook({"statuses": [status(each, biz_opaque_callback_data="k") for each in order]}))
    assert [each.progress.value for each in events if isinstance(each, MessageProgressed)] == list(order)
    assert {each.key for each in events if isinstance(each, MessageProgressed)} == {"k"}


def test_played_is_read_and_failed_says_why():
    assert one({"statuses": [status("played")]}).progress is Progress.READ
    known = one({"statuses": [status("failed", errors=[{"code": 131047, "title": "Re-engagement"}])]})
    assert isinstance(known, MessageBounced)
    assert "24 hours" in known.reason
    told = {"code": 7, "message": "No", "error_data": {"details": "It is Sunday."}}
    assert one({"statuses": [status("failed", errors=[told])]}).reason == "It is Sunday."
    assert not parsed(webhook({"statuses": [status("pondered")]}))


# ---- many at once, and whose they are


def test_every_change_of_every_entry_is_read():
    body = json.loads(webhook(said("text", {"body": "One"}), {"statuses": [status("read")]}))
    other = json.loads(webhook(said("text", {"body": "Two"}) | {}))
    body["entry"] += other["entry"]
    found = parsed(json.dumps(body).encode())
    assert [type(each).__name__ for each in found] == [
        "MessageReceived",
        "MessageProgressed",
        "MessageReceived",
    ]


def test_another_number_of_the_same_account_is_another_channel():
    assert not parsed(webhook(said("text", {"body": "Hi"}), number="200"))


def test_one_door_gives_each_number_its_part_and_what_concerns_all():
    both = {"field": "account_update", "value": {"event": "DISABLED_UPDATE"}}
    body = json.loads(webhook(said("text", {"body": "Hi"})))
    body["entry"] += json.loads(webhook(said("text", {"body": "Two"}), number="200"))["entry"]
    body["entry"][0]["changes"].append(both)
    raw = RawDelivery("webhook", "k", json.dumps(body).encode())
    parts = connector.addressed_to(raw)
    assert set(parts) == {"", "100", "200"}
    fields = {
        number: [c["field"] for e in json.loads(part.body)["entry"] for c in e["changes"]]
        for number, part in parts.items()
    }
    assert fields == {
        "": ["account_update"],
        "100": ["messages", "account_update"],
        "200": ["account_update", "messages"],
    }
    assert connector.addressed_to(RawDelivery("webhook", "k", b"[1")) == {
        "": RawDelivery("webhook", "k", b"[1")
    }


def account_change(field: str, value: Json, waba: str = "900") -> list[Any]:
    entry = {"id": waba, "time": 1763812800, "changes": [{"field": field, "value": value}]}
    return parsed(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())


def test_a_template_that_changed_is_read_again_by_its_own_account_only():
    value = {"event": "APPROVED", "message_template_name": "order_update"}
    assert account_change("message_template_status_update", value) == [Changed("templates", "100")]
    assert account_change("message_template_status_update", value, waba="901") == []


def test_what_meta_says_of_the_account_is_a_notice_and_its_end_a_disconnection():
    [told] = account_change("phone_number_quality_update", {"event": "DOWNGRADE", "current_limit": "TIER_1K"})
    assert isinstance(told, NoticeReceived)
    assert "current limit: TIER_1K" in told.text
    gone = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": "900"}}
    assert isinstance(account_change("account_update", gone, waba="5")[0], Disconnected)


# ---- trouble, and the payloads of others


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest) -> Seller:
    return connected(serve, request.node.name)


def test_what_the_sandbox_pushes_is_as_published(seller: Seller):
    seller.writes("Where is it? é")
    for _, headers, body in seller.sent:
        assert b"\\u00e9" in body
        connector.verify(seller.account, posted(headers, body))
        contract = CONTRACTS["webhook"]
        contract.validate(contract.contract["request"]["application/json"], json.loads(body))


def test_the_same_webhook_twice_has_the_same_name(seller: Seller):
    seller.writes("Hello")
    seller.sent *= 2
    first, second = seller.pushed()
    assert first.key == second.key


@pytest.mark.skipif(not SHARED.exists(), reason="the payloads are not beside this repository")
def test_payloads_of_others_are_understood():
    kinds: dict[str, set[str]] = {}
    for file in sorted(SHARED.glob("*.json")):
        body = json.loads(file.read_text())
        entry = body["entry"][0]
        value = entry["changes"][0]["value"]
        number = str((value.get("metadata") or {}).get("phone_number_id") or "100")
        waba = str((value.get("waba_info") or {}).get("waba_id") or entry["id"])
        account = Account("a", "whatsapp", number, settings={"waba_id": waba})
        events = connector.parse(account, RawDelivery("webhook", "k", json.dumps(body).encode()))
        kinds[file.stem.partition("__")[0]] = {type(each).__name__ for each in events}
    assert kinds["message"] <= {"MessageReceived", "MessageEdited", "MessageRemoved"}
    assert kinds["edited_message"] == {"MessageEdited"}
    assert kinds["outgoing_message"]
    assert kinds["message_status"]
    assert kinds["template_category_update"] == {"Changed"}
