"""Rotating master keys: the old one can be thrown away once everything is sealed anew."""

from __future__ import annotations

from io import StringIO
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.models import AuditEvent, CustomerKey
from inbox import resealing
from inbox.models import Channel
from tests.world import World


@pytest.fixture
def rotated(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new master key stands before the old ones; both have sealed something. The new key."""
    world.writes("Where is my jacket?")
    newest = Fernet.generate_key().decode()
    monkeypatch.setattr(settings, "MASTER_KEYS", [newest, *settings.MASTER_KEYS])
    with world.inside():
        Channel.objects.create(kind="fedex", name="F", external_id="f", credentials={"client_secret": "new"})
    only_this(world, monkeypatch)
    return newest


def only_this(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests leave organizations behind, sealed under keys that are gone."""
    pks = [world.organization.pk, world.neighbour.pk]
    rows = type(world.organization).objects.filter(pk__in=pks)
    monkeypatch.setattr(resealing, "Organization", type("Both", (), {"objects": rows}))


def sealed_anew() -> str:
    said = StringIO()
    call_command("reseal", stdout=said)
    return said.getvalue()


def words(world: World) -> list[Any]:
    with world.inside():
        events = list(AuditEvent.objects.filter(kind="message.received"))
        CustomerKey.open(events)
        return [event.personal and event.personal["text"] for event in events]


def test_the_old_key_may_go_once_everything_is_sealed_anew(
    world: World, rotated: str, monkeypatch: pytest.MonkeyPatch
):
    said = sealed_anew()
    assert "inbox_channel.credentials: 4 sealed anew, 1 under the newest key already" in said
    assert "audit_customerkey.wrapped: 1 sealed anew" in said
    monkeypatch.setattr(settings, "MASTER_KEYS", [rotated])
    with world.inside():
        assert Channel.objects.get(pk=world.shop.pk).credentials["client_secret"] == "hush"
        assert Channel.objects.get(kind="fedex").credentials["client_secret"] == "new"
    assert words(world) == ["Where is my jacket?"]


def test_a_second_run_changes_nothing(world: World, rotated: str):
    sealed_anew()
    assert "0 sealed anew, 5 under the newest key already" in sealed_anew()


def test_broken_off_it_goes_on_where_it_stopped(world: World, rotated: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resealing, "BATCH", 2)
    done: list[bytes] = []

    def broken_off(sealed: bytes) -> bytes | None:
        done.append(sealed)
        if len(done) > 2:
            raise KeyboardInterrupt
        return real(sealed)

    real = resealing.reseal
    with monkeypatch.context() as patched:
        patched.setattr(resealing, "reseal", broken_off)
        with pytest.raises(KeyboardInterrupt):
            sealed_anew()
    assert "2 sealed anew, 3 under the newest key already" in sealed_anew()


def test_what_no_key_opens_is_named_and_the_rest_is_done(
    world: World, rotated: str, owner: psycopg.Connection
):
    foreign = Fernet(Fernet.generate_key()).encrypt(b"{}")
    owner.execute("UPDATE inbox_channel SET credentials = %s WHERE id = %s", [foreign, world.ups.pk])
    complaints = StringIO()
    with pytest.raises(CommandError, match="1 cannot be opened"):
        call_command("reseal", stdout=StringIO(), stderr=complaints)
    assert str(world.ups.pk) in complaints.getvalue()
    with world.inside():
        assert Channel.objects.get(pk=world.shop.pk).credentials["client_secret"] == "hush"


def test_an_erased_customer_stays_erased(world: World, rotated: str):
    with world.inside():
        customer_id = CustomerKey.objects.get().customer_id
        CustomerKey.destroy(customer_id)
    sealed_anew()
    with world.inside():
        assert bytes(CustomerKey.objects.get().wrapped) == b""
    assert words(world) == [None]
