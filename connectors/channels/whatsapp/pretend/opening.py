"""A seller's number on WhatsApp: some of the store's own shoppers write there, by the phone number they gave the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.channels.whatsapp.pretend.accounts import at_whatsapp, open_account
from connectors.channels.whatsapp.pretend.chats import raw
from connectors.sandbox.world import Mail, Shop, Shopper, World

PEOPLE = 8

# Hours ago, which shopper, what they wrote. The second one is past the 24 hours in which anything may be answered.
_SAID = (
    (1.5, 0, "Hi! Any news about order {number}?"),
    (30.0, 1, "Hello, do you ship to Canada as well? I would like two of the {title}."),
    (4.0, 2, "Hey, is the {title} still available? 🙂"),
)


def open_shop(world: World, store: Shop, now: datetime) -> None:
    shop = open_account(store)
    world.shops[shop.domain] = shop
    for place, shopper in enumerate(_buyers(store)[:PEOPLE]):
        there = at_whatsapp(shopper, hides_number=place % 4 == 3)
        shop.shoppers[there.id] = there
    people = list(shop.shoppers.values())
    for hours, who, text in _SAID:
        if who < len(people):
            _said(world, shop, people[who], text.format(**_words(store, people[who])), hours, now)


def _buyers(store: Shop) -> list[Shopper]:
    """Those whose orders are newest, the last first."""
    newest = sorted(store.orders.values(), key=lambda order: order.placed_at, reverse=True)
    ids = list(dict.fromkeys(order.shopper_id for order in newest))
    rest = [each for each in store.shoppers if each not in ids]
    return [store.shoppers[each] for each in (*ids, *rest)]


def _words(store: Shop, shopper: Shopper) -> dict[str, str]:
    theirs = [each for each in store.orders.values() if each.shopper_id == shopper.id]
    title = next(iter(store.products.values())).title if store.products else "lamp"
    return {"number": theirs[-1].number if theirs else "#1001", "title": title}


def _said(world: World, shop: Shop, shopper: Shopper, text: str, hours: float, now: datetime) -> None:
    at = now - timedelta(hours=hours)
    content = raw(world, shop, shopper, text, at=at)
    world.mails.append(Mail(world.next_id(), shop.mailbox, "INBOX", content, at, text))
