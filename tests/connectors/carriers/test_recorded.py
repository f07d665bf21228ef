"""Real answers of carriers, held against what another project read in them. They are not part of this repository."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dateutil import parser as dates

from connectors.carriers.easypost.status import meaning
from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable
from connectors.events import ParcelTracked, Scan
from connectors.registry import connector, connectors

ANSWERS = Path(__file__).parents[4] / "shared" / "data" / "tracking" / "carrier_responses.jsonl"
pytestmark = pytest.mark.skipif(not ANSWERS.exists(), reason="the recorded answers are not at hand")

# The other project's carriers and states in our words. A state it does not know is no state of ours either.
KINDS = {"mydhl": "dhl", "dhl_poland": "dhl"}
STATES = {
    "pending": "pre_transit",
    "picked_up": "in_transit",
    "delivery_failed": "exception",
    "on_hold": "exception",
    "ready_for_pickup": "available_for_pickup",
}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ANSWERS.read_text().splitlines()] if ANSWERS.exists() else []


def ours(row: dict[str, Any]) -> str:
    kind = KINDS.get(row["carrier"], row["carrier"])
    return kind if kind in connectors() else ""


def read(kind: str, body: str) -> list[ParcelTracked]:
    found = connector(kind).parse(
        Account("a", kind, "app"), RawDelivery("fetched/parcel", "k", body.encode())
    )
    assert all(isinstance(each, ParcelTracked) for each in found)
    return list(found)  # type: ignore[arg-type]


def at_the_place(scan: Scan) -> datetime:
    hours, minutes = (scan.zone or "+00:00")[1:].split(":")
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    return (scan.at + (shift if (scan.zone or "+")[0] == "+" else -shift)).replace(tzinfo=None)


REFERENCED = [row for row in rows() if ours(row) and row["carrier"] != "easypost"]


@pytest.mark.parametrize("row", REFERENCED, ids=lambda row: f"{row['id']}-{row['carrier']}")
def test_status_events_and_times_are_those_of_the_reference(row: dict[str, Any]) -> None:
    """The reference writes local times as if they were UTC: exactly that must be ours at the place."""
    references = row["reference_parse"][0]
    try:
        found = read(ours(row), row["response"])
    except Unparsable:
        assert not references  # an answer of another API of the same carrier
        return
    assert len(found) == len(references)
    for parcel, reference in zip(found, references, strict=True):
        assert parcel.tracking_number == reference["tracking_number"]
        assert parcel.status == STATES.get(reference["status"], reference["status"])
        assert not reference["info"].get("signed_by") or parcel.signed_by == reference["info"]["signed_by"]
        told = [(s.code, s.text, f"{at_the_place(s):%Y-%m-%dT%H:%M}") for s in reversed(parcel.scans)]
        events = reference["events"]
        assert told == [(e["code"], e["description"], e["timestamp"][:16]) for e in events]
        for scan, event in zip(reversed(parcel.scans), events, strict=True):
            assert "status" not in event or scan.status == STATES.get(event["status"], event["status"])


def trackers(part: Any) -> list[dict[str, Any]]:
    """Every tracker in an answer, be it inside a shipment or an insurance."""
    if isinstance(part, list):
        return [found for each in part for found in trackers(each)]
    if not isinstance(part, dict):
        return []
    if part.get("object") == "Tracker":
        return [part]
    return [found for each in part.values() for found in trackers(each)]


TRACKERS = [
    (f"{row['id']}-{at}", tracker)
    for row in rows()
    if row["carrier"] == "easypost"
    for at, tracker in enumerate(trackers(row["response"]))
]


@pytest.mark.parametrize("tracker", [each for _, each in TRACKERS], ids=[name for name, _ in TRACKERS])
def test_trackers_say_what_easypost_says_of_them_itself(tracker: dict[str, Any]) -> None:
    state, _ = meaning(tracker["status"], tracker["status_detail"] or "")
    found = read("easypost", json.dumps(tracker))
    if not found:
        assert (state, tracker["tracking_details"]) == (None, [])
        return
    (parcel,) = found
    assert (parcel.carrier, parcel.status) == (tracker["carrier"].lower(), state)
    assert [(s.text, s.at) for s in parcel.scans] == [
        (each["message"], dates.isoparse(each["datetime"])) for each in tracker["tracking_details"]
    ]


def test_nothing_of_our_carriers_was_left_out() -> None:
    """What others moved (DPD, GLS, Purolator, …) is not ours to read; an aggregator tells of it."""
    read_here = {row["id"] for row in REFERENCED}
    assert {
        row["id"] for row in rows() if row["carrier"].startswith(("fedex", "dhl", "mydhl", "ups", "usps"))
    } == read_here
    assert len(read_here) >= 5
    assert len(TRACKERS) >= 5
