from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from inbox import access
from inbox.access import Request, admins_only
from inbox.models import Erasure
from inbox.views.showing import done

SHOWN = 100


@require_GET
@admins_only
def index(request: Request) -> HttpResponse:
    """What was forgotten, when, and who asked: what a data protection officer wants to see."""
    rows = Erasure.objects.select_related("by__user", "channel").defer(
        "channel__credentials", "channel__cursor"
    )
    return render(request, "settings/privacy.html", {"erasures": rows.order_by("-asked_at", "-id")[:SHOWN]})


@require_GET
@admins_only
def confirm(request: Request, pk: UUID) -> HttpResponse:
    customer = access.customer(pk)
    counts = {"conversations": customer.conversations.count(), "orders": customer.orders.count()}
    return render(request, "settings/erase.html", {"customer": customer, "counts": counts})


@require_POST
@admins_only
def create(request: Request, pk: UUID) -> HttpResponse:
    """The name has to be typed: what is gone cannot be brought back."""
    customer = access.customer(pk)
    if request.POST.get("name", "").strip().casefold() != str(customer).casefold():
        return done(
            request, "That is not the name on the page; nothing was erased.", "inbox:erase", pk, error=True
        )
    Erasure.ask(customer, request.membership.actor, by=request.membership)
    return done(request, "Being erased. It takes a moment.", "inbox:privacy")
