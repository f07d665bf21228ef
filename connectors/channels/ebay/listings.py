"""Pages of what eBay lists, as raw deliveries. One page a call; whoever asks decides how far to go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.channels.ebay import disputes, messages, orders, returns
from connectors.channels.ebay.client import Ebay
from connectors.channels.ebay.values import Json, time, written
from connectors.contract import RawDelivery

MOST_CONVERSATIONS = 50  # a page, eBay's limit; the offset must be a multiple of it
MOST_POST_ORDER = 200


@dataclass(frozen=True)
class Listed:
    deliveries: Sequence[RawDelivery]
    total: int
    ids: tuple[str, ...] = ()


def delivery(topic: str, number: object, body: Any, at: datetime | None = None) -> RawDelivery:
    """The key holds the content: the same state read twice is one thing, two states are two."""
    content = json.dumps(body, sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()[:20]
    return RawDelivery(topic, f"{topic}:{number}:{digest}", content, received_at=at)


def message(conversation: Json, said: Json) -> RawDelivery:
    """The key is eBay's id of the message."""
    body = json.dumps(messages.read(conversation, said)).encode()
    return RawDelivery("message", str(said["messageId"]), body, received_at=time(said["createdDate"]))


def order(found: Json, fulfillments: Sequence[Json]) -> RawDelivery:
    return delivery("order", found["orderId"], {"order": found, "fulfillments": list(fulfillments)})


def whole_order(api: Ebay, number: str) -> RawDelivery | None:
    """With what lists leave out: tracking numbers, requests to cancel."""
    found = api.order(number)
    return order(found, _fulfillments(api, found)) if found else None


def orders_page(
    api: Ebay, since: datetime, until: datetime, offset: int, limit: int
) -> tuple[list[Json], int]:
    """Changed in the time, and how many there are."""
    changed = f"lastmodifieddate:[{written(since)}..{written(until)}]"
    answer = api.orders(filter=changed, limit=limit, offset=offset)
    return list(answer.get("orders") or ()), int(answer.get("total") or 0)


def hint(found: Json) -> RawDelivery:
    """A list's entry: taken as it is if it says all, otherwise the order is to be read by itself."""
    if orders.is_whole(found):
        return order(found, ())
    said = {"orderId": found["orderId"], "lastModifiedDate": found["lastModifiedDate"]}
    return delivery("listed/order", found["orderId"], said)


def completed(api: Ebay, found: Json) -> RawDelivery | None:
    """A list's entry with what it leaves out."""
    if orders.is_whole(found):
        return order(found, ())
    if (found.get("cancelStatus") or {}).get("cancelState") == "IN_PROGRESS":
        return whole_order(api, str(found["orderId"]))
    return order(found, _fulfillments(api, found))


def returns_page(api: Ebay, now: datetime, offset: int, **asked: Any) -> Listed:
    answer = api.returns(limit=MOST_POST_ORDER, offset=offset, **asked)
    found = list(answer.get("members") or ())
    made = [_return(each, now) for each in found]
    return Listed(made, int(answer.get("total") or 0), tuple(str(each["returnId"]) for each in found))


def inquiries_page(api: Ebay, now: datetime, since: datetime, until: datetime, offset: int) -> Listed:
    answer = api.inquiries(
        inquiry_creation_date_range_from=written(since),
        inquiry_creation_date_range_to=written(until),
        limit=MOST_POST_ORDER,
        offset=offset,
    )
    made = [delivery("inquiry", each["inquiryId"], each, now) for each in answer.get("members") or ()]
    return Listed(made, int(answer.get("totalNumberOfInquiries") or 0))


def cases_page(api: Ebay, now: datetime, since: datetime, until: datetime, offset: int) -> Listed:
    answer = api.cases(
        case_creation_date_range_from=written(since),
        case_creation_date_range_to=written(until),
        limit=MOST_POST_ORDER,
        offset=offset,
    )
    made = [_case(each, now) for each in answer.get("members") or ()]
    return Listed(made, int(answer.get("totalNumberOfCases") or 0))


