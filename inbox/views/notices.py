from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inbox import access, correcting, listings, queries
from inbox.access import Request
from inbox.models import Conversation, Notice
from inbox.views.conversations import changed
from inbox.views.showing import is_part, refused, show, toast

WAS = {"", "notice", "message"}


@require_GET
def index(request: Request) -> HttpResponse:
    """What platforms told. Asked for by a screen: the next rows, or the list as it is now."""
    context = _list(request)
    part = "inbox/notice_rows.html" if context["filters"].cursor else "inbox/notice_list.html"
    return show(request, page="inbox/notices.html", part=part, context=context)


@require_GET
def show_one(request: Request, pk: UUID) -> HttpResponse:
    return render(request, "inbox/notice.html", {"notice": access.notice(pk)})


@require_POST
def see(request: Request, pk: UUID) -> HttpResponse:
    Notice.objects.filter(pk=access.notice(pk).pk).update(seen=True)
    return HttpResponse(status=204)


@require_POST
def see_all(request: Request) -> HttpResponse:
    """Those that the filters show, not only those on the screen."""
    listings.see_all(listings.NoticeFilters.read(request.GET))
    return _list_again(request) if request.htmx else redirect("inbox:notices", request.organization.slug)


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """No customer wrote this conversation. `was`: it is an undo, and the rule goes back to that."""
    conversation = access.locked_conversation(pk)
    try:
        notice, taught = correcting.to_notices(conversation, request.membership, was=_was(request))
    except correcting.Rooted as reason:
        return refused(request, str(reason))
    if request.htmx.target == "notices":
        return _list_again(request, "Back among the notices.")
    undo = reverse("inbox:to_inbox", args=[request.organization.slug, notice.pk]) + f"?was={taught}"
    said = f"Moved to notices. What looks like this from {notice.sender or 'them'} will go there too."
    return changed(request, pk, said, undo=undo, advance=str(pk))


@require_POST
def delete(request: Request, pk: UUID) -> HttpResponse:
    """A customer wrote this. `was` as above."""
    notice, was = access.notice(pk), _was(request)
    conversation, taught = correcting.to_inbox(notice, request.membership, was=was)
    if request.htmx.target == "notices":
        undo = (
            reverse("inbox:to_notices", args=[request.organization.slug, conversation.pk]) + f"?was={taught}"
        )
        said = f"In the inbox now. What looks like this from {notice.sender or 'them'} will go there too."
        return _list_again(request, said, undo)
    if was is None:
        return _go_to(request, conversation)
    return changed(request, conversation.pk, "Back in the inbox.")


def _was(request: Request) -> str | None:
    was = request.GET.get("was")
    return was if was in WAS else None


def _go_to(request: Request, conversation: Conversation) -> HttpResponse:
    return redirect("inbox:conversation", request.organization.slug, conversation.pk)


def _list(request: Request) -> dict[str, Any]:
    filters = listings.NoticeFilters.read(request.GET)
    return {
        "filters": filters,
        "page": listings.notices(filters),
        "channels": queries.talking(queries.channels()),
        "waiting": listings.waiting(),
    }


def _list_again(request: Request, said: str = "", undo: str = "") -> HttpResponse:
    response = render(request, "inbox/notice_list.html", _list(request) | {"counts_too": is_part(request)})
    if said:
        response.write(toast(request, said, undo=undo, target="#notices"))
    return response
