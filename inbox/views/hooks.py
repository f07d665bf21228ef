"""Webhooks: verify, store raw, answer; everything else happens after commit."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.one_trip import find_at
from config.wake import wake_once
from connectors.contract import RawRequest
from connectors.errors import InvalidSignature, Unreachable, Unsupported
from inbox.middleware import open_door
from inbox.models import Channel, Delivery


@csrf_exempt
@require_http_methods(["GET", "POST"])
@open_door
def receive(request: HttpRequest, slug: str, channel_id: UUID) -> HttpResponse:
    """2xx once the raw delivery is stored; 401 for a wrong signature, of which only a count is kept.

    A platform may first ask whether the address is ours, mostly by GET; that is answered and leaves nothing.
    """
    raw_request = RawRequest(
        method=request.method or "",
        path=request.path,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        query=request.GET.dict(),
        url=f"{settings.WEBHOOK_URL}{request.path}",
    )
    channel = find_at(Channel, slug, channel_id)
    if channel is None:
        raise Http404
    connector, account = channel.connector, channel.account()
    try:
        if answer := connector.challenge(account, raw_request):
            return HttpResponse(answer.body, content_type=answer.content_type)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        raw = connector.verify(account, raw_request)
    except InvalidSignature:
        channel.count_rejected()
        return HttpResponse("The signature is wrong.", status=401, content_type="text/plain")
    except Unsupported:
        return HttpResponse("This channel takes no webhooks.", status=404, content_type="text/plain")
    except Unreachable:  # what proves the signature could not be read; the platform comes back
        return HttpResponse("Not now.", status=503, content_type="text/plain")
    if Delivery.store(channel, raw):
        wake_once("inbox.tasks.apply", channel.tenant)
    return HttpResponse(status=200)
