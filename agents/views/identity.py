"""Who writes: what is proven in a conversation, and the button that sends a code."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from agents import access
from agents.models import IdentityCheck
from inbox import access as inbox
from inbox.access import Request
from inbox.models import Conversation


@require_GET
def show(request: Request, conversation: UUID) -> HttpResponse:
    return _strip(request, inbox.conversation(conversation))


@require_POST
def send(request: Request, check: UUID) -> HttpResponse:
    row = access.identity_check(check)
    sent = row.request(request.membership.actor)
    problem = "" if sent else "No code was sent: one still works, or there were three about this order today."
    return _strip(request, row.conversation, problem)


def _strip(request: Request, conversation: Conversation, problem: str = "") -> HttpResponse:
    checks = IdentityCheck.objects.filter(conversation=conversation).select_related("order__customer")
    context = {"checks": checks.order_by("-offered_at")[:3], "conversation": conversation, "problem": problem}
    return render(request, "agents/_identity.html", context)
