"""Business accounts, their numbers, and the people who write to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from connectors.channels.whatsapp.pretend.answers import Json
from connectors.sandbox.world import Shop, Shopper, World

PLATFORM = "whatsapp"


def shops(world: World) -> Iterator[Shop]:
    return (each for each in world.shops.values() if each.platform == PLATFORM)


def open_account(store: Shop) -> Shop:
    slug = store.slug
    return Shop(
        domain=f"{slug}.whatsapp.example",
        name=f"{store.name} on WhatsApp",
        mailbox=f"whatsapp@{slug}.example",
        mail_password=f"{slug}-whatsapp-mail-password",
        access_token=f"{slug}-whatsapp-system-user-token",
        client_id=_digits(f"{slug} app", 15),
        client_secret=f"{slug}-whatsapp-app-secret",
        platform=PLATFORM,
        brand=slug,
        seller_id=_digits(f"{slug} number", 15),
        keys={"waba_id": _digits(f"{slug} account", 15), "shown_number": f"1555{_digits(slug, 7)}"},
        products=store.products,
        warehouse=store.warehouse,
    )


def at_whatsapp(shopper: Shopper, *, hides_number: bool) -> Shopper:
    """The same person as in the store, by the number they gave there, or by their user name alone."""
    key = f"US.{_digits(f'{shopper.id} {shopper.name}', 20)}"
    mailbox = f"{shopper.email.partition('@')[0]}@phone.whatsapp.example"
    phone = "" if hides_number else "+" + "".join(filter(str.isdigit, shopper.phone))
    return replace(shopper, handle=key, email=mailbox, phone=phone)


def digits(shopper: Shopper) -> str:
    """As WhatsApp writes their number."""
    return shopper.phone.removeprefix("+")


def addressed(shop: Shop, body: Json) -> Shopper | None:
    to, key = str(body.get("to") or "").removeprefix("+"), str(body.get("recipient") or "")
    people = shop.shoppers.values()
    return next((p for p in people if (to and digits(p) == to) or (key and p.handle == key)), None)


def _digits(of: str, count: int) -> str:
    return str(int(hashlib.sha256(of.encode()).hexdigest(), 16))[:count]
