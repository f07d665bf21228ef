"""The envelope of one organization: run in the background, shown, and the gate before anything may be automatic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agents.envelope import keeping
from agents.envelope.scenario import scenarios
from agents.models import EnvelopeRun, Policy, RunState, envelope_run
from agents.rules.standard import rules
from tests.world import World

URL = "settings/machine/envelope"


def outcome(name: str, *faults: str, wish: str = "cancel", deeds: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"condition": "transactional", "name": name, "wish": wish, "faults": faults, "deeds": deeds}


def ended(world: World, *outcomes: dict[str, Any], **facts: Any) -> EnvelopeRun:
    with world.inside():
        made: EnvelopeRun = EnvelopeRun.objects.create(
            **{"state": RunState.DONE, "outcomes": list(outcomes), "total": len(outcomes), **facts}
        )
        return made


def why_not(world: World, intent: str = "cancel", action: str = "") -> str:
    with world.inside():
        return keeping.why_not(intent, action)


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope_run, "wake", lambda *args, **ids: None)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two scenarios stand for all."""
    few = [
        each
        for each in scenarios()
        if "a parcel is, with the day" in each.name or "their way and no word" in each.name
    ]
    monkeypatch.setattr(keeping, "scenarios", lambda: tuple(few))


def test_an_admin_has_it_run_and_reads_the_table(world: World, two: None) -> None:
    client = world.client_of(world.alice)
    assert "never run here" in client.get(world.url(URL)).content.decode()
    assert client.post(world.url(f"{URL}/new")).status_code == 302
    with world.inside():
        run = EnvelopeRun.objects.get()
    keeping.run_envelope(world.organization.pk, run.pk)
    keeping.run_envelope(world.organization.pk, run.pk)  # a second wake-up finds nothing to do
    with world.inside():
        run.refresh_from_db()
    assert (run.state, run.done, run.total) == (RunState.DONE, 2, 2)
    page = client.get(world.url(URL)).content.decode()
    assert "Informational" in page
    assert "Run it again" in page
    assert "2 scenarios hold" in client.get(world.url("settings/machine")).content.decode() or run.passed < 2


def test_while_it_runs_the_screen_shows_how_far_it_is_and_starts_no_second(world: World) -> None:
    ended(world, outcome("one"), state=RunState.WORKING, total=9)
    client = world.client_of(world.alice)
    page = client.get(world.url(URL)).content.decode()
    assert "1 of 9" in page
    assert 'hx-trigger="every 2s"' in page
    client.post(world.url(f"{URL}/new"))
    with world.inside():
        assert EnvelopeRun.objects.count() == 1


def test_a_run_whose_worker_died_says_so_and_gives_way(world: World) -> None:
    ended(world, state=RunState.WORKING, heard_at=timezone.now() - timedelta(minutes=9))
    client = world.client_of(world.alice)
    assert "The worker stopped." in client.get(world.url(URL)).content.decode()
    client.post(world.url(f"{URL}/new"))
    with world.inside():
        assert EnvelopeRun.objects.filter(state=RunState.WORKING).count() == 1


def test_failing_cases_are_listed_with_the_reason(world: World) -> None:
    ended(world, outcome("too late", "it guesses"), outcome("in time"))
    page = world.client_of(world.sam).get(world.url(URL)).content.decode()
    assert "too late" in page
    assert "it guesses" in page
    assert "in time" not in page


def test_a_wish_becomes_automatic_only_while_all_of_its_scenarios_hold(world: World) -> None:
    assert "never run" in why_not(world)
    ended(
        world, outcome("too late", "it guesses"), outcome("in time"), outcome("other", "no", wish="exchange")
    )
    assert why_not(world).startswith("1 of its 2 scenarios fail in the Resolution Envelope: “too late”")
    ended(world, outcome("too late"), outcome("in time"), outcome("other", "no", wish="exchange"))
    assert why_not(world) == ""
    assert "No scenario" in why_not(world, "subscription")


def test_a_kind_of_action_is_held_by_the_scenarios_that_carry_it_out(world: World) -> None:
    ended(world, outcome("twice", "2 effects", deeds=("refund",)), outcome("once", deeds=("cancel",)))
    assert "“twice”" in why_not(world, "", "refund")
    assert why_not(world, "", "cancel") == ""


def test_other_rules_need_another_run(world: World) -> None:
    ended(world, outcome("in time"))
    with world.inside():
        Policy.put_in_force(rules(), world.alice)
    assert "The rules have changed" in why_not(world)


def test_a_run_that_is_not_over_says_nothing_yet(world: World) -> None:
    ended(world, outcome("in time"), state=RunState.WORKING)
    assert "never run" in why_not(world)


def test_only_admins_start_it_and_strangers_find_nothing(world: World) -> None:
    assert world.client_of(world.sam).post(world.url(f"{URL}/new")).status_code == 403
    assert world.client_of(world.bob).get(world.url(URL)).status_code == 403
    stranger = world.client_of(world.charlie)
    assert stranger.get(world.url(URL)).status_code == 404
    assert stranger.post(world.url(f"{URL}/new")).status_code == 404
    ended(world, outcome("ours"))
    with world.inside():
        ours = EnvelopeRun.objects.count()
    assert ours == 1
