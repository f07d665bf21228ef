from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from audit import chain, tasks
from audit.models import AuditEvent, Seal, Unsealed
from audit.record import MACHINE, erase, record
from audit.verify import verify
from config.tenancy import scope
from tests.audit.trail import Trail
from tests.world import World


def problems(trail: Trail) -> list[tuple[int | None, UUID | None, str]]:
    return [(each.position, each.event_id, each.what) for each in verify(trail.organization_id).problems]


def sealed(trail: Trail, count: int) -> list[UUID]:
    events = [trail.record(data={"n": n}) for n in range(count)]
    trail.seal()
    return events


def test_an_empty_trail_is_intact(trail: Trail) -> None:
    verdict = verify(trail.organization_id)
    assert verdict.intact
    assert verdict.count == 0


def test_it_links_what_is_committed_in_order(trail: Trail, customer_id: UUID) -> None:
    events = [trail.record(customer_id=customer_id, personal={"text": f"{n}"}) for n in range(5)]
    assert trail.seal() == 5
    assert trail.seal() == 0
    with scope(trail.organization_id):
        links = list(Seal.objects.order_by("position").values_list("position", "event_id"))
        assert not Unsealed.objects.exists()
    assert links == list(enumerate(events, 1))
    verdict = verify(trail.organization_id)
    assert (verdict.intact, verdict.count, verdict.waiting, verdict.position) == (True, 5, 0, 5)


def test_it_works_in_batches(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 3)
    assert [trail.record() for _ in range(7)]
    assert trail.seal() == 7
    assert verify(trail.organization_id).intact


def test_it_stays_intact_under_many_writers_of_whom_some_commit_late(trail: Trail) -> None:
    writers, each, late = 5, 30, threading.Event()

    def write(number: int) -> None:
        with closing(connection):
            for n in range(each):
                trail.record(data={"writer": number, "n": n})

    def write_late() -> None:
        with closing(connection), scope(trail.organization_id):
            record("message.sent", actor=MACHINE, data={"late": True})
            begun.set()
            late.wait(10)

    begun = threading.Event()
    with ThreadPoolExecutor(writers + 1) as pool:
        slow = pool.submit(write_late)
        begun.wait(10)
        work = [pool.submit(write, number) for number in range(writers)]
        total = 0
        while not all(job.done() for job in work):
            total += trail.seal()
        total += trail.seal()
        assert total == writers * each  # nobody waited for the late one
        late.set()
        slow.result()
        for job in work:
            job.result()
    assert trail.seal() == 1
    with scope(trail.organization_id):
        last, first = Seal.objects.latest("position"), Seal.objects.earliest("position")
        assert last.event.data == {"late": True}
        assert last.event_id < first.event_id  # older than all of them, linked behind them
    verdict = verify(trail.organization_id)
    assert (verdict.intact, verdict.count, verdict.waiting) == (True, writers * each + 1, 0)


def test_only_one_sealer_works_at_a_time(trail: Trail) -> None:
    trail.record()

    def seal_elsewhere() -> int:
        with closing(connection):
            return trail.seal()

    with ThreadPoolExecutor(1) as pool:
        with scope(trail.organization_id):
            assert chain._alone(trail.organization_id)
            assert pool.submit(seal_elsewhere).result(10) == 0
        assert pool.submit(seal_elsewhere).result(10) == 1


def test_many_sealers_at_once_leave_no_gap(trail: Trail) -> None:
    def work(number: int) -> int:
        with closing(connection):
            trail.record(data={"n": number})
            return trail.seal()

    with ThreadPoolExecutor(6) as pool:
        done = sum(pool.map(work, range(60)))
    assert done + trail.seal() == 60
    assert verify(trail.organization_id).intact


