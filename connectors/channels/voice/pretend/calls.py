"""The Calls API over what was said to the shop's number, and what Twilio calls an address with."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from connectors.sandbox.world import Mail, Shop, Shopper
from connectors.twilio.pretend import talk
from connectors.twilio.pretend.desk import ROOT, Desk, Form, Refusal, listed
from connectors.twilio.values import Json

ANSWERED, HANGS_UP = "(answered)", "(hangs up)"
A_SECOND = 15  # characters one says in it
# A fraction of a second of silence.
SOUND = base64.b64decode("//uQxAAAAAAAAAAAAAAAAAAAAAAAWGluZwAAAA8AAAACAAACcQCA" + "gICA" * 40)


@dataclass(frozen=True)
class Call:
    shop: Shop
    shopper: Shopper
    mail: Mail

    @property
    def sid(self) -> str:
        return f"CA{self.mail.id:032x}"

    @property
    def recording_sid(self) -> str:
        return f"RE{self.mail.id:032x}"

    @property
    def transcription_sid(self) -> str:
        return f"TR{self.mail.id:032x}"

    @property
    def leg_sid(self) -> str:
        return f"CA{self.mail.id + (1 << 64):032x}"

    @property
    def said(self) -> str:
        return talk.words(self.mail)

    @property
    def is_answered(self) -> bool:
        return self.said.startswith(ANSWERED)

    @property
    def words(self) -> str:
        """What is written down: nothing of who was put through or hung up."""
        return "" if self.is_answered or self.said == HANGS_UP else self.said

    @property
    def seconds(self) -> int:
        return 3 if self.said == HANGS_UP else max(4, len(self.said) // A_SECOND)

    @property
    def ends_at(self) -> datetime:
        return self.mail.at + timedelta(seconds=self.seconds)


class Calls(Desk):
    def routes(self) -> list[BaseRoute]:
        return [
            *super().routes(),
            self.route("GET", f"{ROOT}/Calls.json", self._list),
            self.route("GET", f"{ROOT}/Calls/{{call}}.json", self._one),
            self.route("GET", f"{ROOT}/Calls/{{call}}/Recordings.json", self._recordings),
            self.route("GET", f"{ROOT}/Recordings/{{recording}}/Transcriptions.json", self._transcriptions),
            self.route("GET", f"{ROOT}/Recordings/{{recording}}.mp3", self._sound),
        ]

    def _all(self, shop: Shop) -> Iterator[Call]:
        """Newest first."""
        for mail, shopper in reversed(list(talk.theirs(self.world, shop))):
            yield call_of(shop, shopper, mail)

    def _list(self, shop: Shop, form: Form, request: Request) -> Json:
        query = request.query_params
        if parent := query.get("ParentCallSid"):
            legs = [leg(each) for each in self._all(shop) if each.sid == parent and each.words != HANGS_UP]
            return listed(request, "calls", legs)
        first = datetime.fromisoformat(query.get("StartTime>", "2000-01-01T00:00:00Z"))
        theirs = query.get("To", shop.seller_id) == shop.seller_id and "From" not in query
        found = [body(each) for each in self._all(shop) if theirs and each.mail.at >= first]
        return listed(request, "calls", found)

    def _one(self, shop: Shop, form: Form, request: Request) -> Json:
        return body(self._found(shop, "sid", request.path_params["call"]))

    def _recordings(self, shop: Shop, form: Form, request: Request) -> Json:
        call = self._found(shop, "sid", request.path_params["call"])
        return listed(request, "recordings", [recording(call)] if call.words else [])

    def _transcriptions(self, shop: Shop, form: Form, request: Request) -> Json:
        call = self._found(shop, "recording_sid", request.path_params["recording"])
        return listed(request, "transcriptions", [transcription(call)] if call.words else [])

    def _sound(self, shop: Shop, form: Form, request: Request) -> Response:
        self._found(shop, "recording_sid", request.path_params["recording"])
        return Response(SOUND, media_type="audio/mpeg")

    def _found(self, shop: Shop, name: str, wanted: str) -> Call:
        for call in self._all(shop):
            if getattr(call, name) == wanted:
                return call
        raise Refusal(404, 20404, "The requested resource was not found")


def call_of(shop: Shop, shopper: Shopper, mail: Mail) -> Call:
    return Call(shop, shopper, mail)


def forms(call: Call) -> Iterator[tuple[str, Form]]:
    """What Twilio says and to which of the number's addresses, from the first ring to the last word written down."""
    about = {
        "CallSid": call.sid,
        "From": call.shopper.phone,
        "To": call.shop.seller_id,
        "Direction": "inbound",
    }
    yield "VoiceUrl", about | {"CallStatus": "ringing"}
    dialled = "completed" if call.is_answered else "no-answer"
    yield (
        "VoiceUrl",
        about | {"CallStatus": "in-progress", "DialCallStatus": dialled, "DialCallSid": call.leg_sid},
    )
    ended = about | {
        "CallStatus": "completed",
        "CallDuration": str(call.seconds),
        "Timestamp": _time(call.ends_at),
    }
    yield "StatusCallback", ended
    if not call.words:
        return
    kept = {"CallSid": call.sid, "RecordingSid": call.recording_sid, "RecordingUrl": _uri(call, "Recordings")}
    done = {
        "RecordingStatus": "completed",
        "RecordingDuration": str(call.seconds),
        "RecordingSource": "RecordVerb",
    }
    yield "VoiceUrl", kept | done
    written = {"TranscriptionSid": call.transcription_sid, "TranscriptionText": call.words}
    yield "VoiceUrl", about | kept | written | {"TranscriptionStatus": "completed", "CallStatus": "completed"}


def body(call: Call) -> Json:
    return {
        "sid": call.sid,
        "account_sid": call.shop.client_id,
        "parent_call_sid": None,
        "from": call.shopper.phone,
        "to": call.shop.seller_id,
        "caller_name": None,
        "direction": "inbound",
        "status": "completed",
        "duration": str(call.seconds),
        "start_time": _time(call.mail.at),
        "end_time": _time(call.ends_at),
        "date_created": _time(call.mail.at),
        "date_updated": _time(call.ends_at),
        "price": None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{call.shop.client_id}/Calls/{call.sid}.json",
    }


def leg(call: Call) -> Json:
    return body(call) | {
        "sid": call.leg_sid,
        "parent_call_sid": call.sid,
        "direction": "outbound-dial",
        "from": call.shopper.phone,
        "to": "+17025550190",
        "status": "completed" if call.is_answered else "no-answer",
        "duration": str(call.seconds) if call.is_answered else "0",
    }


def recording(call: Call) -> Json:
    return {
        "sid": call.recording_sid,
        "call_sid": call.sid,
        "account_sid": call.shop.client_id,
        "status": "completed",
        "source": "RecordVerb",
        "duration": str(call.seconds),
        "channels": 1,
        "date_created": _time(call.ends_at),
        "date_updated": _time(call.ends_at),
        "start_time": _time(call.mail.at),
        "error_code": None,
        "uri": f"{_uri(call, 'Recordings')}.json",
    }


def transcription(call: Call) -> Json:
    return {
        "sid": call.transcription_sid,
        "recording_sid": call.recording_sid,
        "account_sid": call.shop.client_id,
        "status": "completed",
        "transcription_text": call.words,
        "duration": str(call.seconds),
        "type": "fast",
        "date_created": _time(call.ends_at),
        "date_updated": _time(call.ends_at),
    }


def _uri(call: Call, kind: str) -> str:
    return f"/2010-04-01/Accounts/{call.shop.client_id}/{kind}/{call.recording_sid}"


def _time(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC))
