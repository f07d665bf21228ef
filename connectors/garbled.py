"""What a platform wrote may lack or garble something: then it is said in words, and is never a crash of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from connectors import http
from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable
from connectors.events import Event

GARBLED = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError)


@contextmanager
def understood(platform: str, *, safe: bool) -> Iterator[None]:
    """Around whatever reads an answer: one that lacks or garbles something counts as none. `safe`: nothing was changed,
    so it may be asked again."""
    try:
        yield
    except GARBLED as error:
        raise http.no_answer(f"{platform}'s answer lacks or garbles {error}.", safe) from error


@contextmanager
def parsing(what: str) -> Iterator[None]:
    """Around whatever turns a delivery into events. OSError is a time beyond all calendars."""
    try:
        yield
    except (*GARBLED, OSError) as error:
        raise Unparsable(f"{what} lacks or garbles {error}.") from error


def by_topic(
    readers: Mapping[str, Callable[[Account, Any, RawDelivery], Iterable[Event]]],
    account: Account,
    delivery: RawDelivery,
) -> Sequence[Event]:
    """() for topics that say nothing to us. Raises Unparsable for broken bodies of the others."""
    read = readers.get(delivery.topic)
    if read is None:
        return ()
    body = loaded(delivery)
    with parsing(delivery.topic):
        return tuple(read(account, body, delivery))


def loaded(delivery: RawDelivery) -> dict[str, Any]:
    """The JSON object that was delivered. Raises Unparsable."""
    try:
        body = json.loads(delivery.body)
    except ValueError as error:
        raise Unparsable(f"{delivery.topic} is not JSON.") from error
    if not isinstance(body, dict):
        raise Unparsable(f"{delivery.topic} is not an object.")
    return body
