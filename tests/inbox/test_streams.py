from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.tenancy import scope
from connectors.events import About, MessageEdited, MessageReceived, MessageRemoved, Party, Spot
from connectors.sandbox.chatter import comments
from inbox import erasing, intake, live, promoting, streams
from inbox.models import (
    CommentGroup,
    Conversation,
    Erasure,
    GroupKind,
    GroupState,
    Message,
    OutgoingState,
    Stream,
    StreamComment,
)
from inbox.rules import Forbidden
from inbox.signals import groups_opened
from tests.world import World

LIVE = About(Spot.LIVE, "live-1", "Autumn jackets", "https://live.example/1", "maya.makes", ("p-1",))


def a_comment(
    text: str = "How much is it?", about: About = LIVE, author: str = "", **facts
) -> MessageReceived:
    author = author or f"u{uuid4().hex[:8]}"
    return MessageReceived(
        external_id=facts.pop("external_id", f"c-{uuid4().hex}"),
        sender=Party({"instagram": author}, display=f"@{author}"),
        text=text,
        sent_at=facts.pop("sent_at", datetime.now(UTC)),
        public=True,
        about=about,
        **facts,
    )


def hears(world: World, *events: MessageReceived) -> None:
    with world.inside():
        intake._receive_all([(world.mailbox, event) for event in events])


def groups(world: World) -> dict[str, CommentGroup]:
    with world.inside():
        return {group.text: group for group in CommentGroup.objects.select_related("stream__channel")}


def test_a_comment_under_a_live_is_never_a_conversation(world: World):
    hears(world, a_comment())
    with world.inside():
        assert not Conversation.objects.exists()
        stream = Stream.objects.get()
        assert (stream.title, stream.creator, stream.products, stream.count) == (
            "Autumn jackets", "maya.makes", ["p-1"], 1
        )  # fmt: skip
        comment = StreamComment.objects.get()
        assert (comment.text, comment.products) == ("How much is it?", ["p-1"])


def test_the_same_question_in_other_words_and_tongues_is_one_group(world: World):
    hears(
        world,
        *(a_comment(text) for text in ("How much is it?", "PRICE??", "cuánto cuesta", "Was kostet das?")),
    )
    assert {text: group.count for text, group in groups(world).items()} == {"How much is it?": 4}


def test_what_must_be_the_same_keeps_groups_apart(world: World):
    hears(world, *(a_comment(f"do you ship to {place}?") for place in ("Canada", "Germany", "Kanada")))
    assert {text: group.count for text, group in groups(world).items()} == {
        "do you ship to Canada?": 2,
        "do you ship to Germany?": 1,
    }


def test_the_same_words_while_something_else_is_shown_are_another_question(world: World):
    other = About(Spot.LIVE, "live-1", products=("p-2",))
    hears(world, a_comment("how much?"), a_comment("how much??", other))
    with world.inside():
        assert sorted(CommentGroup.objects.values_list("products", "count")) == [(["p-1"], 1), (["p-2"], 1)]
        stream = Stream.objects.get()
    assert stream.products == ["p-2"], "what is shown now"
    assert stream.title == "Autumn jackets", "what a platform leaves out stays"


def test_the_same_comment_twice_is_one(world: World):
    event = a_comment()
    hears(world, event, event)
    hears(world, event)
    with world.inside():
        assert StreamComment.objects.count() == Stream.objects.get().count == 1
        assert CommentGroup.objects.get().count == 1


def test_a_hundred_comments_take_as_many_statements_as_two(world: World):
    remarks = comments(3)
    hears(world, *(a_comment(each.text) for each in itertools.islice(remarks, 50)))

    def statements(count: int) -> int:
        events = [a_comment(each.text) for each in itertools.islice(remarks, count)]
        with world.inside(), CaptureQueriesContext(connection) as captured:
            intake._receive_all([(world.mailbox, event) for event in events])
        return len(captured)

    assert statements(100) <= statements(2) <= 13


def test_greetings_and_spam_are_two_groups_whatever_they_say(world: World):
    hears(
        world,
        *(
            a_comment(text)
            for text in ("hi from Texas", "🔥🔥", "so cute", "earn $500 a day", "https://x.example")
        ),
    )
    with world.inside():
        assert dict(CommentGroup.objects.values_list("kind", "count")) == {"greeting": 3, "spam": 2}


