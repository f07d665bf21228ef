"""Customers with their credit, and discount codes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.channels.shopify.pretend.desk import Desk, Json, No, answered, number
from connectors.channels.shopify.pretend.nodes import order_node
from connectors.channels.shopify.pretend.shapes import gid, paged, time
from connectors.sandbox.world import Code, Credit, Shopper

_LONGEST_CODE = 255


class Giving(Desk):
    def storeCreditAccountCredit(self, info: Any, id: str, creditInput: Json) -> Json:
        return answered("storeCreditAccountTransaction", lambda: self._credit(id, creditInput))

    def _credit(self, id: str, asked: Json) -> Json:
        shopper = self.shop_.shoppers.get(number(id)) if "/Customer/" in id else None
        if shopper is None:
            raise No("Owner does not exist")
        given = asked["creditAmount"]
        amount = Decimal(str(given["amount"]))
        if amount <= 0:
            raise No("Amount must be greater than 0")
        if given["currencyCode"] != self.shop_.currency:
            raise No("Currency is not supported")
        made = Credit(self.world.next_id(), amount, self.world.clock.now(), _at(asked.get("expiresAt")))
        shopper.credits.append(made)
        self.world.changed("credit", made)
        return {"storeCreditAccountTransaction": self._transaction(made)}

    def _transaction(self, made: Credit) -> Json:
        return {
            "__typename": "StoreCreditAccountCreditTransaction",
            "id": gid("StoreCreditAccountCreditTransaction", made.id),
            "amount": self._money(made.amount),
            "createdAt": time(made.at),
            "expiresAt": time(made.expires_at) if made.expires_at else None,
        }

    def _money(self, amount: Decimal) -> Json:
        return {"amount": str(amount), "currencyCode": self.shop_.currency}

    def discountCodeBasicCreate(self, info: Any, basicCodeDiscount: Json) -> Json:
        return answered("codeDiscountNode", lambda: self._code(basicCodeDiscount))

    def _code(self, asked: Json) -> Json:
        code = str(asked.get("code") or "")
        if not code or len(code) > _LONGEST_CODE:
            raise No("Code can't be blank or longer than 255 characters")
        if code.upper() in self.shop_.codes:
            raise No("Code must be unique. Please try a different code")
        value = (asked.get("customerGets") or {}).get("value") or {}
        made = Code(
            self.world.next_id(),
            code,
            self.world.clock.now(),
            Decimal(str(value.get("percentage") or 0)),
            Decimal(str((value.get("discountAmount") or {}).get("amount") or "0.00")),
            _at(asked.get("endsAt")),
            asked.get("usageLimit"),
        )
        if not (made.share or made.amount):
            raise No("Value can't be blank")
        if made.ends_at and made.ends_at <= made.at:
            raise No("Ends at must be after starts at")
        self.shop_.codes[code.upper()] = made
        self.world.changed("code", made)
        return {"codeDiscountNode": _node(made)}

    def codeDiscountNodeByCode(self, info: Any, code: str) -> Json | None:
        found = self.shop_.codes.get(code.upper())
        return _node(found) if found else None

    def customer(self, info: Any, id: str) -> Json | None:
        found = self.shop_.shoppers.get(number(id))
        return self._customer(found) if found else None

    def _customer(self, shopper: Shopper) -> Json:
        def orders(info: Any, first: int = 50, reverse: bool = False, **_: Any) -> Json:
            mine = [each for each in self.shop_.orders.values() if each.shopper_id == shopper.id]
            mine.sort(key=lambda each: (each.placed_at, each.id), reverse=reverse)
            shown = paged(mine, lambda each: order_node(self.world, self.shop_, each, self.base))
            return shown(info, first)

        return {
            "id": gid("Customer", shopper.id),
            "orders": orders,
            "storeCreditAccounts": paged([self._account(shopper)] if shopper.credits else []),
        }

    def _account(self, shopper: Shopper) -> Json:
        def transactions(info: Any, first: int = 50, reverse: bool = False) -> Json:
            shown = [self._transaction(each) for each in shopper.credits]
            return {"nodes": (shown[::-1] if reverse else shown)[:first]}

        total = sum((each.amount for each in shopper.credits), Decimal("0.00"))
        account = {"id": gid("StoreCreditAccount", shopper.id), "balance": self._money(total)}
        return account | {"transactions": transactions}


def _node(made: Code) -> Json:
    shown = {
        "__typename": "DiscountCodeBasic",
        "title": made.code,
        "createdAt": time(made.at),
        "usageLimit": made.uses,
        "endsAt": time(made.ends_at) if made.ends_at else None,
    }
    return {"id": gid("DiscountCodeNode", made.id), "codeDiscount": shown}


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
