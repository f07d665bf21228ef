"""The trail on screen: the whole of it for supervisors, a conversation's story for every member."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit import export as exporting
from audit.models import ActorKind, AuditEvent, CustomerKey, Seal, Unsealed
from audit.queries import Filter, FilterForm, kinds, newer, older
from audit.record import record
from audit.verify import verify

STORY = 1000  # events shown of one conversation; the export holds all

View = Callable[..., HttpResponseBase]


def supervisors_only(view: View) -> View:
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.membership.supervises:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@supervisors_only
def trail(request: Any) -> HttpResponse:
    form = FilterForm(request.GET)
    before = request.GET.get("before")
    than = get_object_or_404(AuditEvent, pk=_uuid(before)) if before else None
    events, has_more = older(Filter.of(form).events(), than)
    context = {
        "form": form,
        "events": events,
        "kinds": kinds(request.organization.pk),
        "actors": ActorKind.choices,
        "is_first": than is None,
        "older": _query(request, before=str(events[-1].pk)) if has_more else "",
        "asked": _query(request, before=None),
        **_state(),
    }
    return render(request, "audit/trail.html", context)


@require_POST
@supervisors_only
def verification(request: Any) -> HttpResponse:
    verdict = verify(request.organization.pk)
    record(
        "trail.verified",
        actor=request.membership.actor,
        data={
            "intact": verdict.intact,
            "position": verdict.position,
            "head": verdict.head.hex(),
            "problems": verdict.problem_count,
        },
    )
    return render(request, "audit/_verification.html", {"verdict": verdict, **_state()})


@require_safe
def story(request: Any, conversation_id: UUID) -> HttpResponse:
    events = newer(Filter(conversation=conversation_id).events(), None, STORY + 1)
    if not events:
        raise Http404
    CustomerKey.open(events)
    context = {"events": events[:STORY], "is_cut": len(events) > STORY, "conversation_id": conversation_id}
    return render(request, "audit/story.html", context)


@require_safe
@supervisors_only
def export(request: Any) -> HttpResponseBase:
    return _download(request, Filter.of(FilterForm(request.GET)), "trail")


@require_safe
def conversation_export(request: Any, conversation_id: UUID) -> HttpResponseBase:
    wanted = Filter(conversation=conversation_id)
    if not wanted.events().exists():
        raise Http404
    return _download(request, wanted, f"conversation-{conversation_id}")


def _download(request: Any, wanted: Filter, name: str) -> HttpResponseBase:
    asked = {field: value for field, value in vars(wanted).items() if value}
    record("trail.exported", actor=request.membership.actor, conversation_id=wanted.conversation, data=asked)
    organization = request.organization
    pieces = exporting.document(organization.pk, organization.slug, wanted)
    filename = f"{organization.slug}-{name}-{timezone.localdate()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(pieces, content_type="application/json", headers=headers)


def _state() -> dict[str, Any]:
    """What the box says without reading the whole chain."""
    return {
        "last_seal": Seal.objects.order_by("-position").first(),
        "waiting": Unsealed.objects.count(),
        "verified": AuditEvent.objects.filter(kind="trail.verified").order_by("-at", "-id").first(),
    }


def _query(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
