"""Calls as normal facts. Pure.

What is pushed is a hint: who calls is told at once, how it ended is read from Twilio, whole, so that it does not
matter in which order anything came:

    {"call": {..}, "legs": [..], "recordings": [..], "transcriptions": [..]}

`legs` are the calls that Twilio made to connect this one with somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from connectors.contract import Account, RawDelivery
from connectors.events import CallChanged, CallState, Changed, Event, File
from connectors.garbled import by_topic
from connectors.twilio.values import Json, party, time

Read = Callable[[Account, Json, RawDelivery], Sequence[Event]]

GOING_ON = ("queued", "initiated", "ringing", "in-progress")
SPOKEN_AFTER_THE_TONE = "RecordVerb"  # what Twilio calls the source of a voicemail
NOT_WRITTEN_DOWN = "(blank)"  # what it writes for silence


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    return by_topic(READERS, account, delivery)


def _told(account: Account, form: Json, delivery: RawDelivery) -> Sequence[Event]:
    """A leg is part of the call it was made for."""
    call = str(form.get("ParentCallSid") or form["CallSid"])
    if form.get("CallStatus") not in GOING_ON or "ParentCallSid" in form or "From" not in form:
        return (Changed("call", call),)
    started = time(form["Timestamp"]) if "Timestamp" in form else delivery.received_at
    ours = str(form.get("Direction", "inbound")).startswith("outbound")
    shopper = party(str(form["To" if ours else "From"]), str(form.get("CallerName") or ""))
    ringing = CallChanged(
        external_id=call,
        shopper=shopper,
        state=CallState.RINGING,
        started_at=started or datetime.now(UTC),
        thread=_thread(call, shopper.names),
        ours=ours,
    )
    return (ringing, Changed("call", call)) if "DialCallStatus" in form else (ringing,)


def _whole(account: Account, held: Json, delivery: RawDelivery) -> Sequence[Event]:
    call = held["call"]
    number, ours = str(call["sid"]), str(call["direction"]).startswith("outbound")
    shopper = party(str(call["to" if ours else "from"]), str(call.get("caller_name") or ""))
    state, seconds = _outcome(held, ours)
    kept = [each for each in held["recordings"] if each["status"] == "completed"]
    recording = kept[-1] if kept else None
    return (
        CallChanged(
            external_id=number,
            shopper=shopper,
            state=state,
            started_at=time(call.get("start_time") or call["date_created"]),
            thread=_thread(number, shopper.names),
            ours=ours,
            seconds=seconds,
            transcript="\n".join(_words(each) for each in held["transcriptions"] if _words(each)),
            recording=File("call.mp3", "audio/mpeg", source=str(recording["sid"])) if recording else None,
        ),
    )


def _outcome(held: Json, ours: bool) -> tuple[CallState, int | None]:
    call, legs = held["call"], held["legs"]
    status = call["status"]
    talked = [each for each in legs if each["status"] in ("completed", "in-progress")]
    if status in GOING_ON:
        return (CallState.ANSWERED if talked else CallState.RINGING), None
    if talked:
        return CallState.ANSWERED, max(int(each.get("duration") or 0) for each in talked)
    if ours and status == "completed":
        return CallState.ANSWERED, int(call.get("duration") or 0)
    for each in held["recordings"]:
        seconds = int(float(each.get("duration") or 0))
        if seconds and each.get("source") == SPOKEN_AFTER_THE_TONE:
            return CallState.VOICEMAIL, seconds
        if seconds:  # two people were recorded, whoever connected them
            return CallState.ANSWERED, seconds
    return CallState.MISSED, int(call.get("duration") or 0)


def _words(transcription: Json) -> str:
    text = str(transcription.get("transcription_text") or "").strip()
    return "" if transcription["status"] != "completed" or text == NOT_WRITTEN_DOWN else text


def _thread(call: str, names: Mapping[str, str]) -> str:
    """Whoever hides their number is somebody else with every call."""
    return names.get("phone", call)


def _listed(account: Account, call: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (Changed("call", str(call["sid"])),)


READERS: Mapping[str, Read] = {"call": _told, "whole": _whole, "listed": _listed}
