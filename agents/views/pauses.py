"""The switches that stop the machine at once, and the banner that tells everybody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from agents.actions import kinds
from agents.understanding.intents import IntentKind
from inbox.access import Request, supervisors_only
from inbox.models import Channel, Pause, Paused
from inbox.views.showing import done, refused


@require_GET
def banner(request: Request) -> HttpResponse:
    """For every screen: what is paused, by whom and why."""
    return render(request, "agents/_paused.html", {"pauses": Pause.standing()})


@require_POST
@supervisors_only
def create(request: Request) -> HttpResponse:
    what, _, value = request.POST.get("over", "").partition(":")
    label = labels().get((what, value))
    if label is None:
        return refused(request, "Choose what to pause.")
    Pause.begin(what, value, label, request.membership, request.POST.get("reason", "").strip())
    return done(
        request, f"{label} is paused. Nothing of it leaves until somebody resumes it.", "agents:autonomy"
    )


@require_POST
@supervisors_only
def delete(request: Request, pause: UUID) -> HttpResponse:
    row = get_object_or_404(Pause, pk=pause)
    row.lift(request.membership)
    return done(request, f"{row.label} goes on.", "agents:autonomy")


def labels() -> dict[tuple[str, str], str]:
    """Everything a switch can stop: (what, value) → as people call it."""
    channels = [
        each for each in Channel.objects.order_by("name") if each.can("messages") or each.can("orders")
    ]
    return {
        (Paused.EVERYTHING.value, ""): "Everything",
        **{(Paused.CHANNEL.value, str(each.pk)): f"The channel {each}" for each in channels},
        **{(Paused.INTENT.value, each.value): f"“{intent_label(each)}”" for each in IntentKind},
        **{(Paused.ACTION.value, name): f"The action “{each.label}”" for name, each in kinds().items()},
    }


def intent_label(intent: str) -> str:
    return intent.replace("_", " ").capitalize()
