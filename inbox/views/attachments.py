from __future__ import annotations

from uuid import UUID

from django.http import FileResponse
from django.views.decorators.http import require_GET

from inbox import access
from inbox.access import Request

SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # what a browser cannot run


@require_GET
def show(request: Request, pk: UUID) -> FileResponse:
    """A customer's file: pictures are shown, everything else is saved, and nothing of it runs."""
    attachment = access.attachment(pk)
    shown = attachment.content_type in SHOWN
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=not shown,
        filename=attachment.name,
        content_type=attachment.content_type if shown else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
