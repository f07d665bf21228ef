"""How a view answers: a fragment for htmx, a whole page otherwise, and a toast for what was done."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from inbox.access import Request


def is_part(request: Request) -> bool:
    """Whether the browser asks for a fragment; going back in its history asks for the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def show(
    request: Request, *, page: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, part if is_part(request) else page, context, status=status)


def toast(
    request: Request, text: str, *, undo: str = "", seconds: int = 6, tone: str = "", target: str = ""
) -> str:
    """HTML that htmx adds to the toasts; `undo` is the address that takes it back, `target` what it shows anew."""
    context = {
        "text": text, "undo": undo, "seconds": seconds, "tone": tone, "target": target, "oob": True
    }  # fmt: skip
    return render_to_string("toast.html", context, request)


def tell(response: HttpResponse, **events: Any) -> HttpResponse:
    """Browser events that the scripts listen to (HX-Trigger)."""
    response["HX-Trigger"] = json.dumps(events)
    return response


def done(request: Request, text: str, back: str, *args: Any, error: bool = False) -> HttpResponse:
    """After a plain form: back to a page, with a word on what happened."""
    (messages.error if error else messages.success)(request, text)
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = redirect(back, request.organization.slug, *args).url
        return response
    return redirect(back, request.organization.slug, *args)


def refused(request: Request, text: str) -> HttpResponse:
    """Nothing was changed, and this is why: only a toast."""
    if not request.htmx:
        return HttpResponse(text, status=422, content_type="text/plain")
    response = HttpResponse(toast(request, text, tone="error"), status=422)
    response["HX-Reswap"] = "none"
    return response
