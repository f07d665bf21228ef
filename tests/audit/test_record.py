from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent, CustomerKey
from audit.record import CLOCK, MACHINE, Actor, erase, record
from config.tenancy import NoScope, scope
from tests.audit.trail import Trail
from tests.world import World


def read(trail: Trail, event_id: UUID) -> AuditEvent:
    with scope(trail.organization_id):
        event = AuditEvent.objects.get(pk=event_id)
        CustomerKey.open([event])
        return event


def test_it_keeps_who_did_what_to_what(world: World, trail: Trail) -> None:
    conversation = uuid4()
    event_id = trail.record(
        "channel.paused",
        actor=world.bob.actor,
        subject=world.shop,
        conversation_id=conversation,
        data={"count": 2},
    )
    event = trail.event(event_id)
    assert (event.kind, event.actor_kind, event.actor_id, event.actor_label) == (
        "channel.paused",
        "member",
        str(world.bob.pk),
        str(world.bob),
    )
    assert (event.subject_type, event.subject_id) == ("channel", str(world.shop.pk))
    assert (event.conversation_id, event.data) == (conversation, {"count": 2})
    assert (datetime.now(UTC) - event.at).total_seconds() < 5


def test_it_needs_a_scope(world: World) -> None:
    with pytest.raises(NoScope):
        record("message.sent", actor=MACHINE)


def test_it_is_gone_with_the_deed_it_belongs_to(trail: Trail, customer_id: UUID) -> None:
    with suppress(RuntimeError), scope(trail.organization_id):
        record("message.sent", actor=MACHINE, customer_id=customer_id, personal={"text": "Hello"})
        raise RuntimeError("the deed failed")
    with scope(trail.organization_id):
        assert not AuditEvent.objects.exists()
        assert not CustomerKey.objects.exists()
    assert trail.seal() == 0


def test_it_seals_words_under_the_customers_key(trail: Trail, customer_id: UUID) -> None:
    event_id = trail.record(customer_id=customer_id, personal={"text": "Grüße aus Albany"})
    event = read(trail, event_id)
    assert event.personal == {"text": "Grüße aus Albany"}
    assert event.sealed is not None
    assert b"Albany" not in bytes(event.sealed)
    assert event.data == {}


def test_it_keeps_a_customers_name_out_of_the_clear(trail: Trail, customer_id: UUID) -> None:
    event_id = trail.record(
        "message.received", actor=Actor("customer", "7", "Maya Okafor"), customer_id=customer_id
    )
    event = read(trail, event_id)
    assert event.actor_label == ""
    assert event.personal == {"name": "Maya Okafor"}


@pytest.mark.parametrize(
    "content",
    [
        {"personal": {"text": "Hello"}},
        {"actor": Actor("customer", label="Maya")},
        {"data": {"at": datetime(2026, 11, 22)}},
        {"data": {"steps": [{"at": datetime(2026, 11, 22)}]}},
        {"data": {"share": float("nan")}},
        {"actor": Actor("robot")},
        {"kind": "sent"},
    ],
)
def test_it_refuses_what_could_not_be_proven_or_erased(trail: Trail, content: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        trail.record(**content)  # type: ignore[arg-type]


def test_it_refuses_objects_it_cannot_write(trail: Trail) -> None:
    with pytest.raises(TypeError, match="object"):
        trail.record(data={"thing": object()})


def test_it_writes_exact_amounts_ids_and_times(trail: Trail) -> None:
    at, row = datetime(2026, 11, 22, 9, 0, tzinfo=UTC), uuid4()
    event = trail.event(
        trail.record(actor=CLOCK, data={"amount": Decimal("38.50"), "row": row, "at": at, "tags": ("a",)})
    )
    assert event.data == {"amount": "38.50", "row": str(row), "at": at.isoformat(), "tags": ["a"]}


def test_it_survives_what_postgres_cannot_store(trail: Trail) -> None:
    assert trail.event(trail.record(data={"subject": "a\0b\ud800"})).data == {"subject": "ab?"}


def test_it_masks_before_it_writes(trail: Trail, customer_id: UUID) -> None:
    event_id = trail.record(
        customer_id=customer_id,
        data={"headers": {"Authorization": "Bearer abc"}},
        personal={"text": "Use 4111 1111 1111 1111 please"},
    )
    event = read(trail, event_id)
    assert event.data == {"headers": {"Authorization": "[secret]"}}
    assert event.personal == {"text": "Use [card ending 1111] please"}


def test_it_costs_one_query_and_one_more_for_words(trail: Trail, customer_id: UUID) -> None:
    trail.record(customer_id=customer_id, personal={"text": "first"})
    with scope(trail.organization_id):
        with CaptureQueriesContext(connection) as queries:
            record("message.sent", actor=MACHINE, data={"n": 1})
        assert len(queries) == 1
        with CaptureQueriesContext(connection) as queries:
            record("message.sent", actor=MACHINE, customer_id=customer_id, personal={"text": "second"})
        assert len(queries) == 2


def test_it_forgets_an_erased_customer(trail: Trail, customer_id: UUID) -> None:
    event_id = trail.record(customer_id=customer_id, data={"n": 1}, personal={"text": "Hello"})
    with scope(trail.organization_id):
        erase(customer_id, MACHINE)
    event = read(trail, event_id)
    assert event.personal is None
    assert event.data == {"n": 1}
    with scope(trail.organization_id):
        key = CustomerKey.objects.get(customer_id=customer_id)
        assert bytes(key.wrapped) == b""
        assert AuditEvent.objects.filter(kind="customer.erased", customer_id=customer_id).exists()


def test_it_keeps_nothing_personal_of_an_erased_customer(trail: Trail, customer_id: UUID) -> None:
    with scope(trail.organization_id):
        erase(customer_id, MACHINE)  # before a single word of theirs came
    event = read(trail, trail.record(customer_id=customer_id, data={"n": 1}, personal={"text": "Me again"}))
    assert event.sealed is None
    assert event.data == {"n": 1, "erased": True}


def test_it_leaves_other_customers_readable(trail: Trail, customer_id: UUID) -> None:
    event_id = trail.record(customer_id=customer_id, personal={"text": "Hello"})
    with scope(trail.organization_id):
        erase(uuid4(), MACHINE)
    assert read(trail, event_id).personal == {"text": "Hello"}


def test_it_hides_the_trail_from_other_organizations(world: World, trail: Trail, customer_id: UUID) -> None:
    event_id = trail.record(customer_id=customer_id, personal={"text": "Hello"})
    with scope(world.neighbour.pk):
        assert not AuditEvent.objects.filter(pk=event_id).exists()
        with connection.cursor() as cursor:
            for table in ("audit_auditevent", "audit_customerkey", "audit_unsealed", "audit_seal"):
                cursor.execute(
                    f"SELECT count(*) FROM {table} WHERE organization_id = %s", [trail.organization_id]
                )
                assert cursor.fetchone() == (0,)
