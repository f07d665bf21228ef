"""What the door kept of a shopper's words → events. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import About, Authentication, File, MessageReceived, Party, SenderCheck, Spot

SAID = "said"


def parse(delivery: RawDelivery) -> tuple[MessageReceived, ...]:
    if delivery.topic != SAID:
        return ()
    try:
        said = json.loads(delivery.body)
        return (_message(said, delivery.received_at or datetime.now(UTC)),)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Unparsable(
            f"These words from the chat cannot be read: {type(error).__name__} {error}"
        ) from None


def _message(said: Mapping[str, Any], at: datetime) -> MessageReceived:
    visitor = str(said["visitor"])
    names, check = {"chat": visitor}, Authentication()
    if said.get("email"):  # only where somebody vouches for it
        names["email"] = str(said["email"])
        check = Authentication(SenderCheck.PASSED, "signed in at the shop, or proven by a code")
    return MessageReceived(
        external_id=f"{visitor}:{said['key']}",
        sender=Party(names, str(said.get("name", "")), str(said.get("locale", ""))),
        text=str(said["text"]),
        sent_at=at,
        thread=visitor,
        files=tuple(_file(each) for each in said.get("files", ())),
        authentication=check,
        about=_about(said.get("page") or {}),
    )


def _file(told: Mapping[str, str]) -> File:
    return File(told["name"], told["type"], base64.b64decode(told["content"], validate=True))


def _about(page: Mapping[str, Any]) -> About | None:
    """Where in the shop they were. `product` is an id or SKU, `cart` a list of such."""
    url, title, product = (str(page.get(name) or "") for name in ("url", "title", "product"))
    cart = tuple(str(each) for each in page.get("cart") or () if each)
    if not (url or title or product or cart):
        return None
    return About(Spot.PAGE, product, title, url, products=(product,) if product else (), cart=cart)
