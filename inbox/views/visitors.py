"""The shopper of a chat as members see them: there or gone, on which page, writing. And that a member writes."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from inbox import access, live
from inbox.access import Request
from inbox.chat import leaving, presence


@require_GET
def show(request: Request, pk: UUID) -> HttpResponse:
    """Read from what is said in passing; the rows know only where an answer goes when they have left."""
    conversation = access.conversation(pk)
    visitor = leaving.visitor_of(conversation)
    there = presence.look(visitor.pk) if visitor else None
    context = {"conversation": conversation, "visitor": visitor, "there": there}
    return render(request, "inbox/visitor.html", context)


@require_POST
def write(request: Request, pk: UUID) -> HttpResponse:
    """Sent while a member writes an answer, now and then."""
    conversation = access.conversation(pk)
    name = request.user.first_name or request.organization.name
    if presence.member_writes(conversation.pk, name):
        live.writing(conversation.pk, name)
    return HttpResponse(status=204)
