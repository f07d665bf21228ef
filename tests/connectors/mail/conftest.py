"""One room for each test that wants real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.mail.room import Room, open_room


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        yield opened
