"""Every code the carriers document has a place in our tables. Their lists are not part of this repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.carriers.dhl.codes import SERVICES
from connectors.carriers.dhl.status import meaning as dhl
from connectors.carriers.easypost.status import meaning as easypost
from connectors.carriers.fedex.status import meaning as fedex
from connectors.carriers.ups.status import meaning as ups
from connectors.carriers.usps.status import meaning as usps
from connectors.events import ParcelStatus

LISTS = Path(__file__).parents[4] / "shared" / "specs" / "carriers"
pytestmark = pytest.mark.skipif(not LISTS.exists(), reason="the carriers' lists are not at hand")

NAMES = {"svb": "post-de"}  # DHL's own name for it in the tracking API
# EasyPost's "error" means that it could not look; that says nothing of the parcel.
OTHERWISE: dict[tuple[str, str], ParcelStatus | None] = {("easypost", "error"): None}


def listed(name: str) -> Any:
    return json.loads((LISTS / f"{name}.json").read_text())


def test_every_code_of_dhl_is_in_its_services_table() -> None:
    for service, codes in listed("dhl_status_codes")["services"].items():
        known = {code for _, _, group in SERVICES[NAMES.get(service, service)] for code in group.split()}
        assert {each["status"].upper() for each in codes} == known, service


def test_every_movement_and_customs_code_of_fedex_is_known(caplog: pytest.LogCaptureFixture) -> None:
    groups = listed("fedex_status_codes")["groups"]
    for code in {**groups["Movement"], **groups["Regulatory"]}:
        fedex(code)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("carrier", "path", "meant"),
    [
        ("ups", ("by_status_code",), lambda code: ups(code, "")[0]),
        ("usps", ("by_event_code",), lambda code: usps(code)[0]),
        ("fedex", ("by_code",), lambda code: fedex(code)[0]),
        ("dhl_express", ("by_code",), lambda code: dhl("express", code, "", "")[0]),
        ("easypost", ("map",), lambda code: easypost(code)[0]),
    ],
)
def test_states_are_those_of_the_collected_map(
    carrier: str, path: tuple[str, ...], meant: Callable[[str], ParcelStatus | None]
) -> None:
    table = listed("status_map")[carrier]
    for step in path:
        table = table[step]
    assert len(table) > 5
    for code, found in table.items():
        state = found["state"] if isinstance(found, dict) else found
        assert meant(code) == OTHERWISE.get((carrier, code), state), (carrier, code)
