"""All actions, for supervisors: what was ever proposed, where it stands, and its story from the trail."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agents import access
from agents.showing.cards import Card
from agents.showing.register import ActionFilters, register
from audit.models import CustomerKey
from audit.queries import Filter, newer
from inbox import queries
from inbox.access import Request, supervisors_only
from inbox.views.showing import show as shown

STORY = 50  # deeds


@require_GET
@supervisors_only
def index(request: Request) -> HttpResponse:
    filters = ActionFilters.read(request.GET)
    page = register(filters)
    context = {
        "filters": filters,
        "after": page.after,
        "cards": [Card(each, request.membership) for each in page.rows],
        "channels": queries.channels(),
    }
    part = "agents/_register_rows.html" if filters.cursor else "agents/_register.html"
    return shown(request, page="agents/register.html", part=part, context=context)


@require_GET
@supervisors_only
def story(request: Request, action: UUID) -> HttpResponse:
    row = access.action(action)
    told = Filter(
        conversation=row.conversation_id
    ).events()  # without one, of everything: by its index on kinds
    if not row.conversation_id:
        told = told.filter(kind__startswith="action.")
    events = newer(told.filter(subject_type="action", subject_id=str(row.pk)), None, STORY)
    CustomerKey.open(events)
    return render(request, "agents/_story.html", {"events": events})