def disputes_page(api: Ebay, now: datetime, since: datetime, until: datetime, offset: int) -> Listed:
    """A summary has neither choices nor revision, so each change is read by itself."""
    answer = api.disputes(
        open_date_from=written(since), open_date_to=written(until), limit=MOST_POST_ORDER, offset=offset
    )
    found = answer.get("paymentDisputeSummaries") or ()
    made = [delivery("listed/payment_dispute", each["paymentDisputeId"], each, now) for each in found]
    return Listed(made, int(answer.get("total") or 0))


def inquiry(api: Ebay, number: str, now: datetime) -> RawDelivery | None:
    found = api.inquiry(number)
    if found is None:
        return None
    listed = api.inquiries(**_sale(found)).get("members") or ()
    return delivery("inquiry", number, _whole(found, listed, "inquiryId", number), now)


def case(api: Ebay, number: str, now: datetime) -> RawDelivery | None:
    found = api.case(number)
    if found is None:
        return None
    listed = api.cases(**_sale(found)).get("members") or ()
    return delivery("case", number, _whole(found, listed, "caseId", number), now)


def payment_dispute(api: Ebay, number: str, now: datetime) -> RawDelivery | None:
    found = api.dispute(number)
    return delivery("payment_dispute", number, found, now) if found else None


def conversations(api: Ebay, most: int, **asked: Any) -> Iterator[Json]:
    """All that match, as far as `most` pages."""
    for page in range(most):
        answer = api.conversations(limit=MOST_CONVERSATIONS, offset=page * MOST_CONVERSATIONS, **asked)
        yield from answer.get("conversations") or ()
        if (page + 1) * MOST_CONVERSATIONS >= int(answer.get("total") or 0):
            return


def messages_of(api: Ebay, conversation: Json, since: datetime) -> list[RawDelivery]:
    """What was said in it after `since`, oldest first. eBay does not say in which order it lists: unless the dates say otherwise,
    the newest first, as everywhere else; so of what came in the same millisecond the last one is the oldest."""
    found: list[Json] = []
    while True:
        answer = api.conversation(
            conversation["conversationId"],
            conversation_type=conversation["conversationType"],
            limit=MOST_CONVERSATIONS,
            offset=len(found),
        )
        page = (answer or {}).get("messages") or []
        found += page
        if len(page) < MOST_CONVERSATIONS or len(found) >= int((answer or {}).get("total") or 0):
            break
    if found and time(found[0]["createdDate"]) >= time(found[-1]["createdDate"]):
        found.reverse()
    found.sort(key=lambda each: time(each["createdDate"]))
    return [message(conversation, each) for each in found if time(each["createdDate"]) > since]


def latest(conversation: Json) -> datetime:
    return time((conversation.get("latestMessage") or {}).get("createdDate") or conversation["createdDate"])


def _return(summary: Json, now: datetime) -> RawDelivery:
    if summary.get("state") in returns.TRAVELLING:
        return delivery("listed/return", summary["returnId"], summary, now)
    return delivery("return", summary["returnId"], {"summary": summary, "detail": None}, now)


def _case(entry: Json, now: datetime) -> RawDelivery:
    """Whether one that ended can be appealed is said only when it is read by itself."""
    ended = entry.get("caseStatusEnum") in disputes.ENDED
    return delivery("listed/case" if ended else "case", entry["caseId"], entry, now)


def _fulfillments(api: Ebay, found: Json) -> list[Json]:
    if found.get("orderFulfillmentStatus") == "NOT_STARTED":
        return []
    return api.fulfillments(str(found["orderId"]))


def _sale(found: Json) -> Json:
    """What was sold to whom, as a search asks for it."""
    names = {"item_id": "itemId", "transaction_id": "transactionId"}
    return {name: found[key] for name, key in names.items() if found.get(key)} | {"limit": MOST_POST_ORDER}


def _whole(found: Json, listed: Iterable[Json], name: str, number: str) -> Json:
    """The single read names no shopper, the list nothing else of note: together they say all."""
    entry: Json = next((each for each in listed if str(each.get(name)) == number), {})
    return {**entry, **found}
