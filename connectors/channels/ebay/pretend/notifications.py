"""Destinations, subscriptions, and signed notifications."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid5

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.channels.ebay.access import SCOPES
from connectors.channels.ebay.pretend.answers import Json, Refusal, time
from connectors.channels.ebay.pretend.conversations import Conversations, is_notice, notice, number
from connectors.channels.ebay.pretend.grants import shops
from connectors.sandbox.correspondence import letter
from connectors.sandbox.world import Mail, Order, Shop, Subscription, World

Deliver = Callable[[str, Mapping[str, str], bytes], object]

DESTINATION = "destination"  # prefix among a shop's keys: JSON of one
_SCOPE = SCOPES[0]
TOPICS = {
    "NEW_MESSAGE": ("USER", (f"{_SCOPE}/commerce.message",)),
    "ORDER_CONFIRMATION": ("USER", (f"{_SCOPE}/sell.fulfillment",)),
    "ORDER_RETURN_ACTIVITY": ("USER", (f"{_SCOPE}/sell.return",)),
    "AUTHORIZATION_REVOCATION": ("APPLICATION", (_SCOPE,)),
}


@cache
def signing_key() -> tuple[str, ec.EllipticCurvePrivateKey]:
    """A key for each start of the sandbox, with its id."""
    return str(UUID(bytes=secrets.token_bytes(16))), ec.generate_private_key(ec.SECP256R1())


def public_key(kid: str) -> Json:
    if kid != signing_key()[0]:
        raise Refusal(404, 195040, "There is no such key.")
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    pem = signing_key()[1].public_key().public_bytes(*form).decode()
    return {"algorithm": "ECDSA", "digest": "SHA1", "key": pem.replace("\n", "")}


def signature(body: bytes) -> str:
    kid, key = signing_key()
    signed = base64.b64encode(key.sign(body, ec.ECDSA(hashes.SHA1()))).decode()  # noqa: S303  eBay's choice
    proof = {"alg": "ecdsa", "kid": kid, "signature": signed, "digest": "SHA1"}
    return base64.b64encode(json.dumps(proof).encode()).decode()


@dataclass
class Notifications:
    world: World

    def config(self, shop: Shop) -> Json:
        if email := shop.keys.get("alert_email"):
            return {"alertEmail": email}
        raise Refusal(404, 195003, "There is no alert e-mail.")

    def configure(self, shop: Shop, body: Json) -> None:
        if "@" not in str(body.get("alertEmail")):
            raise Refusal(400, 195001, "The alert e-mail is invalid.")
        shop.keys["alert_email"] = str(body["alertEmail"])

    def topics(self) -> Json:
        payload = {
            "deliveryProtocol": "HTTPS",
            "deprecated": False,
            "format": ["JSON"],
            "schemaVersion": "1.0",
        }
        shown = [
            {
                "topicId": name,
                "scope": scope,
                "status": "ENABLED",
                "authorizationScopes": list(needed),
                "supportedPayloads": [payload],
            }
            for name, (scope, needed) in TOPICS.items()
        ]
        return {"topics": shown, "total": len(shown), "limit": 100}

    def destinations(self, shop: Shop) -> Json:
        held = [json.loads(value) for name, value in shop.keys.items() if name.startswith(DESTINATION)]
        return {"destinations": held, "total": len(held), "limit": 100}

    def tell(self, shop: Shop, body: Json, wanted: str = "") -> str:
        """A destination, once it has proved itself."""
        if "alert_email" not in shop.keys:
            raise Refusal(400, 195003, "Set the alert e-mail first.")
        to = body["deliveryConfig"]
        if not 32 <= len(to["verificationToken"]) <= 80:
            raise Refusal(400, 195025, "The verification token is too short or too long.")
        if not self._proven(to["endpoint"], to["verificationToken"]):
            raise Refusal(400, 195021, "The endpoint did not prove itself.")
        wanted = wanted or f"D{self.world.next_id()}"
        shop.keys[f"{DESTINATION}:{wanted}"] = json.dumps({**body, "destinationId": wanted})
        return wanted

    def _proven(self, endpoint: str, token: str) -> bool:
        code = secrets.token_hex(16)
        expected = hashlib.sha256(f"{code}{token}{endpoint}".encode()).hexdigest()
        try:
            answer = httpx.get(endpoint, params={"challenge_code": code}, timeout=5)
            return answer.is_success and answer.json().get("challengeResponse") == expected
        except (httpx.HTTPError, ValueError):
            return False

    def subscriptions(self, shop: Shop, context: str) -> Json:
        held = [each for each in shop.subscriptions if TOPICS[each.topic][0] == context]
        shown = [
            {
                "subscriptionId": str(each.id),
                "topicId": each.topic,
                "status": "ENABLED",
                "destinationId": _destination_of(shop, each.url),
            }
            for each in held
        ]
        return {"subscriptions": shown, "total": len(shown), "limit": 100}

    def subscribe(self, shop: Shop, body: Json, context: str) -> str:
        topic = str(body.get("topicId"))
        scope, needed = TOPICS.get(topic, ("", ()))
        if scope != context:
            raise Refusal(400, 195013, "The topic is unknown here.")
        if set(needed) - set(SCOPES):
            raise Refusal(403, 195011, "The token lacks the topic's scope.")
        held = shop.keys.get(f"{DESTINATION}:{body.get('destinationId')}")
        if held is None:
            raise Refusal(400, 195012, "There is no such destination.")
        made = Subscription(self.world.next_id(), topic, json.loads(held)["deliveryConfig"]["endpoint"])
        shop.subscriptions.append(made)
        return str(made.id)


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """The notifications that a change of the world causes."""
    if isinstance(thing, Mail):
        for shop in shops(world):
            if thing.mailbox == shop.mailbox.lower():
                _message(world, shop, thing, deliver)
    elif isinstance(thing, Order) and what == "order":
        shop = world.shop_of(thing)
        if shop.platform == "ebay" and (thing.updated_at - thing.placed_at).total_seconds() < 2:
            _notify(world, shop, "ORDER_CONFIRMATION", {"orderId": thing.number}, f"order{thing.id}", deliver)


def revoke(world: World, shop: Shop, deliver: Deliver) -> None:
    data = {"username": shop.seller_id, "userId": shop.keys.get("user_id", "")}
    _notify(world, shop, "AUTHORIZATION_REVOCATION", data, "revoked", deliver)


def _message(world: World, shop: Shop, mail: Mail, deliver: Deliver) -> None:
    if is_notice(mail):
        said, kind, conversation = notice(shop, mail), "FROM_EBAY", f"N{mail.id}"
    else:
        found = letter(mail, received=False)
        shopper = next((each for each in shop.shoppers.values() if each.email == found.sender_address), None)
        if shopper is None:
            return
        said, kind = Conversations(world).message(shop, shopper, found), "FROM_MEMBERS"
        conversation = number(shopper)
    names = {f"{side}UserName": said.pop(f"{side}Username") for side in ("sender", "recipient")}
    data = {"conversationId": conversation, "conversationType": kind, **said, **names}
    _notify(world, shop, "NEW_MESSAGE", data, f"mail{mail.id}", deliver)


def _notify(world: World, shop: Shop, topic: str, data: Json, of: str, deliver: Deliver) -> None:
    now = time(world.clock.now())
    content = {
        "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": str(uuid5(UUID(int=0), f"{shop.domain}{topic}{of}{now}")),
            "eventDate": now,
            "publishDate": now,
            "publishAttemptCount": 1,
            "data": data,
        },
    }
    body = json.dumps(content, separators=(",", ":")).encode()
    for each in shop.subscriptions:
        if each.topic == topic:
            headers = {"Content-Type": "application/json", "X-EBAY-SIGNATURE": signature(body)}
            deliver(each.url, headers, body)


def _destination_of(shop: Shop, url: str) -> str:
    held = (json.loads(value) for name, value in shop.keys.items() if name.startswith(DESTINATION))
    return next(
        (str(each["destinationId"]) for each in held if each["deliveryConfig"]["endpoint"] == url), ""
    )
