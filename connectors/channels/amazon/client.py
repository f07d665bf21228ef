"""The Selling Partner API: one function per endpoint used, no mapping. Rates are Amazon's, per seller and application.

Source of each rate: the usage plan in the description of its operation in amzn/selling-partner-api-models.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote

from connectors import http
from connectors.channels.amazon import access
from connectors.channels.amazon.calling import Json, call, understood
from connectors.contract import Account
from connectors.http import Rate

SEARCH = Rate(0.0056, 20, "searchOrders")
ORDER = Rate(0.5, 30, "getOrder")
READ_MESSAGES, READ_REVIEWS = Rate(1, 5, "getMessagingActions"), Rate(1, 5, "getSolicitationActions")
ASK_REVIEW = Rate(1, 5, "createProductReviewAndSellerFeedbackSolicitation")
UPLOAD = Rate(10, 10, "uploads")
SUBSCRIPTION, SUBSCRIBE = Rate(1, 5, "getSubscription"), Rate(1, 5, "createSubscription")
DESTINATIONS = {"GET": Rate(1, 5, "getDestinations"), "POST": Rate(1, 5, "createDestination")}
SELLER = Rate(0.016, 15, "marketplaceParticipations")
NEW_FEED, NEW_FEED_DOCUMENT = Rate(0.0083, 15, "createFeed"), Rate(0.5, 15, "createFeedDocument")
FEED, FEEDS = Rate(2, 15, "getFeed"), Rate(0.0222, 10, "getFeeds")
FEED_DOCUMENT = Rate(0.0222, 10, "getFeedDocument")
NEW_REPORT, REPORT = Rate(0.0167, 15, "createReport"), Rate(2, 15, "getReport")
REPORTS, REPORT_DOCUMENT = Rate(0.0222, 10, "getReports"), Rate(0.0167, 15, "getReportDocument")

INCLUDED = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES"
MESSAGES_ROLE = "Buyer Communication"
REVIEWS_ROLE = "Buyer Solicitation"
INSIGHTS_ROLE = "Selling Partner Insights"
ORDERS_ROLE = "Inventory and Order Tracking"
GRANTLESS = "sellingpartnerapi::notifications"


def order(account: Account, order_id: str) -> Json | None:
    path = f"/orders/2026-01-01/orders/{quote(order_id, safe='')}"
    answer = call(
        account, "GET", path, rate=ORDER, safe=True, params={"includedData": INCLUDED}, accept=(404,)
    )
    return None if answer.status_code == 404 else http.decoded(answer, safe=True)["order"]


def search(
    account: Account, after: datetime, before: datetime, page: str | None = None, most: int = 100
) -> Json:
    """A page of the orders that were updated in a period. `before` lies at least two minutes back."""
    asked = {
        "lastUpdatedAfter": stamp(after),
        "lastUpdatedBefore": stamp(before),
        "marketplaceIds": access.marketplace(account),
        "includedData": INCLUDED,
        "maxResultsPerPage": str(most),
        **({"paginationToken": page} if page else {}),
    }
    answer = call(account, "GET", "/orders/2026-01-01/orders", rate=SEARCH, safe=True, params=asked)
    found: Json = http.decoded(answer, safe=True)
    return found


def participations(account: Account) -> list[Json]:
    path = "/sellers/v1/marketplaceParticipations"
    answer = call(account, "GET", path, rate=SELLER, safe=True)
    return list(http.decoded(answer, safe=True).get("payload") or ())


def messaging_actions(account: Account, order_id: str) -> Json:
    return _actions(account, "messaging", order_id, READ_MESSAGES, MESSAGES_ROLE)


def soliciting_actions(account: Account, order_id: str) -> Json:
    return _actions(account, "solicitations", order_id, READ_REVIEWS, REVIEWS_ROLE)


def write(account: Account, order_id: str, kind: str, body: Json) -> None:
    path = f"/messaging/v1/orders/{quote(order_id, safe='')}/messages/{kind}"
    call(
        account,
        "POST",
        path,
        rate=Rate(1, 5, kind),
        safe=False,
        role=MESSAGES_ROLE,
        params=_here(account),
        json=body,
    )


def solicit(account: Account, order_id: str) -> None:
    path = f"/solicitations/v1/orders/{quote(order_id, safe='')}/solicitations/productReviewAndSellerFeedback"
    call(account, "POST", path, rate=ASK_REVIEW, safe=False, role=REVIEWS_ROLE, params=_here(account))


def upload_destination(account: Account, order_id: str, kind: str, md5: str) -> Json:
    """`md5` is the file's, in base64."""
    path = f"/uploads/2020-11-01/uploadDestinations/messaging/v1/orders/{order_id}/messages/{kind}"
    asked = {**_here(account), "contentMD5": md5}
    answer = call(account, "POST", path, rate=UPLOAD, safe=True, role=MESSAGES_ROLE, params=asked)
    made: Json = http.decoded(answer, safe=True)["payload"]
    return made


def destinations(account: Account) -> list[Json]:
    answer = _grantless(account, "GET")
    return list(answer.get("payload") or ())


def make_destination(account: Account, name: str, arn: str) -> Json:
    body = {"name": name, "resourceSpecification": {"sqs": {"arn": arn}}}
    made: Json = _grantless(account, "POST", body)["payload"]
    return made


