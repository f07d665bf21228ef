"""A sample of what `manage.py envelope` runs whole, that a case which does not hold is found, and the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.actions import kinds
from agents.envelope import judging
from agents.envelope.houses import houses, platforms
from agents.envelope.page import Ran, section
from agents.envelope.running import Outcome, run, run_in
from agents.envelope.scenario import Condition, Scenario, sample, scenarios
from agents.models import Draft, Run
from agents.understanding.intents import IntentKind
from connectors import registry
from inbox.models import Channel, Message, Organization
from tests.world import World


def named(words: str) -> Scenario:
    return next(each for each in scenarios() if words in each.name)


def test_every_condition_has_twenty_scenarios_over_several_channels_and_houses() -> None:
    for condition in Condition:
        of_it = [each for each in scenarios() if each.condition is condition]
        assert len({each.name for each in of_it}) == len(of_it) >= 20, condition
        assert len({each.channel for each in of_it}) >= 3, condition
    able = registry.with_capability("messages")  # type: ignore[arg-type]
    talking = {each.kind for each in able if not each.limits.spoken}
    assert {each.channel for each in scenarios()} == talking
    assert {each.house for each in scenarios()} == set(houses())


def test_scenarios_use_only_words_there_are() -> None:
    for each in scenarios():
        assert each.holds or each.deeds, each.key
        assert set(each.holds) <= set(judging.WORDS), each.key
        assert {deed["kind"] for deed in each.deeds} <= set(kinds()), each.key
        assert each.channel in platforms()["numbers"] or not each.orders or each.channel == "email"


def test_a_sample_holds_and_leaves_nothing_behind(world: World) -> None:
    chosen = [
        named("where a parcel is, with the day"),
        named("too late is said so"),
        named("final sale stays"),
    ]
    outcomes = list(run(chosen))
    assert [each.faults for each in outcomes] == [(), (), ()]
    assert not Organization.objects.filter(slug__startswith="envelope-").exists()


def test_what_does_not_hold_is_found_and_printed(world: World) -> None:
    wrong = replace(
        named("where a parcel is, with the day"), holds={"says": ["refund.amount"], "never": "UPS"}
    )
    [outcome] = run([wrong])
    assert len(outcome.faults) == 2
    page = section([Ran("without a model", [outcome])])
    assert "it does not say refund.amount" in page.body
    assert "it says “UPS”" in page.body
    assert page.figures == {"without a model": 0.0}


def test_a_deed_that_is_forbidden_or_lost_on_the_way_has_the_effects_it_should(world: World) -> None:
    lost, forbidden = named("a refund whose answer gets lost"), named("two weeks past")
    outcomes = list(run([lost, replace(forbidden, holds={})]))
    assert [each.faults for each in outcomes] == [(), ()]
    [deed] = forbidden.deeds
    [outcome] = run([replace(forbidden, holds={}, deeds=[{**deed, "rule": "final_sale"}])])
    assert "refused by window instead of final_sale" in outcome.faults[0]


def test_it_is_tried_in_a_real_organization_without_a_trace(world: World) -> None:
    with world.inside():
        before = [model.objects.count() for model in (Message, Draft, Run, Channel)]
    [outcome] = run_in(world.organization.pk, [named("where a parcel is, with the day")])
    assert outcome.passed, outcome.faults
    with world.inside():
        assert [model.objects.count() for model in (Message, Draft, Run, Channel)] == before


def test_a_sample_is_spread_over_the_conditions() -> None:
    chosen = sample(2)
    assert [each.condition for each in chosen] == [each for each in Condition for _ in range(2)]


@pytest.mark.parametrize("count", [0, 1])
def test_the_table_counts_by_condition(count: int) -> None:
    made = [Outcome(Condition.EMOTION, "sad", IntentKind.COMPLAINT, ("nothing in it is sorry",) * count)]
    assert f"| Emotion | 1 | {1 - count} | {count} |" in section([Ran("so", made)]).body
