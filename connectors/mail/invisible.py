"""Which elements of an HTML mail nobody sees: by style, by class, by colour."""

from __future__ import annotations

import re
from collections.abc import Mapping

Attributes = Mapping[str, str | None]

_MEDIA = re.compile(r"@[\w-]+[^{};]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}[^{}]{0,2000}\}")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_NAMED = re.compile(r"^\w*([.#][\w-]+)$")
_STYLES = re.compile(r"<style\b[^>]{0,500}>\s*(?:<!--)?([^<]*)", re.IGNORECASE)
_LONGEST_SHEETS = 20_000  # characters; beyond that only the beginning is read
_LONGEST_STYLE = 1_000
_GONE = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0?\.?0*(?:;|$|!)|font-size:(?:0(?:\.\d+)?|1)(?:px|pt|em|rem|%)?(?:;|$|!)"
    r"|text-indent:-\d{3,}|(?:left|top):-\d{3,}|(?:max-)?(?:height|width):0(?:px)?(?:;|$|!)(?=.*overflow:hidden)"
    r"|overflow:hidden;.*(?:max-)?(?:height|width):0(?:px)?(?:;|$|!)|clip:rect\(0"
)
_INK = re.compile(r"(?:^|;)color:([^;!]+)")
_PAPER = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = {"white", "#fff", "#ffffff", "rgb(255,255,255)", "transparent", "rgba(0,0,0,0)", "#fefefe"}


class Hiding:
    """The classes and ids that a mail's own style sheet hides; what it says for some screens only does not count."""

    def __init__(self, html: str) -> None:
        sheets = _MEDIA.sub("", "\n".join(_STYLES.findall(html))[:_LONGEST_SHEETS])
        self.names = {
            named[1]
            for selectors, style in _RULE.findall(sheets)
            if _GONE.search(_tight(style))
            for selector in selectors.split(",")
            if (named := _NAMED.match(selector.strip()))
        }

    def hides(self, attributes: Attributes, *, on_paper: bool) -> bool:
        """`on_paper`: nothing around it has a colour behind it, so white words are written on white."""
        style = _tight(attributes.get("style") or "")
        if "hidden" in attributes or _GONE.search(style) or self._names(attributes) & self.names:
            return True
        ink = found[1] if (found := _INK.search(style)) else (attributes.get("color") or "").lower()
        paper = found[1] if (found := _PAPER.search(style)) else (attributes.get("bgcolor") or "").lower()
        return bool(ink) and (ink == paper or (ink in _WHITE and on_paper and not paper))

    @staticmethod
    def _names(attributes: Attributes) -> set[str]:
        return {f".{each}" for each in (attributes.get("class") or "").split()} | {
            f"#{attributes.get('id') or ''}"
        }


def has_paper(attributes: Attributes) -> bool:
    """Whether it has a colour behind its words."""
    paper = _PAPER.search(_tight(attributes.get("style") or ""))
    return bool(
        attributes.get("bgcolor") or attributes.get("background") or (paper and paper[1] not in _WHITE)
    )


def _tight(style: str) -> str:
    return re.sub(r"\s+", "", style[:_LONGEST_STYLE].lower())
