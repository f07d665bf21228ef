"""Measures how good the machine is and writes docs/quality.md: understanding, verification, safety, search.

The same figures every time: all chance is seeded, and the page holds no date. What needs data that is not here is
skipped and says so. An organization made for the search is undone with its transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from agents.quality import intents, knowledge, mutation, paraphrase
from agents.quality.page import Section
from inbox.models import Organization

PAGE = Path(settings.BASE_DIR) / "docs" / "quality.md"
_HEAD = """# How good the machine is

Made by `manage.py quality`; do not edit it by hand. Everything here is measured on this machine without a language
model, by the files in `agents/quality/`, one measure each.
"""


def _search() -> Section:
    with transaction.atomic():
        made = knowledge.measure(Organization.objects.create(name="Measured", slug="measured-by-quality").pk)
        transaction.set_rollback(True)
    return made


MEASURES: dict[str, Callable[[], Section]] = {
    "intents": intents.measure,
    "mutation": mutation.measure,
    "paraphrase": paraphrase.measure,
    "knowledge": _search,
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=MEASURES, help="print one measure and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["only"]:
            self.stdout.write(MEASURES[options["only"]]().as_markdown())
            return
        sections = [self._taken(name, measure) for name, measure in MEASURES.items()]
        PAGE.write_text("\n".join([_HEAD, *(section.as_markdown() for section in sections)]))
        self.stdout.write(f"Written to {PAGE}")

    def _taken(self, name: str, measure: Callable[[], Section]) -> Section:
        began = time.monotonic()
        section = measure()
        self.stdout.write(f"{name.ljust(12)} {time.monotonic() - began:5.0f} s")
        return section
