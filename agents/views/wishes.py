"""A wrong intent put right: a member says what the customer wants, and the message is read again."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from agents import access, correcting
from agents.models import Run
from agents.tasks import wake_readers
from agents.templatetags.proof import wish_name
from agents.understanding.intents import IntentKind
from inbox.access import Request
from inbox.views.showing import refused, toast

# One letter each, for hands that have learned them; what cannot be meant has none.
LETTERS = {
    IntentKind.WHERE_IS_MY_ORDER: "w",
    IntentKind.DELIVERY_EXCEPTION: "d",
    IntentKind.RETURN_REQUEST: "r",
    IntentKind.EXCHANGE: "x",
    IntentKind.REFUND_REQUEST: "f",
    IntentKind.REFUND_STATUS: "s",
    IntentKind.CANCEL: "c",
    IntentKind.CHANGE_ORDER: "o",
    IntentKind.CHANGE_ADDRESS: "a",
    IntentKind.PRODUCT_QUESTION: "p",
    IntentKind.SHIPPING_INFO: "i",
    IntentKind.PAYMENT: "b",
    IntentKind.DISCOUNT: "n",
    IntentKind.ACCOUNT: "t",
    IntentKind.SUBSCRIPTION: "u",
    IntentKind.WARRANTY: "g",
    IntentKind.HUMAN: "h",
    IntentKind.COMPLAINT: "m",
    IntentKind.OTHER: "l",
}


@require_POST
def create(request: Request, run: UUID) -> HttpResponse:
    row = access.run(run)
    try:
        kind = IntentKind(request.POST.get("kind", ""))
        words = request.POST.get("words", "")
        correction = correcting.correct(row, kind, request.membership, words=words)
    except ValueError:
        return refused(request, "Choose what the customer wants.")
    except correcting.NotCorrectable as reason:
        return refused(request, str(reason))
    undo = reverse("agents:uncorrect", args=[request.organization.slug, row.pk])
    said = f"Remembered: “{_short(correction.words)}” means: {wish_name(kind).lower()}. Read again."
    return _again(request, row, said, undo)


@require_POST
def delete(request: Request, run: UUID) -> HttpResponse:
    row = access.run(run)
    correcting.take_back(row, request.membership)
    return _again(request, row, "Forgotten. It is read as before.")


def _again(request: Request, run: Run, said: str, undo: str = "") -> HttpResponse:
    wake_readers(run.tenant, [run.message_id], again=True)
    context = {"conversation": run.conversation, "waiting": True}
    response = render(request, "agents/_draft.html", context)
    response.write(toast(request, said, undo=undo, seconds=settings.UNDO_SECONDS, target="#draft"))
    return response


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:60].rsplit(' ', 1)[0]} …"
