"""Returns: a table of everything that came back lately, read a few times a day. Pure.

There is no notification of a return and no API to decide one: approving and closing is done in Seller Central. Names
of columns: the head of the file itself; Amazon publishes no layout, so each is looked for under its known names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil import parser as dates

from connectors.contract import Money
from connectors.events import (
    DisputeChanged,
    DisputeKind,
    DisputeState,
    Event,
    ReturnChanged,
    ReturnData,
    ReturnStatus,
)

Json = dict[str, Any]

REPORT = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
PAGE = "/returns/list/v2"
CLAIMS = "/gp/guarantee-claims/home.html"
ANSWER_WITHIN = timedelta(hours=24)  # Seller Central help 200708210: an authorisation is due within a day
_STATUS = {
    "pending": ReturnStatus.REQUESTED,
    "requested": ReturnStatus.REQUESTED,
    "approved": ReturnStatus.OPEN,
    "authorized": ReturnStatus.OPEN,
    "authorised": ReturnStatus.OPEN,
    "closed": ReturnStatus.CLOSED,
    "completed": ReturnStatus.CLOSED,
    "denied": ReturnStatus.DECLINED,
    "declined": ReturnStatus.DECLINED,
    "cancelled": ReturnStatus.CANCELLED,
    "canceled": ReturnStatus.CANCELLED,
}


def rows(content: bytes) -> list[Json]:
    """The table's rows by column. Amazon writes US files in UTF-8 or Latin-1, and does not say which."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    table = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [{k.strip(): (v or "").strip() for k, v in row.items() if k} for row in table]


def read(body: Json, seller_central: str) -> Sequence[Event]:
    """`body` holds one row and when the report was made."""
    row, at = body["row"], datetime.fromisoformat(body["at"])
    order = row["Order ID"]
    requested = _time(row.get("Return request date", ""))
    status = _status(row)
    changed = ReturnChanged(
        order_id=order,
        data=ReturnData(
            external_id=_name(row),
            name=row.get("Amazon RMA ID") or row.get("Merchant RMA ID") or order,
            status=status,
            reason=_words(row.get("Return Reason") or row.get("Return reason") or ""),
            requested_at=requested,
            quantity=int(row.get("Return quantity") or 0),
            due_at=requested + ANSWER_WITHIN if requested and status is ReturnStatus.REQUESTED else None,
            amount=_money(row),
            tracking_number=row.get("Tracking ID") or row.get("Return tracking ID") or "",
            carrier=row.get("Return carrier") or "",
            waits_for_seller=status is ReturnStatus.REQUESTED,
            url=f"{seller_central}{PAGE}?orderId={order}",
        ),
        updated_at=at,
    )
    return (changed, _claim(row, order, at, seller_central)) if _yes(row, "A-to-Z Claim") else (changed,)


def _name(row: Json) -> str:
    """A return may hold several items, each in a row of its own."""
    rma = row.get("Amazon RMA ID") or row.get("Merchant RMA ID") or row["Order ID"]
    sku = row.get("Merchant SKU") or row.get("ASIN") or ""
    return f"{rma}:{sku}" if sku else rma


def _status(row: Json) -> ReturnStatus:
    """Refunded is closed, whatever else the row says."""
    if _amount(row.get("Refunded Amount", "")):
        return ReturnStatus.CLOSED
    said = (row.get("Return request status") or row.get("Return Request Status") or "").lower()
    return _STATUS.get(said, ReturnStatus.OPEN)


def _claim(row: Json, order: str, at: datetime, seller_central: str) -> DisputeChanged:
    """The row only says that there is one; its deadline comes by mail, under the same name."""
    opened = _time(row.get("Return request date", "")) or at
    return DisputeChanged(
        external_id=f"{DisputeKind.CLAIM.value}:{order}",
        kind=DisputeKind.CLAIM,
        state=DisputeState.ACTION_NEEDED,
        opened_at=opened,
        updated_at=opened,  # older than any mail about it: what a mail says stands
        label="A-to-z claim",
        reason=_words(row.get("Return Reason") or row.get("Return reason") or ""),
        amount=_money(row, "Order Amount"),
        order_id=order,
        order_number=order,
        due_at=at + timedelta(days=3),  # Seller Central help 27951
        url=f"{seller_central}{CLAIMS}",
    )


def _yes(row: Json, column: str) -> bool:
    return str(row.get(column, "")).strip().lower() in ("y", "yes", "true")


def _money(row: Json, column: str = "Refunded Amount") -> Money | None:
    amount = _amount(row.get(column, ""))
    return Money(amount, row.get("Currency code") or "USD") if amount else None


def _amount(written: str) -> Decimal | None:
    try:
        return Decimal(written.replace(",", "").lstrip("$")) or None
    except InvalidOperation:
        return None


def _time(written: str) -> datetime | None:
    """ "04-Nov-2026" and ISO 8601 are both seen."""
    try:
        found = dates.parse(written)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _words(code: str) -> str:
    """ "CR-DEFECTIVE" → "Defective"."""
    return code.removeprefix("CR-").removeprefix("AMZ-PG-").replace("_", " ").strip().capitalize()
