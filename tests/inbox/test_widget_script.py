"""The widget's script as shops load it; what it does is proved in tests/browser/test_widget.py."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from inbox.chat.script import PARTS, script

ADDRESS = "/chat/northpine-0f/widget.js"
PARTS_FOLDER = Path(__file__).parents[2] / "inbox" / "chat" / "widget"


def test_it_weighs_less_than_30_kb_on_the_wire() -> None:
    assert len(script().packed) < 30 * 1024
    assert gzip.decompress(script().packed) == script().plain


def test_a_page_with_a_strict_content_policy_has_nothing_to_forbid() -> None:
    source = script().plain.decode()
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "new Function",
        "document.write",
    ):
        assert forbidden not in source
    assert not re.search(r"""["']style["']""", source), "no style attribute: sheets are adopted"
    assert not re.search(r"\b(import|export)\b.*['\"]", source), "one file, nothing to load after it"


def test_every_language_says_everything() -> None:
    source = script().plain.decode()
    table = source[source.index("const WORDS") : source.index("/* A language's lines")]
    languages = re.split(r"\n  (\w\w): \{\n", table)[1:]
    lines = {
        name: set(re.findall(r"(?:^|, |\s)(\w+): \"", text))
        for name, text in zip(languages[::2], languages[1::2], strict=True)
    }
    assert set(lines) == {"en", "es", "de", "fr"}
    assert all(each == lines["en"] for each in lines.values()), {
        name: each ^ lines["en"] for name, each in lines.items()
    }
    said = set(re.findall(r"say\(\"(\w+)\"", source))
    assert len(said) > 25
    assert said <= lines["en"]


def test_no_part_is_forgotten() -> None:
    there = {path.stem for path in PARTS_FOLDER.glob("*.js")}
    assert there == set(PARTS)


@pytest.mark.parametrize("packed", [True, False])
def test_browsers_keep_it_and_ask_only_whether_it_changed(packed: bool) -> None:
    headers = {"accept-encoding": "gzip"} if packed else {}
    answer = Client(headers=headers).get(ADDRESS)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer.get("Content-Encoding", "") == ("gzip" if packed else "")
    assert "max-age=3600" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = Client(headers=headers | {"if-none-match": answer["ETag"]}).get(ADDRESS)
    assert again.status_code == 304
    assert not again.content
