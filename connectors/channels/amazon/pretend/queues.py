"""A small Amazon SQS: the JSON protocol, signed requests, and messages that come again until they are deleted."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from starlette.requests import Request
from starlette.responses import Response

from connectors.channels.amazon.pretend.gate import sellers
from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

Json = dict[str, Any]
OWNER, REGION = "120034567890", "us-east-1"
SKEW = timedelta(minutes=5)
_CREDENTIAL = re.compile(r"Credential=([^/]+)/.*SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})")


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class Held:
    body: str
    id: str = field(default_factory=lambda: str(uuid4()))
    receipt: str = ""
    visible_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Queues:
    """One queue a seller, by name; kept in memory, as the catch-up finds what a restart loses."""

    world: World
    held: dict[str, list[Held]] = field(default_factory=dict)

    async def serve(self, request: Request) -> Response:
        body, target = await request.body(), request.headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            if target == "SendMessage":
                return _json(200, self._send(request, body))
            asked = json.loads(body)
            name = asked["QueueUrl"].rstrip("/").rsplit("/", 1)[-1]
            self._let_in(request, body, name)
            return _json(200, getattr(self, f"_{_snake(target)}")(name, asked))
        except Refusal as error:
            answer = {"__type": f"com.amazonaws.sqs#{error.code}", "message": error.message}
            return _json(error.status, answer)

    def _let_in(self, request: Request, body: bytes, name: str) -> None:
        shop = next((s for s in sellers(self.world) if name_of(s) == name), None)
        given = _CREDENTIAL.search(request.headers.get("authorization", ""))
        if shop is None:
            raise Refusal(400, "QueueDoesNotExist", "The specified queue does not exist.")
        if given is None or given[1] != shop.keys["aws_access_key_id"]:
            raise Refusal(
                403, "InvalidClientTokenId", "The security token included in the request is invalid."
            )
        stamp = request.headers.get("x-amz-date", "")
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - at) > SKEW:
            raise Refusal(
                403, "InvalidSignatureException", f"Signature expired: {stamp} is not within five minutes."
            )
        if not equal(_signature(request, body, shop, given[2], stamp), given[3]):
            raise Refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")

    def _send(self, request: Request, body: bytes) -> Json:
        """Amazon writes; what is not JSON arrives as it is."""
        name = request.path_params["name"]
        shop = next((s for s in sellers(self.world) if name_of(s) == name), None)
        if shop is None or not equal(request.headers.get("authorization", ""), proof(shop, body)):
            raise Refusal(403, "AccessDenied", "Access to the resource is denied.")
        try:
            text = json.loads(body)["MessageBody"]
        except ValueError:
            text = body.decode("utf-8", "replace")
        message = Held(text)
        self.held.setdefault(name, []).append(message)
        return {"MessageId": message.id, "MD5OfMessageBody": _md5(text)}

    def _receive_message(self, name: str, asked: Json) -> Json:
        now = datetime.now(UTC)
        ready = [each for each in self.held.get(name, []) if each.visible_at <= now]
        given = ready[: asked.get("MaxNumberOfMessages", 1)]
        for each in given:
            each.receipt = str(uuid4())
            each.visible_at = now + timedelta(seconds=asked.get("VisibilityTimeout", 30))
        messages = [
            {"MessageId": m.id, "ReceiptHandle": m.receipt, "Body": m.body, "MD5OfBody": _md5(m.body)}
            for m in given
        ]
        return {"Messages": messages} if messages else {}

    def _delete_message_batch(self, name: str, asked: Json) -> Json:
        gone = {entry["ReceiptHandle"] for entry in asked["Entries"]}
        self.held[name] = [each for each in self.held.get(name, []) if each.receipt not in gone]
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]], "Failed": []}

    def _change_message_visibility(self, name: str, asked: Json) -> Json:
        for each in self.held.get(name, []):
            if each.receipt == asked["ReceiptHandle"]:
                each.visible_at = datetime.now(UTC) + timedelta(seconds=asked["VisibilityTimeout"])
        return {}

    def _get_queue_attributes(self, name: str, asked: Json) -> Json:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.held.get(name, [])))}}


def name_of(shop: Shop) -> str:
    return f"waybill-{shop.slug}"


def url_of(base_url: str, shop: Shop) -> str:
    return f"{base_url}/queue/{OWNER}/{name_of(shop)}"


def proof(shop: Shop, body: bytes) -> str:
    """How this sandbox tells that it was Amazon that wrote; really the queue's policy does."""
    return hmac_hex(shop.client_secret, body)


def _signature(request: Request, body: bytes, shop: Shop, names: str, stamp: str) -> str:
    headers = {name: request.headers[name] for name in names.split(";")}
    signed = AWSRequest(method=request.method, url=str(request.url), data=body, headers=headers)
    signed.context["timestamp"] = stamp
    keys = Credentials(shop.keys["aws_access_key_id"], shop.keys["aws_secret_access_key"])
    auth = SigV4Auth(keys, "sqs", REGION)
    text = auth.string_to_sign(signed, auth.canonical_request(signed))
    return str(auth.signature(text, signed))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _json(status: int, answer: Json) -> Response:
    return Response(json.dumps(answer), status, media_type="application/x-amz-json-1.0")
