"""Several sources of one platform, each read in its own time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import RawDelivery
from connectors.errors import AuthorizationLost, Unreachable
from connectors.rhythm import Found, Source, look

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Pages = dict[str, list[Any]]


def read(name: str, minutes: int) -> Source[Pages]:
    def found(pages: Pages, place: dict[str, Any], now: datetime) -> Found:
        page = pages[name].pop(0)
        if isinstance(page, Exception):
            raise page
        delivery = RawDelivery(name, page, b"{}")
        return Found([delivery], {**place, "last": page}, more=bool(pages[name]))

    return Source(name, timedelta(minutes=minutes), found)


SOURCES = [read("chats", 3), read("orders", 10)]


def keys(pages: Pages, cursor: str | None, minute: int) -> tuple[list[str], str | None]:
    page = look("Mossy", SOURCES, pages, cursor, NOON + timedelta(minutes=minute))
    return [each.key for each in page.deliveries], page.cursor


def test_each_source_waits_for_its_own_time() -> None:
    _, cursor = keys({"chats": ["c1"], "orders": ["o1"]}, None, 0)
    assert keys({"chats": [], "orders": []}, cursor, 2)[0] == []
    assert keys({"chats": ["c2"], "orders": []}, cursor, 3)[0] == ["c2"]


def test_what_is_left_is_read_at_once_also_on_a_later_look() -> None:
    _, cursor = keys({"chats": ["c1"], "orders": ["o1"]}, None, 0)
    found, cursor = keys({"chats": ["c2", "c3"], "orders": []}, cursor, 3)
    assert found == ["c2"]
    assert keys({"chats": ["c3"], "orders": []}, cursor, 3)[0] == ["c3"]


def test_one_that_cannot_be_read_keeps_its_place_and_holds_nobody_back() -> None:
    _, cursor = keys({"chats": ["c1"], "orders": ["o1"]}, None, 0)
    found, cursor = keys({"chats": [Unreachable("Away.")], "orders": ["o2"]}, cursor, 10)
    assert found == ["o2"]
    assert json.loads(cursor or "")["chats"]["last"] == "c1"
    assert keys({"chats": ["c2"], "orders": []}, cursor, 10)[0] == ["c2"]


def test_when_none_can_be_read_the_first_reason_is_told() -> None:
    with pytest.raises(Unreachable, match="Away"):
        keys({"chats": [Unreachable("Away.")], "orders": [Unreachable("Too.")]}, None, 0)


def test_a_lost_authorisation_is_never_taken_for_a_bad_day() -> None:
    with pytest.raises(AuthorizationLost):
        keys({"chats": ["c1"], "orders": [AuthorizationLost("Gone.")]}, None, 0)


def test_an_answer_that_lacks_something_is_no_answer() -> None:
    with pytest.raises(Unreachable, match="Mossy's answer lacks or garbles 'id'"):
        keys({"chats": [KeyError("id")], "orders": [KeyError("id")]}, None, 0)
