"""The kinds of message a seller may send without being asked, by Messaging and Solicitations API. Pure.

What each takes: the request bodies in messaging.json of amzn/selling-partner-api-models. Kinds Amazon lists and we do
not know are left out: its own examples still list two that are gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from connectors.commands import SendOpening
from connectors.errors import Refused
from connectors.events import Event, Opening, OpeningsRead

Json = dict[str, Any]

REVIEW = "productReviewAndSellerFeedback"
MOST_FILES = 5
KINDS: Mapping[str, Opening] = {
    each.kind: each
    for each in (
        Opening("confirmCustomizationDetails", "Ask about the customization", ("text", "files"), 800),
        Opening("confirmDeliveryDetails", "Arrange the delivery"),
        Opening("legalDisclosure", "Send a legal disclosure", ("files",), 0),
        Opening("confirmOrderDetails", "Ask about the order before it ships"),
        Opening("confirmServiceDetails", "Arrange a service at home"),
        Opening("warranty", "Send a warranty", ("files", "starts_on", "ends_on"), 0),
        Opening("digitalAccessKey", "Send a digital access key", ("text", "files"), 400),
        Opening("unexpectedProblem", "Tell of a problem with completing the order"),
        Opening("invoice", "Send an invoice", ("files",), 0),
        Opening(REVIEW, "Ask for a review", (), 0),
    )
}
_FILES_NEEDED = ("legalDisclosure", "warranty", "invoice")


def read(body: Json) -> Sequence[Event]:
    """`body` holds the answers of both APIs, the order and the time they were asked."""
    names = [str(link.get("name")) for answer in body["answers"] for link in _links(answer)]
    allowed = tuple(KINDS[name] for name in dict.fromkeys(names) if name in KINDS)
    return (OpeningsRead(body["order"], allowed, datetime.fromisoformat(body["at"])),)


def request(command: SendOpening, uploaded: Sequence[Json]) -> Json:
    """The body for Amazon; `uploaded` are the attachments. Raises Refused for what Amazon would refuse."""
    kind = KINDS[command.kind]
    body: Json = {}
    if "text" in kind.needs:
        body["text"] = command.text
    if uploaded:
        body["attachments"] = list(uploaded)
    if command.starts_on and command.ends_on and "starts_on" in kind.needs:
        body |= {"coverageStartDate": _day(command.starts_on), "coverageEndDate": _day(command.ends_on)}
    return body


def check(command: SendOpening) -> None:
    kind = KINDS.get(command.kind)
    if kind is None:
        raise Refused(f"Amazon knows no message of the kind {command.kind!r}.")
    if "text" in kind.needs and not command.text.strip():
        raise Refused("Write the message first.")
    if len(command.text) > kind.longest_text and "text" in kind.needs:
        raise Refused(f"Amazon takes at most {kind.longest_text} characters for this kind of message.")
    if command.files and "files" not in kind.needs:
        raise Refused("This kind of message takes no files.")
    if len(command.files) > MOST_FILES:
        raise Refused(f"Amazon takes at most {MOST_FILES} files.")
    if command.kind in _FILES_NEEDED and not command.files:
        raise Refused("This kind of message is a file: attach it.")
    if "starts_on" in kind.needs and not (command.starts_on and command.ends_on):
        raise Refused("Say from when to when the warranty lasts.")


def _links(answer: Json) -> Sequence[Json]:
    return (answer.get("_links") or {}).get("actions") or ()


def _day(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat().replace("+00:00", "Z")
