from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from inbox import access
from inbox.access import Request
from inbox.views.conversations import changed


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """`member` is the id of a member, or empty for nobody."""
    chosen = request.POST.get("member", "")
    member = access.member(UUID(chosen)) if _is_id(chosen) else None
    access.locked_conversation(pk).assign(member, by=request.membership)
    whom = "you" if member == request.membership else str(member)
    return changed(request, pk, f"Assigned to {whom}." if member else "Assigned to nobody.")


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
