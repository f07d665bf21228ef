"""The pages: be a shopper, visit the shops, move parcels, make trouble."""

from __future__ import annotations

from starlette.routing import BaseRoute

from connectors.sandbox.pages import parcels, shoppers, storefront, trouble
from connectors.sandbox.stage import Stage


def routes(stage: Stage) -> list[BaseRoute]:
    return [
        *shoppers.routes(stage),
        *parcels.routes(stage),
        *trouble.routes(stage),
        *storefront.routes(stage),
    ]
