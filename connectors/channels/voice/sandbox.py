"""Calls at the pretend Twilio: its lists of calls, recordings and transcripts, and webhooks for how a call goes.

A call is a mail between the shop's mailbox and a shopper, so that the world's pages show it. What a shopper writes is what
they say after the tone; who begins with "(answered)" is put through, who writes "(hangs up)" says nothing.
"""

from __future__ import annotations

from datetime import datetime

from starlette.routing import BaseRoute

from connectors.channels.voice.pretend.calls import Calls, call_of, forms
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Mail, Shop, Shopper, World
from connectors.twilio.pretend import opening, talk
from connectors.twilio.pretend.desk import pointed
from connectors.twilio.pretend.sending import Deliver, call

PLATFORM = "voice"


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    return Calls(PLATFORM, world, trouble).routes()


def open_shop(world: World, store: Shop, now: datetime) -> None:
    opening.open_number(world, store, PLATFORM, "by phone", 1)


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, object]) -> dict[str, str]:
    """The seller lets Waybill answer."""
    return opening.connect(shop, base_url) | {"forward_to": "+17025550190"}


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    said = f"{text} My order is {order}." if order and order not in text else text
    return talk.to_shop(world, shop, shopper, said)


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    if not isinstance(thing, Mail):
        return
    for shop in world.shops.values():
        if shop.platform != PLATFORM or thing.mailbox != shop.mailbox:
            continue
        shopper = next((each for mail, each in talk.theirs(world, shop) if mail is thing), None)
        if shopper is None:
            continue
        for purpose, form in forms(call_of(shop, shopper, thing)):
            call(shop, pointed(shop, purpose), form, deliver)