def test_agents_hear_only_of_what_nobody_had_said(world: World):
    told = []
    listen = lambda **facts: told.append(facts["organization_id"])  # noqa: E731
    groups_opened.connect(listen)
    try:
        hears(world, a_comment("is it waterproof?"), a_comment("hello!!"))
        hears(world, a_comment("waterproof??"))
    finally:
        groups_opened.disconnect(listen)
    assert told == [world.organization.pk]


def test_screens_hear_of_the_live_and_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch):
    heard = []
    monkeypatch.setattr(live, "_publish", lambda organization, names: heard.extend(names))
    hears(world, *(a_comment() for _ in range(20)))
    with world.inside():
        assert set(heard) == {f"stream:{Stream.objects.get().pk}"}


def test_one_answer_goes_to_all_who_asked_and_takes_in_who_asks_again(world: World):
    hears(world, a_comment("how much?", external_id="c-old"), a_comment("how much??", external_id="c-new"))
    [group] = groups(world).values()
    with world.inside():
        message = promoting.answer(group, "It is $128.", world.bob)
        assert message.send_state == OutgoingState.QUEUED
        conversation = Conversation.objects.get()
        assert (conversation.thread, conversation.is_public, conversation.state) == ("c-new", True, "closed")
    hears(world, a_comment("price?"))
    [group] = groups(world).values()
    assert (group.state, group.count, group.waiting) == (GroupState.ANSWERED, 3, 1)
    with world.inside():
        assert Conversation.objects.count() == 1


def test_whoever_answers_second_is_told(world: World):
    hears(world, a_comment())
    [group] = groups(world).values()
    with world.inside():
        promoting.answer(group, "It is $128.", world.bob)
    with world.inside(), pytest.raises(Forbidden, match="answered already"):
        promoting.answer(group, "It is $128.", world.sam)
    with world.inside():
        assert Message.objects.filter(direction="out").count() == 1


def test_an_answer_is_taken_back_until_it_leaves_and_may_be_given_again(world: World):
    hears(world, a_comment())
    [group] = groups(world).values()
    with world.inside():
        promoting.answer(group, "It is $12.", world.bob)
        assert promoting.take_back(group, world.bob)
    [group] = groups(world).values()
    assert (group.state, group.waiting, group.answer_id) == (GroupState.OPEN, 1, None)
    with world.inside():
        promoting.answer(group, "It is $128.", world.bob)
        said = Message.objects.filter(direction="out").values_list("text", "send_state")
        assert set(said) == {("It is $12.", "cancelled"), ("It is $128.", "queued")}
        assert Conversation.objects.get().state == "closed"


def test_an_answer_that_does_not_arrive_comes_to_the_queue(world: World):
    hears(world, a_comment())
    [group] = groups(world).values()
    with world.inside():
        promoting.answer(group, "It is $128.", world.bob)  # this mailbox delivers nothing
    with world.inside():
        conversation = Conversation.objects.get()
        assert (conversation.state, conversation.marks) == ("open", ["not_delivered"])


def test_talking_to_somebody_opens_an_ordinary_conversation(world: World):
    hears(world, a_comment("mine came broken", external_id="c-9"))
    with world.inside():
        comment = StreamComment.objects.select_related("stream__channel").get()
        conversation = promoting.talk(comment, world.bob)
        assert (conversation.state, conversation.assignee, conversation.is_public) == (
            "open",
            world.bob,
            True,
        )
    hears(world, a_comment("yes, since Monday", thread="c-9"))
    with world.inside():
        assert list(conversation.messages.values_list("text", flat=True)) == [
            "mine came broken",
            "yes, since Monday",
        ]
        assert StreamComment.objects.count() == 1


def test_replies_under_what_was_answered_and_closed_stay_in_the_live(world: World):
    hears(world, a_comment(external_id="c-1"))
    [group] = groups(world).values()
    with world.inside():
        promoting.answer(group, "It is $128.", world.bob)
    with world.inside():
        Conversation.objects.update(state="closed")  # this mailbox delivers nothing, so it came back
    hears(world, a_comment("thanks!!", thread="c-1"))
    with world.inside():
        assert Conversation.objects.get().state == "closed"
        assert StreamComment.objects.count() == 2


