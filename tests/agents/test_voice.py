"""The brand's voice, set by an admin, and what no answer may say."""

from __future__ import annotations

import pytest

from agents.checking import manners
from agents.facts.evidence import Sentence
from agents.models import Draft, DraftState
from agents.writing.forms import VoiceForm
from inbox.models import Organization
from tests.world import World

SET = {"tone": "formal", "greets_by": "full", "signature": "Team Northpine", "forbidden_words": "cheap\nguys"}


def test_an_admin_sets_how_answers_sound_and_the_next_draft_does(world: World):
    alice = world.client_of(world.alice)
    entered = {**SET, "says_automatic": "on", "closing": "See you on the trail,"}
    assert alice.post(world.url("settings/voice"), entered).status_code == 302
    world.buys()
    message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.get(message=message)
    assert draft.state == DraftState.READY
    assert draft.text.startswith("Dear Maya Okafor,")
    assert draft.text.endswith("This is an automatic answer.\n\nSee you on the trail,\nTeam Northpine")


def test_the_page_shows_an_example_of_what_stands_in_the_form_before_it_is_saved(world: World):
    alice = world.client_of(world.alice)
    assert b"An example" in alice.get(world.url("settings/voice")).content
    page = alice.post(
        world.url("settings/voice/preview"), {**SET, "greeting": "Ahoy {name}!"}
    ).content.decode()
    assert "Ahoy Maya Okafor!" in page
    assert Organization.objects.get(pk=world.organization.pk).phrases == {}


def test_only_admins_set_the_voice(world: World):
    assert world.client_of(world.bob).get(world.url("settings/voice")).status_code == 403
    assert world.client_of(world.charlie).get(world.url("settings/voice")).status_code == 404


@pytest.mark.parametrize(
    "phrase",
    ["You get 10% off next time!", "We will refund you.", "See you by Friday,", "Hi {order},", "x" * 200],
)
def test_a_phrase_that_states_or_promises_something_is_refused(phrase: str):
    form = VoiceForm({**SET, "offer": phrase}, instance=Organization(name="Northpine"))
    assert "offer" in form.errors


def test_words_the_brand_does_not_use_are_found_in_any_case_and_only_whole():
    northpine = Organization(name="Northpine", forbidden_words=["cheap", "no problem"])
    said = [Sentence("A CHEAP trick, cheaply done."), Sentence("No problem!")]
    assert [(each.sentence, each.text) for each in manners.breaches(said, northpine)] == [
        (0, "CHEAP"),
        (1, "No problem"),
    ]


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("I'm a real person, don't worry.", True),
        ("You are talking to a human being.", True),
        ("I am not a bot.", True),
        ("As a person who runs too, I know.", True),
        ("A person will look into it.", False),
        ("Please ask the people in your household.", False),
    ],
)
def test_the_machine_never_says_that_it_is_a_person(text: str, is_wrong: bool):
    assert bool(manners.breaches([Sentence(text)], Organization(name="Northpine"))) is is_wrong
    assert not manners.breaches([Sentence(text)], Organization(name="Northpine"), by_machine=False)


def test_an_edit_with_a_forbidden_word_is_doubtful(world: World):
    Organization.objects.filter(pk=world.organization.pk).update(forbidden_words=["cheap"])
    world.buys()
    message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.get(message=message)
        assert [claim.text for claim in draft.doubtful("It is cheap.") if claim.kind == "wording"] == [
            "cheap"
        ]
