"""The Message API over the world's mail: what a shopper writes to a shop's mailbox, and what the shop answers.

The mails are what the world's pages show as well. A letter of eBay's is a mail from `EBAY`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.channels.ebay.pretend.answers import Json, Refusal, paged, time
from connectors.mail import mime
from connectors.sandbox.correspondence import Letter, letter, letters
from connectors.sandbox.world import Mail, Shop, Shopper, World

EBAY = "ebay@ebay.example"
LONGEST, MOST_MEDIA = 2000, 5


@dataclass
class Conversations:
    world: World
    read: set[int] = field(default_factory=set)  # ids of mails

    def listed(self, shop: Shop, query: Json) -> Json:
        kind = query.get("conversation_type")
        if kind not in ("FROM_MEMBERS", "FROM_EBAY"):
            raise Refusal(400, 355017, "The conversation type is missing.")
        found = list(self._members(shop) if kind == "FROM_MEMBERS" else self._from_ebay(shop))
        if query.get("conversation_status") == "UNREAD":
            found = [each for each in found if each["unreadCount"]]
        if name := query.get("other_party_username"):
            shopper = shopper_named(shop, name)
            found = [each for each in found if shopper and each["conversationId"] == number(shopper)]
        found.sort(key=lambda each: str(each["latestMessage"]["createdDate"]), reverse=True)
        page, limit, offset = _paged(query, found)
        return {"conversations": page, "total": len(found), "limit": limit, "offset": offset}

    def one(self, shop: Shop, conversation: str, query: Json) -> Json:
        shopper = next((each for each in shop.shoppers.values() if number(each) == conversation), None)
        said = (
            [self.message(shop, shopper, each) for each in letters(self.world, shop, shopper)]
            if shopper
            else []
        )
        if not said:
            raise Refusal(404, 355007, "There is no such conversation.")
        page, limit, offset = _paged(query, said[::-1])
        return {
            "conversationStatus": "ACTIVE",
            "conversationTitle": said[0]["subject"],
            "conversationType": "FROM_MEMBERS",
            "messages": page,
            "total": len(said),
            "limit": limit,
            "offset": offset,
        }

    def send(self, shop: Shop, body: Json) -> Json:
        text, name = str(body.get("messageText") or ""), body.get("otherPartyUsername")
        shopper = shopper_named(shop, str(name)) if name else None
        if wanted := body.get("conversationId"):
            shopper = next((each for each in shop.shoppers.values() if number(each) == wanted), None)
        if len(body.get("messageMedia") or ()) > MOST_MEDIA:
            raise Refusal(400, 355010, "Too many media.")
        if len(text) > LONGEST:
            raise Refusal(400, 355013, "The text is too long.")
        if not text:
            raise Refusal(400, 355015, "The message is empty.")
        if shopper is None:
            raise Refusal(400, 355018, "The message has no recipient.")
        subject = next(
            (each.subject for each in letters(self.world, shop, shopper)), f"A message from {shop.name}"
        )
        mail = self.world.deliver_mail(shopper.email, raw(shop, shopper, text, subject, to_shopper=True))
        said = self.message(shop, shopper, letter(mail, received=True))
        return {
            **{key: value for key, value in said.items() if "Username" not in key},
            "senderUserName": said["senderUsername"],
            "recipientUserName": said["recipientUsername"],
        }

    def update(self, shop: Shop, body: Json) -> None:
        shopper = next(
            (each for each in shop.shoppers.values() if number(each) == body.get("conversationId")), None
        )
        if shopper is None:
            raise Refusal(400, 355007, "There is no such conversation.")
        if body.get("read"):
            self.read |= {each.mail.id for each in letters(self.world, shop, shopper)}

    def message(self, shop: Shop, shopper: Shopper, said: Letter) -> Json:
        names = (shop.seller_id, shopper.handle) if said.received else (shopper.handle, shop.seller_id)
        return {
            "messageId": str(said.mail.id),
            "messageBody": said.text,
            "messageMedia": [],
            "createdDate": time(said.at),
            "readStatus": said.mail.id in self.read,
            "senderUsername": names[0],
            "recipientUsername": names[1],
            "subject": said.subject,
        }

    def _members(self, shop: Shop) -> Iterator[Json]:
        for shopper in shop.shoppers.values():
            said = letters(self.world, shop, shopper)
            if not said:
                continue
            answered = max((at for at, each in enumerate(said) if each.received), default=-1)
            unread = [each for each in said[answered + 1 :] if each.mail.id not in self.read]
            yield {
                "conversationId": number(shopper),
                "conversationStatus": "ACTIVE",
                "conversationTitle": said[0].subject,
                "conversationType": "FROM_MEMBERS",
                "createdDate": time(said[0].at),
                "latestMessage": self.message(shop, shopper, said[-1]),
                "unreadCount": len(unread),
            }

    def _from_ebay(self, shop: Shop) -> Iterator[Json]:
        for mail in self.world.mails_of(shop.mailbox):
            if is_notice(mail):
                yield {
                    "conversationId": f"N{mail.id}",
                    "conversationStatus": "ACTIVE",
                    "conversationTitle": mime.read(mail.raw).subject,
                    "conversationType": "FROM_EBAY",
                    "createdDate": time(mail.at),
                    "latestMessage": notice(shop, mail),
                    "unreadCount": 1,
                }


def number(shopper: Shopper) -> str:
    """Of the conversation with a shopper."""
    return str(7_000_000_000 + shopper.id)


def shopper_named(shop: Shop, handle: str) -> Shopper | None:
    return next((each for each in shop.shoppers.values() if each.handle == handle), None)


def is_notice(mail: Mail) -> bool:
    return f"<{EBAY}>".encode() in mail.raw[:600]


def notice(shop: Shop, mail: Mail) -> Json:
    content = mime.read(mail.raw)
    return {
        "messageId": str(mail.id),
        "messageBody": content.text,
        "messageMedia": [],
        "createdDate": time(mail.at),
        "readStatus": False,
        "senderUsername": "eBay",
        "recipientUsername": shop.seller_id,
        "subject": content.subject,
    }


def raw(shop: Shop, shopper: Shopper, text: str, subject: str, *, to_shopper: bool) -> bytes:
    """A mail from one to the other, as the world's pages show it."""
    ends = [Address(shopper.name, addr_spec=shopper.email), Address(shop.name, addr_spec=shop.mailbox)]
    return letter_of(ends[to_shopper], ends[not to_shopper], subject, text)


def letter_of(
    sender: Address, to: Address, subject: str, text: str, at: datetime | None = None, name: str = ""
) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{name}@ebay.example>" if name else make_msgid(domain="members.ebay.example")
    if at:
        mail["Date"] = at
    mail.set_content(text)
    return mail.as_bytes()


def _paged(query: Json, items: list[Json]) -> tuple[list[Json], int, int]:
    page, limit, offset = paged(query, items, 25, 50)
    if offset % limit:
        raise Refusal(400, 355008, "The offset must be a multiple of the limit.")
    return page, limit, offset
