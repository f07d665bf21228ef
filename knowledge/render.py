"""Markdown as safe HTML."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


def render(markdown: str) -> SafeString:
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return mark_safe(nh3.clean(html))  # noqa: S308  cleaned by nh3
