"""The way in from a seller's pages: which channel a key leads to, from where, and as whom. No cookies, no member."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from config.one_trip import find_called
from connectors.channels.chat.widget import Widget
from connectors.contract import Capability
from inbox.chat.refusals import Refusal
from inbox.chat.sessions import Session, read
from inbox.models import Channel

LONGEST_BODY = 64 * 1024  # bytes of JSON


@dataclass
class Caller:
    channel: Channel
    widget: Widget
    address: str  # IP
    session: Session | None = None

    @property
    def known(self) -> Session:
        """Raises Refusal for whoever has none; the widget asks for a new one."""
        if self.session is None:
            raise Refusal("session", "This chat has to be opened again.", status=401)
        return self.session


View = Callable[[HttpRequest, Caller], HttpResponse]


def find(key: str) -> Channel | None:
    """A key is the organization's name in addresses, and random letters."""
    slug, _, random = key.rpartition("-")
    if not slug or not random or len(key) > 200:
        return None
    channel = find_called(Channel, slug, key)
    return channel if channel and channel.can(Capability.WIDGET) else None


def enter(key: str, origin: str, address: str) -> Caller:
    """Raises Http404 for an unknown key, Refusal for a page that may not show it."""
    channel = find(key)
    if channel is None:
        raise Http404
    widget = Widget.of(channel.account())
    if origin and origin != settings.PUBLIC_URL and not widget.admits(origin):
        raise Refusal("origin", "This chat belongs to another shop's pages.", status=403)
    return Caller(channel, widget, address)


def door(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For every address below /chat/<key>/: the view gets a Caller in place of the key."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def entered(request: HttpRequest, key: str, **kwargs: Any) -> HttpResponse:
            origin = request.headers.get("Origin", "")
            try:
                caller = enter(key, origin, get_client_ip(request) or "")
                if request.method == "OPTIONS":
                    return _allow(HttpResponse(status=204), origin, methods)
                if request.method not in methods:
                    raise Refusal("method", f"This takes {' and '.join(methods)}.", status=405)
                caller.session = read(caller.channel, _bearer(request))
                response = view(request, caller, **kwargs)
            except Refusal as refusal:
                response = refused(refusal)
                if refusal.error == "origin":
                    return response
            return _allow(response, origin, methods)

        return entered

    return around


def refused(refusal: Refusal) -> JsonResponse:
    response = JsonResponse(refusal.as_json(), status=refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def told(request: HttpRequest) -> dict[str, Any]:
    """What somebody sent. Raises Refusal."""
    return understand(request.body or b"{}")


def understand(body: str | bytes) -> dict[str, Any]:
    """A JSON object from a stranger. Raises Refusal."""
    if len(body) > LONGEST_BODY:
        raise Refusal("too_large", "That is too long.", status=413)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):  # the latter: lists in lists in lists
        found = None
    if not isinstance(found, dict):
        raise Refusal("unreadable", "That could not be read.")
    return found


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _allow(response: HttpResponse, origin: str, methods: tuple[str, ...]) -> HttpResponse:
    """To be read by the shop's page, which sends no cookies along."""
    response.setdefault("Cache-Control", "no-store")
    response["Vary"] = "Origin"
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Access-Control-Max-Age"] = "3600"
    return response
