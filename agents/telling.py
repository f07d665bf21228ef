"""What a shopper hears of their return while it goes on: once for each step, on the channel they wrote on.

What one of our actions does, its own news tells. What happens at the platform by other hands is found here: by the
actions that brought a return about, whose order was read again since. A return nobody here had a hand in is never told.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from agents.actions import returned
from agents.models import Action, ActionState, Ended
from config.tenancy import scope
from connectors.contract import Money
from connectors.events import ReturnStatus
from inbox.models import Message, Refund, Return
from inbox.rules import Forbidden

BRINGS_BACK = ("start_return", "exchange", "approve_return", "receive_return")
LASTS = timedelta(days=90)  # a return that took longer is a person's
MOST = 200  # a sweep
_CLOCKS = timedelta(minutes=5)  # the platform's may be behind ours by so much

_ENDS = {
    ReturnStatus.CLOSED: ("completed", "Your return {name} for order {order} is completed."),
    ReturnStatus.DECLINED: ("declined", "Your return {name} for order {order} was declined."),
    ReturnStatus.CANCELLED: ("cancelled", "Your return {name} for order {order} was cancelled."),
}


def sweep(organization_id: UUID) -> None:
    with scope(organization_id):
        due = list(followed().values_list("pk", flat=True)[:MOST])
    for action_id in due:
        with scope(organization_id):
            tell(action_id)


def followed() -> QuerySet[Action]:
    """Whose return may have gone a step further since somebody looked."""
    now = timezone.now()
    news = Q(told_at=None) | Q(order__fetched_at__gt=F("told_at"))
    news |= Q(order__returns__updated_at__gt=F("told_at") - _CLOCKS)
    ours = Action.objects.filter(kind__in=BRINGS_BACK, state=ActionState.APPROVED, ended=Ended.DONE)
    return ours.filter(
        news, ended_at__gt=now - LASTS, order__isnull=False, conversation__isnull=False
    ).distinct()


def tell(action_id: UUID) -> None:
    """In the caller's scope."""
    action = Action.objects.select_for_update(of=("self",)).get(pk=action_id)
    action._note(told_at=timezone.now())
    if action.order is None or action.conversation is None or _is_paying(action):
        return
    for refund in _refunds_of_others(action):
        _say(action, _key(refund), _refunded(action, refund))
    if (back := _return_of(action)) and (end := _ENDS.get(ReturnStatus(back.status))):
        step, words = end
        key = returned.key(back.channel_id, back.external_id, step)
        _say(action, key, words.format(name=back.name, order=action.order.number))


def _return_of(action: Action) -> Return | None:
    """The one it brought about: named by its receipt, or the only one there is."""
    if action.back:
        return action.back
    backs = list(action.the_order.returns.all())
    named = [back for back in backs if back.external_id == action.external_id]
    return next(iter(named or (backs if len(backs) == 1 else [])), None)


def _is_paying(action: Action) -> bool:
    """While money of ours is on its way, nobody can tell whose refund the platform shows. It is looked at later."""
    ours = Action.objects.filter(order=action.order, amount__isnull=False, state=ActionState.APPROVED)
    on_its_way = [each for each in ours if not each.is_over]
    if on_its_way:
        action._note(told_at=None)
    return bool(on_its_way)


def _refunds_of_others(action: Action) -> list[Refund]:
    """Since it was asked for, and not by an action of ours: that one tells it itself."""
    ours = Action.objects.filter(order=action.order, amount__isnull=False, ended=Ended.DONE)
    named = set(ours.values_list("external_id", flat=True))
    amounts = list(ours.values_list("amount", flat=True))
    others = []
    for refund in action.the_order.refunds.filter(refunded_at__gte=action.proposed_at).order_by(
        "refunded_at"
    ):
        if refund.external_id in named:
            continue
        if refund.amount in amounts:
            amounts.remove(refund.amount)
        else:
            others.append(refund)
    return others


def _refunded(action: Action, refund: Refund) -> str:
    return (
        f"We have refunded {Money(refund.amount, refund.currency)} for your order {action.the_order.number}."
    )


def _key(refund: Refund) -> str:
    name = f"{refund.order_id}/{refund.external_id}".encode()
    return f"paid-{hashlib.sha256(name).hexdigest()[:32]}"


def _say(action: Action, key: str, words: str) -> None:
    """Where the channel does not take it, the action says so."""
    if action.conversation is None or Message.objects.filter(send_key=key).exists():
        return
    try:
        action.conversation.reply(words, None, key=key, news=True, action=str(action.pk))
    except Forbidden as refusal:
        action._note(problem=f"The customer was not told: {refusal}")
