"""Subscription contracts, as far as the app made them itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.channels.shopify.pretend.desk import Desk, Json, No, answered, number
from connectors.channels.shopify.pretend.shapes import gid, paged, time
from connectors.sandbox.world import Contract


class Subscribing(Desk):
    def subscriptionContract(self, info: Any, id: str) -> Json | None:
        found = self.shop_.contracts.get(number(id))
        return _node(found) if found else None

    def subscriptionBillingCycle(self, info: Any, billingCycleInput: Json) -> Json | None:
        found = self.shop_.contracts.get(number(billingCycleInput["contractId"]))
        at = _date(billingCycleInput)
        return {"skipped": at in [time(each) for each in found.skipped]} if found else None

    def subscriptionContractPause(self, info: Any, subscriptionContractId: str) -> Json:
        return answered("contract", lambda: self._to(subscriptionContractId, "active", "paused"))

    def subscriptionContractActivate(self, info: Any, subscriptionContractId: str) -> Json:
        return answered("contract", lambda: self._to(subscriptionContractId, "paused", "active"))

    def subscriptionContractCancel(self, info: Any, subscriptionContractId: str) -> Json:
        return answered("contract", lambda: self._to(subscriptionContractId, "", "cancelled"))

    def _to(self, id: str, only_from: str, status: str) -> Json:
        found = self._contract(id)
        if only_from and found.status != only_from:
            raise No(f"Contract is not {only_from}")
        found.status = status
        self.world.changed("contract", found)
        return {"contract": _node(found)}

    def subscriptionBillingCycleSkip(self, info: Any, billingCycleInput: Json) -> Json:
        return answered("billingCycle", lambda: self._skip(billingCycleInput))

    def _skip(self, asked: Json) -> Json:
        found, at = self._contract(asked["contractId"]), _date(asked)
        if at != time(found.next_at):
            raise No("Billing cycle does not exist")
        if at in [time(each) for each in found.skipped]:
            raise No("Billing cycle is skipped already")
        found.skipped.append(found.next_at)
        self.world.changed("contract", found)
        return {"billingCycle": {"skipped": True}}

    def subscriptionContractProductChange(
        self, info: Any, input: Json, lineId: str, subscriptionContractId: str
    ) -> Json:
        return answered("contract", lambda: self._swap(subscriptionContractId, lineId, input))

    def _swap(self, id: str, line: str, asked: Json) -> Json:
        found = self._contract(id)
        if number(line) not in found.lines:
            raise No("Line does not exist")
        self.variant_of(variant := number(asked["productVariantId"]))
        found.lines[number(line)] = variant
        self.world.changed("contract", found)
        return {"contract": _node(found)}

    def _contract(self, id: str) -> Contract:
        found = self.shop_.contracts.get(number(id))
        if found is None:
            raise No("Contract does not exist")
        if found.status == "cancelled":
            raise No("Contract is terminated")
        return found


def _node(found: Contract) -> Json:
    lines = [
        {"id": gid("SubscriptionLine", line), "variantId": gid("ProductVariant", variant)}
        for line, variant in found.lines.items()
    ]
    return {
        "id": gid("SubscriptionContract", found.id),
        "status": found.status.upper(),
        "nextBillingDate": None if found.status == "cancelled" else time(found.next_at),
        "lines": paged(lines),
    }


def _date(asked: Json) -> str:
    return time(datetime.fromisoformat(asked["selector"]["date"]))
