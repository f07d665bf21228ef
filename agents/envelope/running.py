"""Makes the pass over scenarios, carries out their deeds, and judges; nothing of it is kept."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from agents import drafting
from agents.envelope import doing, judging
from agents.envelope.houses import Staff, build, houses
from agents.envelope.judging import Seen
from agents.envelope.scenario import Scenario
from agents.envelope.staging import Staged, pretended, stage
from agents.models import Action, Draft
from config.tenancy import scope
from connectors import registry


@dataclass(frozen=True)
class Outcome:
    condition: str
    name: str
    wish: str
    faults: tuple[str, ...]
    seconds: float = 0.0
    deeds: tuple[str, ...] = ()  # kinds of actions that were carried out in it

    @property
    def passed(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Outcome:
        return cls(**{**kept, "faults": tuple(kept["faults"]), "deeds": tuple(kept["deeds"])})


def run(scenarios: Iterable[Scenario]) -> Iterator[Outcome]:
    """Each in its own house, which is built once and torn down. Outside any scope."""
    ordered = sorted(scenarios, key=lambda each: each.house)
    for key, of_it in groupby(ordered, key=lambda each: each.house):
        with transaction.atomic():
            organization_id, staff = build(houses()[key])
            outcomes = [tried(each, organization_id, staff) for each in of_it]
            transaction.set_rollback(True)
        yield from outcomes


def run_in(organization_id: UUID, scenarios: Iterable[Scenario]) -> Iterator[Outcome]:
    """In a real organization, by its own rules and articles: what is tried is undone before anybody can see it."""
    for each in scenarios:
        yield tried(each, organization_id, None)


def tried(scenario: Scenario, organization_id: UUID, staff: Staff | None) -> Outcome:
    """`staff` None: the organization is a real one."""
    began = time.monotonic()
    platforms = pretended()
    with registry.standing_in(platforms), scope(organization_id), transaction.atomic():
        staged = Staged(organization_id, scenario, platforms=platforms)
        try:
            found = tuple(_faults(staged, staff))
        except Exception as error:  # a scenario that breaks the machine is a failing one
            found = (f"{type(error).__name__}: {error}"[:300],)
        transaction.set_rollback(True)
    seconds = round(time.monotonic() - began, 3)
    kinds = tuple(dict.fromkeys(each["kind"] for each in scenario.deeds))
    return Outcome(scenario.condition, scenario.name, scenario.wish, found, seconds, kinds)


def _faults(staged: Staged, staff: Staff | None) -> Iterator[str]:
    message, deeds = stage(staged), staged.scenario.deeds
    drafting.run_pass(staged.organization_id, message.pk)
    draft = Draft.objects.select_related("run", "conversation__channel").filter(message=message).first()
    if draft is None or draft.run.problem:
        yield draft.run.problem if draft else "Nobody read it."
        return
    actions = list(Action.objects.filter(conversation=message.conversation_id, proposed_by=None))
    yield from judging.faults(
        Seen(staged.scenario, draft, actions, secrets=_secrets(staged), own_rules=staff is None)
    )
    if deeds:
        hired = staff or Staff.hire()
        for said in deeds:
            yield from doing.faults(said, doing.carry_out(staged, said, hired), own_rules=staff is None)


def _secrets(staged: Staged) -> list[str]:
    """Of everybody else's orders: who they are, where they live, what they paid, their parcel."""
    strangers = [
        (row, said) for row, said in zip(staged.orders, staged.scenario.orders, strict=True) if "of" in said
    ]
    return [
        secret
        for row, said in strangers
        for secret in (
            said["of"].split()[-1],
            str(row.shipping_address.get("postal_code", "")),
            str(row.total),
            *(parcel.tracking_number for parcel in row.shipments.all()),
        )
    ]
