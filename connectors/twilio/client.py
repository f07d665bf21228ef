"""Twilio's REST API of 2010: one method per endpoint used, no mapping. Refusals leave in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors import garbled, http
from connectors.contract import Account
from connectors.errors import AuthorizationLost, NotWelcome, Refused
from connectors.twilio import reasons
from connectors.twilio.values import Json, base, sid, token

# Twilio allows far more at once than it passes on: one message a second a number, the rest waits in its own queue.
RATE = http.Rate(per_second=10, burst=40)
_JUDGED = (400, 401, 403, 404)
_ELSEWHERE = (301, 302, 303, 307, 308)
LARGEST_FILE = 25 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Twilio:
    account: Account

    def profile(self) -> Json:
        return self._read(f"/2010-04-01/Accounts/{sid(self.account)}.json")

    def numbers(self, number: str) -> list[Json]:
        return self._list("IncomingPhoneNumbers.json", "incoming_phone_numbers", {"PhoneNumber": number})

    def point_number(self, number_sid: str, to: Mapping[str, str]) -> Json:
        return self._write(f"IncomingPhoneNumbers/{number_sid}.json", to)

    def send_message(self, form: Mapping[str, str]) -> Json:
        return self._write("Messages.json", form)

    def messages(self, **params: Any) -> Json:
        return self._read(self._path("Messages.json"), params)

    def next_page(self, uri: str) -> Json:
        """As an answer's `next_page_uri` named it."""
        return self._read(uri)

    def message(self, message_sid: str) -> Json | None:
        return self._find(f"Messages/{message_sid}.json")

    def media(self, message_sid: str) -> list[Json]:
        return self._list(f"Messages/{message_sid}/Media.json", "media_list")

    def media_file(self, message_sid: str, media_sid: str) -> bytes | None:
        return self._file(f"Messages/{message_sid}/Media/{media_sid}")

    def calls(self, **params: Any) -> Json:
        return self._read(self._path("Calls.json"), params)

    def call(self, call_sid: str) -> Json | None:
        return self._find(f"Calls/{call_sid}.json")

    def legs(self, call_sid: str) -> list[Json]:
        """The calls that were made to connect this one with somebody."""
        return self._list("Calls.json", "calls", {"ParentCallSid": call_sid})

    def recordings(self, call_sid: str) -> list[Json]:
        return self._list(f"Calls/{call_sid}/Recordings.json", "recordings")

    def recording_file(self, recording_sid: str) -> bytes | None:
        return self._file(f"Recordings/{recording_sid}.mp3")

    def transcriptions(self, recording_sid: str) -> list[Json]:
        return self._list(f"Recordings/{recording_sid}/Transcriptions.json", "transcriptions")

    def _path(self, rest: str) -> str:
        return f"/2010-04-01/Accounts/{sid(self.account)}/{rest}"

    def _read(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        return _object(self._call("GET", path, safe=True, params=params), safe=True)

    def _find(self, rest: str) -> Json | None:
        """None when Twilio has no such thing."""
        response = self._call("GET", self._path(rest), safe=True, missing=True)
        return None if response.status_code == 404 else _object(response, safe=True)

    def _list(self, rest: str, name: str, params: Mapping[str, Any] | None = None) -> list[Json]:
        found = self._read(self._path(rest), params)[name]
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise TypeError(name)
        return found

    def _write(self, rest: str, form: Mapping[str, str]) -> Json:
        return _object(self._call("POST", self._path(rest), safe=False, data=form), safe=False)

    def _file(self, rest: str) -> bytes | None:
        """Twilio mostly names another place, which must not be shown our key. None when it is gone."""
        response = self._call("GET", self._path(rest), safe=True, missing=True, accept=_ELSEWHERE)
        if response.status_code in _ELSEWHERE:
            place = str(response.request.url.join(response.headers.get("location", "")))
            if urlsplit(place).scheme not in ("https", urlsplit(base(self.account)).scheme):
                raise Refused("Twilio names a place for the file that cannot be read.")
            response = http.request(self.account, "GET", place, safe=True, rate=RATE, accept=(404, 410))
        if response.status_code in (404, 410):
            return None
        if len(response.content) > LARGEST_FILE:
            raise Refused("The file is larger than 25 MB.")
        return response.content

    def _call(
        self,
        method: str,
        path: str,
        *,
        safe: bool,
        missing: bool = False,
        accept: tuple[int, ...] = (),
        **more: Any,
    ) -> httpx.Response:
        return http.request(
            self.account,
            method,
            f"{base(self.account)}{path}",
            safe=safe,
            rate=RATE,
            accept=(*_JUDGED, *accept),
            judge=lambda response: _judge(response, missing),
            auth=(sid(self.account), token(self.account)),
            **more,
        )


understood = partial(garbled.understood, "Twilio")


def _judge(response: httpx.Response, missing: bool) -> None:
    """{"code": 21610, "message": .., "more_info": .., "status": 400}"""
    status = response.status_code
    if status not in _JUDGED or (status == 404 and missing):
        return
    try:
        told = response.json()
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    code = reasons.code_of(told.get("code"))
    said = reasons.words(code, str(told.get("message") or f"Twilio answered {status}."))
    if status in (401, 403):
        raise AuthorizationLost(said)
    if code == reasons.OPTED_OUT:
        raise NotWelcome(said)
    raise Refused(said)


def _object(response: httpx.Response, *, safe: bool) -> Json:
    found: Json = http.decoded(response, safe=safe)
    return found