def subscription(account: Account, kind: str) -> Json | None:
    path = f"/notifications/v1/subscriptions/{kind}"
    answer = call(account, "GET", path, rate=SUBSCRIPTION, safe=True, role=ORDERS_ROLE, accept=(404,))
    return None if answer.status_code == 404 else http.decoded(answer, safe=True).get("payload")


def subscribe(account: Account, kind: str, body: Json) -> None:
    path = f"/notifications/v1/subscriptions/{kind}"
    # 409: somebody was faster, which is as good
    call(account, "POST", path, rate=SUBSCRIBE, safe=True, role=_role_of(kind), json=body, accept=(409,))


def make_feed_document(account: Account, content_type: str) -> Json:
    path, body = "/feeds/2021-06-30/documents", {"contentType": content_type}
    answer = call(account, "POST", path, rate=NEW_FEED_DOCUMENT, safe=True, role=ORDERS_ROLE, json=body)
    made: Json = http.decoded(answer, safe=True)
    return made


def make_feed(account: Account, kind: str, document_id: str) -> str:
    body = {
        "feedType": kind,
        "marketplaceIds": [access.marketplace(account)],
        "inputFeedDocumentId": document_id,
    }
    answer = call(
        account, "POST", "/feeds/2021-06-30/feeds", rate=NEW_FEED, safe=False, role=ORDERS_ROLE, json=body
    )
    with understood(safe=False):
        return str(http.decoded(answer, safe=False)["feedId"])


def feed(account: Account, feed_id: str) -> Json | None:
    return _read(account, f"/feeds/2021-06-30/feeds/{quote(feed_id, safe='')}", FEED, ORDERS_ROLE)


def feeds(account: Account, kind: str, since: datetime) -> list[Json]:
    asked = {"feedTypes": kind, "createdSince": stamp(since), "pageSize": "100"}
    path = "/feeds/2021-06-30/feeds"
    answer = call(account, "GET", path, rate=FEEDS, safe=True, role=ORDERS_ROLE, params=asked)
    return list(http.decoded(answer, safe=True).get("feeds") or ())


def feed_document(account: Account, document_id: str) -> Json | None:
    path = f"/feeds/2021-06-30/documents/{quote(document_id, safe='')}"
    return _read(account, path, FEED_DOCUMENT, ORDERS_ROLE)


def make_report(account: Account, kind: str, since: date, until: date, role: str) -> str:
    body = {
        "reportType": kind,
        "marketplaceIds": [access.marketplace(account)],
        "dataStartTime": f"{since.isoformat()}T00:00:00Z",
        "dataEndTime": f"{until.isoformat()}T23:59:59Z",
    }
    path = "/reports/2021-06-30/reports"
    # asked for twice, there are two reports that say the same
    answer = call(account, "POST", path, rate=NEW_REPORT, safe=True, role=role, json=body)
    return str(http.decoded(answer, safe=True)["reportId"])


def report(account: Account, report_id: str, role: str) -> Json | None:
    return _read(account, f"/reports/2021-06-30/reports/{quote(report_id, safe='')}", REPORT, role)


def reports(account: Account, kind: str, since: datetime, role: str) -> list[Json]:
    """Those that are done, newest first."""
    asked = {
        "reportTypes": kind,
        "processingStatuses": "DONE",
        "createdSince": stamp(since),
        "pageSize": "10",
    }
    path = "/reports/2021-06-30/reports"
    answer = call(account, "GET", path, rate=REPORTS, safe=True, role=role, params=asked)
    return list(http.decoded(answer, safe=True).get("reports") or ())


def report_document(account: Account, document_id: str, role: str) -> Json | None:
    path = f"/reports/2021-06-30/documents/{quote(document_id, safe='')}"
    return _read(account, path, REPORT_DOCUMENT, role)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(account: Account, path: str, rate: Rate, role: str) -> Json | None:
    answer = call(account, "GET", path, rate=rate, safe=True, role=role, accept=(404,))
    return None if answer.status_code == 404 else http.decoded(answer, safe=True)


def _actions(account: Account, api: str, order_id: str, rate: Rate, role: str) -> Json:
    path = f"/{api}/v1/orders/{quote(order_id, safe='')}"
    answer = call(account, "GET", path, rate=rate, safe=True, role=role, params=_here(account))
    found: Json = http.decoded(answer, safe=True)
    return found


def _grantless(account: Account, method: str, body: Json | None = None) -> Json:
    answer = call(
        account,
        method,
        "/notifications/v1/destinations",
        rate=DESTINATIONS[method],
        safe=True,
        role=ORDERS_ROLE,
        json=body,
        accept=(409,),
        token=lambda: access.grantless(account, GRANTLESS),
    )
    found: Json = http.decoded(answer, safe=True)
    return found


def _here(account: Account) -> Mapping[str, str]:
    """A list in Amazon's contract, and one value in it."""
    return {"marketplaceIds": access.marketplace(account)}


def _role_of(kind: str) -> str:
    return INSIGHTS_ROLE if kind == "ACCOUNT_STATUS_CHANGED" else ORDERS_ROLE
