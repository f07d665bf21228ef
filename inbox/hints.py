"""What customers who may be one have in common, written down as it comes, so that it is found by an index."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.events import Address
from inbox.models import Customer, Hint, Message

_SHORTEST = 6  # letters of a name that says something


def keep(hints: Iterable[Hint]) -> None:
    """One statement, or none."""
    if rows := list(hints):
        Hint.objects.bulk_create(rows, ignore_conflicts=True)


def called(name: str) -> str:
    """ "Maya Okafor" and "maya.okafor" are one, letter for letter; "" where that says nothing."""
    letters = "".join(filter(str.isalnum, name.casefold()))
    return letters[:100] if len(letters) >= _SHORTEST else ""


def homes(customer: Customer, address: Address) -> list[Hint]:
    """The name on an order with its postcode, and with its city."""
    name = called(address.name)
    places = [
        called_place for place in (address.postal_code, address.city) if (called_place := _plain(place))
    ]
    return [
        Hint(customer=customer, space=Hint.HOME, value=f"{name} {place}"[:320]) for place in places if name
    ]


def speaks_of(message: Message, numbers: Iterable[str]) -> None:
    """Orders that are not theirs, as far as is known: whose they are may be the same person."""
    if message.customer_id:
        keep(
            Hint(customer_id=message.customer_id, space=Hint.ORDER, value=bare[:60])
            for number in numbers
            if (bare := number.strip().removeprefix("#"))
        )


def _plain(place: str) -> str:
    return "".join(filter(str.isalnum, place.casefold()))
