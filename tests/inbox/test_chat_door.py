"""Who may come in by the chat's door, with what, how often; and what strangers find there."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from connectors.channels.chat.hours import Hours
from connectors.channels.chat.shopper import Shopper, sign
from inbox import erasing, intake, live
from inbox.chat import calling, presence, refusals
from inbox.models import Attachment, Channel, Conversation, Delivery, Erasure, Message, Visitor
from tests.inbox.test_chat import SECRET, Page, a_chat
from tests.inbox.test_chat_by_mail import visitor_of
from tests.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
def page(world: World) -> Page:
    return Page(a_chat(world).external_id)


def upload(page: Page, content: bytes, name: str = "photo.png"):
    return page.client.post(
        f"/chat/{page.key}/files", {"file": SimpleUploadedFile(name, content)}, headers=page.headers
    )


def test_a_key_nobody_has_leads_nowhere(world: World) -> None:
    for key in (f"{world.organization.slug}-0000", "nowhere-1234", "x"):
        assert Page(key).get("settings").status_code == 404


def test_the_key_of_another_kind_of_channel_is_no_door(world: World) -> None:
    with world.inside():
        Channel.objects.filter(pk=world.mailbox.pk).update(external_id=f"{world.organization.slug}-mail")
    assert Page(f"{world.organization.slug}-mail").get("settings").status_code == 404


def test_only_listed_pages_may_show_it(world: World) -> None:
    key = a_chat(world, origins="https://shop.example, https://www.shop.example").external_id
    allowed, other = Page(key), Page(key, "https://elsewhere.example")
    answer = allowed.get("settings")
    assert answer["Access-Control-Allow-Origin"] == "https://shop.example"
    refused = other.get("settings")
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused
    assert other.client.options(f"/chat/{key}/say", headers=other.headers).status_code == 403


def test_a_browser_may_ask_before_it_sends_and_no_cookie_is_set(page: Page) -> None:
    answer = page.client.options(f"/chat/{page.key}/say", headers=page.headers)
    assert answer.status_code == 204
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    page.open()
    page.say("Hello")
    assert not page.client.cookies


@pytest.mark.parametrize("path", ["messages", "say", "typing", "seen", "email", "files", "identify", "code"])
def test_without_a_session_there_is_nothing(page: Page, path: str) -> None:
    answer = (
        page.get(path)
        if path == "messages"
        else page.post(path, {"key": str(uuid4()), "email": "a@b.example", "order_number": "1"})
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "session")


def test_a_stranger_reads_nothing_of_another_visitor(world: World, page: Page) -> None:
    page.open()
    page.say("My secret")
    stranger = Page(page.key)
    stranger.open()
    stranger.say("Hello")
    assert "My secret" not in str(stranger.messages())
    with world.inside():
        assert Conversation.objects.filter(channel__external_id=page.key).count() == 2


def test_a_session_of_one_shop_opens_nothing_at_another(world: World, page: Page) -> None:
    page.open()
    page.say("My secret")
    other = Page(a_chat(world).external_id)
    other.session = page.session
    assert other.get("messages").status_code == 401


def test_a_forged_or_expired_word_of_the_shop_counts_for_nothing(page: Page) -> None:
    maya = Shopper("1", "maya@mail.example", "Maya")
    for token in (
        sign(maya, "x" * 40, int(time.time()) + 60),
        sign(maya, SECRET, int(time.time()) - 60),
        "no.token.atall",
    ):
        told = page.open(shopper=token)
        assert told["known"] is None
        assert told["problem"]


def test_a_signed_in_shopper_finds_the_conversation_on_another_device(page: Page) -> None:
    token = sign(Shopper("c-7", "maya@mail.example", "Maya"), SECRET, int(time.time()) + 600)
    page.open()
    page.say("Asked before signing in")
    found_in_the_browser = page.session
    page.open(shopper=token)
    phone = Page(page.key)
    assert phone.open(shopper=token)["conversation"] is True
    assert [each["text"] for each in phone.messages()] == ["Asked before signing in"]
    page.session = found_in_the_browser
    assert page.messages() == []


def test_signing_out_forgets_the_shopper(page: Page) -> None:
    token = sign(Shopper("c-8", "maya@mail.example", "Maya"), SECRET, int(time.time()) + 600)
    page.open(shopper=token)
    page.say("Mine alone")
    assert page.open()["conversation"] is False
    assert page.messages() == []


def test_a_file_is_kept_before_it_is_said_and_comes_with_the_message(world: World, page: Page) -> None:
    page.open()
    kept = upload(page, PNG).json()
    assert kept["type"] == "image/png"
    assert page.say("", files=[kept["id"]]).status_code == 200
    [message] = page.messages()
    [file] = message["files"]
    shown = page.client.get(file["url"].partition("/chat/")[1] + file["url"].partition("/chat/")[2])
    assert shown.getvalue() == PNG
    with world.inside():
        assert Attachment.objects.get().size == len(PNG)


def test_what_a_file_is_stands_in_its_bytes(page: Page) -> None:
    page.open()
    assert upload(page, b"<script>alert(1)</script>", "photo.png").json()["error"] == "file_type"
    assert upload(page, b"", "photo.png").json()["error"] == "file"


def test_nobody_sends_somebody_elses_file(page: Page) -> None:
    page.open()
    kept = upload(page, PNG).json()
    stranger = Page(page.key)
    stranger.open()
    assert stranger.say("Look", files=[kept["id"]]).json()["error"] == "file"


def test_too_much_at_once_is_refused_with_words_and_a_time(page: Page) -> None:
    page.open()
    answers = [page.post("typing") for _ in range(61)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["retry_after"] > 0
    assert answers[-1]["Retry-After"]


def test_the_same_words_over_and_over_are_spam_and_a_broken_line_is_not(page: Page) -> None:
    key = str(uuid4())
    page.open()
    for _ in range(8):
        assert page.post("say", {"key": key, "text": "Buy my pills"}).status_code == 200
    answers = []
    for _ in range(6):
        page.session = ""
        page.open()
        answers.append(page.say("Buy my pills").status_code)
    assert answers[-1] == 429


def test_what_makes_no_sense_is_refused_in_words(page: Page) -> None:
    page.open()
    for told in ({"key": "short", "text": "x"}, {"key": str(uuid4()), "text": "  "}, {"key": str(uuid4()), "text": "x" * 5000},
                 {"key": str(uuid4()), "text": "x", "files": ["no"]}, {"key": str(uuid4()), "text": "x", "email": "no"}):  # fmt: skip
        answer = page.post("say", told)
        assert answer.status_code in {400, 413}
        assert answer.json()["words"]


def test_words_the_database_cannot_hold_are_taken_without_them(page: Page) -> None:
    page.open()
    assert page.say("Hel\x00lo \ud800there").status_code == 200
    assert page.messages()[0]["text"] == "Hello there"


def test_where_in_the_shop_they_are_comes_with_their_words(world: World, page: Page) -> None:
    page.open()
    page.say(
        "Does it fit?",
        page={
            "url": "https://shop.example/jacket",
            "title": "Field Jacket",
            "product": "FJ-MOS-M",
            "cart": "A-1, B-2",
        },
    )
    with world.inside():
        about = Message.objects.get(channel__external_id=page.key).about
    assert about["products"] == ["FJ-MOS-M"]
    assert about["cart"] == ["A-1", "B-2"]
    assert about["title"] == "Field Jacket"


def test_asking_for_a_person_hands_over_at_once_and_says_who_is_there(
    world: World, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "is_watched", lambda organization: False)
    page.open()
    page.say("I would like to talk to a person, please.", reply="person")
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
        assert conversation.taken_at
        assert conversation.waiting_since  # saying so is no answer
    assert "Nobody of our team is at their screen" in page.messages()[-1]["text"]


def test_outside_office_hours_it_says_when_somebody_is_there(world: World) -> None:
    chat = a_chat(world, hours="Mon-Fri 9:00-17:00", time_zone="America/New_York")
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    text = calling.words(chat, sunday, True, False)
    assert "Monday at 9:00 (America/New_York)" in text
    assert "leave your address" in text


def test_hours_are_read_as_people_write_them() -> None:
    hours = Hours.read("Mon-Fri 9-17:30; sat 10:00 - 14:00", "America/Los_Angeles")
    assert hours.is_open(datetime(2026, 11, 23, 17, 30, tzinfo=UTC))  # Monday 9:30 there
    assert not hours.is_open(datetime(2026, 11, 23, 16, tzinfo=UTC))
    opens = hours.opens_at(datetime(2026, 11, 29, 16, tzinfo=UTC))
    assert opens
    assert opens.isoformat() == "2026-11-30T09:00:00-08:00"
    for wrong in ("Someday 9-17", "Mon 17-9", "Mon 25:00-26:00", "always"):
        with pytest.raises(ValueError, match=r"\w"):
            Hours.read(wrong, "UTC")


def test_members_see_who_is_there_and_what_they_look_at(world: World, page: Page) -> None:
    page.open()
    page.say("Hello")
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
    bob = world.client_of(world.bob)
    visitor = presence.UUID(hex=conversation.thread)
    presence.arrive(visitor, "tab", {"url": "https://shop.example/lamp", "title": "Aurora lamp"})
    here = bob.get(world.url(f"c/{conversation.pk}/visitor")).content.decode()
    assert "Here now" in here
    assert "Aurora lamp" in here
    presence.leave(visitor, "tab")
    assert "left no e-mail address" in bob.get(world.url(f"c/{conversation.pk}/visitor")).content.decode()
    assert 'id="visitor"' in bob.get(world.url(f"c/{conversation.pk}")).content.decode()


def test_a_shopper_who_polls_sees_that_a_member_writes(world: World, page: Page) -> None:
    page.open()
    page.say("Hello")
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
    assert world.client_of(world.bob).post(world.url(f"c/{conversation.pk}/writing")).status_code == 204
    assert page.get("messages").json()["typing"] == world.bob.user.first_name


def test_members_hear_once_that_a_shopper_writes(
    world: World, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open()
    page.say("Hello")
    presence.arrive(visitor_of(page), "tab", {})
    told: list[UUID] = []
    monkeypatch.setattr(live, "visited", lambda organization, visitor: told.append(visitor))
    for _ in range(2):
        assert page.post("typing").status_code == 204
    assert told == [visitor_of(page)]
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
    shown = world.client_of(world.bob).get(world.url(f"c/{conversation.pk}/visitor")).content.decode()
    assert "writing…" in shown


def test_whoever_types_without_end_is_told_to_wait(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "TYPING", refusals.Rate("typing", 2, 60))
    page.open()
    answers = [page.post("typing") for _ in range(3)]
    assert [each.status_code for each in answers] == [204, 204, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_whoever_is_erased_is_unknown_at_the_door(world: World, page: Page) -> None:
    page.open()
    page.say("Forget me", email="maya@mail.example")
    with world.inside():
        customer = Conversation.objects.get(channel__external_id=page.key).customer
        Erasure.ask(customer, world.alice.actor)
    erasing.sweep(world.organization.pk)
    with world.inside():
        assert not Visitor.objects.exists()
    assert page.messages() == []


@pytest.mark.parametrize("cursor", ["9" * 19, "9" * 20, "abc", "-1", "²"])
def test_a_cursor_we_never_gave_means_none(page: Page, cursor: str) -> None:
    page.open()
    page.say("Hello")
    assert [each["text"] for each in page.messages(after=cursor)] == ["Hello"]
    assert page.post("seen", {"cursor": cursor}).status_code == 204


@pytest.mark.parametrize("body", ["[" * 60_000, "[]", "{", " " * 70_000])
def test_a_body_that_is_no_object_is_refused_in_words(page: Page, body: str) -> None:
    page.open()
    answer = page.client.post(
        f"/chat/{page.key}/say", body, content_type="application/json", headers=page.headers
    )
    assert answer.status_code in {400, 413}
    assert answer.json()["words"]


def test_shoppers_without_an_id_at_the_shop_do_not_become_one(page: Page) -> None:
    token = sign(Shopper(" ", "maya@mail.example", "Maya"), SECRET, int(time.time()) + 600)
    told = page.open(shopper=token)
    assert told["known"] is None
    assert "sub" in told["problem"]


def test_a_person_is_called_also_while_another_worker_has_the_words_in_hand(
    world: World, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open()
    monkeypatch.setattr("inbox.chat.saying.wake_once", lambda *_, **__: None)
    monkeypatch.setattr(live, "is_watched", lambda organization: False)
    key = page.say("Does the lamp dim?").json()["kept"]
    is_held, is_asked = Event(), Event()

    def work() -> None:
        try:
            with world.inside():
                held = intake._take(intake._waiting(delivery.channel_id))
                is_held.set()
                is_asked.wait(10)
                time.sleep(0.3)
                intake.apply(held)
        finally:
            connection.close()

    with world.inside():
        delivery = Delivery.objects.get(channel__external_id=page.key)
    with ThreadPoolExecutor(1) as other:
        working = other.submit(work)
        assert is_held.wait(10)
        is_asked.set()
        calling.call(world.organization.pk, delivery.channel_id, visitor_of(page), key)
        working.result(10)
    assert "Nobody of our team is at their screen" in page.messages()[-1]["text"]


def test_a_conversation_of_another_channel_has_no_visitor(world: World) -> None:
    with world.inside():
        conversation = world.conversation()
    assert world.client_of(world.bob).get(world.url(f"c/{conversation.pk}/visitor")).status_code == 200
