"""Where the earlier mail begins: "On ... wrote:", a block of From:/Sent:/Subject:, or a drawn line.

Line by line and with bounded windows, so that the time grows with the length of the mail and no mail can be
written that takes longer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST_LINE = 400
_LONGEST_ATTRIBUTION = 500
_MOST_LINES = 6

_VERBS = (
    "wrote|schrieb|a écrit|escribió|escribio|ha scritto|escreveu|skrev|schreef|heeft geschreven|napisał|napisał[(]a[)]"
    "|napisała|пише|пишет|написал|написала|написал[(]а[)]|kirjoitti|yazdı|írta|a scris|napsal|napsala|napsal[(]a[)]"
    "|έγραψε|写道|寫道"
)
_ENDS_WITH_VERB = re.compile(rf"(?:\b|\d)(?:{_VERBS})\s*(?:[:：]|-{{2,}}\s*:?)\s*$", re.I)
_ENDS_WITH_BARE_VERB = re.compile(rf"[>\])]\s*(?:{_VERBS})\s*$", re.I)
_ENDS_WITH_ADDRESS = re.compile(r"<\s?[^<>\s]{1,120}@[^<>]{1,160}>\s*[:：]\s*$")
_HAS_VERB = re.compile(rf"\b(?:{_VERBS})\b", re.I)
_MAIL_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w|&lt;[^&\s]{1,100}@")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")

_DRAWN = re.compile(r"^[\s*>]*-{4,}\s*[^\W\d_][^-]{2,60}?\s*-{3,}\s*\**\s*$")
_RULE = re.compile(r"^[\s>]*[_=*-]{8,}\s*$")
_LABEL = re.compile(r"^[\s*_]{0,4}([^\W\d_][^:*<>@]{0,18}?)[\s*_]{0,3}[:：]")
_LABELS = {
    "from": "from von de da van od fra från kimden lähettäjä от від feladó de la frå från absender expéditeur remitente "
    "mittente 发件人 寄件者 寄件人 差出人",
    "date": "date sent datum gesendet envoyé envoyée enviado fecha data inviato verzonden wysłano wysłane dato sendt "
    "skickat tarih lähetetty дата отправлено надіслано dátum elküldve trimis odesláno 发送时间 日期 傳送時間 送信日時",
    "subject": "subject betreff objet asunto oggetto assunto onderwerp temat emne ämne konu aihe тема tárgy subiect "
    "předmět 主题 主旨 件名",
    "other": "to cc bcc an à a para aan do til till kime vastaanottaja кому címzett către komu copie kopie reply-to "
    "risposta antwort organization 收件人 抄送 宛先",
}
_KIND_OF_LABEL = {word: kind for kind, words in _LABELS.items() for word in words.split()} | {
    "message du": "date",
    "copie à": "other",
    "on behalf of": "other",
}


@dataclass(frozen=True)
class Boundary:
    """Lines start to end (exclusive) say who wrote the earlier mail; what follows is that mail."""

    start: int
    end: int


def find_boundary(lines: list[str]) -> Boundary | None:
    """The first boundary of a mail."""
    for start, line in enumerate(lines):
        if line.strip() and len(line) <= _LONGEST_LINE:
            end = _drawn(lines, start) or _header_block(lines, start) or _attribution(lines, start)
            if end:
                return Boundary(start, end)
    return None


def _drawn(lines: list[str], start: int) -> int | None:
    """ "---- Original Message ----" in any language, or a rule with a header block below it."""
    if _RULE.match(lines[start]):
        return _header_block(lines, _next_filled(lines, start + 1))
    if not _DRAWN.match(lines[start]):
        return None
    return _header_block(lines, _next_filled(lines, start + 1)) or start + 1


def _header_block(lines: list[str], start: int) -> int | None:
    """At least who, and when or about what, in neighbouring lines; values may run on."""
    kinds: set[str] = set()
    end = start
    if start >= len(lines) or not _kind_of_label(lines[start]):
        return None
    for number in range(start, min(start + 14, len(lines))):
        if not lines[number].strip():
            break
        kind = _kind_of_label(lines[number])
        if kind:
            kinds.add(kind)
            end = number + 1
        elif number - end >= 2:
            break
    if "from" not in kinds or not kinds & {"date", "subject"}:
        return None
    while end < len(lines) and end - start < 20 and lines[end].strip():  # the last value may run on too
        end += 1
    return end


def _attribution(lines: list[str], start: int) -> int | None:
    """A sentence of up to six lines that names a date or an address first, and "wrote:" or "<address>:" last."""
    dated, addressed = bool(_DATE.search(lines[start])), bool(_MAIL_ADDRESS.search(lines[start]))
    if not dated and not addressed:
        return None
    sentence = ""
    for number in range(start, min(start + _MOST_LINES, len(lines))):
        line = lines[number].strip()
        if not line and not _goes_on(lines, number):
            return None
        if number > start and line.startswith("> ") and sentence.count("<") <= sentence.count(">"):
            return None  # a quote, not the end of an address
        sentence = f"{sentence} {line}".strip()
        if len(sentence) > _LONGEST_ATTRIBUTION:
            return None
        if _is_attribution(sentence, dated):
            return number + 1
    return None


def _is_attribution(sentence: str, dated: bool) -> bool:
    if _ENDS_WITH_VERB.search(sentence):
        return True
    if _ENDS_WITH_BARE_VERB.search(sentence) and _MAIL_ADDRESS.search(sentence):
        return dated
    if not dated or not sentence.endswith((":", "：")):
        return False
    return bool(_ENDS_WITH_ADDRESS.search(sentence) or _HAS_VERB.search(sentence[-200:]))


def _goes_on(lines: list[str], blank: int) -> bool:
    """Some programs put the address of the writer in paragraphs of its own."""
    following = _next_filled(lines, blank)
    return following < len(lines) and lines[following].lstrip().startswith("<")


def _next_filled(lines: list[str], start: int) -> int:
    return next((n for n in range(start, min(start + 4, len(lines))) if lines[n].strip()), len(lines))


def _kind_of_label(line: str) -> str:
    found = _LABEL.match(line[:_LONGEST_LINE])
    return _KIND_OF_LABEL.get(found[1].strip().lower(), "") if found else ""
