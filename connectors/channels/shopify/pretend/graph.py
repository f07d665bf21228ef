"""The root of Shopify's graph over one shop of the world."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

from graphql import build_schema

from connectors.channels.shopify.access import ASKED
from connectors.channels.shopify.pretend.claims import dispute_node, product_node
from connectors.channels.shopify.pretend.desk import Json, number
from connectors.channels.shopify.pretend.editing import Editing
from connectors.channels.shopify.pretend.giving import Giving
from connectors.channels.shopify.pretend.nodes import order_node, return_node
from connectors.channels.shopify.pretend.paying import Paying
from connectors.channels.shopify.pretend.returning import Returning
from connectors.channels.shopify.pretend.sending import Sending
from connectors.channels.shopify.pretend.shapes import gid, paged, time
from connectors.channels.shopify.pretend.subscribing import Subscribing
from connectors.sandbox.world import Dispute, Subscription

SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text())
_SINCE = re.compile(r"updated_at:>='?([^' ]+)'?")
_UNTIL = re.compile(r"updated_at:<='?([^' ]+)'?")


class Root(Paying, Returning, Sending, Editing, Giving, Subscribing):
    def order(self, info: Any, id: str) -> Json | None:
        found = self.shop_.orders.get(number(id))
        return order_node(self.world, self.shop_, found, self.base) if found else None

    def orders(self, info: Any, query: str = "", first: int = 50, after: str | None = None, **_: Any) -> Json:
        since, until = _since(query), _UNTIL.search(query or "")
        last = until[1] if until else "9999"
        changed = [each for each in self.shop_.orders.values() if since <= time(each.updated_at) <= last]
        changed.sort(key=lambda each: (each.updated_at, each.id))
        return paged(changed, partial(order_node, self.world, self.shop_, base=self.base))(info, first, after)

    def product(self, info: Any, id: str) -> Json | None:
        found = self.shop_.products.get(number(id))
        return product_node(self.shop_, found, self.changed(found)) if found else None

    def products(
        self, info: Any, query: str = "", first: int = 50, after: str | None = None, **_: Any
    ) -> Json:
        since = _since(query)
        found = [each for each in self.shop_.products.values() if time(self.changed(each)) >= since]
        found.sort(key=lambda each: (self.changed(each), each.id))
        return paged(found, lambda each: product_node(self.shop_, each, self.changed(each)))(
            info, first, after
        )

    def dispute(self, info: Any, id: str) -> Json | None:
        found = self.shop_.disputes.get(id.rpartition("/")[2])
        return self._dispute(found) if found else None

    def disputes(self, info: Any, first: int = 50, after: str | None = None) -> Json:
        return paged(list(self.shop_.disputes.values()), self._dispute)(info, first, after)

    def _dispute(self, found: Dispute) -> Json:
        order = self.shop_.orders.get(found.order_id)
        about = order_node(self.world, self.shop_, order, self.base) if order else None
        return dispute_node(self.shop_, found) | {"order": about}

    def shop(self, info: Any) -> Json:
        return {"id": gid("Shop", 1), "name": self.shop_.name, "myshopifyDomain": self.shop_.domain}

    def currentAppInstallation(self, info: Any) -> Json:
        return {"accessScopes": [{"handle": scope} for scope in ASKED.split(",")]}

    def webhookSubscriptions(self, info: Any, first: int = 50, after: str | None = None) -> Json:
        return paged([_subscription(each) for each in self.shop_.subscriptions])(info, first, after)

    def webhookSubscriptionCreate(self, info: Any, topic: str, webhookSubscription: Json) -> Json:
        url = webhookSubscription["uri"]
        if any((each.topic, each.url) == (topic, url) for each in self.shop_.subscriptions):
            taken = {
                "field": ["webhookSubscription", "uri"],
                "message": "This topic already goes to this address",
            }
            return {"webhookSubscription": None, "userErrors": [taken]}
        made = Subscription(self.world.next_id(), topic, url)
        self.shop_.subscriptions.append(made)
        return {"webhookSubscription": _subscription(made), "userErrors": []}


def _return(root: Root, info: Any, id: str) -> Json | None:
    for order in root.shop_.orders.values():
        for back in order.returns:
            if back.id == number(id):
                node = return_node(root.shop_, order, back)
                return node | {"order": order_node(root.world, root.shop_, order, root.base)}
    return None


if SCHEMA.query_type:  # the one field whose name is a word of Python
    SCHEMA.query_type.fields["return"].resolve = _return


def _since(query: str | None) -> str:
    """Filters it does not know are ignored without a word, as Shopify does."""
    found = _SINCE.search(query or "")
    return found[1] if found else ""


def _subscription(made: Subscription) -> Json:
    return {"id": gid("WebhookSubscription", made.id), "topic": made.topic, "uri": made.url}
