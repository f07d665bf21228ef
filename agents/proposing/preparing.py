"""Actions the machine will propose with its answer: weighed before it writes, so that it only says what is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from agents import autonomy
from agents.actions.kind import NotPossible
from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import Facts, OrderFacts
from agents.models import Action, ActionState
from agents.models.autonomy import Level
from agents.proposing import words
from agents.proposing.wanting import Wanted, wanted
from agents.rules.history import History
from agents.understanding.message import Understanding
from agents.verdict import Ruling
from inbox.models import Message, Order

# Kinds of which a newer wish counts instead of an older one: another address, another size.
_REPLACED = {"change_address", "change_items", "exchange"}


@dataclass(frozen=True)
class Prepared:
    """One to be proposed; `open` is one that waits already, so there is nothing more to do."""

    want: Wanted
    order: Order
    open: bool = False
    instead_of: UUID | None = None  # the one that waits, and asks for what is no longer wanted


@dataclass
class Preparation:
    ready: list[Prepared] = field(default_factory=list)
    unable: list[str] = field(default_factory=list)  # why not, for the draft's header
    history: History | None = None  # of order and shopper, as they were weighed with

    def __str__(self) -> str:
        return "; ".join([*(each.want.kind for each in self.ready), *self.unable]) or "nothing"


def prepare(message: Message, asked: Message, seen: Understanding, facts: Facts) -> Preparation:
    """Adds to `facts` what may be said of each. `message` is what was written, `asked` the question it stands for. In the
    caller's scope."""
    order = facts.focus
    if order is None or order.row is None or not _may(message, seen, facts, order):
        return Preparation()
    row = order.row
    found = wanted(seen, f"{asked.subject}\n{asked.text}", row)
    made = Preparation(history=History.about({row.customer_id}, [row]) if found else None)
    for choices in found:
        _choose(made, choices, message, row, facts)
    facts.unable = tuple(made.unable)
    return made


def _may(message: Message, seen: Understanding, facts: Facts, order: OrderFacts) -> bool:
    """Never from words that try to steer the machine, never where it is not clear who writes."""
    if seen.manipulation or seen.wants_human or seen.threats or facts.is_sender_doubtful:
        return False
    return not facts.unknown_numbers and facts.open_dispute(order) is None and not message.automatic


def _choose(
    made: Preparation, choices: Sequence[Wanted], message: Message, order: Order, facts: Facts
) -> None:
    """The first that is possible and that no rule forbids; else why the first of all is not."""
    refusals = []
    for want in choices:
        if twin := _twin(made, want):  # a refund for damage is two wishes and one deed
            facts.prepared[want.intent] = facts.prepared[twin.want.intent]
            return
        waiting = _open(want, order)
        try:
            action = _weighed(want, message, order, made.history, waiting)
        except NotPossible as why:
            refusals.append(str(why))
            continue
        if action.state == ActionState.FORBIDDEN:
            refusals.append(action.ruling.because)
            continue
        if _is_off(want, message):
            return
        is_open = action is waiting
        made.ready.append(Prepared(want, order, is_open, waiting.pk if waiting and not is_open else None))
        facts.prepared[want.intent] = _said(action, want, facts)
        return
    if refusals:
        made.unable.append(f"Not prepared: {refusals[0]}")


def _twin(made: Preparation, want: Wanted) -> Prepared | None:
    same = (each for each in made.ready if (each.want.kind, each.want.wish) == (want.kind, want.wish))
    return next(same, None)


def _weighed(
    want: Wanted, message: Message, order: Order, history: History | None, waiting: Action | None
) -> Action:
    """As it would be proposed, or the one of its kind that is open already. Raises NotPossible."""
    if waiting and (want.kind not in _REPLACED or _asks_the_same(waiting, want)):
        return waiting
    if waiting and not waiting.is_waiting:
        raise NotPossible(f"{waiting.what.label} is under way already, as they asked for it before.")
    conversation = None if message.conversation._state.adding else message.conversation
    action = Action.weighed(want.kind, want.wish, history, order=order, conversation=conversation)
    if action.ruling.ruling == Ruling.FORBIDDEN:
        action.state = ActionState.FORBIDDEN
    return action


def _open(want: Wanted, order: Order) -> Action | None:
    """The machine's own of this kind that is not over."""
    mine = Action.objects.filter(order=order, kind=want.kind, proposed_by=None)
    undecided = mine.filter(state__in=[ActionState.WAITING, ActionState.APPROVED]).order_by("-proposed_at")
    return next((each for each in undecided if not each.is_over), None)


def _asks_the_same(action: Action, want: Wanted) -> bool:
    """Whatever they said about it."""
    words = {"note", "reason", "condition"}
    return all(action.wish.get(name) == value for name, value in want.wish.items() if name not in words)


def _is_off(want: Wanted, message: Message) -> bool:
    channel = message.conversation.channel
    return autonomy.rule_for(channel, [want.intent], want.kind).level == Level.OFF


def _said(action: Action, want: Wanted, facts: Facts) -> Evidence:
    return Ledger(facts.evidence).add(
        Evidence(
            0,
            f"action:{action.pk}",
            "prepared",
            Kind.TEXT,
            words.of(action),
            f"Prepared: {action.what.label.lower()}",
            "Waybill",
            facts.now,
            about=action.order.number if action.order else "",
            frozen={"kind": action.kind, "wish": action.wish, "effect": action.effect},
        )
    )
