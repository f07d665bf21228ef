"""A live's page: what it shows, what it costs, what the verbs do."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from connectors.sandbox.chatter import comments
from inbox import promoting
from inbox.models import CommentGroup, GroupState, Message, Stream, StreamComment
from tests.inbox.test_screens import HTMX, statements
from tests.inbox.test_streams import a_comment, hears
from tests.world import World


@pytest.fixture(autouse=True)
def _nobody_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Message, "wake", lambda self: None)


@pytest.fixture
def bob(world: World) -> Client:
    return world.client_of(world.bob)


def the_live(world: World) -> Stream:
    with world.inside():
        return Stream.objects.get()


def test_without_a_live_the_page_says_what_will_be_here(world: World, bob: Client):
    assert "No live yet" in bob.get(world.url("streams/")).content.decode()


def test_the_rail_names_lives_only_where_there_are_any(world: World, bob: Client):
    assert "lives-link" not in bob.get(world.url("waiting"), headers=HTMX).content.decode()
    hears(world, a_comment("do you ship to Canada?"))
    rail = bob.get(world.url("waiting"), headers=HTMX).content.decode()
    assert 'data-key="g l"' in rail


def test_a_running_live_shows_its_questions_its_newest_comments_and_what_is_shown(world: World, bob: Client):
    hears(world, a_comment("do you ship to Canada?", author="ana"), a_comment("so cute", author="joe"))
    page = bob.get(world.url(f"streams/{the_live(world).pk}")).content.decode()
    assert "do you ship to Canada?" in page
    assert "@joe" in page
    assert "Autumn jackets" in page
    assert "Needs your words" in page


def test_each_part_of_the_page_costs_the_same_however_many_comments(world: World, bob: Client):
    def cost() -> tuple[int, int]:
        pk = the_live(world).pk
        return (
            statements(bob, world.url(f"streams/{pk}/groups"), HTMX),
            statements(bob, world.url(f"streams/{pk}/pulse"), HTMX),
        )

    hears(world, a_comment("do you ship to Canada?"))
    few = cost()
    hears(world, *(a_comment(each.text) for each in itertools.islice(comments(5), 60)))
    assert cost() <= few
    assert few[0] <= 7
    assert few[1] <= 7


def test_n_dismisses_and_the_undo_brings_it_back(world: World, bob: Client):
    hears(world, a_comment("do you ship to Canada?"))
    with world.inside():
        group = CommentGroup.objects.get()
    answer = bob.post(world.url(f"streams/groups/{group.pk}/dismissal"), headers=HTMX)
    assert "advance" in answer["HX-Trigger"]
    hears(world, a_comment("ship to Canada??"))
    with world.inside():
        group.refresh_from_db()
        assert (group.state, group.count) == (GroupState.DISMISSED, 2)
    bob.post(world.url(f"streams/groups/{group.pk}/dismissal/delete"), headers=HTMX)
    with world.inside():
        group.refresh_from_db()
        assert group.state == GroupState.OPEN


def test_an_undo_that_comes_after_an_answer_opens_nothing_again(world: World, bob: Client):
    hears(world, a_comment("do you ship to Canada?"))
    with world.inside():
        group = CommentGroup.objects.get()
    bob.post(world.url(f"streams/groups/{group.pk}/dismissal"), headers=HTMX)
    with world.inside():
        answer = promoting.answer(group, "We do.", world.bob)
    undo = bob.post(world.url(f"streams/groups/{group.pk}/dismissal/delete"), headers=HTMX)
    assert undo.status_code == 422
    with world.inside():
        group.refresh_from_db()
        assert (group.state, group.answer) == (GroupState.ANSWERED, answer)


def test_what_a_person_writes_goes_out_where_the_machine_knows_nothing(world: World, bob: Client):
    hears(world, a_comment("do you ship to Canada?"))
    with world.inside():
        group = CommentGroup.objects.get()
    url = world.url(f"lives/groups/{group.pk}")
    assert "Write the answer" in bob.get(url, headers=HTMX).content.decode()
    assert bob.post(f"{url}/approval", headers=HTMX).status_code == 422
    bob.post(f"{url}/edit", {"text": "We do.", "confirmed": "1"}, headers=HTMX)
    with world.inside():
        assert Message.objects.get(direction="out").text == "We do."
    bob.post(world.url(f"streams/groups/{group.pk}/answer/undo"), headers=HTMX)
    with world.inside():
        group.refresh_from_db()
        assert group.state == GroupState.OPEN


def test_words_of_a_comment_are_words(world: World, bob: Client):
    hears(world, a_comment("<script>alert(1)</script> how much?"))
    page = bob.get(world.url(f"streams/{the_live(world).pk}")).content.decode()
    assert "<script>alert" not in page
    with world.inside():
        assert StreamComment.objects.exists()
