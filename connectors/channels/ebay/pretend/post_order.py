"""Post-Order: returns, item-not-received requests, cases, cancellations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.channels.ebay.pretend.answers import Json, Refusal, moment, number, paged, pagination, within
from connectors.channels.ebay.pretend.orders import Orders, item_number, request_number
from connectors.events import DisputeKind, DisputeState, ReturnStatus
from connectors.sandbox.world import Dispute, Order, Return, Shop, World

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
_INQUIRY = {
    DisputeState.ACTION_NEEDED: "WAITING_SELLER_RESPONSE",
    DisputeState.WAITING: "WAITING_BUYER_RESPONSE",
}


@dataclass
class PostOrder:
    world: World
    orders: Orders
    deeds: defaultdict[str, list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    arrived: set[int] = field(default_factory=set)  # returns whose goods are back
    files: dict[str, str] = field(default_factory=dict)  # label files by id
    rejected: dict[str, datetime] = field(default_factory=dict)  # requests to cancel

    def returns(self, shop: Shop, query: Json) -> Json:
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

    def return_(self, shop: Shop, wanted: str) -> Json:
        order, back = self._return(shop, wanted)
        history = [
            {"activity": activity, "author": "SELLER", "creationDate": moment(at)}
            for activity, at in self.deeds[wanted]
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
                self._note(wanted, "SELLER_MARK_AS_RECEIVED")
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
                self._note(wanted, "SELLER_PROVIDE_LABEL")
                return {"labelId": str(body["fileId"])}
        raise Refusal(404, 1401, "There is no such call.")

    def inquiries(self, shop: Shop, query: Json) -> Json:
        found = self._disputes(shop, DisputeKind.INQUIRY, query, "inquiry_creation_date_range")
        page, limit, offset = paged(query, found, 25, 200)
        shown = [
            self._entry(shop, each)
            | {
                "inquiryId": int(each.id),
                "inquiryStatusEnum": _INQUIRY.get(DisputeState(each.state), "CLOSED"),
            }
            for each in page
        ]
        pages = pagination(found, limit, offset)
        return {"members": shown, "totalNumberOfInquiries": len(found), "paginationOutput": pages}

    def inquiry(self, shop: Shop, wanted: str) -> Json:
        held = self._dispute(shop, DisputeKind.INQUIRY, wanted)
        events = [{"actor": "SELLER", "action": deed, "date": moment(at)} for deed, at in self.deeds[held.id]]
        return {
            "inquiryId": held.id,
            "status": _INQUIRY.get(DisputeState(held.state), "CLOSED"),
            "state": "CREATED",
            "claimAmount": number(held.amount, shop.currency),
            "inquiryDetails": {"creationDate": moment(held.opened_at)},
            "inquiryHistoryDetails": {"history": events},
            **({"sellerMakeItRightByDate": moment(held.due_at)} if held.due_at else {}),
        }

    def on_inquiry(self, shop: Shop, wanted: str, deed: str, body: Json) -> Json:
        held = self._dispute(shop, DisputeKind.INQUIRY, wanted)
        if held.state == DisputeState.CLOSED:
            raise Refusal(409, 1632, "The request is closed.")
        match deed:
            case "issue_refund":
                self.orders.pay_back(shop.orders[held.order_id], held.amount, "Item not received")
                self._move(shop, held, DisputeState.CLOSED, "REFUND")
                return {"refundResult": {"refundStatus": "SUCCESS"}}
            case "provide_shipment_info":
                if not body.get("trackingNumber"):
                    raise Refusal(400, 1610, "The tracking number is missing.")
                self._move(shop, held, DisputeState.WAITING, "PROVIDE_TRACKING")
                return {}
            case "send_message":
                self._move(shop, held, DisputeState(held.state), "SEND_MESSAGE")
                return {}
        raise Refusal(404, 1401, "There is no such call.")

    def cases(self, shop: Shop, query: Json) -> Json:
        found = self._disputes(shop, DisputeKind.CASE, query, "case_creation_date_range")
        page, limit, offset = paged(query, found, 25, 200)
        shown = [
            self._entry(shop, each) | {"caseId": int(each.id), "caseStatusEnum": _case_status(each)}
            for each in page
        ]
        pages = pagination(found, limit, offset)
        return {"members": shown, "totalNumberOfCases": len(found), "paginationOutput": pages}

    def case(self, shop: Shop, wanted: str) -> Json:
        held = self._dispute(shop, DisputeKind.CASE, wanted)
        appealed = next((at for deed, at in self.deeds[held.id] if deed == "APPEAL"), None)
        appeal = {"eligibleForAppeal": held.state == DisputeState.CLOSED and not appealed}
        return {
            "caseId": held.id,
            "caseType": "ITEM_NOT_RECEIVED",
            "status": _case_status(held),
            "creationDate": moment(held.opened_at),
            "claimAmount": number(held.amount, shop.currency),
            "appealDetails": appeal | ({"appealDate": moment(appealed)} if appealed else {}),
        }

    def appeal(self, shop: Shop, wanted: str) -> None:
        held = self._dispute(shop, DisputeKind.CASE, wanted)
        if held.state != DisputeState.CLOSED or self.deeds[held.id]:
            raise Refusal(409, 1720, "The case cannot be appealed.")
        self._move(shop, held, DisputeState.CLOSED, "APPEAL")

    def cancellations(self, shop: Shop, query: Json) -> Json:
        wanted = query.get("legacy_order_id")
        found = [
            each
            for each in shop.orders.values()
            if (each.cancel_requested_at or each.cancelled_at or request_number(each) in self.rejected)
            and wanted in (None, each.number)
        ]
        page, limit, offset = paged(query, found, 25, 200)
        shown = [self._cancellation(each) for each in page]
        return {
            "cancellations": shown,
            "total": len(found),
            "paginationOutput": pagination(found, limit, offset),
        }

    def cancel(self, shop: Shop, body: Json) -> Json:
        order = self.orders.named(shop, str(body.get("legacyOrderId")))
        if order.cancelled_at or order.parcels:
            raise Refusal(409, 2200, "The order cannot be cancelled.")
        self._cancelled(order, "SELLER")
        return {"cancelId": request_number(order)}

    def on_cancellation(self, shop: Shop, wanted: str, deed: str) -> None:
        order = next((each for each in shop.orders.values() if request_number(each) == wanted), None)
        if order is None or not order.cancel_requested_at:
            raise Refusal(404, 2201, "There is no such request.")
        if deed == "approve":
            self._cancelled(order, "BUYER")
        else:
            self.rejected[wanted] = order.cancel_requested_at
            order.cancel_requested_at = None
            self.world.touch(order)

    def _cancelled(self, order: Order, by: str) -> None:
        order.cancelled_at, order.cancel_requested_at = self.world.clock.now(), None
        self._note(request_number(order), by)
        self.orders.pay_back(order, order.total, "Cancelled")

    def _cancellation(self, order: Order) -> Json:
        wanted = request_number(order)
        status = "CANCEL_REQUESTED" if order.cancel_requested_at else "CANCEL_REJECTED"
        by = self.deeds[wanted][0][0] if self.deeds[wanted] else "BUYER"
        asked = (
            order.cancel_requested_at or self.rejected.get(wanted) or order.cancelled_at or order.placed_at
        )
        return {
            "cancelId": wanted,
            "legacyOrderId": order.number,
            "cancelStatus": "CANCEL_CLOSED_WITH_REFUND" if order.cancelled_at else status,
            "requestorType": by,
            "cancelRequestDate": moment(asked),
        }

    def _decide(self, order: Order, back: Return, body: Json) -> Json:
        if back.status != ReturnStatus.REQUESTED:
            raise Refusal(409, 1510, "The return cannot be decided any more.")
        match body.get("decision"):
            case "APPROVE":
                back.status = ReturnStatus.OPEN.value
                self._note(str(back.id), "SELLER_APPROVE_REQUEST")
            case "DECLINE":
                back.status = ReturnStatus.DECLINED.value
                self._note(str(back.id), "SELLER_DECLINE_REQUEST")
            case "OFFER_PARTIAL_REFUND":
                self._note(str(back.id), "SELLER_OFFER_PARTIAL_REFUND")
                return self._refund_return(order, back, Decimal(str(body["partialRefundAmount"]["value"])))
            case other:
                raise Refusal(400, 1511, f"The decision {other} is unknown.")
        self.world.touch(order)
        return {}

    def _refund_return(self, order: Order, back: Return, value: Decimal) -> Json:
        if back.status == ReturnStatus.CLOSED:
            raise Refusal(409, 1512, "The return is closed.")
        back.status = ReturnStatus.CLOSED.value
        self._note(str(back.id), "SELLER_ISSUE_REFUND")
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

    def _disputes(self, shop: Shop, kind: DisputeKind, query: Json, dates: str) -> list[Dispute]:
        held = (each for each in shop.disputes.values() if each.kind == kind)
        return [each for each in held if within(query, dates, each.opened_at)]

    def _dispute(self, shop: Shop, kind: DisputeKind, wanted: str) -> Dispute:
        held = shop.disputes.get(wanted)
        if held is None or held.kind != kind:
            raise Refusal(404, 1600, "There is no such request.")
        return held

    def _entry(self, shop: Shop, held: Dispute) -> Json:
        order = shop.orders[held.order_id]
        return {
            "buyer": shop.shoppers[order.shopper_id].handle,
            "seller": shop.seller_id,
            "itemId": int(item_number(order.lines[0].product_id)),
            "claimAmount": number(held.amount, shop.currency),
            "creationDate": moment(held.opened_at),
            "lastModifiedDate": moment(held.updated_at),
            **({"respondByDate": moment(held.due_at)} if held.due_at else {}),
        }

    def _move(self, shop: Shop, held: Dispute, state: DisputeState, deed: str) -> None:
        held.state, held.updated_at = state.value, self.world.clock.now()
        held.log.append(deed.replace("_", " ").capitalize())
        self._note(held.id, deed)
        self.world.changed("dispute", held)

    def _note(self, of: str, deed: str) -> None:
        self.deeds[of].append((deed, self.world.clock.now()))


def _case_status(held: Dispute) -> str:
    return "CLOSED" if held.state == DisputeState.CLOSED else "WAITING_CS"
