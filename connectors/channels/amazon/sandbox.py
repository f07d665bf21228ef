"""Amazon's side of the pretend world: consent, tokens, orders, messages, feeds, reports, the queue, relay mail."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute, Route

from connectors.channels.amazon.pretend import letters, queues
from connectors.channels.amazon.pretend.desk import Desk
from connectors.channels.amazon.pretend.door import Door
from connectors.channels.amazon.pretend.gate import refresh, sellers
from connectors.channels.amazon.pretend.letters import write
from connectors.channels.amazon.pretend.notifying import push
from connectors.channels.amazon.pretend.opening import open_shop
from connectors.channels.amazon.pretend.papers import Papers
from connectors.sandbox.opening import mailbox_form
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Mail, Shop, World

__all__ = ["connect", "open_shop", "push", "routes", "write"]


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    door, held = Door(world, trouble), queues.Queues(world)
    desk, papers = Desk(world), Papers(world)
    world.listeners.append(lambda what, thing: _relayed(world, thing))
    orders, messages = "/orders/2026-01-01/orders", "/messaging/v1/orders/{order}"
    asked, reviews = "/notifications/v1", "/solicitations/v1/orders/{order}"
    feeds, reports = "/feeds/2021-06-30", "/reports/2021-06-30"
    api = door.api
    return [
        Route("/auth/o2/token", door.token, methods=["POST"]),
        Route("/apps/authorize/consent", door.consent, methods=["GET", "POST"]),
        Route("/queue", held.serve, methods=["POST"]),
        Route("/queue/{owner}/{name}", held.serve, methods=["POST"]),
        Route("/documents/{name}", papers.document, methods=["GET", "PUT"]),
        api("GET", orders, "searchOrders", desk.search),
        api("GET", orders + "/{order}", "getOrder", desk.order),
        api(
            "GET",
            "/sellers/v1/marketplaceParticipations",
            "getMarketplaceParticipations",
            desk.participations,
        ),
        api("GET", messages, "messaging", desk.messaging_actions),
        api("POST", messages + "/messages/{kind}", "messaging", desk.say),
        api("GET", reviews, "solicitations", desk.soliciting_actions),
        api("POST", reviews + "/solicitations/{kind}", "solicitations", desk.solicit),
        api(
            "POST",
            "/uploads/2020-11-01/uploadDestinations/{resource:path}",
            "createUploadDestinationForResource",
            papers.upload,
        ),
        api("GET", asked + "/destinations", "notifications", desk.destinations, grantless=True),
        api("POST", asked + "/destinations", "notifications", desk.make_destination, grantless=True),
        api("GET", asked + "/subscriptions/{kind}", "notifications", desk.subscription),
        api("POST", asked + "/subscriptions/{kind}", "notifications", desk.subscribe),
        api("POST", feeds + "/documents", "createFeedDocument", papers.make_document),
        api("GET", feeds + "/documents/{name}", "getFeedDocument", papers.feed_document),
        api("POST", feeds + "/feeds", "createFeed", papers.make_feed),
        api("GET", feeds + "/feeds", "getFeeds", papers.feeds),
        api("GET", feeds + "/feeds/{feed}", "getFeed", papers.feed),
        api("POST", reports + "/reports", "createReport", papers.make_report),
        api("GET", reports + "/reports", "getReports", papers.reports),
        api("GET", reports + "/reports/{report}", "getReport", papers.report),
        api("GET", reports + "/documents/{name}", "getReportDocument", papers.report_document),
        Route("/{page:path}", door.page),
    ]


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, Any]) -> dict[str, str]:
    """The refresh token stands for a consent that was given, so that the demo connects without a click."""
    entered = {
        "external_id": shop.seller_id,
        "application_id": shop.keys["application_id"],
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "refresh_token": refresh(shop),
        "base_url": base_url,
        "queue_url": queues.url_of(base_url, shop),
        "aws_access_key_id": shop.keys["aws_access_key_id"],
        "aws_secret_access_key": shop.keys["aws_secret_access_key"],
    }
    return entered | mailbox_form(shop, shop.mailbox, mail)


def _relayed(world: World, thing: object) -> None:
    """A mail from a seller to one of its buyers' aliases passes Amazon."""
    if not isinstance(thing, Mail) or thing.folder != "INBOX" or not thing.mailbox.endswith(letters.ALIASES):
        return
    shop = next(
        (s for s in sellers(world) if any(b.email == thing.mailbox for b in s.shoppers.values())), None
    )
    if shop is not None:
        letters.relay(world, shop, thing)
