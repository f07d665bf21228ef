from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from config.tenancy import new_id
from inbox import access, history, queries, standing, suggesting
from inbox.access import Request
from inbox.models import ChannelState, Conversation, Priority
from inbox.views.showing import is_part, show, tell, toast


@require_GET
def index(request: Request) -> HttpResponse:
    """The list. Asked for by a screen: its next rows, the whole listing, or the empty place beside it."""
    if is_part(request) and request.htmx.target == "open":
        return render(request, "inbox/nothing_open.html")
    filters = queries.Filters.read(request.GET, request.membership)
    page = queries.conversations(filters)
    context: dict[str, Any] = {"filters": filters, "page": page}
    if is_part(request) and filters.cursor:
        return render(request, "inbox/rows.html", context)
    talking = queries.talking(page.channels)
    context |= {
        "counts": queries.counts(request.membership),
        "channels": talking,
        "has_channel": bool(talking),
        "lost": [each for each in page.channels if each.state == ChannelState.LOST],
        "members": page.members,
    }
    return show(request, page="inbox/index.html", part="inbox/listing.html", context=context)


@require_GET
def show_one(request: Request, pk: UUID) -> HttpResponse:
    conversation = access.conversation(pk)
    return show(
        request,
        page="inbox/conversation.html",
        part="inbox/open.html",
        context=thread_context(request, conversation),
    )


@require_GET
def thread(request: Request, pk: UUID) -> HttpResponse:
    """What a screen fetches when it hears of a change; with `before`, what lies further back."""
    conversation = access.conversation(pk)
    before = queries.Cursor.read(request.GET.get("before", ""))
    part = "inbox/items.html" if before else "inbox/thread.html"
    return render(request, part, thread_context(request, conversation, before))


@require_GET
def panel(request: Request, pk: UUID) -> HttpResponse:
    conversation = access.conversation(pk)
    card = history.customer(conversation)
    for order in card.orders[:1]:
        standing.look(order)
    alike = suggesting.alike(conversation.customer, card.identities, card.orders)
    return render(request, "inbox/panel.html", {"conversation": conversation, "card": card, "alike": alike})


def thread_context(
    request: Request, conversation: Conversation, before: queries.Cursor | None = None
) -> dict[str, Any]:
    members = queries.members()
    conversation.assignee = next((each for each in members if each.pk == conversation.assignee_id), None)
    return {
        "conversation": conversation,
        "thread": history.thread(conversation, members, before),
        "members": members,
        "priorities": Priority.choices,
        "filters": queries.Filters.read(request.GET, request.membership),
        "key": new_id(),
        "undo_seconds": settings.UNDO_SECONDS,
    }


def changed(
    request: Request, pk: UUID, text: str = "", *, undo: str = "", seconds: int = 6, **events: Any
) -> HttpResponse:
    """After a verb: the thread as it is now, a toast, and word to the list on this screen."""
    if not request.htmx:
        return redirect("inbox:conversation", request.organization.slug, pk)
    if _is_elsewhere(request, pk):
        response = HttpResponse()
        response["HX-Reswap"] = "none"
    else:
        response = render(request, "inbox/thread.html", thread_context(request, access.conversation(pk)))
    if text:
        response.write(toast(request, text, undo=undo, seconds=seconds))
    return tell(response, changed={"conversation": str(pk)}, **events)


def _is_elsewhere(request: Request, pk: UUID) -> bool:
    """Whether the screen has moved on to another conversation, as after "done" and before its undo."""
    address = reverse("inbox:conversation", args=[request.organization.slug, pk])
    return urlsplit(request.htmx.current_url or address).path != address
