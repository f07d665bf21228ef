"""Each seller's own little shop, with the live chat on it: goods, a cart, and signing in as one of its shoppers.

`?csp=strict` gives a page with the strictest content policy the chat works in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.chat.shopper import Shopper as Vouched
from connectors.channels.chat.shopper import sign
from connectors.sandbox.pages.rendering import page
from connectors.sandbox.stage import Stage
from connectors.sandbox.world import Product, Shop, Shopper, Variant

_SIGNED_IN = 3600  # seconds a shopper's token counts
_MOST = 12  # pieces in a cart
_PICTURES = {
    "Jacket": "shirt",
    "Shell": "cloud-rain",
    "Merino": "layers",
    "Fleece": "shirt",
    "Vest": "feather",
    "Daypack": "backpack",
    "Boot": "footprints",
    "Pant": "mountain-snow",
    "Socks": "footprints",
    "Mug": "coffee",
    "Lantern": "flashlight",
    "Beanie": "snowflake",
    "Table Lamp": "lamp-desk",
    "Pendant": "lamp-ceiling",
    "Floor Lamp": "lamp-floor",
    "Bulb": "lightbulb",
    "Rechargeable": "lamp",
    "Duvet": "bed-double",
    "Sheet": "bed",
    "Cushion": "sofa",
    "Throw": "layers",
    "Towels": "droplets",
    "Rug": "grip",
    "Curtain": "blinds",
}


@dataclass(frozen=True)
class Visit:
    """Who looks at which shop, with what in the cart."""

    shop: Shop
    shopper: Shopper | None
    cart: list[tuple[Product, Variant]]
    is_strict: bool

    @property
    def home(self) -> str:
        return f"/store/{self.shop.slug}"

    @property
    def kept(self) -> str:
        return "?csp=strict" if self.is_strict else ""

    @property
    def total(self) -> Decimal:
        return sum((variant.price for _, variant in self.cart), Decimal("0.00"))

    @property
    def token(self) -> str:
        """What the shop's server vouches for: who is signed in."""
        if self.shopper is None:
            return ""
        who = Vouched(str(self.shopper.id), self.shopper.email, self.shopper.name)
        return sign(who, self.shop.chat_secret, int(time.time()) + _SIGNED_IN)


def routes(stage: Stage) -> list[BaseRoute]:
    async def goods(request: Request) -> Response:
        visit = _visit(stage, request)
        return _page(stage, visit, "store.html", goods=list(visit.shop.products.values()))

    async def product(request: Request) -> Response:
        visit = _visit(stage, request)
        found = visit.shop.products.get(request.path_params["product"])
        if found is None:
            raise HTTPException(404, "This shop has no such thing.")
        first = next((each for each in found.variants if each.stock), found.variants[0])
        return _page(stage, visit, "store_product.html", product=found, chosen=first)

    async def cart(request: Request) -> Response:
        return _page(stage, _visit(stage, request), "store_cart.html")

    async def change(request: Request) -> Response:
        return _changed(_visit(stage, request), dict(await request.form()))

    async def sign_in(request: Request) -> Response:
        return _signed_in(_visit(stage, request), str((await request.form()).get("shopper", "")))

    return [
        Route("/store/{slug}", goods),
        Route("/store/{slug}/goods/{product:int}", product),
        Route("/store/{slug}/cart", cart),
        Route("/store/{slug}/cart", change, methods=["POST"]),
        Route("/store/{slug}/visitor", sign_in, methods=["POST"]),
    ]


def storefronts(stage: Stage) -> dict[str, Shop]:
    """By seller: their first account is their own store."""
    return {shop.slug: shop for shop in reversed(stage.world.shops.values())}


def _visit(stage: Stage, request: Request) -> Visit:
    shop = storefronts(stage).get(request.path_params["slug"])
    if shop is None:
        raise HTTPException(404, "There is no such shop.")
    told = request.cookies
    there = {str(variant.id): (each, variant) for each in shop.products.values() for variant in each.variants}
    cart = [there[one] for one in told.get("cart", "").split(".") if one in there]
    shopper = shop.shoppers.get(int(told["visitor"])) if told.get("visitor", "").isdecimal() else None
    return Visit(shop, shopper, cart, request.query_params.get("csp") == "strict")


def _changed(visit: Visit, form: dict[str, Any]) -> Response:
    cart = [str(variant.id) for _, variant in visit.cart]
    if form.get("remove") in cart:
        cart.remove(form["remove"])
    if str(form.get("add", "")).isdecimal():
        cart = [*cart, form["add"]][-_MOST:]
    return _back(visit, f"{visit.home}/cart", cart=".".join(cart))


def _signed_in(visit: Visit, shopper: str) -> Response:
    return _back(visit, visit.home, visitor=shopper)


def _back(visit: Visit, path: str, **cookies: str) -> Response:
    answer = RedirectResponse(path + visit.kept, 303)
    for name, value in cookies.items():
        answer.set_cookie(name, value, path=visit.home, samesite="lax", httponly=True)
    return answer


def _page(stage: Stage, visit: Visit, template: str, **context: Any) -> Response:
    answer = page(
        stage,
        template,
        visit=visit,
        shop=visit.shop,
        picture=_picture,
        chat=f"{stage.waybill}/chat/{visit.shop.chat_key}/widget.js" if stage.waybill else "",
        **context,
    )
    if visit.is_strict:
        answer.headers["Content-Security-Policy"] = _policy(stage.waybill)
    return answer


def _policy(waybill: str) -> str:
    """All that the chat needs is the two addresses of Waybill."""
    socket = f"ws{'s' if waybill.startswith('https') else ''}://{urlsplit(waybill).netloc}"
    return (
        f"default-src 'none'; script-src 'self' {waybill}; connect-src {waybill} {socket}; style-src 'self'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def _picture(product: Product) -> str:
    return next((icon for word, icon in _PICTURES.items() if word in product.title), "package")
