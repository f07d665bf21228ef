"""Reading lists of orders and returns, a page at a time, so that a crash repeats a page and loses none.

Webhooks get lost, so this is what the channel rests on. The poller asks often; how often Walmart is asked is kept
in the cursor. A walk goes through a period of time: orders of each kind of warehouse, since the list shows only one,
then returns. A period with more than Walmart's search gives is cut in half.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import mail
from connectors.channels.walmart import client
from connectors.channels.walmart.orders import name_of
from connectors.contract import Account, Page, Past, RawDelivery
from connectors.errors import Refused, Unreachable

Json = dict[str, Any]

EVERY = timedelta(minutes=10)
OVERLAP = timedelta(minutes=5)  # a change may reach the search later than its own time says
FIRST = timedelta(days=30)
MOST = 10_000  # orders in one search
WALK = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled", "returns")


@dataclass(frozen=True)
class Walk:
    """Where a walk stands. `cursor` is Walmart's own, `whole` false once an answer lacked something."""

    since: datetime
    until: datetime
    step: int = 0
    cursor: str = ""
    whole: bool = True
    again: bool = False  # this step began anew because its cursor was refused

    @classmethod
    def read(cls, held: Json) -> Walk:
        times = {name: datetime.fromisoformat(held[name]) for name in ("since", "until")}
        return cls(**{**held, **times})

    def written(self) -> Json:
        return {**vars(self), "since": self.since.isoformat(), "until": self.until.isoformat()}

    @property
    def over(self) -> bool:
        return self.step == len(WALK)


def fetched(kind: str, name: str, found: Mapping[str, Any]) -> RawDelivery:
    """The key holds the content: the same state read twice is one thing, two states are two."""
    body = json.dumps(found, sort_keys=True).encode()
    digest = hashlib.sha256(body).hexdigest()[:20]
    return RawDelivery(f"fetched/{kind}", f"{kind}:{name}:{digest}", body, received_at=datetime.now(UTC))


def everything_since(account: Account, cursor: str | None) -> Page:
    """Mail first: a shopper waits, and a busy API must not hold back the mail that was read."""
    held: Json = json.loads(cursor) if cursor else {}
    inbox = mail.fetch_new(account, held.get("mail")) if has_mailbox(account) else Page()
    try:
        listed, api = _listed_since(account, held.get("api") or {})
    except Unreachable:
        if not inbox.deliveries:
            raise
        held["mail"] = inbox.cursor
        return Page(inbox.deliveries, json.dumps(held), inbox.more)
    more = inbox.more or not api["asked"] or api["walk"] is not None
    return Page([*inbox.deliveries, *listed], json.dumps({"mail": inbox.cursor, "api": api}), more)


def everything_past(account: Account, wanted: Past) -> Page:
    """A page of each: mails, and orders or returns that changed in the period."""
    held: Json = json.loads(wanted.cursor) if wanted.cursor else {}
    box, letters = held.get("mail") or {}, Page(share=1.0)
    if has_mailbox(account) and not box.get("over"):
        letters = mail.fetch_past(account, Past(wanted.since, wanted.until, box.get("cursor")))
        box = {"cursor": letters.cursor, "over": not letters.more}
    walk = Walk.read(held["walk"]) if "walk" in held else Walk(wanted.since, wanted.until)
    found: list[RawDelivery] = []
    if not walk.over:
        found, walk = _step(account, walk)
    again = bool(held.get("again"))
    if walk.over and not walk.whole and not again:  # something was missing: that period once more
        walk, again = Walk(walk.since, walk.until), True
    elif walk.over and walk.until < wanted.until:  # the period was cut
        walk, again = Walk(walk.until, wanted.until), False
    more = bool(box and not box["over"]) or not walk.over
    share = min(letters.share or 0.0, _share(wanted, walk))
    state = json.dumps({"mail": box, "walk": walk.written(), "again": again})
    return Page([*letters.deliveries, *found], state, more, share if more else 1.0)


def has_mailbox(account: Account) -> bool:
    return bool(account.settings.get("imap_host"))


def _listed_since(account: Account, api: Json) -> tuple[list[RawDelivery], Json]:
    """`api` holds "since", "asked" (when the last walk ended) and "walk" (the one under way)."""
    now = datetime.now(UTC)
    if api.get("walk"):
        walk = Walk.read(api["walk"])
    elif api.get("asked") and now - datetime.fromisoformat(api["asked"]) < EVERY:
        return [], api
    else:
        walk = Walk(datetime.fromisoformat(api["since"]) if api.get("since") else now - FIRST, now)
    found, walk = _step(account, walk)
    if not walk.over:
        return found, {"since": api.get("since", ""), "asked": api.get("asked", ""), "walk": walk.written()}
    # What came incomplete is asked for again; what was cut off goes on at once.
    if walk.whole and now - walk.until > EVERY:
        return found, {"since": walk.until.isoformat(), "asked": "", "walk": None}
    since = walk.until - OVERLAP if walk.whole else walk.since
    return found, {"since": since.isoformat(), "asked": now.isoformat(), "walk": None}


def _step(account: Account, walk: Walk) -> tuple[list[RawDelivery], Walk]:
    """One page, and where the walk stands after it."""
    path = "/v3/returns" if WALK[walk.step] == "returns" else "/v3/orders"
    state = {**vars(walk)}
    try:
        answer, whole = client.listed(account, path, walk.cursor or _question(walk))
    except Refused:
        if not walk.cursor or walk.again:
            raise
        return [], Walk(**{**state, "cursor": "", "again": True})  # Walmart forgot its cursor
    holder = answer.get("list") or answer
    meta = holder.get("meta") or {}
    if not walk.cursor and int(meta.get("totalCount") or 0) > MOST and walk.until - walk.since > OVERLAP:
        return [], Walk(**{**state, "until": walk.since + (walk.until - walk.since) / 2})
    found = _objects(path, holder)
    state["whole"] = walk.whole and whole
    onward = str(meta.get("nextCursor") or "")
    if onward and found and onward != walk.cursor:
        return found, Walk(**{**state, "cursor": onward})
    return found, Walk(**{**state, "step": walk.step + 1, "cursor": "", "again": False})


def _question(walk: Walk) -> dict[str, str]:
    since, until = (each.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for each in (walk.since, walk.until))
    if WALK[walk.step] == "returns":
        return {"returnLastModifiedStartDate": since, "returnLastModifiedEndDate": until, "limit": "200"}
    return {
        "lastModifiedStartDate": since,
        "lastModifiedEndDate": until,
        "shipNodeType": WALK[walk.step],
        "replacementInfo": "true",  # or replacements are left out
        "limit": "200",
    }


def _objects(path: str, holder: Json) -> list[RawDelivery]:
    if path == "/v3/returns":
        return [
            fetched("return", str(each["returnOrderId"]), each) for each in holder.get("returnOrders") or ()
        ]
    orders = (holder.get("elements") or {}).get("order") or ()
    return [fetched("order", name_of(each), each) for each in orders]


def _share(wanted: Past, walk: Walk) -> float:
    whole = max((wanted.until - wanted.since).total_seconds(), 1.0)
    behind = (walk.since - wanted.since).total_seconds()
    return (behind + (walk.until - walk.since).total_seconds() * walk.step / len(WALK)) / whole
