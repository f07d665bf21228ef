"""Measures how good the machine is and writes docs/quality.md: understanding, verification, safety, search.

The same figures every time: all chance is seeded, and the page holds no date. What needs data that is not here is
skipped and says so. An organization made for the search is undone with its transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from agents.quality import adversarial, intents, knowledge, mutation, paraphrase, with_model
from agents.quality.page import Section
from inbox.models import Organization

PAGE = Path(settings.BASE_DIR) / "docs" / "quality.md"
PAGE_WITH_MODEL = PAGE.with_name("quality-model.md")
_HEAD = """# How good the machine is

Made by `manage.py quality`; do not edit it by hand. Everything here is measured on this machine without a language
model, by the files in `agents/quality/`, one measure each. What becomes of a language model's drafts: `quality-model.md`.
"""


def _undone(measure: Callable[[UUID], Section]) -> Section:
    """In an organization of its own, of which nothing stays."""
    with transaction.atomic():
        made = Organization.objects.create(name="Measured", slug="measured-by-quality")
        section = measure(made.pk)
        transaction.set_rollback(True)
    return section


MEASURES: dict[str, Callable[[], Section]] = {
    "intents": intents.measure,
    "mutation": mutation.measure,
    "paraphrase": paraphrase.measure,
    "adversarial": partial(_undone, adversarial.measure),
    "knowledge": partial(_undone, knowledge.measure),
}
# Those that need no database, side by side in processes of their own.
_APART = ("mutation", "intents", "paraphrase")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=MEASURES, help="print one measure and write nothing")
        parser.add_argument(
            "--model",
            type=int,
            metavar="LETTERS",
            help="have the configured model answer so many letters instead",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["model"]:
            PAGE_WITH_MODEL.write_text(with_model.measure(options["model"]).as_page())
            self.stdout.write(f"Written to {PAGE_WITH_MODEL}")
            return
        if options["only"]:
            self.stdout.write(MEASURES[options["only"]]().as_markdown())
            return
        began = time.monotonic()
        with ProcessPoolExecutor(2, get_context("spawn"), initializer=django.setup) as pool:
            apart = {name: pool.submit(MEASURES[name]) for name in _APART}
            sections = {name: measure() for name, measure in MEASURES.items() if name not in _APART}
            sections |= {name: future.result() for name, future in apart.items()}
        PAGE.write_text("\n".join([_HEAD, *(sections[name].as_markdown() for name in MEASURES)]))
        self.stdout.write(f"Written to {PAGE} after {time.monotonic() - began:.0f} s")
