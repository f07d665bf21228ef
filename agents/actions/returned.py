"""What kinds about goods that come back share: how far their return is, whether more can come, and its label."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from agents.actions.kind import About, Facts, Kind, NotPossible
from agents.actions.ordered import AboutOrder
from agents.actions.reasons import CONDITIONS
from connectors.events import File, FulfillmentStatus, ReturnStatus

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Order, Return

_IN_WORDS = {
    ReturnStatus.REQUESTED: "asked for",
    ReturnStatus.OPEN: "approved",
    ReturnStatus.CLOSED: "completed",
    ReturnStatus.DECLINED: "declined",
    ReturnStatus.CANCELLED: "cancelled",
}
_NOT_COMING = {ReturnStatus.DECLINED, ReturnStatus.CANCELLED}


class AboutReturn(Kind):
    """A kind about one return: it must still stand where it stood."""

    about = About.RETURN
    stands: ReturnStatus  # where it has to stand

    def check(self, action: Action) -> None:
        back = the_return(action)
        if back.status != self.stands:
            raise NotPossible(f"Return {back.name} is {standing(back)} already.")

    def facts(self, action: Action) -> Facts:
        back = the_return(action)
        facts = {"Return": standing(back), "Pieces": str(back.quantity)}
        return {**AboutOrder.facts(self, action), **facts} if action.order else facts  # type: ignore[arg-type]


def the_return(action: Action) -> Return:
    if action.back is None:
        raise NotPossible(f"{action.what.label} needs a return.")
    return action.back


def standing(back: Return) -> str:
    return _IN_WORDS[ReturnStatus(back.status)]


def in_words(order: Order) -> str:
    """All its returns, for comparing: "R1 asked for, R2 completed"."""
    backs = sorted(order.returns.all(), key=lambda back: back.name)
    return ", ".join(f"{back.name} {standing(back)}" for back in backs) or "none"


def check_sent(action: Action) -> None:
    order = action.the_order
    if order.cancelled_at:
        raise NotPossible(f"{order.number} is cancelled: nothing was sent.")
    if order.fulfillment_status == FulfillmentStatus.UNFULFILLED:
        raise NotPossible(f"{order.number} has not left yet. Cancel it instead.")


def check_left(action: Action, wanted: int) -> None:
    """Nothing comes back twice."""
    order = action.the_order
    bought = sum(line.quantity for line in order.lines.all())
    coming = [back for back in order.returns.all() if back.status not in _NOT_COMING]
    if wanted + sum(back.quantity for back in coming) > bought:
        names = ", ".join(f"{back.name} ({standing(back)})" for back in coming)
        raise NotPossible(f"These items come back already: {names}." if names else "There are not so many.")


def condition(action: Action) -> str:
    """What the customer says of the goods, as a sentence of the effect."""
    said = dict(CONDITIONS).get(action.wish.get("condition", ""))
    return f" The goods are said to be {said.lower()}." if said else ""


def label(action: Action) -> File | None:
    """The kept label a wish names."""
    from agents.models import ActionFile

    kept = action.wish.get("label")
    return ActionFile.objects.get(pk=kept).read() if kept else None


def key(channel_id: UUID, return_id: str, step: str) -> str:
    """Of the one message that tells a shopper of one step of one return, whoever brings it about."""
    name = f"{channel_id}/{return_id}".encode()
    return f"back-{hashlib.sha256(name).hexdigest()[:32]}-{step}"
