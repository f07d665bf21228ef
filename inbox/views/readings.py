from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from inbox import access
from inbox.access import Request


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """Sent by the open thread once it is on a screen."""
    access.locked_conversation(pk).read()
    return HttpResponse(status=204)
