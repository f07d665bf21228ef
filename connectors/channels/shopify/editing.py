"""Other variants in an order at Shopify that has not left. Nothing of an edit counts before it is committed."""

from __future__ import annotations

from connectors.channels.shopify import client, compose, lookups, mutations
from connectors.channels.shopify.perform import done, order
from connectors.commands import ChangeItems, Swap
from connectors.contract import Account, Money, Receipt
from connectors.errors import Refused

Json = compose.Json


def change_items(account: Account, wish: ChangeItems, key: str) -> Receipt:
    """What it costs more or less is settled apart: Shopify shows it as owed by the shopper or to them."""
    _may(account, wish)
    edit = client.change(account, mutations.BEGIN_EDIT, id=wish.order_id)["calculatedOrder"]
    before = after = compose.paid(edit["totalOutstandingSet"])
    lines = {_number(each["id"]): each for each in edit["lineItems"]["nodes"]}
    for swap in wish.swaps:
        after = _swapped(account, edit["id"], lines, swap)
    due = Money(after.amount - before.amount, after.currency)
    if wish.due is not None and wish.due != due:
        raise Refused(f"Shopify comes to another difference: {due} instead of {wish.due}.")
    client.change(account, mutations.COMMIT_EDIT, id=edit["id"], note=wish.note or None)
    return done(wish.order_id)


def _may(account: Account, wish: ChangeItems) -> None:
    """Only to another variant of the same product, and only what is there."""
    found = order(account, lookups.VARIANTS, wish.order_id)
    if found["cancelledAt"]:
        raise Refused("The order was cancelled.")
    lines = {each["id"]: each for each in found["lineItems"]["nodes"]}
    for swap in wish.swaps:
        line = lines.get(swap.line_id)
        if line is None or swap.quantity > line["currentQuantity"]:
            raise Refused("The order holds no such line, or fewer of it.")
        variant = client.look(account, lookups.VARIANT, id=swap.variant_id)["productVariant"]
        if variant is None or variant["product"]["id"] != (line["product"] or {}).get("id"):
            raise Refused(f"{line['title']} has no such variant.")


def _swapped(account: Account, edit: str, lines: dict[str, Json], swap: Swap) -> Money:
    """What is owed after it. A line keeps its number while it is edited."""
    line = lines.get(_number(swap.line_id))
    if line is None:
        raise Refused("This line can no longer be edited.")
    line["quantity"] -= swap.quantity
    client.change(account, mutations.SET_QUANTITY, id=edit, line=line["id"], quantity=line["quantity"])
    made = client.change(
        account, mutations.ADD_VARIANT, id=edit, variant=swap.variant_id, quantity=swap.quantity
    )
    return compose.paid(made["calculatedOrder"]["totalOutstandingSet"])


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]
