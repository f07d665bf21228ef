"""Post-Order: item-not-received requests, and cases."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.channels.ebay.pretend.answers import Json, Refusal, moment, number, paged, pagination, within
from connectors.channels.ebay.pretend.deeds import Deeds
from connectors.channels.ebay.pretend.orders import Orders, item_number
from connectors.events import DisputeKind, DisputeState
from connectors.sandbox.world import Dispute, Shop, World

_INQUIRY = {
    DisputeState.ACTION_NEEDED: "WAITING_SELLER_RESPONSE",
    DisputeState.WAITING: "WAITING_BUYER_RESPONSE",
}


@dataclass
class Requests:
    world: World
    orders: Orders
    deeds: Deeds

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
        events = [
            {"actor": "SELLER", "action": deed, "date": moment(at)} for deed, at in self.deeds.done[held.id]
        ]
        return {
            "inquiryId": held.id,
            **self._sale(shop, held),
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
        appealed = next((at for deed, at in self.deeds.done[held.id] if deed == "APPEAL"), None)
        appeal = {"eligibleForAppeal": held.state == DisputeState.CLOSED and not appealed}
        return {
            "caseId": held.id,
            **self._sale(shop, held),
            "caseType": "ITEM_NOT_RECEIVED",
            "status": _case_status(held),
            "creationDate": moment(held.opened_at),
            "claimAmount": number(held.amount, shop.currency),
            "appealDetails": appeal | ({"appealDate": moment(appealed)} if appealed else {}),
        }

    def appeal(self, shop: Shop, wanted: str) -> None:
        held = self._dispute(shop, DisputeKind.CASE, wanted)
        if held.state != DisputeState.CLOSED or self.deeds.done[held.id]:
            raise Refusal(409, 1720, "The case cannot be appealed.")
        self._move(shop, held, DisputeState.CLOSED, "APPEAL")

    def _disputes(self, shop: Shop, kind: DisputeKind, query: Json, dates: str) -> list[Dispute]:
        held = (each for each in shop.disputes.values() if each.kind == kind)
        item = query.get("item_id")
        return [
            each
            for each in held
            if within(query, dates, each.opened_at) and item in (None, self._sale(shop, each)["itemId"])
        ]

    def _sale(self, shop: Shop, held: Dispute) -> dict[str, str]:
        line = shop.orders[held.order_id].lines[0]
        return {"itemId": item_number(line.product_id), "transactionId": str(line.id)}

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
        self.deeds.note(held.id, deed)
        self.world.changed("dispute", held)


def _case_status(held: Dispute) -> str:
    return "CLOSED" if held.state == DisputeState.CLOSED else "WAITING_CS"
