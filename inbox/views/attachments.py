from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from inbox import access
from inbox.access import Request

# What a browser cannot run.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
HEARD = {"audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm"}


@require_GET
def show(request: Request, pk: UUID) -> FileResponse:
    """A customer's file: pictures are shown and sounds played, everything else is saved, and nothing of it runs."""
    attachment = access.attachment(pk)
    if not attachment.file:
        raise Http404("It has not been collected from its platform yet.")
    shown = attachment.content_type in SHOWN | HEARD
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=not shown,
        filename=attachment.name,
        content_type=attachment.content_type if shown else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def read(request: Request, pk: UUID) -> HttpResponse:
    """The text in it, once more."""
    attachment = access.attachment(pk)
    attachment.read_again()
    return render(request, "inbox/file.html", {"file": attachment, "organization": request.organization})
