"""Payment disputes: read, evidence, accept, contest."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.channels.ebay.pretend.answers import Json, Refusal, amount, paged, time, within
from connectors.channels.ebay.pretend.orders import item_number
from connectors.events import DisputeKind, DisputeState
from connectors.sandbox.world import Dispute, Shop, World

LARGEST = 1_500_000
STATUSES = {DisputeState.ACTION_NEEDED: "ACTION_NEEDED", DisputeState.WAITING: "OPEN"}
PICTURES = {b"\xff\xd8\xff": "jpeg", b"\x89PNG": "png"}


@dataclass
class PaymentDisputes:
    world: World
    files: dict[str, tuple[str, int]] = field(default_factory=dict)  # id → name, size
    evidence: dict[str, list[Json]] = field(default_factory=dict)  # by dispute

    def listed(self, shop: Shop, query: Json) -> Json:
        found = [each for each in self._all(shop) if within(query, "open_date", each.opened_at)]
        page, limit, offset = paged(query, found, 200, 200)
        shown = [self._summary(shop, each) for each in page]
        return {"paymentDisputeSummaries": shown, "total": len(found), "limit": limit, "offset": offset}

    def one(self, shop: Shop, wanted: str) -> Json:
        held = self._named(shop, wanted)
        order = shop.orders[held.order_id]
        lines = [{"itemId": item_number(each.product_id), "lineItemId": str(each.id)} for each in order.lines]
        waits = held.state == DisputeState.ACTION_NEEDED
        asked = {"evidenceId": f"E{held.id}", "evidenceType": "PROOF_OF_DELIVERY", "lineItems": lines}
        answered = {"sellerResponse": held.log[-1].upper()} if held.log and not waits else {}
        return {
            **self._summary(shop, held),
            "availableChoices": ["ACCEPT", "CONTEST"] if waits else [],
            "evidenceRequests": [asked] if waits else [],
            "evidence": self.evidence.get(held.id, []),
            "lineItems": lines,
            "revision": self.revision(held),
            **({} if held.state in STATUSES else {"resolution": _resolution(shop, held)}),
            **answered,
        }

    def revision(self, held: Dispute) -> int:
        return 1 + len(held.log) + len(self.evidence.get(held.id, []))

    def upload(self, shop: Shop, wanted: str, name: str, content: bytes) -> Json:
        self._open(shop, wanted)
        if not any(content.startswith(each) for each in PICTURES):
            raise Refusal(400, 33104, "The file is no picture.")
        if len(content) + sum(size for _, size in self.files.values()) > LARGEST:
            raise Refusal(400, 33103, "The files are too large.")
        file = f"F{self.world.next_id()}"
        self.files[file] = (name, len(content))
        return {"fileId": file}

    def on_dispute(self, shop: Shop, wanted: str, deed: str, body: Json) -> Json:
        held = self._open(shop, wanted)
        if deed == "add_evidence":
            return self._add_evidence(held, body)
        if body.get("revision") != self.revision(held):
            raise Refusal(409, 33011, "The dispute has a newer revision.")
        if deed == "contest":
            self._move(held, DisputeState.WAITING, "Contested")
        else:
            self._move(held, DisputeState.LOST, "Accepted")
        return {}

    def _add_evidence(self, held: Dispute, body: Json) -> Json:
        files = [str(each["fileId"]) for each in body.get("files") or ()]
        if not files or any(each not in self.files for each in files) or not body.get("evidenceType"):
            raise Refusal(400, 33105, "The evidence is incomplete.")
        number = f"V{self.world.next_id()}"
        made = {
            "evidenceId": number,
            "evidenceType": body["evidenceType"],
            "files": [{"fileId": each, "name": self.files[each][0]} for each in files],
            "lineItems": body.get("lineItems") or [],
        }
        self.evidence.setdefault(held.id, []).append(made)
        held.evidence[number] = f"{body['evidenceType']}: {', '.join(self.files[each][0] for each in files)}."
        return {"evidenceId": number}

    def _move(self, held: Dispute, state: DisputeState, deed: str) -> None:
        held.state, held.updated_at, held.due_at = state.value, self.world.clock.now(), None
        held.log.append(deed)
        self.world.changed("dispute", held)

    def _all(self, shop: Shop) -> list[Dispute]:
        return [each for each in shop.disputes.values() if each.kind == DisputeKind.PAYMENT_DISPUTE]

    def _named(self, shop: Shop, wanted: str) -> Dispute:
        for each in self._all(shop):
            if each.id == wanted:
                return each
        raise Refusal(404, 33001, "There is no such dispute.")

    def _open(self, shop: Shop, wanted: str) -> Dispute:
        held = self._named(shop, wanted)
        if held.state != DisputeState.ACTION_NEEDED:
            raise Refusal(409, 33101, "The dispute is in another state.")
        return held

    def _summary(self, shop: Shop, held: Dispute) -> Json:
        order = shop.orders[held.order_id]
        closed = {} if held.state in STATUSES else {"closedDate": time(held.updated_at)}
        return closed | {
            "paymentDisputeId": held.id,
            "paymentDisputeStatus": STATUSES.get(DisputeState(held.state), "CLOSED"),
            "amount": amount(held.amount, shop.currency),
            "buyerUsername": shop.shoppers[order.shopper_id].handle,
            "openDate": time(held.opened_at),
            "orderId": order.number,
            "reason": held.reason,
            **({"respondByDate": time(held.due_at)} if held.due_at else {}),
        }


def _resolution(shop: Shop, held: Dispute) -> Json:
    lost = held.state == DisputeState.LOST
    return {
        "reasonForClosure": "SELLER_ACCEPTED" if lost else "SELLER_WON",
        "recoupAmount" if lost else "protectedAmount": amount(held.amount, shop.currency),
    }
