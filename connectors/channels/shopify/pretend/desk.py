"""What every part of the pretend admin API works on, and what it remembers beside the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from graphql import GraphQLError, get_directive_values

from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Order, Product, Refund, Return, Shop, Variant, World

Json = dict[str, Any]


class No(Exception):
    """What Shopify puts below `userErrors`."""


@dataclass
class Edit:
    """Of an order, not committed yet: how many of its lines there are to be, and which variants join them."""

    order_id: int
    quantities: dict[int, int]
    added: list[tuple[int, int]] = field(default_factory=list)  # variant id, how many


@dataclass
class Memory:
    """Of one shop; lost with the sandbox."""

    answers: dict[str, tuple[str, Json]] = field(default_factory=dict)  # by idempotency key: question, answer
    jobs: set[str] = field(default_factory=set)
    drafts: dict[int, Json] = field(default_factory=dict)  # the input of each
    edits: dict[int, Edit] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)  # by name; b"" until the file came


@dataclass
class Desk:
    """graphql-core calls the method named like a field with the field's arguments."""

    world: World
    shop_: Shop
    base: str
    changed: Callable[[Product], datetime]  # when a product was, which the world does not keep
    memory: Memory
    trouble: Trouble

    def order_of(self, id: str) -> Order:
        found = self.shop_.orders.get(number(id)) if "/Order/" in id else None
        if found is None:
            raise No("Order does not exist")
        return found

    def variant_of(self, id: int) -> tuple[Product, Variant]:
        for product in self.shop_.products.values():
            for variant in product.variants:
                if variant.id == id:
                    return product, variant
        raise No("Product variant does not exist")

    def return_of(self, number_: int) -> tuple[Order, Return]:
        for order in self.shop_.orders.values():
            for back in order.returns:
                if back.id == number_:
                    return order, back
        raise No("Return does not exist")

    def pay_back(
        self, order: Order, amount: Decimal, note: str, lines: dict[int, int], return_id: int = 0
    ) -> Refund:
        """The caller touches the order."""
        if amount > order.left:
            raise No("The refund is more than what is left of the payment")
        made = Refund(self.world.next_id(), amount, self.world.clock.now(), note, lines, return_id)
        order.refunds.append(made)
        if amount:
            order.financial_status = "refunded" if not order.left else "partially_refunded"
        return made


def answered(part: str, do: Callable[[], Json], mistakes: str = "userErrors") -> Json:
    """What a mutation answers: the thing made, or why not."""
    try:
        return {**do(), mistakes: []}
    except No as error:
        return {part: None, mistakes: [{"field": None, "message": str(error)}]}


def once(memory: Memory, info: Any, asked: Json, do: Callable[[], Json]) -> Json:
    """The same key again gets the same answer."""
    directive = info.schema.get_directive("idempotent")
    given = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    if not given or not given["key"].strip():
        raise GraphQLError("The @idempotent directive is required for this mutation")
    question = repr(asked)
    before = memory.answers.setdefault(given["key"], (question, {}))
    if before[0] != question:
        raise GraphQLError(
            "The same idempotency key cannot be used with different parameters",
            extensions={"code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"},
        )
    if not before[1]:
        before = memory.answers[given["key"]] = (question, do())
    return before[1]


def number(id: str) -> int:
    return int(id.rpartition("/")[2])
