"""Two customers turn out to be one, and apart again. By proof the machine does it, else a person who decides.

    younger ──joined into──▶ older, who stands for both: identities, conversations, orders … of the younger one move

Every row that moved, and every one that comes later by a name of the younger, remembers the persona it came as; parting
takes exactly those back. Personas make a tree, so that it works whichever join of several is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from audit.record import MACHINE, Deed, record_all
from config.tenancy import current_organization_id
from inbox import live
from inbox.models import (
    Apart,
    Belonging,
    Conversation,
    Customer,
    Direction,
    Ground,
    Identity,
    Join,
    Membership,
    Message,
    Order,
    Organization,
)
from inbox.models.customer import LENT
from inbox.signals import messages_received

T = TypeVar("T")
TRIES = 3
TOLD = 20  # conversations whose screens look again


def join(
    one: Customer,
    other: Customer,
    *,
    ground: Ground,
    record: str = "",
    by: Membership | None = None,
    reason: str = "",
) -> Join | None:
    """In the caller's scope, all or nothing. None where they are one already, one of them is erased, or (for the
    machine) a person said that they are not one."""
    return _in_turn(partial(_join, one, other, ground, record, by, reason))


def _join(
    one: Customer, other: Customer, ground: Ground, record: str, by: Membership | None, reason: str
) -> Join | None:
    roots = _locked(one.pk, other.pk)
    if len(roots) < 2 or any(root.erased_at for root in roots):
        return None
    kept, gone = sorted(roots, key=lambda each: (each.created_at, each.pk))
    if not _may(kept, gone, by):
        return None
    _hold_names(kept, gone)
    for model in _belonging():
        model.objects.filter(customer=gone).update(came_as=Coalesce("came_as", Value(gone.pk)), customer=kept)
    Customer.objects.filter(Q(pk=gone.pk) | Q(joined_into=gone)).update(joined_into=kept)
    _lend(kept, gone)
    row: Join = Join.objects.create(
        kept=kept, joined=gone, ground=ground, record=record, by=by, reason=reason[:300]
    )
    _record("customer.joined", row, by, {"ground": ground, "record": record}, {"reason": reason})
    if by:  # the machine joins while it reads, and then reads on
        _read_anew([kept.pk])
    _tell([kept.pk])
    return row


def part(row: Join, by: Membership, *, for_good: bool = True) -> bool:
    """Undo it: what came by the joined one's names is theirs again. False where that was done before, or they are
    erased. `for_good`: the machine neither joins nor suggests these two again."""
    return _in_turn(partial(_part, row, by, for_good))


def _part(row: Join, by: Membership, for_good: bool) -> bool:
    row = Join.objects.select_for_update().get(pk=row.pk)
    [root] = _locked(row.joined_id)
    if row.undone_at or root.erased_at:
        return False
    gone: Customer = Customer.objects.get(pk=row.joined_id)
    _hold_names(root)
    leaving = below(gone)
    for model in _belonging():
        model.objects.filter(customer=root, came_as__in=leaving).update(
            customer=gone, came_as=NullIf(F("came_as"), Value(gone.pk))
        )
    Customer.objects.filter(pk__in=leaving).exclude(pk=gone.pk).update(joined_into=gone)
    Customer.objects.filter(pk=gone.pk).update(joined_into=None)
    _take_back(root, leaving)
    row.undone_at, row.undone_by = timezone.now(), by
    row.save(update_fields=["undone_at", "undone_by"])
    if for_good:
        keep_apart(row.kept, gone, by)
    _record("customer.parted", row, by, {"for_good": for_good}, {})
    _read_anew([root.pk, gone.pk])
    _tell([root.pk, gone.pk])
    return True


def moving(row: Join) -> list[tuple[str, int]]:
    """What goes back when it is undone: ("conversation", 2), ("order", 1), also what has come since."""
    root, leaving = row.joined.joined_into_id, below(row.joined)
    counted = [
        (
            "name" if model is Identity else str(model._meta.verbose_name),
            model.objects.filter(customer=root, came_as__in=leaving).count(),
        )
        for model in _belonging()
    ]
    return [(name, count) for name, count in counted if count]


def standing(customer: Customer) -> list[Join]:
    """The joins that make this customer, newest first."""
    rows = Join.objects.filter(undone_at=None, joined__joined_into=customer)
    return list(rows.select_related("joined", "by__user").order_by("-at"))


def keep_apart(one: Customer, other: Customer, by: Membership) -> None:
    """Never suggested again, and joined by no machine. A person may."""
    first, second = sorted((one.pk, other.pk))
    Apart.objects.get_or_create(one_id=first, other_id=second, defaults={"by": by})


def are_apart(some: Collection[UUID], others: Collection[UUID]) -> Q:
    return Q(one__in=some, other__in=others) | Q(one__in=others, other__in=some)


def held(customer_id: UUID) -> Customer:
    """Who stands for this one, locked with their names: nobody is joined to them and nothing of theirs comes meanwhile."""
    row = Customer.objects.select_related("joined_into").get(pk=customer_id)
    root = row.joined_into or row
    _hold_names(root)
    [now] = _locked(root.pk)
    return now if now.joined_into_id is None and now.pk == root.pk else held(now.pk)


def below(gone: Customer) -> list[UUID]:
    """The persona with those that were joined into it, and into them."""
    standing = Join.objects.filter(undone_at=None, joined__joined_into=gone.joined_into_id or gone.pk)
    children: dict[UUID, list[UUID]] = {}
    for joined, kept in standing.values_list("joined", "kept"):
        children.setdefault(kept, []).append(joined)
    found = [gone.pk]
    for each in found:
        found += children.get(each, [])
    return found


def personas(customer: Customer) -> list[UUID]:
    """Everybody this customer stands for, themselves first."""
    return [customer.pk, *Customer.objects.filter(joined_into=customer).values_list("pk", flat=True)]


def _in_turn(do: Callable[[], T]) -> T:
    """One join of an organization after the other. Who takes in many messages at once locks in another order than
    this does; whoever of the two the database breaks off begins anew."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                Organization.objects.select_for_update(no_key=True).get(pk=current_organization_id())
                return do()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            last = error
    raise last


