"""Lives and the page a moderator watches one on. The page's parts are asked for anew as comments come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox import access, promoting, watching
from inbox.access import Request
from inbox.models import CommentGroup, GroupState
from inbox.rules import Forbidden
from inbox.views.showing import is_part, refused, show, tell, toast
from inbox.watching import GroupFilters


@require_GET
def index(request: Request) -> HttpResponse:
    context = {"lives": watching.lives()}
    return show(request, page="inbox/streams.html", part="inbox/stream_list.html", context=context)


@require_GET
def show_one(request: Request, pk: UUID) -> HttpResponse:
    """`group`: the one that is open, so that an address can be shared. A screen that goes back asks for nothing open."""
    stream = access.stream(pk)
    if is_part(request) and request.htmx.target == "open":
        return render(request, "inbox/stream_nothing_open.html", {"stream": stream})
    group = watching.group_of(request.GET.get("group"), stream)
    context = {
        "stream": stream,
        "page": watching.groups(stream, GroupFilters.read(request.GET)),
        "pulse": watching.pulse(stream),
        **(_opened(group) if group else {}),
    }
    return render(request, "inbox/stream.html", context)


@require_GET
def groups(request: Request, pk: UUID) -> HttpResponse:
    stream = access.stream(pk)
    page = watching.groups(stream, GroupFilters.read(request.GET))
    return render(request, "inbox/stream_groups.html", {"stream": stream, "page": page})


@require_GET
def pulse(request: Request, pk: UUID) -> HttpResponse:
    stream = access.stream(pk)
    return render(request, "inbox/stream_pulse.html", {"stream": stream, "pulse": watching.pulse(stream)})


@require_http_methods(["GET", "POST"])
def change_shown(request: Request, pk: UUID) -> HttpResponse:
    """What is held into the camera now, chosen from the catalogue."""
    stream = access.stream(pk)
    if request.method == "GET":
        context = {"stream": stream, "catalogue": watching.catalogue()}
        return render(request, "inbox/stream_shown.html", context)
    chosen = watching.shown(request.POST.getlist("product"))
    access.locked_stream(pk).show([each.external_id for each in chosen], request.membership)
    return tell(HttpResponse(toast(request, "Questions are about this from now on.")), acted={})


@require_GET
def group(request: Request, pk: UUID) -> HttpResponse:
    return _shown(request, access.comment_group(pk))


@require_POST
def dismiss(request: Request, pk: UUID) -> HttpResponse:
    row = access.locked_group(pk)
    if not row.is_open:
        return refused(request, f"This is {row.get_state_display().lower()} already.")
    row.dismiss(request.membership)
    undo = reverse("inbox:reopen_group", args=[request.organization.slug, pk])
    return tell(HttpResponse(toast(request, "Dismissed. Nobody is answered.", undo=undo)), advance=str(pk))


@require_POST
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """A dismissed one: what was answered meanwhile stays answered."""
    row = access.locked_group(pk)
    if row.state != GroupState.DISMISSED:
        return refused(request, f"This is {row.get_state_display().lower()} already.")
    row.reopen(request.membership)
    return _shown(request, access.comment_group(pk))


@require_POST
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take back an answer that has not left."""
    row = access.comment_group(pk)
    if not promoting.take_back(row, request.membership):
        return refused(request, "Too late: the answer is on its way.")
    return _shown(request, access.comment_group(pk))


@require_POST
def talk(request: Request, pk: UUID) -> HttpResponse:
    try:
        conversation = promoting.talk(access.live_comment(pk), request.membership)
    except Forbidden as refusal:
        return refused(request, str(refusal))
    page = reverse("inbox:conversation", args=[request.organization.slug, conversation.pk])
    if not request.htmx:
        return redirect(page)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = page
    return response


def _shown(request: Request, row: CommentGroup) -> HttpResponse:
    """Beside the list; a link opened by itself gets the whole page."""
    if not is_part(request):
        page = reverse("inbox:stream", args=[request.organization.slug, row.stream_id])
        return redirect(f"{page}?group={row.pk}")
    return render(request, "inbox/group.html", {"stream": row.stream, **_opened(row)})


def _opened(row: CommentGroup) -> dict[str, Any]:
    return {
        "group": row,
        "comments": watching.said_in(row),
        "shown": watching.shown(row.products),
    }
