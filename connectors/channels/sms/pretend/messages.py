"""The Messages API over what went between the shop's number and phones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.sms.pretend.words import AUTOMATIC, stopped
from connectors.mail import mime
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Mail, Shop, Shopper
from connectors.segments import segments
from connectors.twilio.pretend import talk
from connectors.twilio.pretend.desk import ROOT, Desk, Form, Refusal, listed
from connectors.twilio.values import Json

LONGEST = 1600


class Messages(Desk):
    def routes(self) -> list[BaseRoute]:
        return [
            *super().routes(),
            self.route("POST", f"{ROOT}/Messages.json", self._send, 201),
            self.route("GET", f"{ROOT}/Messages.json", self._list),
            self.route("GET", f"{ROOT}/Messages/{{message}}.json", self._one),
            self.route("GET", f"{ROOT}/Messages/{{message}}/Media.json", self._media),
            self.route("GET", f"{ROOT}/Messages/{{message}}/Media/{{media}}", self._place_of_file),
            Route("/files/{account}/{message}/{media}", self._file),
        ]

    def _send(self, shop: Shop, form: Form, request: Request) -> Json:
        to, text = form.get("To", ""), form.get("Body", "")
        if form.get("From") != shop.seller_id:
            raise Refusal(400, 21606, "The 'From' phone number is not a valid, message-capable number.")
        if not text:
            raise Refusal(400, 21602, "Message body is required.")
        if len(text) > LONGEST:
            raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if stopped(shop, to):
            raise Refusal(400, 21610, "Attempt to send to unsubscribed recipient")
        shopper = talk.by_phone(shop, to)
        if shopper is None:
            raise Refusal(400, 21211, f"Invalid 'To' Phone Number: {to}")
        mail = talk.to_shopper(self.world, shop, shopper, text)
        if self.trouble.take(self.kind, Kind.REJECTED):
            shop.keys[f"lost {mail.id}"] = "30003"
        if callback := form.get("StatusCallback"):
            shop.keys[f"callback {mail.id}"] = callback
        self.world.changed("mail", mail)
        return {**message(shop, shopper, mail), "status": "queued", "date_sent": None}

    def _list(self, shop: Shop, form: Form, request: Request) -> Json:
        query = request.query_params
        wanted = {"to": query.get("To"), "from": query.get("From")}
        first, last = _day(query.get("DateSent>")), _day(query.get("DateSent<"))
        found = [
            body
            for mail, body in self._all(shop)
            if all(value in (None, body[name]) for name, value in wanted.items())
            and (first is None or mail.at.replace(microsecond=0) >= first)
            and (last is None or mail.at <= last)
        ]
        return listed(request, "messages", found)

    def _all(self, shop: Shop) -> Iterator[tuple[Mail, Json]]:
        """Newest first."""
        both = [*talk.theirs(self.world, shop), *talk.ours(self.world, shop)]
        for mail, shopper in sorted(both, key=lambda each: (each[0].at, each[0].id), reverse=True):
            yield mail, message(shop, shopper, mail)

    def _one(self, shop: Shop, form: Form, request: Request) -> Json:
        return self._found(shop, request)[1]

    def _media(self, shop: Shop, form: Form, request: Request) -> Json:
        mail, body = self._found(shop, request)
        found = [
            {
                "sid": media_sid(mail, place),
                "parent_sid": body["sid"],
                "account_sid": shop.client_id,
                "content_type": file.content_type,
                "date_created": body["date_created"],
                "date_updated": body["date_created"],
                "uri": f"{body['uri'].removesuffix('.json')}/Media/{media_sid(mail, place)}.json",
            }
            for place, file in enumerate(mime.read(mail.raw).files)
        ]
        return listed(request, "media_list", found)

    def _place_of_file(self, shop: Shop, form: Form, request: Request) -> Response:
        """It names another place, where anybody may read who knows it for as long as it is good."""
        self._found(shop, request)
        root, _, rest = request.url.path.partition("/2010-04-01/Accounts/")
        return RedirectResponse(
            f"{root}/files/{rest.replace('/Messages/', '/').replace('/Media/', '/')}", 307
        )

    async def _file(self, request: Request) -> Response:
        shop = next(each for each in self.shops() if each.client_id == request.path_params["account"])
        mail, _ = self._found(shop, request)
        for place, file in enumerate(mime.read(mail.raw).files):
            if media_sid(mail, place) == request.path_params["media"]:
                return Response(file.content, media_type=file.content_type)
        return Response(status_code=404)

    def _found(self, shop: Shop, request: Request) -> tuple[Mail, Json]:
        for mail, body in self._all(shop):
            if body["sid"] == request.path_params["message"]:
                return mail, body
        raise Refusal(404, 20404, "The requested resource was not found")


def sid(mail: Mail, has_files: bool) -> str:
    return f"{'MM' if has_files else 'SM'}{mail.id:032x}"


def media_sid(mail: Mail, place: int) -> str:
    return f"ME{mail.id:024x}{place:08x}"


def message(shop: Shop, shopper: Shopper, mail: Mail) -> Json:
    content = mime.read(mail.raw)
    inbound = mail.mailbox == shop.mailbox
    at, files = format_datetime(mail.at.astimezone(UTC)), len(content.files)
    error = shop.keys.get(f"lost {mail.id}")
    number = sid(mail, bool(files))
    text = talk.words(mail)
    ends = [shopper.phone, shop.seller_id]
    automatic = content.header("X-Kind") == AUTOMATIC
    sent = "outbound-reply" if automatic else "outbound-api"
    return {
        "sid": number,
        "account_sid": shop.client_id,
        "messaging_service_sid": None,
        "from": ends[not inbound],
        "to": ends[inbound],
        "body": text,
        "direction": "inbound" if inbound else sent,
        "status": "received" if inbound else "undelivered" if error else "delivered",
        "error_code": int(error) if error else None,
        "error_message": None,
        "num_media": str(files),
        "num_segments": str(segments(text).count),
        "price": None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "date_created": at,
        "date_sent": at,
        "date_updated": at,
        "uri": f"/2010-04-01/Accounts/{shop.client_id}/Messages/{number}.json",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{shop.client_id}/Messages/{number}/Media.json"},
    }


def _day(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
