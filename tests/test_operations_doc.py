"""docs/operations.md keeps up with the settings."""

from __future__ import annotations

import re

from tests.servers import ROOT

GUIDE = (ROOT / "docs" / "operations.md").read_text()


def test_every_variable_the_settings_read_is_explained():
    source = (ROOT / "config" / "settings.py").read_text()
    names = set(re.findall(r'\b(?:text|flag|number|database|redis_url)\("([A-Z_]+)"', source))
    assert len(names) > 20  # the pattern still finds them
    assert {name for name in names if f"`{name}`" not in GUIDE} == set()


def test_every_variable_of_the_compose_file_is_explained():
    source = (ROOT / "docker-compose.yml").read_text()
    names = set(re.findall(r"\$\{([A-Z_]+)", source))
    assert {name for name in names if name not in GUIDE} == set()


def test_it_explains_nothing_that_is_not_read():
    read = "\n".join(path.read_text() for path in [*ROOT.glob("config/*.py"), ROOT / "docker-compose.yml"])
    explained = set(re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", GUIDE, re.MULTILINE))
    names = {name for cell in explained for name in re.findall(r"[A-Z_]+", cell)}
    assert {name for name in names if name not in read} == set()
