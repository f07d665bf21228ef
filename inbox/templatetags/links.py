"""Where links lead. Built in for every template; a page holds a hundred links, so none is put together twice."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from inbox.queries import Filters

register = template.Library()


@register.simple_tag
def query(filters: Filters, **changes: object) -> str:
    """The list's filters as a query string, with some of them changed."""
    return filters.query(**changes) if filters else ""


@register.simple_tag
def leads(*parts: object) -> SafeString:
    """The attributes of a link that htmx follows within the page, and others as usual."""
    return format_html('href="{0}" hx-get="{0}"', "".join(map(str, parts)))


@register.simple_tag
def narrows(url: str, filters: Filters, **changes: object) -> SafeString:
    """The same, to the list with some of its filters changed."""
    return leads(url, filters.query(**changes))


@register.simple_tag
@lru_cache(maxsize=4096)
def place(name: str, slug: str) -> str:
    """The address of one of an organization's screens. Asking the URL table costs three times as much."""
    return reverse(name, args=[slug])


@register.simple_tag
@lru_cache(maxsize=4096)
def places(slug: str, administers: bool, supervises: bool) -> SafeString:
    """The screens that the palette finds, for one kind of member: made of nothing but these three, and on every page."""
    return render_to_string(
        "places.html", {"slug": slug, "administers": administers, "supervises": supervises}
    )
