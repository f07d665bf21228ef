"""Post-Order: returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from connectors.channels.ebay.pretend.answers import Json, Refusal, moment, number, paged, pagination, within
from connectors.channels.ebay.pretend.deeds import Deeds
from connectors.channels.ebay.pretend.orders import Orders, item_number
from connectors.events import ReturnStatus
from connectors.sandbox.world import Order, Return, Shop, World

DUE = timedelta(days=3)
LARGEST_LABEL = 10_000_000  # characters of base64
STATES = {
    ReturnStatus.REQUESTED: "RETURN_REQUESTED",
    ReturnStatus.OPEN: "ITEM_READY_TO_SHIP",
    ReturnStatus.CLOSED: "CLOSED",
    ReturnStatus.DECLINED: "RETURN_REJECTED",
    ReturnStatus.CANCELLED: "CLOSED",
}
REASONS = {
    "Changed my mind": ("NO_LONGER_NEED_ITEM", "REMORSE"),
    "Size was too small": ("WRONG_SIZE", "REMORSE"),
    "Not as described": ("NOT_AS_DESCRIBED", "SNAD"),
    "Arrived too late": ("ARRIVED_LATE", "REMORSE"),
}


@dataclass
class Returns:
    world: World
    orders: Orders
    deeds: Deeds
    arrived: set[int] = field(default_factory=set)  # returns whose goods are back
    files: dict[str, str] = field(default_factory=dict)  # label files by id

    def listed(self, shop: Shop, query: Json) -> Json:
        wanted = query.get("return_state")
        found = [
            (order, back)
            for order in shop.orders.values()
            for back in order.returns
            if within(query, "creation_date_range", back.at)
            and (wanted != "ALL_OPEN" or back.status in (ReturnStatus.REQUESTED, ReturnStatus.OPEN))
            and query.get("order_id") in (None, order.number)
        ]
        page, limit, offset = paged(query, found, 25, 200)
        shown = [self._summary(shop, *each) for each in page]
        return {"members": shown, "total": len(found), "paginationOutput": pagination(found, limit, offset)}

    def one(self, shop: Shop, wanted: str) -> Json:
        order, back = self._return(shop, wanted)
        history = [
            {"activity": activity, "author": "SELLER", "creationDate": moment(at)}
            for activity, at in self.deeds.done[wanted]
        ]
        closed = {"closeInfo": {"returnCloseReason": "REQUEST_DECLINED"}} if back.status == "declined" else {}
        return {
            "summary": self._summary(shop, order, back),
            "detail": {
                "buyerLoginName": shop.shoppers[order.shopper_id].handle,
                "responseHistory": history,
                **closed,
            },
        }

    def on_return(self, shop: Shop, wanted: str, deed: str, body: Json) -> Json:
        order, back = self._return(shop, wanted)
        match deed:
            case "decide":
                return self._decide(order, back, body)
            case "issue_refund":
                total = Decimal(str(body["refundDetail"]["totalAmount"]["value"]))
                return self._refund_return(order, back, total)
            case "mark_as_received":
                self.arrived.add(back.id)
                self.deeds.note(wanted, "SELLER_MARK_AS_RECEIVED")
                self.world.touch(order)
                return {}
            case "file/upload":
                if len(str(body.get("data"))) > LARGEST_LABEL:
                    raise Refusal(400, 1503, "The file is too large.")
                file = str(self.world.next_id())
                self.files[file] = str(body.get("fileName"))
                return {"fileId": file}
            case "add_shipping_label":
                if body.get("fileId") not in self.files:
                    raise Refusal(400, 1504, "There is no such file.")
                self.deeds.note(wanted, "SELLER_PROVIDE_LABEL")
                return {"labelId": str(body["fileId"])}
        raise Refusal(404, 1401, "There is no such call.")

    def _decide(self, order: Order, back: Return, body: Json) -> Json:
        if back.status != ReturnStatus.REQUESTED:
            raise Refusal(409, 1510, "The return cannot be decided any more.")
        match body.get("decision"):
            case "APPROVE":
                back.status = ReturnStatus.OPEN.value
                self.deeds.note(str(back.id), "SELLER_APPROVE_REQUEST")
            case "DECLINE":
                back.status = ReturnStatus.DECLINED.value
                self.deeds.note(str(back.id), "SELLER_DECLINE_REQUEST")
            case "OFFER_PARTIAL_REFUND":
                self.deeds.note(str(back.id), "SELLER_OFFER_PARTIAL_REFUND")
                return self._refund_return(order, back, Decimal(str(body["partialRefundAmount"]["value"])))
            case other:
                raise Refusal(400, 1511, f"The decision {other} is unknown.")
        self.world.touch(order)
        return {}

    def _refund_return(self, order: Order, back: Return, value: Decimal) -> Json:
        if back.status == ReturnStatus.CLOSED:
            raise Refusal(409, 1512, "The return is closed.")
        back.status = ReturnStatus.CLOSED.value
        self.deeds.note(str(back.id), "SELLER_ISSUE_REFUND")
        self.orders.pay_back(order, value, "Return")
        return {"refundStatus": "SUCCESS"}

    def _summary(self, shop: Shop, order: Order, back: Return) -> Json:
        reason, kind = REASONS.get(back.reason, ("OTHER", "REMORSE"))
        line = next((each for each in order.lines if each.id == back.line_id), order.lines[0])
        state = (
            "ITEM_DELIVERED"
            if back.id in self.arrived and back.status == "open"
            else STATES[ReturnStatus(back.status)]
        )
        waits = back.status == ReturnStatus.REQUESTED or state == "ITEM_DELIVERED"
        due = {"activityDue": "SELLER_APPROVE_REQUEST", "respondByDate": moment(back.at + DUE)}
        options = ("SELLER_APPROVE_REQUEST", "SELLER_DECLINE_REQUEST", "SELLER_ISSUE_REFUND") if waits else ()
        return {
            "returnId": str(back.id),
            "orderId": order.number,
            "buyerLoginName": shop.shoppers[order.shopper_id].handle,
            "sellerLoginName": shop.seller_id,
            "currentType": "MONEY_BACK",
            "state": state,
            "status": "CLOSED"
            if state == "CLOSED"
            else "RETURN_REQUESTED"
            if waits
            else "READY_FOR_SHIPPING",
            "creationInfo": {
                "item": {"itemId": item_number(line.product_id), "returnQuantity": back.quantity},
                "reason": reason,
                "reasonType": kind,
                "comments": {"content": back.reason},
                "creationDate": moment(back.at),
            },
            "sellerTotalRefund": {"estimatedRefundAmount": number(line.price * back.quantity, shop.currency)},
            "sellerAvailableOptions": [{"actionType": each} for each in options],
            **({"sellerResponseDue": due} if waits else {}),
        }

    def _return(self, shop: Shop, wanted: str) -> tuple[Order, Return]:
        found = ((o, r) for o in shop.orders.values() for r in o.returns if str(r.id) == wanted)
        if pair := next(found, None):
            return pair
        raise Refusal(404, 1500, "There is no such return.")
