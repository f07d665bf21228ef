from __future__ import annotations

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from tests.audit.trail import Trail
from tests.world import World


def verify_trail(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_trail", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def verify_broken_trail(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="The trail is broken") as failure:
        call_command("verify_trail", *arguments, stdout=out, no_color=True)
    assert failure.value.returncode == 1
    return out.getvalue()


def test_it_says_that_the_chain_is_intact(world: World, trail: Trail) -> None:
    for _ in range(3):
        trail.record()
    trail.seal()
    said = verify_trail("--organization", world.organization.slug)
    assert f"{world.organization.slug}: 3 events, chain intact" in said
    assert "head 3:" in said


def test_it_names_the_broken_row_and_fails(world: World, trail: Trail, intruder: psycopg.Connection) -> None:
    events = [trail.record() for _ in range(3)]
    trail.seal()
    intruder.execute("UPDATE audit_auditevent SET kind = 'a.b' WHERE id = %s", [events[1]])
    said = verify_broken_trail("--organization", world.organization.slug)
    assert "chain BROKEN" in said
    assert f"position 2, event {events[1]}: the event was changed" in said


def test_it_checks_against_a_noted_head(world: World, trail: Trail) -> None:
    trail.record()
    trail.seal()
    slug = world.organization.slug
    head = verify_trail("--organization", slug).split("head ")[1].strip()
    assert "intact" in verify_trail("--organization", slug, "--noted", head)
    assert "rewritten" in verify_broken_trail("--organization", slug, "--noted", "1:" + "0" * 64)


@pytest.mark.parametrize("arguments", [("--organization", "nobody"), ("--noted", "1:ab")])
def test_it_says_what_is_wrong_with_the_question(world: World, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("verify_trail", *arguments)