CHANGES: dict[str, str] = {
    "its kind": "kind = 'message.failed'",
    "its time": "at = at + interval '1 second'",
    "its author": "actor_label = 'Somebody else'",
    "its data": "data = '{\"n\": 3}'",
    "its words": "sealed = 'x'::bytea",
    "its customer": "customer_id = gen_random_uuid()",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_it_finds_a_changed_event(trail: Trail, intruder: psycopg.Connection, change: str) -> None:
    events = sealed(trail, 5)
    intruder.execute(f"UPDATE audit_auditevent SET {change} WHERE id = %s", [events[2]])
    assert problems(trail) == [(3, events[2], "the event was changed")]


def test_it_finds_an_event_moved_to_another_organization(
    world: World, trail: Trail, intruder: psycopg.Connection
) -> None:
    events = sealed(trail, 3)
    change = "UPDATE audit_auditevent SET organization_id = %s WHERE id = %s"
    intruder.execute(change, [world.neighbour.pk, events[1]])
    assert problems(trail) == [(2, events[1], "the event was removed")]


def test_it_finds_a_removed_event(trail: Trail, intruder: psycopg.Connection) -> None:
    events = sealed(trail, 5)
    intruder.execute("DELETE FROM audit_auditevent WHERE id = %s", [events[1]])
    assert problems(trail) == [(2, events[1], "the event was removed")]


def test_it_finds_an_event_removed_with_its_seal(trail: Trail, intruder: psycopg.Connection) -> None:
    events = sealed(trail, 5)
    intruder.execute("DELETE FROM audit_seal WHERE event_id = %s", [events[1]])
    intruder.execute("DELETE FROM audit_auditevent WHERE id = %s", [events[1]])
    found = problems(trail)
    assert found[0] == (2, None, "the event and its seal were removed")
    assert (found[1][0], found[1][1]) == (3, events[2])


def test_it_finds_reordered_rows(trail: Trail, intruder: psycopg.Connection) -> None:
    events = sealed(trail, 5)
    for seal, position in ((events[1], 99), (events[2], 2), (events[1], 3)):
        intruder.execute("UPDATE audit_seal SET position = %s WHERE event_id = %s", [position, seal])
    found = problems(trail)
    assert [(position, event_id) for position, event_id, _ in found[:2]] == [(2, events[2]), (3, events[1])]
    assert "moved" in found[0][2]


def test_it_finds_a_seal_made_to_fit_a_changed_event(trail: Trail, intruder: psycopg.Connection) -> None:
    events = sealed(trail, 5)
    intruder.execute("UPDATE audit_auditevent SET kind = 'message.failed' WHERE id = %s", [events[2]])
    with scope(trail.organization_id):
        forged = chain.event_hash(AuditEvent.objects.values_list(*chain.FIELDS).get(pk=events[2]))
    intruder.execute("UPDATE audit_seal SET event_hash = %s WHERE event_id = %s", [forged, events[2]])
    assert [each[:2] for each in problems(trail)] == [(3, events[2])]


@pytest.mark.parametrize("rewritten", [True, False], ids=["rewritten", "cut off"])
def test_a_noted_head_gives_away_even_a_whole_new_chain(
    trail: Trail, intruder: psycopg.Connection, rewritten: bool
) -> None:
    events = sealed(trail, 4)
    before = verify(trail.organization_id)
    noted = (before.position, before.head.hex())
    intruder.execute("DELETE FROM audit_seal WHERE organization_id = %s", [trail.organization_id])
    intruder.execute("DELETE FROM audit_auditevent WHERE id = %s", [events[3]])
    left = events[:3] if not rewritten else [*events[:3], trail.record(data={"forged": True})]
    with scope(trail.organization_id):
        Unsealed.objects.all().delete()
        Unsealed.objects.bulk_create([Unsealed(id=event_id) for event_id in left])
    trail.seal()
    assert verify(trail.organization_id).intact
    verdict = verify(trail.organization_id, noted=noted)
    assert [each.position for each in verdict.problems] == [4]
    assert ("rewritten" if rewritten else "cut") in verdict.problems[0].what


def test_it_finds_an_event_that_was_never_sealed(trail: Trail) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=61), tick=True):
        old = trail.record()
    fresh = trail.record()
    assert problems(trail) == [(None, old, "never sealed, though older than 60 s")]
    assert verify(trail.organization_id).waiting == 2
    trail.seal()
    assert fresh
    assert verify(trail.organization_id).intact


def test_erasing_a_customer_keeps_the_chain_valid(trail: Trail, customer_id: UUID) -> None:
    for n in range(3):
        trail.record(customer_id=customer_id, personal={"text": f"word {n}"})
    trail.seal()
    head = verify(trail.organization_id).head
    with scope(trail.organization_id):
        erase(customer_id, MACHINE)
    assert verify(trail.organization_id).head == head
    trail.seal()
    verdict = verify(trail.organization_id)
    assert (verdict.intact, verdict.count) == (True, 4)


def test_it_counts_all_problems_and_keeps_the_first(
    trail: Trail, intruder: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.verify.MOST", 2)
    sealed(trail, 5)
    intruder.execute(
        "UPDATE audit_auditevent SET kind = 'a.b' WHERE organization_id = %s", [trail.organization_id]
    )
    verdict = verify(trail.organization_id)
    assert (verdict.problem_count, [each.position for each in verdict.problems]) == (5, [1, 2])


def test_verifying_takes_the_same_few_queries_for_any_length(
    trail: Trail, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    sealed(trail, 1)
    few = count_queries(lambda: verify(trail.organization_id))
    sealed(trail, 40)
    assert count_queries(lambda: verify(trail.organization_id)) == few <= 8


def test_the_task_seals_every_organization(world: World, trail: Trail) -> None:
    other = Trail(world.neighbour.pk)
    trail.record(), other.record()
    tasks.seal()
    assert verify(trail.organization_id).count == verify(other.organization_id).count == 1


def test_one_organizations_trouble_leaves_the_others_sealed(
    world: World, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, real = Trail(world.neighbour.pk), chain.seal
    trail.record(), other.record()

    def seal(organization_id: UUID) -> int:
        if organization_id == trail.organization_id:
            raise RuntimeError("disk full")
        return real(organization_id)

    monkeypatch.setattr(chain, "seal", seal)
    tasks.seal()
    assert verify(other.organization_id).count == 1


def test_organizations_have_chains_of_their_own(world: World, trail: Trail) -> None:
    other = Trail(world.neighbour.pk)
    trail.record(), other.record(), trail.record()
    trail.seal(), other.seal()
    assert verify(trail.organization_id).position == 2
    assert verify(other.organization_id).position == 1
    assert verify(uuid4()).count == 0
