"""How a group under a live is called and marked."""

from __future__ import annotations

from django import template

from inbox.models import CommentGroup, GroupKind

register = template.Library()

_TITLES = {GroupKind.GREETING: "Greetings and cheers", GroupKind.SPAM: "Spam"}
_ICONS = {
    GroupKind.NEW: "loader",
    GroupKind.BUYING: "circle-question-mark",
    GroupKind.COMPLAINT: "triangle-alert",
    GroupKind.OTHER: "message-circle",
    GroupKind.GREETING: "hand",
    GroupKind.SPAM: "ban",
}


@register.filter
def group_title(group: CommentGroup) -> str:
    return _TITLES.get(GroupKind(group.kind)) or group.text


@register.filter
def group_icon(group: CommentGroup) -> str:
    return _ICONS[GroupKind(group.kind)]
