from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inbox import access, listings, queries
from inbox.access import Request
from inbox.models import Conversation
from inbox.views.showing import show


@require_GET
def index(request: Request) -> HttpResponse:
    """What must be answered first comes first."""
    filters = listings.DisputeFilters.read(request.GET)
    context = {
        "filters": filters,
        "page": listings.disputes(filters),
        "channels": [each for each in queries.channels() if each.can("disputes")],
        "waiting": listings.waiting(),
    }
    part = "inbox/dispute_rows.html" if filters.after else "inbox/dispute_list.html"
    return show(request, page="inbox/disputes.html", part=part, context=context)


@require_GET
def show_one(request: Request, pk: UUID) -> HttpResponse:
    dispute = access.dispute(pk)
    talks = (
        Conversation.objects.filter(customer=dispute.customer_id)
        .select_related("channel")
        .defer("handles", "channel__credentials", "channel__cursor")
        .order_by("-last_message_at")[:10]
        if dispute.customer_id
        else []
    )
    return render(request, "inbox/dispute_page.html", {"dispute": dispute, "talks": talks})


@require_GET
def count(request: Request) -> HttpResponse:
    """What stands beside the queue, for the rail of every page."""
    return render(request, "inbox/waiting.html", {"waiting": listings.waiting()})
