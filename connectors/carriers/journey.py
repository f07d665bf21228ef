"""What all scans of one parcel, taken together, say of its state.

Scans arrive late, twice and in any order, so only their times count:

    newest scan wins           a late older scan never reopens a finished journey, a newer one may
    at the same second         the scan further along a parcel's life is the later one (RANK)
    status None                says something, moves nothing
    pre_transit                never undoes movement: label data is often sent after the first scan
    virtual scans              (made up by a system, nobody touched the parcel) never reopen a finished journey
    after a "returned" scan    the parcel is on its way back: movement stays "returned", and so does
                               "delivered", unless it was at the destination after all
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from connectors.events import ParcelStatus, Scan

RANK = {
    ParcelStatus.PRE_TRANSIT: 0,
    ParcelStatus.IN_TRANSIT: 1,
    ParcelStatus.EXCEPTION: 2,
    ParcelStatus.OUT_FOR_DELIVERY: 3,
    ParcelStatus.AVAILABLE_FOR_PICKUP: 4,
    ParcelStatus.DELIVERED: 6,
    ParcelStatus.RETURNED: 6,
    ParcelStatus.FAILURE: 6,
}
FINISHED = frozenset({ParcelStatus.DELIVERED, ParcelStatus.RETURNED, ParcelStatus.FAILURE})


def ordered(scans: Iterable[Scan]) -> list[Scan]:
    """Oldest first, each once; of scans with the same key the first is kept."""
    once: dict[str, Scan] = {}
    for scan in scans:
        once.setdefault(scan.key, scan)
    return sorted(once.values(), key=lambda scan: (scan.at, RANK[scan.status] if scan.status else -1))


def settle(
    scans: Iterable[Scan], *, destination: str = "", virtual: Collection[str] = ()
) -> tuple[list[Scan], ParcelStatus | None]:
    """The scans in order, and the state they lead to (None when none of them moves the state).

    `destination` is written as `Scan.place`; `virtual` holds keys of scans. A "delivered" that ended a return
    leg comes back as a "returned" scan.
    """
    state: ParcelStatus | None = None
    settled = []
    for scan in ordered(scans):
        told = _told(scan, state, destination, scan.key in virtual)
        state = told or state
        delivered_back = scan.status is ParcelStatus.DELIVERED and told is ParcelStatus.RETURNED
        settled.append(replace(scan, status=told) if delivered_back else scan)
    return settled, state


def hand_over(scans: Sequence[Scan], state: ParcelStatus | None) -> Scan | None:
    """Of a delivered parcel the scan at the door; `scans` and `state` as settled."""
    if state is not ParcelStatus.DELIVERED:
        return None
    return next((scan for scan in reversed(scans) if scan.status is ParcelStatus.DELIVERED), None)


def _told(scan: Scan, state: ParcelStatus | None, destination: str, virtual: bool) -> ParcelStatus | None:
    """The state after this scan; None: it does not change."""
    status = scan.status
    if state is None or status is None:
        return status
    if status is ParcelStatus.PRE_TRANSIT or (virtual and state in FINISHED):
        return None
    if state is ParcelStatus.RETURNED and status is not ParcelStatus.FAILURE:
        at_destination = bool(destination) and scan.place.casefold() == destination.casefold()
        return status if status is ParcelStatus.DELIVERED and at_destination else state
    return status
