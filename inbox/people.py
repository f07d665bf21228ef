"""Who is behind the names an event gives: asked for many at once, in a few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from inbox import hints, joining
from inbox.models import Customer, Ground, Hint, Identity, Proof
from inbox.models.customer import Name
from inbox.proofs import Named

_RANK = list(Proof)


@dataclass(frozen=True)
class Known:
    """`customer` stands for them now; `persona` is who they are by the name they came by, mostly the same."""

    customer: Customer
    persona: Customer

    @property
    def came_as_id(self) -> UUID | None:
        return None if self.persona is self.customer else self.persona.pk

    @classmethod
    def of(cls, persona: Customer) -> Known:
        return cls(persona.joined_into or persona, persona)


def known_as(named: Named) -> Known:
    [known] = behind([named])
    return known


def behind(everybody: Sequence[Named]) -> list[Known]:
    """The customers behind these names, made where there are none, with their identities locked.

    The lock is what makes two quick messages of one person end in one conversation. Who is proven to be one is
    joined first. A few statements, however many parties there are.
    """
    rows = Identity.lock(name for each in everybody for name in each.names.items())
    if any(_joined(each, rows) for each in everybody):
        return behind(everybody)
    owners = {name: Known(row.customer, row.came_as or row.customer) for name, row in rows.items()}
    strangers: list[Customer] = []
    fresh: dict[Name, Identity] = {}
    found: list[Known] = []
    alike: list[Hint] = []
    for each in everybody:
        known = _chosen(each, [owners[name] for name in each.names.items() if name in owners])
        if known is None:
            stranger = Customer()
            strangers.append(stranger)
            known = Known(stranger, stranger)
        news = known.persona.learn(each.party, each.names)
        alike += _hints(each, known, rows, is_called="name" in news)
        for name in each.names.items():
            if name not in owners:
                owners[name] = known
                fresh[name] = _identity(name, known, each.proof_of(name))
        found.append(known)
    Customer.objects.bulk_create(strangers)
    if not Identity.claim(fresh):
        # A rival was quicker with one of the names: now that it is known, look again.
        Customer.objects.filter(pk__in=[each.pk for each in strangers], identities=None).delete()
        return behind(everybody)
    _strengthen(everybody, rows)
    hints.keep(alike)
    return found


def called(named: Named) -> list[Known]:
    """Those known by any of these names, each once."""
    wanted = models.Q(pk=None)
    for space, value in named.names.items():
        wanted |= models.Q(space=space, value=value)
    rows = Identity.objects.filter(wanted).select_related("customer", "came_as")
    personas = {(row.came_as_id or row.customer_id): row for row in rows}
    return [Known(row.customer, row.came_as or row.customer) for row in personas.values()]


def _chosen(named: Named, theirs: Sequence[Known]) -> Known | None:
    """By the platform's own name, which stands first, where two are known to be apart; else the oldest."""
    if not theirs or named.is_proven:
        return next(iter(theirs), None)
    oldest = min((each.customer for each in theirs), key=lambda customer: customer.created_at)
    return next(each for each in theirs if each.customer is oldest)


def _identity(name: Name, known: Known, proof: Proof) -> Identity:
    return Identity(
        customer=known.customer, came_as_id=known.came_as_id, space=name[0], value=name[1], proof=proof
    )


def _joined(named: Named, rows: dict[Name, Identity]) -> bool:
    """Whether proven names of one event led to two customers, who are one from now on."""
    if not named.is_proven:
        return False
    known = [rows[name] for name in named.names.items() if name in rows]
    others = [row for row in known if row.customer_id != known[0].customer_id]
    made = [
        joining.join(
            known[0].customer, row.customer, ground=_ground(known[0], row), record=f"identity:{row.pk}"
        )
        for row in others
    ]
    return any(made)


def _ground(*rows: Identity) -> Ground:
    spaces = {row.space for row in rows}
    return next((Ground(space) for space in ("email", "phone") if space in spaces), Ground.PLATFORM)


def _strengthen(everybody: Sequence[Named], rows: dict[Name, Identity]) -> None:
    better: dict[Proof, list[Identity]] = {}
    for each in everybody:
        for name in each.names.items():
            row, proof = rows.get(name), each.proof_of(name)
            if row and _RANK.index(Proof(row.proof)) < _RANK.index(proof):
                row.proof = proof
                better.setdefault(proof, []).append(row)
    for proof, weak in better.items():
        Identity.strengthen(weak, proof)


def _hints(named: Named, known: Known, rows: dict[Name, Identity], *, is_called: bool) -> Iterator[Hint]:
    """What they only say is theirs; whom a name of theirs belongs to; and, once, how they are called."""
    for space, value in named.claims.items():
        yield Hint(customer=known.persona, space=space, value=value)
    others = {
        name for name in named.names.items() if name in rows and rows[name].customer_id != known.customer.pk
    }
    for name in others:
        for space, value in named.names.items():
            if (space, value) not in others:
                yield Hint(customer=rows[name].came_as or rows[name].customer, space=space, value=value)
    if is_called and (called := hints.called(named.party.display)):
        yield Hint(customer=known.persona, space=Hint.CALLED, value=called)
