from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from inbox import access, history
from inbox.access import Request
from inbox.models import Conversation


@require_GET
def show(request: Request, pk: UUID) -> HttpResponse:
    """The record behind a statement: every field and scan has an anchor of its own (#total, #scan-<id>)."""
    order = access.order(pk)
    detailed = get_object_or_404(history.with_details(type(order).objects.filter(pk=pk)))
    talks = (
        Conversation.objects.filter(customer=order.customer_id)
        .select_related("channel")
        .order_by("-last_message_at")
    )
    return render(
        request, "inbox/order_page.html", {"order": detailed, "customer": order.customer, "talks": talks[:10]}
    )
