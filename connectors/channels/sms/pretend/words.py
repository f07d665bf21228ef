"""What Twilio does by itself with STOP, START and HELP, before anybody else hears of them."""

from __future__ import annotations

from connectors.channels.sms.keywords import Keyword, keyword
from connectors.sandbox.world import Shop, Shopper, World
from connectors.twilio.pretend import talk

AUTOMATIC = "automatic"
_SAID = {
    Keyword.STOP: "You will get no more messages from this number. Reply START to get them again.",
    Keyword.START: "You will get messages from this number again. Reply HELP for help, STOP to end.",
    Keyword.HELP: "Reply STOP to get no more messages. Carriers may charge for messages.",
}


def answer_itself(world: World, shop: Shop, shopper: Shopper, text: str) -> None:
    """A seller that answers HELP itself has said so (key "own_help")."""
    found = keyword(text)
    if found is Keyword.STOP:
        shop.keys[f"stopped {shopper.phone}"] = text.strip().upper()
    elif found is Keyword.START:
        if not shop.keys.pop(f"stopped {shopper.phone}", None):
            return
    elif found is None or "own_help" in shop.keys:
        return
    mail = talk.to_shopper(world, shop, shopper, _SAID[found], {"X-Kind": AUTOMATIC})
    world.changed("mail", mail)


def stopped(shop: Shop, number: str) -> bool:
    return f"stopped {number}" in shop.keys
