"""All actions, newest first, by state, kind, channel and order number. Pages are keysets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from agents import actions
from agents.models import Action, ActionState, Ended
from agents.showing.queues import BY_HAND, Page
from inbox.models import OutgoingState
from inbox.queries import PAGE, Cursor

STATES = {
    "waiting": ("To approve", Q(state=ActionState.WAITING)),
    "running": (
        "On its way",
        Q(state=ActionState.APPROVED, ended__in=["", Ended.ACCEPTED])
        & ~Q(send_state__in=[OutgoingState.CANCELLED, OutgoingState.FAILED]),
    ),
    "hand": ("By hand", Q(state=ActionState.APPROVED, ended__in=BY_HAND)),
    "done": ("Done", Q(ended=Ended.DONE)),
    "refused": ("Refused", Q(ended=Ended.REFUSED) | Q(send_state=OutgoingState.FAILED, ended="")),
    "dropped": (
        "Not done",
        Q(state__in=[ActionState.REJECTED, ActionState.EXPIRED, ActionState.FORBIDDEN, ActionState.WITHDRAWN])
        | Q(send_state=OutgoingState.CANCELLED),
    ),
}


@dataclass(frozen=True)
class ActionFilters:
    state: str = ""
    kind: str = ""
    channel: UUID | None = None
    number: str = ""
    cursor: Cursor | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> ActionFilters:
        """From a query string; what makes no sense is ignored."""
        return cls(
            state=query.get("state", "") if query.get("state") in STATES else "",
            kind=query.get("kind", "") if query.get("kind") in actions.kinds() else "",
            channel=_uuid(query.get("channel", "")),
            number=query.get("q", "").strip()[:60],
            cursor=Cursor.read(query.get("after", "")),
        )

    def query(self, **changes: Any) -> str:
        values = {"state": self.state, "kind": self.kind, "channel": self.channel or "", "q": self.number}
        kept = {name: value for name, value in {**values, **changes}.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def states(self) -> list[tuple[str, str]]:
        return [("", "All"), *((name, label) for name, (label, _) in STATES.items())]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(name, kind.label) for name, kind in actions.kinds().items()]

    @property
    def kind_label(self) -> str:
        return actions.kind(self.kind).label if self.kind else ""


def register(filters: ActionFilters) -> Page:
    """One query, with what a row names."""
    rows = Action.objects.select_related("channel", "customer", "order", "proposed_by__user").defer(
        "channel__credentials", "wish", "facts", "news", "order__shipping_address"
    )
    if filters.state:
        rows = rows.filter(STATES[filters.state][1])
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.number:
        bare = filters.number.lstrip("#")
        rows = rows.filter(order__number__in=[filters.number, bare, f"#{bare}"])
    if filters.cursor:
        rows = rows.filter(filters.cursor.before("proposed_at"))
    found = list(rows.order_by("-proposed_at", "-id")[: PAGE + 1])
    page = found[:PAGE]
    return Page(page, Cursor(page[-1].proposed_at, page[-1].pk) if len(found) > PAGE else None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