def _may(kept: Customer, gone: Customer, by: Membership | None) -> bool:
    """A person's word that two are apart binds the machine, and is taken back by a person who joins them."""
    apart = Apart.objects.filter(are_apart(personas(kept), personas(gone)))
    if by is None:
        return not apart.exists()
    apart.delete()
    return True


def _locked(*customer_ids: UUID) -> list[Customer]:
    """Who stands for these now, locked. Rows that only point at a customer go on meanwhile."""
    rows = Customer.objects.filter(pk__in=customer_ids).values_list("pk", "joined_into")
    now = {root or pk for pk, root in rows}
    return list(Customer.objects.select_for_update(no_key=True).filter(pk__in=now).order_by("id"))


def _hold_names(*customers: Customer) -> None:
    """Whoever takes in an order or a message of theirs waits; locked in the order they do it."""
    orders = Order.objects.select_for_update(of=("self",)).filter(customer__in=customers)
    list(orders.order_by("id").values_list("pk"))
    rows = Identity.objects.select_for_update(of=("self",)).filter(customer__in=customers)
    list(rows.order_by("space", "value").values_list("pk"))


def _belonging() -> list[type[Belonging]]:
    """Every kind of row that belongs to a customer, of rooms above this one too."""
    models = (relation.related_model for relation in Customer._meta.related_objects)
    return [model for model in models if isinstance(model, type) and issubclass(model, Belonging)]


def _lend(kept: Customer, gone: Customer) -> None:
    borrowed = [field for field in LENT if getattr(gone, field) and not getattr(kept, field)]
    for field in borrowed:
        setattr(kept, field, getattr(gone, field))
        kept.lent[field] = gone.lent.get(field, str(gone.pk))
    if borrowed:
        kept.save(update_fields=[*borrowed, "lent"])


def _take_back(root: Customer, leaving: Iterable[UUID]) -> None:
    """From everybody who stays: what they borrowed from those who leave."""
    gone = {str(pk) for pk in leaving}
    for each in Customer.objects.filter(Q(pk=root.pk) | Q(joined_into=root)).exclude(lent={}):
        back = [field for field, lender in each.lent.items() if lender in gone]
        for field in back:
            setattr(each, field, "")
            each.lent.pop(field)
        if back:
            each.save(update_fields=[*back, "lent"])


def _record(
    kind: str, row: Join, by: Membership | None, data: dict[str, object], personal: dict[str, object]
) -> None:
    """Once for each of the two, so that it stands in the trail of both."""
    told = {"kept": str(row.kept_id), "joined": str(row.joined_id), **data}
    words = {name: value for name, value in personal.items() if value}
    record_all(
        Deed(kind, by.actor if by else MACHINE, row, customer_id=customer, data=told, personal=words)
        for customer in (row.kept_id, row.joined_id)
    )


def _read_anew(customers: Sequence[UUID]) -> None:
    """Whoever waits for an answer: what was drafted knew other orders."""
    waiting = Conversation.objects.filter(customer__in=customers, state="open", waiting_since__isnull=False)
    talks = list(waiting.order_by("-last_message_at").values_list("pk", flat=True)[:TOLD])
    heard = Message.objects.filter(conversation__in=talks, direction=Direction.IN, automatic=False)
    newest = heard.order_by("conversation", "-created_at", "-id").distinct("conversation")
    if ids := list(newest.values_list("pk", flat=True)):
        tell = partial(messages_received.send, sender=Message, organization_id=current_organization_id())
        transaction.on_commit(partial(tell, message_ids=ids, again=True))


def _tell(customers: Sequence[UUID]) -> None:
    rows = Conversation.objects.filter(customer__in=customers).order_by("-last_message_at")
    live.changed(current_organization_id(), *rows.values_list("pk", flat=True)[:TOLD])