def test_the_sellers_own_comment_stands_among_the_others_and_asks_nothing(world: World):
    hears(world, a_comment("Use the code on our page", ours=True))
    with world.inside():
        comment = StreamComment.objects.get()
        assert comment.ours
        assert comment.group is None
        assert not CommentGroup.objects.exists()


def test_what_was_taken_back_is_gone_and_what_was_changed_reads_anew(world: World):
    hears(world, a_comment("a secret", external_id="c-1"), a_comment("how mcuh", external_id="c-2"))
    with world.inside():
        intake.receive(world.mailbox, MessageRemoved("c-1", datetime.now(UTC)))
        intake.receive(world.mailbox, MessageEdited("c-2", "how much", datetime.now(UTC)))
        assert sorted(StreamComment.objects.values_list("text", "author"))[0] == ("", "")
        assert StreamComment.objects.filter(text="how much").exists()


def test_words_that_were_taken_back_no_longer_stand_for_the_group(world: World):
    hears(world, a_comment("how much is it, asks Jane Roe", external_id="c-1"))
    hears(
        world,
        a_comment("how much is it, asks jane roe?"),
        a_comment("do you ship to Canada?", external_id="c-3"),
    )
    with world.inside():
        intake.receive(world.mailbox, MessageRemoved("c-1", datetime.now(UTC)))
        intake.receive(world.mailbox, MessageRemoved("c-3", datetime.now(UTC)))
    [group] = groups(world).values()
    assert (group.text, group.count) == ("how much is it, asks jane roe?", 2)


def test_a_live_runs_as_long_as_somebody_writes(world: World):
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    hears(world, a_comment(sent_at=long_ago))
    with world.inside():
        assert not Stream.objects.get().is_running
    hears(world, a_comment())
    with world.inside():
        stream = Stream.objects.get()
        assert stream.is_running
        assert sum(stream.pace.values()) == 1, "only the last half hour's minutes are kept"


def test_complaints_and_questions_come_first_and_then_what_most_wait_for(world: World):
    def rank(kind: GroupKind, waiting: int) -> float:
        group = CommentGroup(organization=world.organization, kind=kind, waiting=waiting)
        group.settle_rank()
        return group.rank

    assert rank(GroupKind.COMPLAINT, 1) > rank(GroupKind.BUYING, 1) > rank(GroupKind.OTHER, 900)
    assert rank(GroupKind.BUYING, 40) > rank(GroupKind.COMPLAINT, 2)


def test_who_is_forgotten_is_forgotten_under_lives_too(world: World):
    hears(world, a_comment("mine came broken", author="ana"), a_comment("how much?", author="ana"))
    hears(world, a_comment("PRICE please", author="joe"))
    with world.inside():
        comment = StreamComment.objects.select_related("stream__channel").get(text="mine came broken")
        customer = promoting.talk(comment, world.bob).customer
        erasure = Erasure.ask(customer, world.alice.actor)
    erasing.erase(world.organization.pk, erasure.pk)
    with world.inside():
        assert list(StreamComment.objects.values_list("author", flat=True)) == ["@joe"]
        assert list(CommentGroup.objects.values_list("text", flat=True)) == ["PRICE please"]


def test_neither_changed_words_nor_wordings_of_the_forgotten_stay(world: World):
    hears(world, a_comment("jacket price zebra", author="ana", external_id="c-1"))
    hears(world, a_comment("jacket price zebra please", author="joe"))
    hears(world, a_comment("jacket price giraffe zebra", author="ana", external_id="c-2"))
    with world.inside():
        intake.receive(world.mailbox, MessageEdited("c-1", "never mind", datetime.now(UTC)))
        comment = StreamComment.objects.select_related("stream__channel").get(external_id="c-2")
        erasure = Erasure.ask(promoting.talk(comment, world.bob).customer, world.alice.actor)
    erasing.erase(world.organization.pk, erasure.pk)
    [group] = groups(world).values()
    assert group.text == "jacket price zebra please"
    assert "giraf" not in str(group.phrasings)
    assert group.phrasings


def test_a_strangers_lives_are_not_seen(world: World):
    hears(world, a_comment())
    with scope(world.neighbour.pk):
        assert not Stream.objects.exists()
        assert not StreamComment.objects.exists()


def test_only_comments_of_lives_are_kept_here():
    post = About(Spot.POST, "post-1")
    assert streams.is_comment(a_comment())
    assert not streams.is_comment(a_comment(about=post))
