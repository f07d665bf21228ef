"""Which language a message is in. English unless the text says otherwise clearly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

DEFAULT = "en"
_SURE = 0.55  # below it English is the better guess: "refund pls" looks Danish
_FEWEST_LETTERS = 8
_LONGEST = 1000  # characters that are looked at
# The languages a shop is written to in; two hundred rare ones would only win by accident.
# fmt: off
LANGUAGES = frozenset({
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko",
    "lt", "lv", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "vi", "zh",
})
# fmt: on
_NOT_WORDS = re.compile(r"\S*[@/\d]\S*")  # addresses, links, numbers


@dataclass(frozen=True, slots=True)
class Language:
    code: str  # ISO 639-1
    confidence: float  # 0 to 1; 0 where there is nothing to judge by


def language(text: str) -> Language:
    words = _NOT_WORDS.sub(" ", text[:_LONGEST])
    if sum(letter.isalpha() for letter in words) < _FEWEST_LETTERS and words.isascii():
        return Language(DEFAULT, 0.0)
    code, confidence = _identifier().classify(words)
    if code != DEFAULT and confidence < _SURE:
        return Language(DEFAULT, round(1 - float(confidence), 3))
    return Language(str(code), round(float(confidence), 3))


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(LANGUAGES & set(identifier.labels)))
    return identifier
