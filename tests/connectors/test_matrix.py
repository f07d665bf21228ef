"""docs/channels.md says of every command what the code says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from connectors.commands import Command, SendMessage
from connectors.registry import connectors

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text()
SECTION = PAGE.split("## What can be done at a platform")[1].split("\n## ")[0]
KINDS = {connector.label: connector for connector in connectors().values()}


def _tables() -> Iterator[tuple[list[str], dict[str, list[str]]]]:
    """Of each table of the section: whose columns, and the cells of each command."""
    for block in SECTION.split("\n\n"):
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in block.splitlines()
            if line[:1] == "|"
        ]
        if rows:
            yield rows[0][1:], {row[0].strip("`"): row[1:] for row in rows[2:]}


SAID = [(label, at, cells) for head, cells in _tables() for at, label in enumerate(head)]


def test_every_command_has_its_row() -> None:
    written = {name for _, _, cells in SAID for name in cells}
    assert written == {kind.__name__ for kind in get_args(Command)} - {SendMessage.__name__}


@pytest.mark.parametrize(("label", "at", "cells"), SAID, ids=[label for label, _, _ in SAID])
def test_it_says_yes_where_the_connector_does(label: str, at: int, cells: dict[str, list[str]]) -> None:
    said = {name for name, row in cells.items() if row[at].startswith("yes")}
    assert said == {kind.__name__ for kind in KINDS[label].commands}
    assert all(row[at] for row in cells.values())  # and where not, why


def test_whoever_can_do_something_has_a_column() -> None:
    able = {connector.label for connector in KINDS.values() if connector.commands}
    assert able <= {label for label, _, _ in SAID}
