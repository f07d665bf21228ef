"""Other variants of the same product for lines of an order: what exchanges and changed orders share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms

from agents.actions.kind import Facts, Files, NotPossible, Wish
from agents.actions.ordered import CENT
from agents.actions.stock import Variant, is_in_stock, own_variant, variants_of
from agents.actions.wishing import WishForm
from connectors.commands import Swap
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Order, OrderLine

_QUANTITY, _VARIANT = "quantity-", "variant-"
PAYING = [
    ("", "As the shop asks for it"),
    ("original", "The way the order was paid"),
    ("gift_card", "A gift card they have"),
]


class Chosen(NamedTuple):
    line: OrderLine
    quantity: int
    variant: Variant


class SwapForm(WishForm):
    """`wish()` has `swaps`: [{"line", "quantity", "variant"}]."""

    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")
    pays_with = forms.ChoiceField(required=False, label="What it costs more is paid with", choices=PAYING)
    card_balance = forms.DecimalField(
        required=False, min_value=Decimal(0), max_digits=12, decimal_places=2, label="Left on the gift card"
    )

    def __init__(
        self,
        order: Order,
        data: Mapping[str, Any] | None = None,
        files: Files | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        wanted = {each["line"]: each for each in (initial or {}).get("swaps", [])}
        self._lines: dict[str, str] = {}
        for number, line in enumerate(order.lines.all()):
            if others := other_variants(line):
                self._ask(number, line, others, wanted.get(line.external_id, {}))

    def _ask(self, number: int, line: OrderLine, others: list[Variant], wanted: Mapping[str, Any]) -> None:
        name = f"{line.title}{f', {line.variant}' if line.variant else ''}"
        self._lines[str(number)] = line.external_id
        self.fields[f"{_VARIANT}{number}"] = forms.ChoiceField(
            label=f"{name}: for",
            choices=[("", "as it is"), *((each["external_id"], _offered(each)) for each in others)],
            required=False,
            initial=wanted.get("variant", ""),
        )
        self.fields[f"{_QUANTITY}{number}"] = forms.IntegerField(
            label=f"{name}: how many",
            min_value=1,
            max_value=line.quantity,
            required=False,
            initial=wanted.get("quantity", line.quantity),
            help_text=f"of {line.quantity}",
        )

    def wish(self) -> Wish:
        clean = super().wish()
        swaps = []
        for number, line in self._lines.items():
            variant = clean.pop(f"{_VARIANT}{number}", "")
            quantity = clean.pop(f"{_QUANTITY}{number}", 1)
            if variant:
                swaps.append({"line": line, "quantity": quantity, "variant": variant})
        return {**clean, "swaps": swaps}


def other_variants(line: OrderLine) -> list[Variant]:
    own = own_variant(line)
    return [each for each in variants_of(line) if own is None or each["external_id"] != own["external_id"]]


def chosen_swaps(action: Action) -> list[Chosen]:
    """Raises NotPossible for what is not there, not the same product, or out of stock."""
    lines = {line.external_id: line for line in action.the_order.lines.all()}
    picked = [_picked(lines, each) for each in action.wish.get("swaps") or []]
    if not picked:
        raise NotPossible("Choose what is swapped for what.")
    if len({each.line.pk for each in picked}) < len(picked):
        raise NotPossible("One line can be swapped only once.")
    return picked


def _picked(lines: Mapping[str, OrderLine], wanted: Mapping[str, Any]) -> Chosen:
    line, quantity = lines.get(wanted["line"]), wanted["quantity"]
    if line is None:
        raise NotPossible("The order has no such line any more.")
    if not isinstance(quantity, int) or not 0 < quantity <= line.quantity:
        raise NotPossible(f"{line.title}: there are {line.quantity}, not {quantity}.")
    variant = next((each for each in variants_of(line) if each["external_id"] == wanted["variant"]), None)
    if variant is None:
        raise NotPossible(f"Only another variant of {line.title} can be chosen, not another product.")
    own = own_variant(line)
    if own and own["external_id"] == variant["external_id"]:
        raise NotPossible(f"{line.title} in {variant['title']} is what was bought.")
    if not is_in_stock(variant, quantity):
        raise NotPossible(f"{line.title} in {variant['title']} is out of stock.")
    return Chosen(line, quantity, variant)


def swaps(action: Action) -> tuple[Swap, ...]:
    return tuple(
        Swap(each.line.external_id, each.quantity, each.variant["external_id"])
        for each in chosen_swaps(action)
    )


def due(action: Action) -> Money:
    """What the shopper owes then, or (negative) gets back: the difference of prices, discounted and taxed as the order
    was."""
    order = action.the_order
    difference = sum(
        (
            (Decimal(str(each.variant["price"])) - each.line.unit_price) * each.quantity
            for each in chosen_swaps(action)
        ),
        Decimal("0.00"),
    )
    if difference and order.subtotal:
        difference *= (order.total - order.shipping) / order.subtotal
    return Money(difference.quantize(CENT, ROUND_HALF_UP), order.currency)


def goes_back(action: Action) -> Money | None:
    """What the shopper gets back, where what they get instead is cheaper."""
    owed = due(action)
    return Money(-owed.amount, owed.currency) if owed.amount < 0 else None


def due_in_words(action: Action) -> str:
    owed = due(action)
    if back := goes_back(action):
        return f"{back} goes back to the customer."
    if not owed.amount:
        return "The price stays the same."
    paid = action.wish.get("pays_with")
    return f"The customer then owes {owed}{f', paid with {dict(PAYING)[paid].lower()}' if paid else ''}."


def in_words(action: Action) -> str:
    """ "Field Jacket, Moss / M for Moss / L"."""
    return " and ".join(
        f"{f'{each.quantity} × ' if each.quantity > 1 else ''}{each.line.title}"
        f"{f', {each.line.variant},' if each.line.variant else ''} for {each.variant['title']}"
        for each in chosen_swaps(action)
    )


def facts(action: Action) -> Facts:
    return {
        f"{each.line.title} in {each.variant['title']}": (
            f"{each.variant['price']} {each.variant.get('currency') or action.the_order.currency}, in stock"
        )
        for each in chosen_swaps(action)
    }


def products(action: Action) -> list[tuple[str, str]]:
    """To be read again: prices and stock change."""
    wanted = {each["line"] for each in action.wish.get("swaps") or []}
    ids = action.the_order.lines.filter(external_id__in=wanted).values_list("product_id_external", flat=True)
    return [("product", each) for each in sorted(set(ids)) if each]


def _offered(variant: Variant) -> str:
    stock = "" if is_in_stock(variant) else " (out of stock)"
    return f"{variant['title']}, {variant['price']} {variant.get('currency', '')}{stock}"
