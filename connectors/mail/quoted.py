"""What was newly written in a mail, apart from what it repeats."""

from __future__ import annotations

from mailparser_reply import EmailReplyParser

_READER = EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl"])


def split(text: str) -> tuple[str, str]:
    """(newly written, what was removed)."""
    replies = _READER.read(text).replies
    written = replies[0].body if replies else text
    return (written, text.replace(written, "", 1).strip()) if written else (text, "")
