"""Facebook and Instagram all the way: a person writes or comments at the pretend Meta, which calls our door; what is
answered, in public or once in private, arrives there. And the clocks Meta keeps, as the composer says them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from agents.models import Action, Draft, DraftState
from audit.models import AuditEvent
from connectors import http
from connectors.meta.pretend import pushing
from connectors.sandbox.trouble import Kind
from connectors.signatures import hmac_hex
from inbox import dispatch, privately
from inbox.models import Channel, Conversation, Customer, Delivery, Erasure, Message, OutgoingState
from inbox.rules import Forbidden
from tests.connectors.meta.test_verify import request_of
from tests.inbox.talks import Talk, asks_our_door, talk_with
from tests.world import World


@pytest.fixture(params=["facebook", "instagram"])
def talk(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    monkeypatch.setattr(Message, "wake", lambda self: None)  # the tests say when it goes out
    monkeypatch.setattr(Action, "wake", lambda self: None)
    monkeypatch.setattr(pushing.httpx, "get", asks_our_door)
    with ExitStack() as servers:
        yield talk_with(world, request.param, servers)


# ---- the stories


def test_a_direct_question_without_proof_gets_a_question_and_no_private_data(
    world: World, talk: Talk
) -> None:
    world.buys("#1042")
    heard = talk.writes("Where is my order #1042?")
    with world.inside():
        heard.conversation.customer.refresh_from_db()
        assert heard.conversation.customer.name == talk.seller.shopper.name  # Meta was asked who they are
        draft = Draft.objects.get(conversation=heard.conversation)
    assert draft.state == DraftState.READY
    assert "1Z999AA10123456784" not in draft.text
    assert "Columbus" not in draft.text
    assert "?" in draft.text
    assert talk.posts(f"drafts/{draft.pk}/approval").status_code == 200
    talk.sends()
    assert talk.got() == [draft.text.strip()]
    with world.inside():
        [answer] = heard.conversation.messages.filter(direction="out")
    assert answer.send_state == OutgoingState.SENT
    if talk.seller.kind == "facebook":
        assert "Delivered" in talk.page(heard.conversation)


def test_a_comment_is_answered_in_public_without_private_data_then_once_in_private(
    world: World, talk: Talk
) -> None:
    world.buys("#1042")
    heard, said = talk.comments("Where is my order #1042??")
    conversation = heard.conversation
    assert conversation.is_public
    with world.inside():
        draft = Draft.objects.get(conversation=conversation)
    assert "1Z999AA10123456784" not in draft.text
    assert "#1042" not in draft.text
    page = talk.page(conversation)
    assert "Reply publicly" in page
    assert "Reply privately: once, until" in page
    assert (
        talk.posts(f"c/{conversation.pk}/messages", text="We are on it.", key="public-1").status_code == 200
    )
    answered = talk.posts(
        f"c/{conversation.pk}/private",
        comment=str(heard.pk),
        text="Please tell us your e-mail.",
        key="private-1",
    )
    assert answered.status_code == 200
    talk.sends()
    assert [each.text for each in talk.seller.post("post").comments if each.parent_id == said.id] == [
        "We are on it."
    ]
    assert talk.got() == ["Please tell us your e-mail."]
    with world.inside():
        [public] = conversation.messages.filter(direction="out")
        private = Message.objects.select_related("conversation").get(text="Please tell us your e-mail.")
        assert public.send_state == private.send_state == OutgoingState.SENT
        assert private.conversation.thread == talk.seller.person
        assert private.author == world.bob
        assert AuditEvent.objects.filter(kind="conversation.answered_privately").exists()
    again = talk.posts(
        f"c/{conversation.pk}/private", comment=str(heard.pk), text="And more.", key="private-2"
    )
    assert again.status_code == 422
    assert "had its one private answer" in again.content.decode()
    assert "Answered privately." in talk.page(conversation)
    with world.inside(), pytest.raises(Forbidden, match="once the customer has answered"):
        private.conversation.reply("One more thing.", world.bob)
    answer = talk.writes("maya@mail.example")
    assert answer.conversation_id == private.conversation_id
    with world.inside():
        assert private.conversation.reply("Thank you.", world.bob)


# ---- private answers


def test_a_private_answer_without_an_answer_of_meta_is_found_and_not_repeated(
    world: World, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(0.6))
    heard, _ = talk.comments("It broke!")
    with world.inside():
        comment = Message.objects.select_related("channel", "conversation__channel", "private_reply").get(
            pk=heard.pk
        )
        private = privately.reply(comment, "We are sorry.", world.bob, key="k")
    talk.seller.trouble.ask(talk.seller.kind, Kind.SILENT)
    dispatch.deliver(world.organization.pk, private.pk)
    talk.sends()
    with world.inside():
        private.refresh_from_db()
        assert private.send_state == OutgoingState.SENT
        assert private.conversation.thread == talk.seller.person
    assert talk.got() == ["We are sorry."]


def test_a_private_answer_joins_the_thread_that_is_there(world: World, talk: Talk) -> None:
    before = talk.writes("Hello?").conversation
    heard, _ = talk.comments("Nobody answers me")
    talk.posts(f"c/{heard.conversation_id}/private", comment=str(heard.pk), text="We do now.", key="k")
    talk.sends()
    with world.inside():
        private = Message.objects.get(text="We do now.")
        assert private.conversation_id == before.pk
        assert not Conversation.objects.filter(thread__startswith="private/").exists()


def test_undone_it_may_be_written_again(world: World, talk: Talk) -> None:
    heard, _ = talk.comments("It broke!")
    talk.posts(f"c/{heard.conversation_id}/private", comment=str(heard.pk), text="Wrong words", key="k1")
    with world.inside():
        private = Message.objects.get(text="Wrong words")
    assert talk.posts(f"messages/{private.pk}/undo").status_code == 200
    with world.inside():
        heard.conversation.refresh_from_db()
        assert heard.conversation.waiting_since
    assert (
        talk.posts(
            f"c/{heard.conversation_id}/private", comment=str(heard.pk), text="Right", key="k2"
        ).status_code
        == 200
    )
    talk.sends()
    assert talk.got() == ["Right"]


def test_after_a_week_a_comment_has_no_private_answer(world: World, talk: Talk) -> None:
    heard, _ = talk.comments("It broke!")
    with world.inside():
        Message.objects.filter(pk=heard.pk).update(sent_at=timezone.now() - timedelta(days=8))
    refused = talk.posts(f"c/{heard.conversation_id}/private", comment=str(heard.pk), text="Sorry", key="k")
    assert refused.status_code == 422
    assert "7 days after a comment" in refused.content.decode()


# ---- hiding


def test_a_comment_is_hidden_and_shown_again_and_the_trail_says_who(world: World, talk: Talk) -> None:
    heard, said = talk.comments("Buy followers at scam.example")
    for hidden, words in (("1", "Show comment"), ("0", "Hide comment")):
        assert talk.posts(f"comments/{heard.pk}/hiding", hidden=hidden).status_code == 200
        assert talk.posts(f"comments/{heard.pk}/hiding", hidden=hidden).status_code == 422  # two clicks
        talk.sends()
        assert said.hidden is (hidden == "1")
        assert words in talk.page(heard.conversation)
        done = world.client_of(world.bob).get(world.url(f"conversations/{heard.conversation.pk}/actions"))
        assert {"1": "Hide comment", "0": "Show comment"}[hidden] in done.content.decode()
    with world.inside():
        assert Action.objects.filter(kind="hide_comment", ended="done").count() == 2
        assert AuditEvent.objects.filter(kind="message.hidden").count() == 1


def test_hiding_without_a_clear_answer_is_tried_again(world: World, talk: Talk) -> None:
    heard, said = talk.comments("Bad words")
    talk.seller.trouble.ask(talk.seller.kind, Kind.GARBAGE)
    talk.posts(f"comments/{heard.pk}/hiding", hidden="1")
    talk.sends()
    talk.sends()
    assert said.hidden
    with world.inside():
        heard.refresh_from_db()
        assert heard.covered_at


def test_what_is_no_comment_cannot_be_hidden(world: World, talk: Talk) -> None:
    heard = talk.writes("Hello?")
    assert talk.posts(f"comments/{heard.pk}/hiding", hidden="1").status_code == 422
    assert "Hide comment" not in talk.page(heard.conversation)


# ---- clocks


def test_the_composer_says_until_when_and_by_which_rule(world: World, talk: Talk) -> None:
    heard = talk.writes("Hello?")
    assert "24 hours after the customer's last message. A person may until" in talk.page(
        heard.conversation
    ).replace("&#x27;", "'")
    for days, words in ((2, "Only a person may write now"), (8, "The time for an answer is over")):
        with world.inside():
            Message.objects.filter(pk=heard.pk).update(sent_at=timezone.now() - timedelta(days=days))
        assert words in talk.page(heard.conversation)
    with world.inside():
        with pytest.raises(Forbidden, match="7 days"):
            heard.conversation.reply("Too late.", world.bob)
        Message.objects.filter(pk=heard.pk).update(sent_at=timezone.now() - timedelta(days=2))
        with pytest.raises(Forbidden, match="A person may still answer"):
            heard.conversation.reply("By a machine.", None, news=True)
        assert heard.conversation.reply("By a person.", world.bob)


# ---- the door


def test_one_door_gives_each_channel_its_own_part(world: World, talk: Talk) -> None:
    with world.inside():
        other = Channel.objects.create(
            kind=talk.seller.kind,
            name="The other",
            external_id="777",
            credentials={"app_secret": talk.seller.shop.client_secret},
            settings={"app_id": talk.seller.shop.client_id},
        )
    item = {
        "sender": {"id": "1"},
        "recipient": {"id": "777"},
        "timestamp": 1764072000123,
        "message": {"mid": "o1", "text": "Hi"},
    }
    whole = {
        "object": talk.seller.connector.platform.object,  # type: ignore[attr-defined]
        "entry": [{"id": "777", "time": 1, "messaging": [item]}, {"id": "888", "time": 1, "messaging": []}],
    }
    body = json.dumps(whole).encode()
    signature = {
        "X-Hub-Signature-256": f"sha256={hmac_hex(talk.seller.shop.client_secret, body)}",
        "Content-Type": "application/json",
    }
    for _ in range(2):
        assert talk.called(signature, body).status_code == 200
    assert talk.called({**signature, "X-Hub-Signature-256": "sha256=0"}, body).status_code == 401
    with world.inside():
        assert Delivery.objects.filter(channel=other).count() == 1
        assert not Delivery.objects.filter(channel=talk.channel, topic="webhook").exists()
        assert Message.objects.get(external_id="o1").channel_id == other.pk
    channel_door = world.url(f"hooks/{other.pk}")
    sent = {"X-Hub-Signature-256": signature["X-Hub-Signature-256"]}
    assert Client().post(channel_door, body, content_type="application/json", headers=sent).status_code == 200


def test_who_asks_to_be_forgotten_gets_a_code_and_a_page_that_says_how_it_stands(
    world: World, talk: Talk
) -> None:
    heard = talk.writes("Hello?")
    text = request_of(
        {"algorithm": "HMAC-SHA256", "user_id": talk.seller.person}, talk.seller.shop.client_secret
    )
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = talk.called(form, f"signed_request={text}".encode(), "?deletion")
    told = json.loads(answer.content)
    assert told["confirmation_code"] in told["url"]
    status = Client().get(urlsplit(told["url"]).path)
    assert status.status_code == 200
    assert "is gone" in status.content.decode()
    with world.inside():
        assert Erasure.objects.get().done_at
        assert Customer.objects.get(pk=heard.conversation.customer_id).erased_at
        assert not Message.objects.filter(pk=heard.pk).exists()
    assert talk.called(form, b"signed_request=forged.payload", "?deletion").status_code == 401
    assert Client().get(world.url(f"hooks/{talk.seller.kind}/erasures/unknown")).status_code == 404


def test_whoever_agreed_and_leaves_takes_the_connection_with_them(world: World, talk: Talk) -> None:
    said: dict[str, object] = {"algorithm": "HMAC-SHA256", "user_id": "1"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    text = request_of(said, talk.seller.shop.client_secret)
    assert talk.called(form, f"signed_request={text}".encode(), "?deauthorization").status_code == 200
    with world.inside():
        talk.channel.refresh_from_db()
    assert talk.channel.state == "lost"
