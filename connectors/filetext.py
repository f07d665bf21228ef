"""The text in a shopper's PDF or photo, read in a process of its own: what strangers send may be made to hang or burst.

The process gets no secret, little memory and little time, and hands back JSON. Photos need the `photos` group installed
(RapidOCR with its models, about 290 MB on disk; a reading takes some 5 seconds of processor time and 400 MB).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from connectors.errors import Unparsable, Unreachable

SECONDS = 60.0  # for one file, on a busy machine
LARGEST = 15 * 1024 * 1024  # bytes
MOST_CHARACTERS = 20_000  # that are kept of one file
_ROOT = Path(__file__).resolve().parent.parent
_PHOTOS = {"image/png", "image/jpeg", "image/webp"}


@dataclass(frozen=True)
class Text:
    text: str  # "" where the file holds none
    is_cut: bool = False  # there was more


def readable(content_type: str, name: str = "") -> str:
    """ "pdf", "photo", or "" for what nobody here can read."""
    if content_type == "application/pdf" or name.lower().endswith(".pdf"):
        return "pdf"
    return "photo" if content_type in _PHOTOS and find_spec("rapidocr") else ""


def read(content: bytes, kind: str, seconds: float = SECONDS) -> Text:
    """Raises Unparsable for what can never be read, Unreachable for what took too long."""
    if len(content) > LARGEST:
        raise Unparsable(f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    if seconds <= 0:
        raise Unreachable("There was no time left for it.")
    command = [sys.executable, "-m", "connectors.filereader", kind]
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603  ours, with a kind of ours
            command, input=content, capture_output=True, timeout=seconds, cwd=_ROOT, env=environment
        )
    except subprocess.TimeoutExpired:
        raise Unreachable(f"Reading took longer than {seconds:.0f} seconds.") from None
    return _answer(done.stdout)


def _answer(said: bytes) -> Text:
    try:
        answer = json.loads(said)
    except ValueError:  # it died: out of memory, out of processor time, or of the file
        raise Unparsable("The file could not be read.") from None
    if problem := answer.get("problem"):
        raise Unparsable(problem)
    text = answer["text"].replace("\x00", "").strip()
    return Text(text[:MOST_CHARACTERS], len(text) > MOST_CHARACTERS)
