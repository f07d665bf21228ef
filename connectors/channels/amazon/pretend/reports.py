"""Reports: the table of returns and the account health report, made from the pretend world."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.channels.amazon.access import US
from connectors.channels.amazon.pretend.shapes import asin
from connectors.channels.amazon.pretend.standards import account_health
from connectors.events import DisputeKind, Fulfiller, ReturnStatus
from connectors.sandbox.world import Order, Return, Shop, World

Json = dict[str, Any]

RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
PERFORMANCE = "GET_V2_SELLER_PERFORMANCE_REPORT"
KINDS = (RETURNS, PERFORMANCE)
_COLUMNS = (
    "Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Merchant RMA ID",
    "Label type", "Return carrier", "Tracking ID", "Label to be paid by", "A-to-Z Claim", "Is prime", "ASIN",
    "Merchant SKU", "Item Name", "Return quantity", "Return Reason", "In policy", "Return type", "Resolution",
    "Order Amount", "Order quantity", "SafeT claim ID", "Currency code", "Refunded Amount",
)  # fmt: skip
_STATUS = {ReturnStatus.REQUESTED: "Pending", ReturnStatus.OPEN: "Approved", ReturnStatus.CLOSED: "Completed"}


@dataclass
class Report:
    id: str
    kind: str
    seller: str
    since: datetime
    until: datetime
    made_at: datetime
    ready_at: datetime

    def shown(self, now: datetime) -> Json:
        is_done = now >= self.ready_at
        body: Json = {
            "reportId": self.id,
            "reportType": self.kind,
            "marketplaceIds": [US],
            "createdTime": self.made_at.isoformat(),
            "processingStatus": "DONE" if is_done else "IN_PROGRESS",
        }
        if is_done:
            body |= {"processingEndTime": self.ready_at.isoformat(), "reportDocumentId": f"report-{self.id}"}
        return body


def content(world: World, shop: Shop, report: Report) -> bytes:
    if report.kind == PERFORMANCE:
        return json.dumps(account_health(world, shop)).encode()
    rows = [
        _row(shop, order, each)
        for order in shop.orders.values()
        for each in order.returns
        if order.fulfilled_by != Fulfiller.PLATFORM and report.since <= each.at <= report.until
    ]
    lines = ["\t".join(_COLUMNS), *("\t".join(row.get(name, "") for name in _COLUMNS) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def _row(shop: Shop, order: Order, back: Return) -> dict[str, str]:
    line = next(each for each in order.lines if each.id == back.line_id)
    product = shop.products[line.product_id]
    variant = next(each for each in product.variants if each.id == line.variant_id)
    claimed = any(d.order_id == order.id and d.kind == DisputeKind.CLAIM for d in shop.disputes.values())
    refunded = sum((each.amount for each in order.refunds), start=type(order.total)(0))
    return {
        "Order ID": order.number,
        "Order date": f"{order.placed_at:%d-%b-%Y}",
        "Return request date": f"{back.at:%d-%b-%Y}",
        "Return request status": _STATUS.get(ReturnStatus(back.status), "Closed"),
        "Amazon RMA ID": f"D{back.id}RRMA",
        "Label type": "AmazonUnPaidLabel",
        "A-to-Z Claim": "Y" if claimed else "N",
        "Is prime": "N",
        "ASIN": asin(variant.id),
        "Merchant SKU": variant.sku,
        "Item Name": product.title,
        "Return quantity": str(back.quantity),
        "Return Reason": "CR-" + back.reason.upper().replace(" ", "_"),
        "In policy": "Y",
        "Order Amount": str(order.total),
        "Order quantity": str(line.quantity),
        "Currency code": shop.currency,
        "Refunded Amount": str(refunded) if refunded else "",
    }
