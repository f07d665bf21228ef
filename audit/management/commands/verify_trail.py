"""Read the chain of every organization, or one, and say whether it is intact. Exit code 1 when it is not."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from audit.verify import Verdict, verify


class Command(BaseCommand):
    help = "Verify that no event of the trail was changed, removed or moved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="only this one")
        parser.add_argument(
            "--noted",
            metavar="POSITION:HASH",
            type=_noted,
            help="a head written down earlier; needs --organization",
        )

    def handle(
        self, *args: Any, organization: str | None, noted: tuple[int, str] | None, **options: Any
    ) -> None:
        if noted and not organization:
            raise CommandError("--noted belongs to one chain: say --organization too.")
        organizations = apps.get_model("inbox", "Organization").objects.order_by("slug")
        if organization:
            organizations = organizations.filter(slug=organization)
        rows = list(organizations.values_list("slug", "pk"))
        if organization and not rows:
            raise CommandError(f"There is no organization {organization}.")
        verdicts = [self._report(slug, verify(pk, noted=noted)) for slug, pk in rows]
        if not all(verdicts):
            raise CommandError("The trail is broken.", returncode=1)

    def _report(self, slug: str, verdict: Verdict) -> bool:
        state = self.style.SUCCESS("intact") if verdict.intact else self.style.ERROR("BROKEN")
        waiting = f", {verdict.waiting:,} waiting to be sealed" if verdict.waiting else ""
        self.stdout.write(f"{slug}: {verdict.count:,} events, chain {state}{waiting}")
        if verdict.count:
            self.stdout.write(f"  head {verdict.position}:{verdict.head.hex()}")
        for problem in verdict.problems:
            self.stdout.write(self.style.ERROR(f"  {problem}"))
        if more := verdict.problem_count - len(verdict.problems):
            self.stdout.write(self.style.ERROR(f"  and {more:,} more"))
        return verdict.intact


def _noted(text: str) -> tuple[int, str]:
    position, _, digest = text.partition(":")
    return int(position), digest
