"""Chats over the world's mail: what a shopper writes to a shop's mailbox, and what the shop answers.

The mails are what the world's pages show as well. Type, content and role of a message stand in headers of its mail.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import PARAMETER, Json, Refusal, paged, seconds
from connectors.mail import mime
from connectors.sandbox.correspondence import Letter, letters
from connectors.sandbox.world import Mail, Shop, Shopper, World

LONGEST = 2000
MOST_CHATS, MOST_MESSAGES = 20, 10
TYPES = {
    "TEXT": "content",
    "IMAGE": "url",
    "VIDEO": "vid",
    "PRODUCT_CARD": "product_id",
    "ORDER_CARD": "order_id",
    "RETURN_REFUND_CARD": "order_id",
    "COUPON_CARD": "coupon_id",
    "LOGISTICS_CARD": "order_id",
}
ROLES = ("CUSTOMER_SERVICE", "SYSTEM", "ROBOT")
OVER = "chat_over"  # prefix among a shop's keys: shoppers nobody may write to any more


@dataclass
class Chats:
    world: World
    read: set[int] = field(default_factory=set)  # ids of mails

    def listed(self, shop: Shop, query: Mapping[str, str]) -> Json:
        found = [each for each in (self._chat(shop, shopper) for shopper in shop.shoppers.values()) if each]
        found.sort(key=lambda each: int(each["latest_message"]["index"]), reverse=True)
        page, token = paged(query, found, MOST_CHATS)
        return {"conversations": page, "next_page_token": token}

    def one(self, shop: Shop, number: str) -> Json:
        shopper = self._shopper(shop, number)
        return {"conversation": self._shown(shop, shopper, letters(self.world, shop, shopper))}

    def messages(self, shop: Shop, number: str, query: Mapping[str, str]) -> Json:
        shopper = self._shopper(shop, number)
        said = [message(shop, shopper, each) for each in letters(self.world, shop, shopper)]
        said.sort(key=lambda each: int(each["index"]), reverse=query.get("sort_order", "DESC") == "DESC")
        page, token = paged(query, said, MOST_MESSAGES)
        return {"messages": page, "next_page_token": token, "unsupported_msg_tips": ""}

    def open(self, shop: Shop, body: Json) -> Json:
        for shopper in shop.shoppers.values():
            if numbers.user(shopper) == body.get("buyer_user_id"):
                return {"conversation_id": numbers.chat(shopper)}
        raise Refusal(PARAMETER, "buyer_user_id is invalid.")

    def send(self, shop: Shop, number: str, body: Json) -> Json:
        shopper = self._shopper(shop, number)
        kind, role = body.get("type"), body.get("sender_role", "CUSTOMER_SERVICE")
        try:
            content = json.loads(body["content"])
            said = content[TYPES[str(kind)]]
        except (KeyError, TypeError, ValueError):
            raise Refusal(PARAMETER, "type or content is invalid.") from None
        if role not in ROLES or (kind == "TEXT" and not 0 < len(said) <= LONGEST):
            raise Refusal(PARAMETER, "sender_role or content is invalid.")
        if shop.keys.get(f"{OVER}:{shopper.id}"):
            raise Refusal(45109001, "The message cannot be sent in this conversation.")
        mail = say(self.world, shop, shopper, str(kind), content, str(role))
        return {"message_id": numbers.message(mail)}

    def mark_read(self, shop: Shop, number: str) -> Json:
        self.read |= {each.mail.id for each in letters(self.world, shop, self._shopper(shop, number))}
        return {}

    def _shopper(self, shop: Shop, number: str) -> Shopper:
        for shopper in shop.shoppers.values():
            if numbers.chat(shopper) == number:
                return shopper
        raise Refusal(PARAMETER, "conversation_id is invalid.")

    def _chat(self, shop: Shop, shopper: Shopper) -> Json | None:
        said = letters(self.world, shop, shopper)
        if not said:
            return None
        newest = max(said, key=lambda each: each.mail.id)
        more = {
            "can_send_message": not shop.keys.get(f"{OVER}:{shopper.id}"),
            "latest_message": message(shop, shopper, newest),
        }
        return self._shown(shop, shopper, said) | more

    def _shown(self, shop: Shop, shopper: Shopper, said: list[Letter]) -> Json:
        unread = [each for each in said if not each.received and each.mail.id not in self.read]
        return {
            "id": numbers.chat(shopper),
            "participant_count": 2,
            "participants": list(_participants(shop, shopper)),
            "create_time": seconds(said[0].at if said else self.world.clock.now()),
            "unread_count": len(unread),
        }


def message(shop: Shop, shopper: Shopper, said: Letter) -> Json:
    content = mime.read(said.mail.raw)
    held = b64decode("".join(content.header("X-Chat-Content").split())).decode()
    role = content.header("X-Chat-Role") or ("SHOP" if said.received else "BUYER")
    who = shopper.handle if role == "BUYER" else shop.name
    return {
        "id": numbers.message(said.mail),
        "index": str(said.mail.id),
        "type": content.header("X-Chat-Type") or "TEXT",
        "content": held or json.dumps({"content": said.text}),
        "create_time": seconds(said.at),
        "is_visible": content.header("X-Chat-Hidden") != "yes",
        "sender": {
            "im_user_id": numbers.im_user(shopper) if role == "BUYER" else shop.seller_id,
            "role": role,
            "nickname": who,
            "avatar": "",
        },
    }


def say(
    world: World,
    shop: Shop,
    shopper: Shopper,
    kind: str,
    content: Json,
    role: str = "BUYER",
    *,
    is_visible: bool = True,
) -> Mail:
    """One message of a chat, by anybody in it."""
    from_shopper = role == "BUYER"
    text = str(content.get("content") or f"[{kind.replace('_', ' ').lower()}]")
    ends = [Address(shopper.name, addr_spec=shopper.email), Address(shop.name, addr_spec=shop.mailbox)]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = (ends[0], ends[1]) if from_shopper else (ends[1], ends[0])
    mail["Subject"] = f"Chat with {shop.name if from_shopper else shopper.handle}"
    mail["Message-ID"] = make_msgid(domain="chat.tiktok.example")
    mail["X-Chat-Role"], mail["X-Chat-Type"] = role, kind
    if kind != "TEXT":
        # In base64, which breaks into lines and comes together again without loss.
        mail["X-Chat-Content"] = b64encode(json.dumps(content).encode()).decode()
    if not is_visible:
        mail["X-Chat-Hidden"] = "yes"
    mail.set_content(text)
    return world.deliver_mail(
        shop.mailbox if from_shopper else shopper.email, mail.as_bytes(), written=text if from_shopper else ""
    )


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """A shopper who comes from an order's page is said to look at it before they write."""
    if order:
        say(world, shop, shopper, "BUYER_ENTER_FROM_ORDER", {"order_id": order})
    return say(world, shop, shopper, "TEXT", {"content": text})


def _participants(shop: Shop, shopper: Shopper) -> Iterator[Json]:
    for role, name, user, im in (
        ("BUYER", shopper.handle, numbers.user(shopper), numbers.im_user(shopper)),
        ("SHOP", shop.name, shop.seller_id, shop.seller_id),
    ):
        yield {"im_user_id": im, "user_id": user, "role": role, "nickname": name, "avatar": ""}
