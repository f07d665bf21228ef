"""Finding conversations by how words begin, kept by the database whatever road a change takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox import queries
from inbox.models import Conversation, Customer
from inbox.models.search import SearchWord, words_of
from tests.world import World, build


def found(world: World, text: str, state: str = "open") -> set[str]:
    with world.inside():
        page = queries.conversations(queries.Filters(me=world.bob, text=text, state=state))
        return {str(row.customer) for row in page.rows}


def write(world: World, name: str, email: str, **columns: str) -> Conversation:
    with world.inside():
        customer = Customer.objects.create(name=name, email=email)
        return Conversation.objects.create(channel=world.shop, customer=customer, thread=name, **columns)


def test_it_finds_by_name_address_subject_order_number_and_newest_words(world: World) -> None:
    write(
        world, "Zoë Łuk", "zl@mail.example", subject="Late parcel", order_number="#A-1042", snippet="It rains"
    )
    write(world, "Ben Fox", "fox@mail.example", subject="Wrong size", snippet="Too small")
    for text in ("zoe", "ZOË", "zl@mail", "late par", "#A-10", "1042", "rain", "zoë parcel 1042"):
        assert found(world, text) == {"Zoë Łuk"}, text
    assert found(world, "mail.example") == {"Zoë Łuk", "Ben Fox"}
    assert found(world, "zoe small") == set()
    assert found(world, "zoe", state="closed") == set()
    assert found(world, "#") == {"Zoë Łuk", "Ben Fox"}  # nothing to look for yet


def test_a_new_message_and_a_name_that_becomes_known_are_found_at_once(world: World) -> None:
    conversation = write(world, "", "ana@mail.example", snippet="Hello there")
    assert found(world, "hello") == {"ana@mail.example"}
    with world.inside():
        conversation.reply("Your parcel left today", world.bob)
        conversation.customer.name = "Ana Ito"
        conversation.customer.save(update_fields=["name"])
    assert found(world, "left today") == {"Ana Ito"}
    assert found(world, "ito") == {"Ana Ito"}
    assert found(world, "hello") == set()


def test_nobody_finds_what_another_organization_was_told(world: World) -> None:
    elsewhere = build()
    write(elsewhere, "Cy Lee", "cy@mail.example")
    assert found(world, "cy") == set()
    assert found(elsewhere, "cy") == {"Cy Lee"}
    with world.inside():
        assert not SearchWord._base_manager.filter(word="lee").exists()


def test_common_words_are_tried_in_turn_and_cost_as_many_queries(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ana Ito", "Ana Fox", "Ben Fox"):
        write(world, name, "", snippet="Where is it")
    monkeypatch.setattr(SearchWord, "FEW", 1)
    assert found(world, "ana where") == {"Ana Ito", "Ana Fox"}
    assert found(world, "ben where") == {"Ben Fox"}
    with world.inside(), CaptureQueriesContext(connection) as captured:
        queries.conversations(queries.Filters(me=world.bob, text="ana where is it"))
    assert len(captured) == 4


def test_the_database_and_what_is_typed_agree_on_words(world: World) -> None:
    said = "Ünïcode: STRASSE, naïve_case 12-34 #A1 日本 привет " + "x" * 60
    with world.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT inbox_words(%s)", [said])
        assert sorted(cursor.fetchone()[0]) == sorted(words_of(said))
