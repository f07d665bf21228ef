"""Text messages at the pretend Twilio: its REST API, and webhooks for what phones write and what becomes of ours."""

from __future__ import annotations

from datetime import datetime
from threading import Timer

from starlette.routing import BaseRoute

from connectors.channels.sms.pretend.messages import Messages, media_sid, message
from connectors.channels.sms.pretend.words import answer_itself
from connectors.mail import mime
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Mail, Shop, Shopper, World
from connectors.twilio.pretend import opening, talk
from connectors.twilio.pretend.desk import pointed
from connectors.twilio.pretend.sending import Deliver, call
from connectors.twilio.values import Json

PLATFORM = "sms"
PROMISES = True  # a message may be taken and then not be delivered
CARRIER = 1.0  # seconds until a phone has it


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    return Messages(PLATFORM, world, trouble).routes()


def open_shop(world: World, store: Shop, now: datetime) -> None:
    opening.open_number(world, store, PLATFORM, "by text", 0)


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, object]) -> dict[str, str]:
    return opening.connect(shop, base_url)


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """A text has no subject; who means an order says so."""
    said = f"{text} ({order})" if order and order not in text else text
    mail = talk.to_shop(world, shop, shopper, said)
    answer_itself(world, shop, shopper, said)
    return mail


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    if not isinstance(thing, Mail):
        return
    for shop in world.shops.values():
        if shop.platform != PLATFORM:
            continue
        if thing.mailbox == shop.mailbox:
            _bring(world, shop, thing, deliver)
        elif url := shop.keys.pop(f"callback {thing.id}", ""):
            _follow(world, shop, thing, url, deliver)


def _bring(world: World, shop: Shop, mail: Mail, deliver: Deliver) -> None:
    found = next((each for sent, each in talk.theirs(world, shop) if sent is mail), None)
    if found is None:
        return
    body = message(shop, found, mail)
    form = {
        "MessageSid": body["sid"],
        "SmsSid": body["sid"],
        "SmsMessageSid": body["sid"],
        "SmsStatus": "received",
        "From": body["from"],
        "To": body["to"],
        "Body": body["body"],
        "NumMedia": body["num_media"],
        "NumSegments": body["num_segments"],
        "FromCity": found.home.city.upper(),
        "FromState": found.home.region,
        "FromCountry": found.home.country,
    }
    for place, file in enumerate(mime.read(mail.raw).files):
        where = f"{body['uri'].removesuffix('.json')}/Media/{media_sid(mail, place)}"
        form |= {
            f"MediaUrl{place}": f"https://api.twilio.com{where}",
            f"MediaContentType{place}": file.content_type,
        }
    call(shop, pointed(shop, "SmsUrl"), form, deliver)


def _follow(world: World, shop: Shop, mail: Mail, url: str, deliver: Deliver) -> None:
    shopper = next((each for sent, each in talk.ours(world, shop) if sent is mail), None)
    if shopper is None:
        return
    body = message(shop, shopper, mail)
    call(shop, url, _status(body, "sent"), deliver)
    end = _status(body, body["status"])
    if body["error_code"]:
        end["ErrorCode"] = str(body["error_code"])
    later = Timer(CARRIER, call, (shop, url, end, deliver))
    later.daemon = True
    later.start()


def _status(body: Json, status: str) -> dict[str, str]:
    return {
        "MessageSid": body["sid"],
        "SmsSid": body["sid"],
        "MessageStatus": status,
        "SmsStatus": status,
        "From": body["from"],
        "To": body["to"],
    }
