"""Reports: asked for, made by Amazon in minutes, then read as a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.channels.amazon import client, documents, performance, returns
from connectors.contract import Account, RawDelivery
from connectors.errors import Unreachable

Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    name: str
    type: str
    role: str
    days: int  # how far back it reaches


RETURNS = Kind("returns", returns.REPORT, client.ORDERS_ROLE, 30)
PERFORMANCE = Kind("performance", performance.REPORT, client.INSIGHTS_ROLE, 1)


def ask(account: Account, kind: Kind, now: datetime, since: datetime | None = None) -> str:
    start = since or now - timedelta(days=kind.days)
    return client.make_report(account, kind.type, start.date(), now.date(), kind.role)


def made(account: Account, kind: Kind, report_id: str) -> Sequence[RawDelivery] | None:
    """What the report holds; None while Amazon is still at it. One that was cancelled had nothing to hold."""
    report = client.report(account, report_id, kind.role)
    if report is None or report["processingStatus"] == "CANCELLED":
        return ()
    if report["processingStatus"] == "FATAL":
        raise Unreachable("Amazon could not make the report.")
    return _read(account, kind, report) if report["processingStatus"] == "DONE" else None


def newest(account: Account, kind: Kind, now: datetime) -> Sequence[RawDelivery] | None:
    """Of the last one that is done; None if there is none of today or yesterday."""
    done = client.reports(account, kind.type, now - timedelta(days=2), kind.role)
    latest = max(done, key=lambda each: each["createdTime"], default=None)
    return _read(account, kind, latest) if latest else None


def _read(account: Account, kind: Kind, report: Json) -> Sequence[RawDelivery]:
    document = client.report_document(account, report["reportDocumentId"], kind.role)
    if document is None:
        return ()
    content = documents.get(account, document)
    at = report.get("processingEndTime") or report["createdTime"]
    if kind is PERFORMANCE:
        try:
            body = {"report": json.loads(content), "at": at}
        except ValueError as error:
            raise Unreachable("Amazon's report is no JSON.") from error
        return (
            RawDelivery(
                "report/performance", report["reportId"], json.dumps(body).encode(), received_at=_now()
            ),
        )
    return [_row(row, at) for row in returns.rows(content)]


def _row(row: Json, at: str) -> RawDelivery:
    """Named by what it says: the same row in the next report is the same thing, a changed one another."""
    name = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:32]
    body = json.dumps({"row": row, "at": at}).encode()
    return RawDelivery("report/return", f"return:{name}", body, received_at=_now())


def _now() -> datetime:
    return datetime.now(UTC)
