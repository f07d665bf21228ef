"""Words that mean something to the law and to Twilio when a text message is nothing but one of them.

Twilio acts on them before we hear of it: after STOP it refuses whatever is sent to that phone (error 21610) until the
phone writes START. Where the seller has set its own words (Advanced Opt-Out), Twilio says which kind it saw.
"""

from __future__ import annotations

from enum import StrEnum


class Keyword(StrEnum):
    """Values are those of Twilio's `OptOutType`."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_MEANING = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"), Keyword.STOP
    ),
    **dict.fromkeys(("START", "UNSTOP", "YES"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
AMBIGUOUS = "YES"  # also what people say to a question


def keyword(text: str, opt_out_type: str = "") -> Keyword | None:
    """None for words that are just words."""
    if opt_out_type in set(Keyword):
        return Keyword(opt_out_type)
    return _MEANING.get(_word(text))


def is_only_keyword(text: str, found: Keyword | None) -> bool:
    """Nobody answers it; a yes may be meant for a question of ours."""
    return found is not None and _word(text) != AMBIGUOUS


def _word(text: str) -> str:
    """Twilio takes a word for one only where nothing stands beside it, not even a full stop."""
    return text.strip().upper()
