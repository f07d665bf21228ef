from __future__ import annotations

import json
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from config.wake import wake_once
from inbox import access, queries
from inbox.access import Request, admins_only
from inbox.models import Delivery, DeliveryState
from inbox.views.showing import done

PREVIEW = 20_000  # characters
AT_ONCE = 500


@require_GET
@admins_only
def index(request: Request) -> HttpResponse:
    """What came in: failed ones first, then those waiting, then the newest."""
    state = request.GET.get("state", "")
    rows = _ordered(state)
    page = Paginator(rows, queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "deliveries": page,
        "state": state,
        "states": DeliveryState.choices,
        "failed": Delivery.objects.filter(state=DeliveryState.FAILED).count(),
        "rejecting": [each for each in queries.channels() if each.rejected_count],
    }
    return render(request, "settings/deliveries.html", context)


def _ordered(state: str) -> QuerySet[Delivery]:
    rows: QuerySet[Delivery] = Delivery.objects.select_related("channel").defer(
        "body", "headers", "channel__credentials"
    )
    if state in DeliveryState.values:
        return rows.filter(state=state).order_by("-received_at")
    worst = Case(
        When(state=DeliveryState.FAILED, then=Value(0)),
        When(state=DeliveryState.RECEIVED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.order_by(worst, "-received_at")


@require_GET
@admins_only
def show(request: Request, pk: UUID) -> HttpResponse:
    delivery = access.delivery(pk)
    return render(
        request, "settings/delivery.html", {"delivery": delivery, "body": _readable(bytes(delivery.body))}
    )


def _readable(body: bytes) -> str:
    """As text, never as markup; JSON is laid out."""
    text = body.decode("utf-8", "replace")
    try:
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        pass
    return text[:PREVIEW]


@require_POST
@admins_only
def replay(request: Request, pk: UUID) -> HttpResponse:
    delivery = access.delivery(pk)
    delivery.requeue()
    wake_once("inbox.tasks.apply", request.organization.pk, channel_id=delivery.channel_id)
    return done(request, "It is being read again.", "inbox:delivery", pk)


@require_POST
@admins_only
def replay_all(request: Request) -> HttpResponse:
    failed = list(Delivery.objects.filter(state=DeliveryState.FAILED).defer("body")[:AT_ONCE])
    for delivery in failed:
        delivery.requeue()
    for channel in {each.channel_id for each in failed}:
        wake_once("inbox.tasks.apply", request.organization.pk, channel_id=channel)
    count = len(failed)
    return done(
        request,
        f"{count} {'delivery is' if count == 1 else 'deliveries are'} being read again.",
        "inbox:deliveries",
    )
