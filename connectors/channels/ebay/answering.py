"""Answering an inquiry, a case or a payment dispute."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.channels.ebay import compose
from connectors.channels.ebay.client import Ebay
from connectors.channels.ebay.perform import done
from connectors.channels.ebay.values import Json, written
from connectors.commands import AnswerDispute
from connectors.contract import Receipt
from connectors.errors import Refused
from connectors.events import DisputeAnswer as A


def answer(api: Ebay, wish: AnswerDispute) -> Receipt:
    kind, _, number = wish.dispute_id.partition("/")
    give = {"inquiry": _inquiry, "case": _case, "payment": _payment}.get(kind)
    if give is None or not number:
        raise Refused(f"eBay has no dispute named {wish.dispute_id}.")
    give(api, number, wish)
    return done(wish.dispute_id)


def _inquiry(api: Ebay, number: str, wish: AnswerDispute) -> None:
    match wish.answer:
        case A.REFUND:
            answer = api.on_inquiry(number, "issue_refund", compose.comments(wish.note))
            if (answer.get("refundResult") or {}).get("refundStatus") == "FAILED":
                raise Refused("eBay could not pay the money back. Check the payout account in Seller Hub.")
        case A.PROVIDE_TRACKING:
            _needs(wish.tracking_number and wish.carrier, "a tracking number and its carrier")
            api.on_inquiry(number, "provide_shipment_info", compose.shipment_info(wish, datetime.now(UTC)))
        case A.WRITE:
            _needs(wish.note, "a text")
            api.on_inquiry(number, "send_message", {"message": {"content": wish.note}})
        case _:
            raise Refused(f"An item-not-received request cannot be answered with {wish.answer}.")


def _case(api: Ebay, number: str, wish: AnswerDispute) -> None:
    if wish.answer is not A.APPEAL:
        raise Refused("Since March 2026 eBay lets apps only appeal cases. Answer this one on eBay's page.")
    _needs(wish.note, "a reason")
    api.appeal(number, compose.comments(wish.note))


def _payment(api: Ebay, number: str, wish: AnswerDispute) -> None:
    """Evidence goes in before the answer: contesting closes the door to it."""
    found = _as_seen(api, number, wish.revision)
    match wish.answer:
        case A.ACCEPT:
            api.on_dispute(number, "accept", {"revision": found["revision"]})
        case A.ADD_EVIDENCE:
            _needs(wish.files, "pictures")
            _add_evidence(api, number, found, wish)
        case A.PROVIDE_TRACKING:
            _ship(api, found, wish)
        case A.CONTEST:
            if wish.tracking_number:
                _ship(api, found, wish)
            if wish.files:
                _add_evidence(api, number, found, wish)
                found = api.dispute(number) or found  # evidence may have raised the revision
            note = {"note": wish.note[: compose.LONGEST_NOTE]} if wish.note else {}
            api.on_dispute(number, "contest", {"revision": found["revision"], **note})
        case _:
            raise Refused(f"A payment dispute cannot be answered with {wish.answer}.")


def _as_seen(api: Ebay, number: str, revision: str) -> Json:
    """The dispute as it is, which must be what the person saw who answers it."""
    found = api.dispute(number)
    if found is None:
        raise Refused("eBay no longer has this dispute.")
    if revision and str(found.get("revision")) != revision:
        raise Refused("The dispute changed meanwhile. Look at it again before answering.")
    return found


def _add_evidence(api: Ebay, number: str, found: Json, wish: AnswerDispute) -> None:
    """A file that is there under its name is not sent again, so that a second try harms nothing."""
    compose.evidence_checked(wish.files)
    there = {file.get("name") for each in found.get("evidence") or () for file in each.get("files") or ()}
    new = [each for each in wish.files if each.name not in there]
    if not new:
        return
    asked: Json = next(iter(found.get("evidenceRequests") or ()), {})
    kind = wish.evidence_kind or str(asked.get("evidenceType") or "")
    _needs(kind, "the kind of evidence, as eBay names it")
    files = [api.upload_evidence(number, each.name, each.content, each.content_type) for each in new]
    evidence = {
        "evidenceType": kind,
        "files": [{"fileId": each} for each in files],
        "lineItems": asked.get("lineItems") or found.get("lineItems") or [],
    }
    api.on_dispute(number, "add_evidence", evidence)


def _ship(api: Ebay, found: Json, wish: AnswerDispute) -> None:
    """To eBay proof of delivery is the tracking number on the order, not a file."""
    _needs(wish.tracking_number and wish.carrier, "a tracking number and its carrier")
    order = str(found["orderId"])
    if any(each.get("shipmentTrackingNumber") == wish.tracking_number for each in api.fulfillments(order)):
        return
    lines = [{"lineItemId": each["lineItemId"], "quantity": 1} for each in found.get("lineItems") or ()]
    api.ship(
        order,
        {
            "lineItems": lines,
            "shippedDate": written(datetime.now(UTC)),
            "shippingCarrierCode": wish.carrier,
            "trackingNumber": wish.tracking_number,
        },
    )


def _needs(given: object, what: str) -> None:
    if not given:
        raise Refused(f"This answer needs {what}.")
