"""Webhooks: verify, store raw, answer; everything else happens after commit."""

from __future__ import annotations

from functools import lru_cache
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from config.one_trip import find_at
from config.tenancy import scope
from config.wake import wake_once
from connectors.contract import Capability, Connector, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unreachable, Unsupported
from inbox.middleware import open_door
from inbox.models import Channel, Delivery, DeliveryState, Erasure, Organization

_KEPT = 2  # seconds; a secret that was taken away counts that much longer at most


@csrf_exempt
@require_http_methods(["GET", "POST"])
@open_door
def receive(request: HttpRequest, slug: str, channel_id: UUID) -> HttpResponse:
    """2xx once the raw delivery is stored; 401 for a wrong signature, of which only a count is kept.

    A platform may first ask whether the address is ours, mostly by GET; that is answered and leaves nothing.
    """
    asked = _asked(request)
    try:
        return _take(request, asked, slug, _kept(slug, channel_id, int(monotonic() / _KEPT)))
    except InvalidSignature:  # with a secret that may have been replaced since
        channel = _read(slug, channel_id)
    try:
        return _take(request, asked, slug, channel)
    except InvalidSignature:
        channel.count_rejected()
        return HttpResponse("The signature is wrong.", status=401, content_type="text/plain")


def _read(slug: str, channel_id: UUID) -> Channel:
    channel = find_at(Channel, slug, channel_id)
    if channel is None:
        raise Http404
    return channel


@lru_cache(maxsize=256)
def _kept(slug: str, channel_id: UUID, _moment: int) -> Channel:
    """Hooks come in bursts: in one moment the channel is read once. What does not exist is not kept."""
    return _read(slug, channel_id)


def _take(request: HttpRequest, asked: RawRequest, slug: str, channel: Channel) -> HttpResponse:
    """Raises InvalidSignature."""
    connector, account = channel.connector, channel.account()
    try:
        if answer := connector.challenge(account, asked):
            return HttpResponse(answer.body, content_type=answer.content_type)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        raw = connector.verify(account, asked)
    except Unsupported:
        return HttpResponse("This channel takes no webhooks.", status=404, content_type="text/plain")
    except Unreachable:  # what proves the signature could not be read; the platform comes back
        return HttpResponse("Not now.", status=503, content_type="text/plain")
    if Delivery.store(channel, raw):
        wake_once("inbox.tasks.apply", channel.tenant, channel_id=channel.pk)
    return _answered(request, connector, raw, slug)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@open_door
def receive_for_all(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The same for a platform that pushes to one address per app: each channel that the app's secret belongs to gets its
    part of it. What is for accounts nobody has connected is dropped."""
    organization = get_object_or_404(Organization, slug=slug)
    asked = _asked(request)
    with scope(organization.pk):
        channels = [each for each in Channel.objects.filter(kind=kind) if each.can(Capability.SHARED_DOOR)]
    if not channels:
        raise Http404
    connector, believing = channels[0].connector, []
    raw: RawDelivery | None = None
    for channel in channels:
        try:
            if answer := connector.challenge(channel.account(), asked):
                return HttpResponse(answer.body, content_type=answer.content_type)
            raw = connector.verify(channel.account(), asked)
            believing.append(channel)
        except InvalidSignature:
            continue
        except Unreachable:  # what proves the signature could not be read; the platform comes back
            return HttpResponse("Not now.", status=503, content_type="text/plain")
    if raw is None:
        channels[0].count_rejected()
        return HttpResponse("The signature is wrong.", status=401, content_type="text/plain")
    parts = connector.addressed_to(raw)
    for channel in believing:
        part = parts.get(channel.external_id) or parts.get("")
        if part and Delivery.store(channel, part):
            wake_once("inbox.tasks.apply", channel.tenant, channel_id=channel.pk)
    return _answered(request, connector, raw, slug)


@require_GET
@open_door
def erasure(request: HttpRequest, slug: str, kind: str, code: str) -> HttpResponse:
    """How it stands with what somebody asked a platform to have forgotten; whoever holds the code may know."""
    with scope(get_object_or_404(Organization, slug=slug).pk):
        asked = (
            Delivery.objects.filter(key=f"deletion/{code}", channel__kind=kind)
            .order_by("received_at")
            .first()
        )
        if asked is None:
            raise Http404
        since = asked.received_at
        open_ones = Erasure.objects.filter(channel__kind=kind, asked_at__gte=since, done_at=None).exists()
    is_done = asked.state == DeliveryState.APPLIED and not open_ones
    said = "Whatever we held about you is gone." if is_done else "It is being carried out."
    return HttpResponse(
        f"Request {code}, received on {since:%B %d, %Y}. {said}", content_type="text/plain; charset=utf-8"
    )


def _asked(request: HttpRequest) -> RawRequest:
    return RawRequest(
        method=request.method or "",
        path=request.path,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        query=request.GET.dict(),
        url=f"{settings.WEBHOOK_URL}{request.path}",
    )


def _answered(request: HttpRequest, connector: Connector, raw: RawDelivery, slug: str) -> HttpResponse:
    code = raw.key.rpartition("/")[2]
    path = reverse("inbox:erasure_status", args=[slug, connector.kind, slugify(code) or "none"])
    answer = connector.answer(raw, f"{settings.WEBHOOK_URL}{path}")
    return HttpResponse(answer.body, content_type=answer.content_type) if answer else HttpResponse(status=200)
