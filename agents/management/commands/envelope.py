"""Runs the Resolution Envelope and prints condition × passed / failed, with the failing cases.

Without a model, then with one that misbehaves on purpose (it invents what it is not told). With --model, instead, by the
model that is configured. Nothing it makes stays in the database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings

from agents.envelope.page import Ran, section
from agents.envelope.running import run
from agents.envelope.scenario import Condition, Scenario, sample, scenarios
from config.model import model_config
from connectors.sandbox.model import ModelStandIn, running

PAGE = Path(settings.BASE_DIR) / "docs" / "envelope.md"
WITHOUT, MISBEHAVING = "without a model", "with a model that invents"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"make {PAGE.name} anew")
        parser.add_argument("--only", choices=list(Condition), help="one condition")
        parser.add_argument("--sample", type=int, metavar="N", help="so many of each condition")
        parser.add_argument("--model", action="store_true", help="by the configured model instead")
        parser.add_argument("--plain", action="store_true", help="without the model that misbehaves")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = _chosen(options)
        if options["model"]:
            if not model_config().configured:
                raise CommandError("No model is configured: set OPENAI_API_KEY and OPENAI_BASE_URL.")
            runs = [self._ran(f"with {model_config().draft_model}", chosen)]
        else:
            with override_settings(OPENAI_API_KEY=""):
                runs = [self._ran(WITHOUT, chosen)]
            if not options["plain"]:
                with misbehaving():
                    runs.append(self._ran(MISBEHAVING, chosen))
        self.stdout.write(section(runs, excerpts=True).as_markdown())
        if options["write"]:
            page = PAGE.with_name("envelope-model.md") if options["model"] else PAGE
            page.write_text(section(runs).as_page())
            self.stdout.write(f"Written to {page}")

    def _ran(self, way: str, chosen: list[Scenario]) -> Ran:
        began = time.monotonic()
        ran = Ran(way, list(run(chosen)))
        took = time.monotonic() - began
        self.stderr.write(f"{way}: {len(ran.outcomes)} scenarios, {len(ran.failed)} failed, {took:.0f} s")
        return ran


def _chosen(options: dict[str, Any]) -> list[Scenario]:
    chosen = [each for each in scenarios() if options["only"] in (None, each.condition)]
    return sample(options["sample"], chosen) if options["sample"] else chosen


@contextmanager
def misbehaving() -> Iterator[None]:
    """A server that speaks as models do, and lies."""
    with (
        running(ModelStandIn()) as url,
        override_settings(
            OPENAI_API_KEY="misbehaving", OPENAI_BASE_URL=url, DRAFT_MODEL="inventing", MODEL_TIMEOUT=5.0
        ),
    ):
        yield
