"""A call as Twilio knows it, whole; and what our address was not told."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from connectors.contract import Account, One, Page, RawDelivery
from connectors.rhythm import Found, Source, look
from connectors.twilio.client import Twilio
from connectors.twilio.values import Json, own_number

MOST = 1000  # calls a look, each way
LOOKS_EVERY = timedelta(minutes=3)  # calls are pushed; this only finds what the push lost
LONG_CALL = timedelta(hours=2)  # calls are listed by when they began


def whole(account: Account, wanted: One) -> Page:
    """Empty where Twilio has no such call. The same again is the same delivery."""
    api, number = Twilio(account), wanted.external_id
    call = api.call(number)
    if call is None:
        return Page()
    recordings = api.recordings(number)
    held = {
        "call": call,
        "legs": api.legs(number),
        "recordings": recordings,
        "transcriptions": [each for one in recordings for each in api.transcriptions(str(one["sid"]))],
    }
    body = json.dumps(held, sort_keys=True).encode()
    key = f"{number}/whole/{hashlib.sha256(body).hexdigest()[:16]}"
    return Page([RawDelivery("whole", key, body)])


def recording(account: Account, wanted: One) -> Page:
    content = Twilio(account).recording_file(wanted.external_id)
    return Page([RawDelivery("file", wanted.external_id, content)] if content else [])


def since(account: Account, cursor: str | None) -> Page:
    return look("Twilio", [Source("calls", LOOKS_EVERY, _calls)], account, cursor)


def _calls(account: Account, place: Json, now: datetime) -> Found:
    """One that ends long after it began is looked at until then."""
    begin = datetime.fromisoformat(place["at"]) - LONG_CALL if "at" in place else now
    api, own = Twilio(account), own_number(account)
    found: list[Json] = []
    for side in ("To", "From"):
        window = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
        listed = api.calls(**{side: own, "StartTime>": window, "PageSize": MOST})["calls"]
        found += [each for each in listed if not each["parent_call_sid"]]
    return Found(
        [
            RawDelivery("listed", f"{each['sid']}/{each['status']}/listed", json.dumps(each).encode())
            for each in found
        ],
        {},
    )
