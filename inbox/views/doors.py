"""Where people come in: the address without an organization, and the one machines ask."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from config import model
from inbox.access import Request, memberships_of


@login_required
def home(request: Request) -> HttpResponse:
    """Straight to the only organization, or a choice; `?choose` always gives the choice."""
    memberships = memberships_of(request.user)
    if len(memberships) == 1 and "choose" not in request.GET:
        return redirect("inbox:list", memberships[0].organization.slug)
    return render(request, "home.html", {"memberships": memberships})


def health(request: Request) -> JsonResponse:
    """200 while the database answers; a proxy or an orchestrator asks. `model`: "none", or how its breaker stands; without
    one that answers, drafts are composed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    breaker = model.health()
    return JsonResponse({"status": "ok", "model": breaker.state if breaker else "none"})
