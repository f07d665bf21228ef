"""docs/channels.md says of every command what the code says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from connectors.commands import Command, SendMessage
from connectors.registry import connectors

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text()
SECTION = PAGE.split("## What can be done at a platform")[1].split("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in SECTION.splitlines() if line[:1] == "|"
]
HEAD, CELLS = ROWS[0][1:], {row[0].strip("`"): row[1:] for row in ROWS[2:]}
KINDS = {connector.label: connector for connector in connectors().values()}


def test_every_command_has_its_row() -> None:
    assert set(CELLS) == {kind.__name__ for kind in get_args(Command)} - {SendMessage.__name__}


@pytest.mark.parametrize("label", HEAD)
def test_it_says_yes_where_the_connector_does(label: str) -> None:
    at, connector = HEAD.index(label), KINDS[label]
    said = {name for name, row in CELLS.items() if row[at].startswith("yes")}
    assert said == {kind.__name__ for kind in connector.commands}
    assert all(row[at] for row in CELLS.values())  # and where not, why
