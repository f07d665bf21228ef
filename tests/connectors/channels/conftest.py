from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Mount

from connectors.channels.shopify import sandbox
from connectors.contract import Account
from connectors.sandbox.trouble import Trouble
from tests.connectors.channels.connected import Shop
from tests.connectors.channels.ebay_shop import Seller as EbaySeller
from tests.connectors.channels.ebay_shop import as_published as ebay_as_published
from tests.connectors.channels.ebay_shop import connected as ebay_connected
from tests.connectors.channels.shops import DOMAIN, small_world
from tests.connectors.channels.tiktoks import Seller as TikTokSeller
from tests.connectors.channels.tiktoks import as_published as tiktok_as_published
from tests.connectors.channels.tiktoks import connected as tiktok_connected
from tests.connectors.channels.walmarts import Seller, as_published, open_seller
from tests.connectors.conftest import Serve


@pytest.fixture
def shop(serve: Serve, request: pytest.FixtureRequest) -> Shop:
    world, trouble = small_world(), Trouble()
    base = serve([Mount("/shopify", routes=sandbox.routes(world, trouble))])
    seller = world.shops[DOMAIN]
    account = Account(
        request.node.name,
        "shopify",
        DOMAIN,
        {
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
            "access_token": seller.access_token,
        },
        {"base_url": f"{base}/shopify/{DOMAIN}"},
    )
    shop = Shop(world, trouble, account)
    world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, shop.deliver))
    return shop


@pytest.fixture
def seller(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, traffic: list[httpx.Response]
) -> Iterator[Seller]:
    """At Walmart; whatever was said is held against Walmart's own documents afterwards."""
    with open_seller(request.node.name, monkeypatch) as opened:
        yield opened
        for each in traffic:
            if "/v3/" in each.request.url.path:  # the consent page is for a browser
                as_published(each)


@pytest.fixture
def ebay(serve: Serve, request: pytest.FixtureRequest, traffic: list[httpx.Response]) -> Iterator[EbaySeller]:
    """Whatever was said is held against eBay's own documents afterwards."""
    yield ebay_connected(serve, request.node.name)
    for each in traffic:
        ebay_as_published(each)


@pytest.fixture
def tiktok(
    serve: Serve, request: pytest.FixtureRequest, traffic: list[httpx.Response]
) -> Iterator[TikTokSeller]:
    """Whatever was said is held against TikTok's own documents afterwards."""
    yield tiktok_connected(serve, request.node.name)
    for each in traffic:
        tiktok_as_published(each)
