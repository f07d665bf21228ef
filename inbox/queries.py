"""Lists and filters, shared by pages and API. Lists read conversation rows only, never the words of messages.

Pages are keysets: a cursor names the last row seen, so page 2,000 costs what page 1 costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from inbox.models import Channel, Conversation, ConversationState, Membership, SearchWord, words_of

PAGE = 20  # more than a screen; the next ones come before they are scrolled to
MOST_ROWS = 200  # in one answer, however many a screen has loaded
MOST_COUNTED = 1000
MOST_WORDS = 8  # that one search looks for


@dataclass(frozen=True)
class Cursor:
    """The last row seen: "2026-11-22T15:00:00+00:00,<uuid>"."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()},{self.id}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """None for what we did not write."""
        at, _, pk = text.partition(",")
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment, UUID(pk)) if moment.tzinfo else None
        except ValueError:
            return None

    def before(self, at: str, pk: str = "id") -> Q:
        """Rows older than the cursor. The first condition alone bounds the index; the second settles equal times."""
        return Q(**{f"{at}__lte": self.at}) & (Q(**{f"{at}__lt": self.at}) | Q(**{f"{pk}__lt": self.id}))

    def behind(self, at: str, pk: str = "id") -> Q:
        """Rows later than the cursor, for lists that begin with the earliest."""
        return Q(**{f"{at}__gte": self.at}) & (Q(**{f"{at}__gt": self.at}) | Q(**{f"{pk}__gt": self.id}))


@dataclass(frozen=True)
class Filters:
    """`who` is "all", "mine", "unassigned" or the id of a member; `state` a ConversationState; `sort` "newest", or
    "due": only who waits for an answer, the one due first at the top."""

    me: Membership
    state: str = ConversationState.OPEN
    who: str = "all"
    channel: UUID | None = None
    unread: bool = False
    pressing: bool = False  # above normal priority
    text: str = ""
    sort: str = "newest"
    cursor: Cursor | None = None
    take: int = PAGE

    @classmethod
    def read(cls, query: Mapping[str, str], me: Membership) -> Filters:
        """From a query string; what makes no sense is ignored."""
        state, who = query.get("state", ""), query.get("who", "")
        return cls(
            me=me,
            state=state if state in ConversationState.values else ConversationState.OPEN,
            who=who if who in {"mine", "unassigned"} or _uuid(who) else "all",
            channel=_uuid(query.get("channel", "")),
            unread=query.get("unread") == "1",
            pressing=query.get("pressing") == "1",
            text=query.get("q", "").strip()[:100],
            sort="due" if query.get("sort") == "due" else "newest",
            cursor=Cursor.read(query.get("after", "")),
            take=_between(query.get("take", ""), PAGE, MOST_ROWS),
        )

    def query(self, **changes: Any) -> str:
        """As a query string without the place in the list: "?state=open&who=mine", or nothing."""
        values = {
            "state": self.state,
            "who": self.who,
            "channel": self.channel or "",
            "unread": "1" if self.unread else "",
            "pressing": "1" if self.pressing else "",
            "q": self.text,
            "sort": self.sort,
        }
        kept = {
            name: value
            for name, value in {**values, **changes}.items()
            if value not in {"", "open", "all", "newest"}
        }
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def states(self) -> list[tuple[str, str]]:
        return ConversationState.choices

    @property
    def state_label(self) -> str:
        return ConversationState(self.state).label

    @property
    def narrowed(self) -> bool:
        return bool(self.channel or self.unread or self.pressing or self.text)


@dataclass(frozen=True)
class Page:
    """Rows of the list, and all the members and channels their assignees and channels were taken from."""

    rows: list[Conversation]
    after: Cursor | None  # where the next page starts; None at the end
    members: list[Membership]
    channels: list[Channel]


def conversations(filters: Filters) -> Page:
    """In their order, with customer, channel and assignee. Three queries."""
    rows, by = _ordered(_filtered(filters), filters)
    wanted = rows.select_related("customer").defer("thread", "customer__locale", "customer__created_at")
    found = list(wanted[: filters.take + 1])
    page = found[: filters.take]
    more = len(found) > filters.take
    after = Cursor(getattr(page[-1], by), page[-1].pk) if more else None
    return _known(Page(page, after, members(), channels()))


def _ordered(rows: QuerySet[Conversation], filters: Filters) -> tuple[QuerySet[Conversation], str]:
    """From the cursor on; and the field the order goes by."""
    cursor = filters.cursor
    if filters.sort == "due":
        rows = rows.filter(due_at__isnull=False).order_by("due_at", "id")
        return rows.filter(cursor.behind("due_at")) if cursor else rows, "due_at"
    rows = rows.order_by("-last_message_at", "-id")
    return rows.filter(cursor.before("last_message_at")) if cursor else rows, "last_message_at"


def _known(page: Page) -> Page:
    """Few people and channels stand in many rows, so they are read once and not joined."""
    people = {each.pk: each for each in page.members}
    places = {each.pk: each for each in page.channels}
    for row in page.rows:
        row.channel = places[row.channel_id]
        row.assignee = people[row.assignee_id] if row.assignee_id else None
    return page


def _filtered(filters: Filters) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(state=filters.state)
    if filters.who == "mine":
        rows = rows.filter(assignee=filters.me)
    elif filters.who == "unassigned":
        rows = rows.filter(assignee=None)
    elif filters.who != "all":
        rows = rows.filter(assignee=filters.who)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.unread:
        rows = rows.filter(unread=True)
    if filters.pressing:
        rows = rows.filter(priority__gt=0)
    return _saying(rows, words_of(filters.text)[:MOST_WORDS])


def _saying(rows: QuerySet[Conversation], words: list[str]) -> QuerySet[Conversation]:
    """Those with words that begin so. A rare word leads to them; among common ones the newest are tried in turn.

    The planner cannot tell which of the two is cheaper, since it takes words for independent.
    """
    counts = dict(zip(words, SearchWord.count(words), strict=True))
    rarest = min(words, key=counts.__getitem__, default="")
    for word in words:
        begun = SearchWord.beginning(word)
        if word == rarest and counts[word] <= SearchWord.FEW:
            rows = rows.filter(pk__in=begun.values("conversation")[: SearchWord.FEW])
        else:
            rows = rows.filter(Exists(begun.filter(conversation=OuterRef("pk"))))
    return rows


def counts(me: Membership) -> dict[str, int]:
    """How many conversations are "all", "mine", "unassigned", "unread" (open ones), "snoozed".

    One query. Each count stops at MOST_COUNTED, so that it costs the same in any inbox.
    """
    wanted = {
        "all": "state = 'open'",
        "mine": "state = 'open' AND assignee_id = %(me)s",
        "unassigned": "state = 'open' AND assignee_id IS NULL",
        "unread": "state = 'open' AND unread",
        "snoozed": "state = 'snoozed'",
    }
    one = (
        "(SELECT count(*) FROM (SELECT 1 FROM inbox_conversation"
        " WHERE organization_id = %(organization)s AND {} LIMIT %(most)s) AS counted)"
    )
    values = {"organization": me.organization_id, "me": me.pk, "most": MOST_COUNTED}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(one.format(where) for where in wanted.values())}", values)
        row = cursor.fetchone() or ()
    return dict(zip(wanted, row, strict=True))


def members() -> list[Membership]:
    """All of them, with what a screen says of a person."""
    rows = Membership.objects.select_related("user").order_by("user__first_name", "user__email")
    return list(
        rows.only("organization", "role", "joined_at", "user__email", "user__first_name", "user__last_name")
    )


def channels() -> list[Channel]:
    return list(Channel.objects.defer("credentials", "cursor").order_by("name"))


def talking(every: Iterable[Channel]) -> list[Channel]:
    """Those that carry conversations; carriers do not."""
    return [each for each in every if each.can("messages")]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _between(text: str, least: int, most: int) -> int:
    return min(max(int(text), least), most) if text.isdigit() and len(text) < 6 else least
