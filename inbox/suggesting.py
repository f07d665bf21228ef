"""Who is probably the same person, and why. Nothing here joins anybody: a person decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from connectors import registry
from inbox import joining
from inbox.linking import spellings
from inbox.models import Apart, Customer, Hint, Identity, Order
from inbox.models.customer import Name

MOST = 5  # shown; and so many may share a name before it says nothing
_READ = 60  # rows of each kind

_SAYS = {
    Hint.CALLED: "they are called alike",
    Hint.HOME: "the same name and place on an order",
    Hint.ORDER: "both speak of the same order",
    "email": "the same e-mail address, which nobody has verified",
    "phone": "the same phone number, which nobody has verified",
}


@dataclass
class Suggestion:
    customer: Customer
    reasons: list[str] = field(default_factory=list)
    spaces: set[str] = field(default_factory=set)

    @property
    def because(self) -> str:
        return "; ".join(self.reasons)

    @property
    def where(self) -> str:
        """ "Instagram, e-mail"."""
        return ", ".join(sorted({place(space) for space in self.spaces}))


def place(space: str) -> str:
    """The world of a name, as people call it."""
    known = registry.connectors().get(space)
    if known:
        return known.label
    return {"email": "e-mail", "phone": "phone"}.get(space, space.replace("_", " ").capitalize())


def alike(customer: Customer, identities: Sequence[Identity], orders: Sequence[Order]) -> list[Suggestion]:
    """Best known first. A few indexed queries, one where nothing is in common with anybody."""
    mine = {customer.pk, *(row.came_as_id for row in identities if row.came_as_id)}
    told = set(Hint.objects.filter(customer__in=mine).values_list("space", "value")[:_READ])
    names = {(row.space, row.value) for row in identities}
    bought = {(Hint.ORDER, number) for order in orders for number in spellings(order.number)[:1]}
    found: dict[Customer, dict[str, None]] = {}
    for other, space in _rare(
        [*_by_hints(told | names | bought, mine), *_by_names(told, customer), *_by_orders(told, customer)]
    ):
        found.setdefault(other, {})[space] = None
    found.pop(customer, None)
    if not found:
        return []
    spaces = _spaces(found)
    own = {row.space for row in identities}
    several = [
        Suggestion(other, [_reason(space) for space in why], spaces.get(other.pk, set()))
        for other, why in found.items()
        if not other.erased_at and (set(why) != {Hint.CALLED} or own.isdisjoint(spaces.get(other.pk, set())))
    ]
    apart = _apart(mine, several)
    kept = [each for each in several if each.customer.pk not in apart]
    return sorted(kept, key=lambda each: (-len(each.reasons), each.customer.pk))[:MOST]


def _reason(space: str) -> str:
    return _SAYS.get(space) or f"{place(space)} named both at once"


def _by_hints(names: Collection[Name], mine: Collection[UUID]) -> Iterator[tuple[Customer, str, str]]:
    """Others of whom the same is said. What says most comes first."""
    if not names:
        return
    rows = Hint.objects.filter(_any(names)).exclude(customer__in=mine)
    for row in rows.select_related("customer__joined_into").order_by("-space", "value", "id")[:_READ]:
        yield row.customer.joined_into or row.customer, row.space, row.value


def _by_names(told: Collection[Name], customer: Customer) -> Iterator[tuple[Customer, str, str]]:
    """Others whose name it is."""
    said = [name for name in told if name[0] not in (Hint.CALLED, Hint.HOME, Hint.ORDER)]
    if said:
        rows = Identity.objects.filter(_any(said)).exclude(customer=customer).select_related("customer")
        for row in rows[:_READ]:
            yield row.customer, row.space, row.value


def _by_orders(told: Collection[Name], customer: Customer) -> Iterator[tuple[Customer, str, str]]:
    """Others whose order it is that this one spoke of."""
    numbers = [each for space, value in told if space == Hint.ORDER for each in spellings(value)]
    if numbers:
        rows = Order.objects.filter(number__in=numbers).exclude(customer=customer).select_related("customer")
        for row in rows[:MOST]:
            yield row.customer, Hint.ORDER, row.number


def _any(names: Collection[Name]) -> Q:
    spaces: dict[str, list[str]] = {}
    for space, value in names:
        spaces.setdefault(space, []).append(value)
    wanted = Q(pk=None)
    for space, values in spaces.items():
        wanted |= Q(space=space, value__in=values)
    return wanted


def _rare(rows: Sequence[tuple[Customer, str, str]]) -> Iterator[tuple[Customer, str]]:
    """A name that many have says nothing."""
    owners: dict[Name, set[UUID]] = {}
    for customer, space, value in rows:
        owners.setdefault((space, value), set()).add(customer.pk)
    for customer, space, value in rows:
        if len(owners[space, value]) <= MOST:
            yield customer, space


def _spaces(customers: Collection[Customer]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    rows = Identity.objects.filter(customer__in=[each.pk for each in customers])
    for customer, space in rows.values_list("customer", "space"):
        found.setdefault(customer, set()).add(space)
    return found


def _apart(mine: Collection[UUID], several: Sequence[Suggestion]) -> set[UUID]:
    """Those of whom a person said that they are somebody else, or a persona of whom."""
    theirs = {
        pk: root or pk
        for pk, root in Customer.objects.filter(
            Q(pk__in=[each.customer.pk for each in several])
            | Q(joined_into__in=[each.customer.pk for each in several])
        ).values_list("pk", "joined_into")
    }
    pairs = Apart.objects.filter(joining.are_apart(mine, theirs)).values_list("one", "other")
    return {theirs[pk] for pair in pairs for pk in pair if pk in theirs}
