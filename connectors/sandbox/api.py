"""What the demo and the tests ask of the world, in JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.events import ParcelStatus
from connectors.sandbox import airing, correspondence, moving, posting
from connectors.sandbox.deeds import deeds
from connectors.sandbox.situations import headline, situations
from connectors.sandbox.stage import Stage
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Line, Mail, Parcel, Place, Shop, Shopper

T = TypeVar("T")


@dataclass(frozen=True)
class Writing:
    """A shopper writes. `shop` is a domain, `order` a number, `reply_to` the id of a mail the shopper got."""

    shop: str
    shopper: str  # e-mail address
    text: str
    channel: posting.Channel = posting.Channel.EMAIL
    subject: str = ""
    order: str = ""
    reply_to: int | None = None


@dataclass(frozen=True)
class Moving:
    status: ParcelStatus
    reason: str = ""
    text: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Wish:
    platform: str
    kind: Kind
    times: int = 1


@dataclass(frozen=True)
class Airing:
    """Viewers of the shop's live comment: `shop` is a domain."""

    shop: str
    count: int
    per_second: float = 5
    seed: int = 7


@dataclass(frozen=True)
class Advance:
    hours: float


def routes(stage: Stage) -> list[BaseRoute]:
    def asked(make: Callable[[Stage, Request], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return JSONResponse(make(stage, request))

        return answer

    def told(
        shape: type[T], do: Callable[[Stage, Request, T], Any]
    ) -> Callable[[Request], Awaitable[Response]]:
        adapter = TypeAdapter(shape)

        async def answer(request: Request) -> Response:
            try:
                return JSONResponse(do(stage, request, adapter.validate_json(await request.body())))
            except ValidationError as error:
                said = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
                return JSONResponse({"error": "; ".join(said)}, 422)
            except LookupError as error:
                return JSONResponse({"error": f"There is no {error}."}, 404)

        return answer

    return [
        Route("/health", asked(lambda stage, request: {"ok": True, "platforms": sorted(stage.hub.modules)})),
        Route("/world", asked(_world)),
        Route("/mail/received", asked(_received)),
        Route("/mail/write", told(Writing, _write), methods=["POST"]),
        Route("/parcels/{number}/move", told(Moving, _move), methods=["POST"]),
        Route("/lives/air", told(Airing, _air), methods=["POST"]),
        Route("/trouble", told(Wish, _trouble), methods=["POST"]),
        Route("/clock/advance", told(Advance, _advance), methods=["POST"]),
    ]


def _world(stage: Stage, request: Request) -> dict[str, Any]:
    """All that is needed to connect, and who is there to write."""
    base = str(request.base_url).rstrip("/")
    return {
        "now": stage.world.clock.now().isoformat(),
        "base_urls": {kind: f"{base}/{kind}" for kind in stage.hub.modules},
        "mail": _mail_servers(stage),
        "carriers": {kind: keys.shown() for kind, keys in stage.world.carrier_keys.items()},
        "shops": [_shop(stage, shop, base) for shop in stage.world.shops.values()],
    }


def _mail_servers(stage: Stage) -> dict[str, Any]:
    boxes = stage.mailboxes
    return {"host": boxes.host, "smtp_port": boxes.smtp_port, "imap_port": boxes.imap_port} if boxes else {}


def _connect(stage: Stage, shop: Shop, base: str) -> dict[str, str]:
    """What the seller would enter in the connect form, where the platform's module knows."""
    module = stage.hub.modules.get(shop.platform)
    if module is None or not hasattr(module, "connect"):
        return {}
    entered: dict[str, str] = module.connect(
        stage.world, shop, f"{base}/{shop.platform}", _mail_servers(stage)
    )
    return entered


def _shop(stage: Stage, shop: Shop, base: str) -> dict[str, Any]:
    return {
        "name": shop.name,
        "domain": shop.domain,
        "brand": shop.slug,
        "platform": shop.platform,
        "connect": _connect(stage, shop, base),
        "access_token": shop.access_token,
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "mailbox": shop.mailbox,
        "form_mailbox": shop.form_mailbox or shop.mailbox,
        "mail_password": shop.mail_password,
        "live": _live(shop),
        "chat": {"key": shop.chat_key, "secret": shop.chat_secret},
        "shoppers": [_shopper(stage, shop, shopper) for shopper in shop.shoppers.values()],
    }


def _live(shop: Shop) -> dict[str, Any] | None:
    post = airing.live_of(shop)
    if post is None:
        return None
    return {
        "id": post.id,
        "title": post.title,
        "skus": [_sku(shop, each) for each in post.product_ids],
    }


def _sku(shop: Shop, product_id: int) -> str:
    return shop.products[product_id].variants[0].sku


def _shopper(stage: Stage, shop: Shop, shopper: Shopper) -> dict[str, Any]:
    found = situations(stage.world, shop, shopper)
    orders = [
        {
            "number": s.order.number,
            "id": s.order.id,
            "situation": s.key,
            "parcels": s.order.parcels,
            "fulfilled_by": s.order.fulfilled_by,
            "items": [_item(shop, line) for line in s.order.lines],
            "deeds": deeds(shop, s.order),
        }
        for s in found
    ]
    return {
        "id": shopper.id,
        "name": shopper.name,
        "email": shopper.email,
        "headline": headline(found),
        "orders": orders,
    }


def _item(shop: Shop, line: Line) -> dict[str, Any]:
    """`others`: what else it comes in, and is there."""
    product = shop.products[line.product_id]
    others = [v.title for v in product.variants if v.id != line.variant_id and v.stock]
    return {"title": product.title, "quantity": line.quantity, "price": str(line.price), "others": others}


def _received(stage: Stage, request: Request) -> list[dict[str, Any]]:
    """Mails in the inbox of `?address=`, oldest first."""
    return [_mail(mail) for mail in stage.world.mails_of(request.query_params.get("address", ""))]


def _mail(mail: Mail) -> dict[str, Any]:
    letter = correspondence.letter(mail, received=True)
    return {
        "id": mail.id,
        "message_id": letter.message_id,
        "from": letter.sender_address,
        "sender": letter.sender,
        "subject": letter.subject,
        "text": letter.text,
        "quoted": letter.quoted,
        "at": mail.at.isoformat(),
        "raw": mail.raw.decode("utf-8", "replace"),
    }


def _write(stage: Stage, request: Request, wish: Writing) -> dict[str, Any]:
    shop = stage.world.shops[wish.shop]
    shopper = next((s for s in shop.shoppers.values() if s.email == wish.shopper.lower()), None)
    if shopper is None:
        raise LookupError(wish.shopper)
    answered = None if wish.reply_to is None else stage.mail_to(shopper, wish.reply_to)
    return _mail(
        posting.write(
            stage.world,
            shop,
            shopper,
            wish.channel,
            wish.text,
            wish.subject,
            order=wish.order,
            answers=answered,
        )
    )


def _move(stage: Stage, request: Request, wish: Moving) -> dict[str, Any]:
    number = request.path_params["number"]
    return _parcel(moving.move(stage.world, number, wish.status, wish.reason, wish.text, wish.place))


def _parcel(parcel: Parcel) -> dict[str, Any]:
    last = parcel.steps[-1]
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "status": parcel.status.value,
        "text": last.text,
        "place": f"{last.place.city}, {last.place.region}" if last.place else "",
        "at": last.at.isoformat(),
        "estimated": parcel.estimated.isoformat(),
        "scans": len(parcel.steps),
    }


def _air(stage: Stage, request: Request, wish: Airing) -> dict[str, Any]:
    airing.air(stage.world, stage.world.shops[wish.shop], wish.count, wish.per_second, wish.seed)
    return {"count": wish.count}


def _trouble(stage: Stage, request: Request, wish: Wish) -> dict[str, Any]:
    stage.trouble.ask(wish.platform, wish.kind, wish.times)
    return {"pending": stage.pending()}


def _advance(stage: Stage, request: Request, wish: Advance) -> dict[str, Any]:
    stage.world.advance(timedelta(hours=wish.hours))
    return {"now": stage.world.clock.now().isoformat()}
