"""Seal credentials and customers' keys anew under the newest of WAYBILL_MASTER_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inbox import resealing


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        shut: list[str] = []
        for tally in resealing.reseal_all():
            self.stdout.write(
                f"{tally.column}: {tally.anew:,} sealed anew, {tally.already:,} under the newest key already"
            )
            shut += [f"{tally.column} {pk}" for pk in tally.shut]
        for each in shut:
            self.stderr.write(f"no key opens {each}")
        if shut:
            raise CommandError(
                f"{len(shut):,} cannot be opened: put the key that sealed them back into WAYBILL_MASTER_KEYS "
                "and run this again. Do not remove any key."
            )
        self.stdout.write("Everything is under the newest key; the older ones may go.")
