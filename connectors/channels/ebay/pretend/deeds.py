"""Histories, which some answers show and others are judged by."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from connectors.sandbox.world import World


class Deeds:
    """What sellers did about a return, a request or a case, and when: their histories."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.done: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)

    def note(self, of: str, deed: str) -> None:
        self.done[of].append((deed, self.world.clock.now()))
