"""The text in PDFs and photos: read apart, within bounds, and a reason where it cannot be."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from connectors import filereader, filetext
from connectors.errors import Unparsable, Unreachable
from tests.files import pdf, photo

with_photos = pytest.mark.skipif(not find_spec("rapidocr"), reason="the photos group is not installed")


def test_the_words_of_a_pdf_are_read() -> None:
    found = filetext.read(pdf(["Invoice", "Order #1042", "Total 128.00 USD"]), "pdf")
    assert found.text.splitlines() == ["Invoice", "Order #1042", "Total 128.00 USD"]
    assert not found.is_cut


@with_photos
def test_the_words_of_a_photo_are_read() -> None:
    found = filetext.read(photo(["UPS GROUND", "1Z 999 AA1 01 2345 6784"]), "photo", seconds=120)
    assert found.text.splitlines() == ["UPS GROUND", "1Z 999 AA1 01 2345 6784"]


def test_only_the_first_pages_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert filereader.pdf(pdf(["page"], pages=30)).count("page") == filereader.MOST_PAGES


def test_no_more_is_kept_than_anybody_reads() -> None:
    found = filetext.read(pdf(["x" * 5000] * 8), "pdf")
    assert len(found.text) == filetext.MOST_CHARACTERS
    assert found.is_cut


@pytest.mark.parametrize("broken", [b"", b"no PDF", b"%PDF-1.4\nrubbish", pdf(["a"])[:200]])
def test_a_broken_pdf_says_so(broken: bytes) -> None:
    with pytest.raises(filereader.Unreadable, match="broken"):
        filereader.pdf(broken)


@with_photos
@pytest.mark.parametrize("broken", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_broken_photo_says_so(broken: bytes) -> None:
    with pytest.raises(filereader.Unreadable, match="picture"):
        filereader.photo(broken)


@with_photos
def test_a_picture_of_too_many_pixels_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filereader, "MOST_PIXELS", 1000)
    with pytest.raises(filereader.Unreadable, match=r"large|broken"):
        filereader.photo(photo(["large"]))


def test_the_reason_comes_out_of_the_other_process() -> None:
    with pytest.raises(Unparsable, match="The PDF is broken"):
        filetext.read(b"%PDF-1.4 rubbish", "pdf")


def test_what_takes_too_long_is_ended_and_can_be_tried_again() -> None:
    with pytest.raises(Unreachable, match="longer") as caught:
        filetext.read(pdf(["slow"]), "pdf", seconds=0.01)
    assert not caught.value.permanent


def test_a_file_that_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filetext, "LARGEST", 10)
    with pytest.raises(Unparsable, match="larger"):
        filetext.read(pdf(["a"]), "pdf")


@pytest.mark.parametrize(
    ("content_type", "name", "kind"),
    [
        ("application/pdf", "label", "pdf"),
        ("application/octet-stream", "Label.PDF", "pdf"),
        ("image/gif", "a.gif", ""),
        ("text/html", "a.html", ""),
        ("video/mp4", "a.mp4", ""),
    ],
)
def test_it_is_known_what_can_be_read(content_type: str, name: str, kind: str) -> None:
    assert filetext.readable(content_type, name) == kind


def test_the_other_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, dict[str, str]] = {}
    monkeypatch.setenv("SECRET_KEY", "secret")

    def run(*_: object, env: dict[str, str], **__: object) -> object:
        given["env"] = env
        return type("Done", (), {"stdout": b'{"text": "x"}'})

    monkeypatch.setattr("subprocess.run", run)
    assert filetext.read(b"x", "pdf").text == "x"
    assert "secret" not in given["env"].values()
