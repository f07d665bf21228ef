"""Keeps the world, its clock included, in one JSON file between starts."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from connectors.sandbox.world import World

log = logging.getLogger(__name__)

_SHAPE = TypeAdapter(World)


class Unreadable(Exception):
    """The file is there but is not a world."""


def load(path: Path) -> World | None:
    """None when there is no file yet. Raises Unreadable."""
    if not path.exists():
        return None
    try:
        return _SHAPE.validate_json(path.read_bytes())
    except ValidationError as error:
        raise Unreadable(
            f"{path} is not a kept world: {error.error_count()} mistakes. Delete it to start over."
        ) from error


def save(world: World, path: Path) -> None:
    """Whole or not at all: a start never finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(_SHAPE.dump_json(replace(world, listeners=[]), exclude={"listeners"}))
    os.replace(beside, path)


@dataclass
class Keeper:
    """Saves some time after the first change, so that a burst of changes costs one write."""

    world: World
    path: Path
    pause: float = 1.0  # seconds
    _stopped: threading.Event = field(default_factory=threading.Event)
    _dirty: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self.world.listeners.append(self.changed)
        self.changed()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def changed(self, what: str = "", thing: object = None) -> None:
        self._dirty.set()

    def stop(self) -> None:
        """Save what is not saved yet."""
        self.world.listeners.remove(self.changed)
        self._stopped.set()
        self._dirty.set()
        if self._thread:
            self._thread.join()
        save(self.world, self.path)

    def _run(self) -> None:
        while self._dirty.wait() and not self._stopped.wait(self.pause):
            self._dirty.clear()
            try:
                save(self.world, self.path)
            except RuntimeError:  # a dict grew while it was read: the next round has it
                self._dirty.set()
            except OSError:
                log.exception("The world could not be kept in %s", self.path)
