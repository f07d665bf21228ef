"""Every address of an organization, as somebody who does not belong there."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.world import World

SAMPLES = {"uuid": str(uuid4()), "slug": "some-slug", "int": "1", "str": "token"}
OPEN_DOORS = {
    "hook",
    "invitation",
    "erasure_status",
}  # for machines with a signature, and for people with an invitation or a code


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, str]]:
    for each in patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, path)
        elif path.startswith("o/<slug:slug>/") and each.name not in OPEN_DOORS:
            yield each.name or path, path.removeprefix("o/<slug:slug>/")


def filled(path: str) -> str:
    for kind, value in SAMPLES.items():
        while f"<{kind}:" in path:
            start = path.index(f"<{kind}:")
            path = path[:start] + value + path[path.index(">", start) + 1 :]
    return path


ADDRESSES = sorted(set(addresses(get_resolver().url_patterns)))


def test_there_are_addresses_to_try():
    assert len(ADDRESSES) > 40


@pytest.mark.parametrize(("name", "path"), ADDRESSES, ids=[name for name, _ in ADDRESSES])
def test_a_stranger_gets_404_everywhere(world: World, name: str, path: str):
    stranger = world.client_of(world.charlie)
    for method in (stranger.get, stranger.post):
        assert method(world.url(filled(path))).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(world: World):
    answer = Client().get(world.url())
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_rows_of_another_organization_do_not_exist_in_ones_own(world: World):
    conversation = world.conversation("Northpine only")
    charlie = world.client_of(world.charlie)
    own = f"/o/{world.neighbour.slug}/"
    for path in (
        f"c/{conversation.pk}",
        f"conversations/{conversation.pk}/draft",
        f"api/conversations/{conversation.pk}",
    ):
        assert charlie.get(own + path).status_code == 404


def test_an_organization_that_does_not_exist_looks_like_one_that_is_not_yours(world: World):
    assert world.client_of(world.charlie).get("/o/nobody-here/").status_code == 404
