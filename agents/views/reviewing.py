"""What the two queues share: their page, what was picked in them, and the answer to deciding about several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agents.showing import queues
from inbox.access import Request
from inbox.templatetags.words import counted
from inbox.views.showing import is_part, tell, toast

MOST_PICKED = 50


@require_GET
def counts(request: Request) -> HttpResponse:
    """For the rail of every page."""
    context = {"drafts": queues.drafts_waiting(), "approvals": queues.approvals_waiting(request.membership)}
    return render(request, "agents/_waiting.html", context)


def queue_page(
    request: Request, context: dict[str, Any], item: Callable[[UUID], dict[str, Any]]
) -> HttpResponse:
    """Asked for by a screen: its next rows, or the list as it is now; else the whole page with one item open."""
    if is_part(request):
        part = "agents/_queue_rows.html" if request.GET.get("after") else "agents/_queue_list.html"
        return render(request, part, context)
    rows = context["page"].rows
    wanted = _uuid(request.GET.get("item", "")) or (rows[0].pk if rows else None)
    return render(
        request, "agents/queue.html", {**context, "shown": wanted, **(item(wanted) if wanted else {})}
    )


def picked(request: Request) -> dict[UUID, str]:
    """What was chosen, each with the fingerprint of what was looked at: "pick=<id>:<fingerprint>"."""
    found = {}
    for each in request.POST.getlist("pick")[:MOST_PICKED]:
        pk, _, fingerprint = each.partition(":")
        if chosen := _uuid(pk):
            found[chosen] = fingerprint
    if not found:
        raise Http404
    return found


def batch_answer(request: Request, approved: Sequence[UUID], refused: Sequence[str]) -> HttpResponse:
    said = f"{counted(len(approved), 'is,are')} approved. " if approved else "None was approved. "
    text = said + " ".join(refused[:3]) + (f" And {len(refused) - 3} more." if len(refused) > 3 else "")
    tone = "error" if refused else ""
    body = toast(request, text.strip(), tone=tone, seconds=settings.UNDO_SECONDS)
    response = HttpResponse(body, status=200 if approved else 422)
    response["HX-Reswap"] = "none"
    return tell(response, acted={"approved": [str(pk) for pk in approved], "refused": not approved})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
