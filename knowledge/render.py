"""Markdown as safe HTML, and what of it a reader sees."""

from __future__ import annotations

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from connectors.hidden import reveal

# No picture: it would be fetched from wherever the text says, by whoever reads it.
_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area", "figure", "figcaption"}
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def render(markdown: str) -> SafeString:
    html = reader().render(shown(markdown))
    return mark_safe(nh3.clean(html, tags=_TAGS))  # noqa: S308  cleaned by nh3


def reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def shown(markdown: str) -> str:
    """Without comments and invisible characters."""
    return reveal(_COMMENT.sub("", markdown))[0]
