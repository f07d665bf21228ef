"""Deciding about an action, and the part of a conversation (or order) where its actions stand."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from agents import access
from agents.models import Action, Consent, NotAllowed
from agents.showing.cards import Card, of_conversation, of_dispute, of_order
from connectors.events import File
from inbox import access as inbox
from inbox.access import Request
from inbox.views.showing import tell, toast

REASONS = (
    "Not by our rules",
    "The amount is wrong",
    "The order or item is wrong",
    "The customer does not need it",
    "Too risky",
    "Should be done otherwise",
)


@require_GET
def of_talk(request: Request, conversation: UUID) -> HttpResponse:
    row = inbox.conversation(conversation)
    return _part(request, of_conversation(row, request.membership), conversation=row)


@require_GET
def about_order(request: Request, order: UUID) -> HttpResponse:
    return _part(request, of_order(inbox.order(order), request.membership))


@require_GET
def about_dispute(request: Request, dispute: UUID) -> HttpResponse:
    return _part(request, of_dispute(inbox.dispute(dispute), request.membership))


@require_POST
def approve(request: Request, action: UUID) -> HttpResponse:
    """What moves money is shown once more, with its amount and account; only what was `confirmed` is approved."""
    row, seen = access.action(action), request.POST.get("fingerprint", "")
    if row.moves_money and not request.POST.get("confirmed"):
        response = render(request, "agents/_confirm.html", {"card": Card(row, request.membership)})
        response["HX-Retarget"], response["HX-Reswap"] = "#act", "innerHTML"
        return response
    try:
        row.approve(request.membership, seen)
    except NotAllowed as why:
        return answer(request, row, str(why), error=True)
    return approved(request, row, "Approved. ")


@require_POST
def reject(request: Request, action: UUID) -> HttpResponse:
    row = access.action(action)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return answer(request, row, "Say why: the machine learns from it.", error=True)
    try:
        row.reject(request.membership, reason)
    except NotAllowed as why:
        return answer(request, row, str(why), error=True)
    return answer(request, row, "Turned down. Nothing happens.")


@require_POST
def undo(request: Request, action: UUID) -> HttpResponse:
    row = access.action(action)
    if not row.undo(request.membership):
        return answer(request, row, "Too late to undo: it is being done.", error=True)
    return answer(request, row, "Taken back. Nothing was done.")


@require_POST
def say(request: Request, action: UUID) -> HttpResponse:
    """A person looked at the platform, or did it there."""
    row = access.action(action)
    try:
        row.say(request.membership, done=request.POST.get("done") == "yes")
    except NotAllowed as why:
        return answer(request, row, str(why), error=True)
    return answer(request, row, "Noted.")


def _part(request: Request, cards: list[Card], **more: object) -> HttpResponse:
    over = [card for card in cards if card.action.is_over]
    context = {"cards": cards, "over": over, "reasons": REASONS, **more}
    return render(request, "agents/_actions.html", context)


@require_POST
def confirm(request: Request, action: UUID) -> HttpResponse:
    """A member was told the shopper's yes, and answers for it."""
    row = access.action(action)
    row.lock()
    if not (row.is_waiting and row.ruling.waits_for_shopper):
        return answer(request, row, "Nobody waits for the shopper's yes any more.", error=True)
    Consent.confirm(row, request.membership)
    return answer(request, row, "Noted that the shopper said yes.")


@require_POST
def prove(request: Request, action: UUID) -> HttpResponse:
    """A file that shows what was done by hand."""
    row, upload = access.action(action), request.FILES.get("file")
    if upload is None:
        return answer(request, row, "Choose a file first.", error=True)
    try:
        row.prove(File(upload.name or "proof", upload.content_type or "", upload.read()), request.membership)
    except NotAllowed as why:
        return answer(request, row, str(why), error=True)
    return answer(request, row, "Kept with the action.")


@require_GET
def file(request: Request, file: UUID) -> FileResponse:
    """As it was given, and never shown by us."""
    row = access.action_file(file)
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=row.name)


def approved(request: Request, action: Action, said: str = "") -> HttpResponse:
    """What happens now, with an undo where there still is one."""
    card = Card(action, request.membership)
    if card.can_undo:
        undo = reverse("agents:undo_action", args=[request.organization.slug, action.pk])
        return answer(request, action, f"{said}It is done in a moment.", undo=undo)
    if card.asks_how_it_ended:
        return answer(request, action, f"{said}It is done by hand: the steps are with it.")
    return answer(request, action, f"{said}{action.standing}.")


def answer(
    request: Request, action: Action, said: str, *, undo: str = "", error: bool = False
) -> HttpResponse:
    """A toast; every place that shows the action looks again (agents/acting.js)."""
    tone = "error" if error else ""
    body = toast(request, said, undo=undo, seconds=settings.UNDO_SECONDS, tone=tone, target="this")
    response = HttpResponse(body, status=422 if error else 200)
    response["HX-Reswap"] = "none"
    changed = {"conversation": str(action.conversation_id or "")}
    is_settled = not Card(action, request.membership).needs_somebody
    acted = {"action": str(action.pk), "refused": error, "settled": is_settled}
    return tell(response, acted=acted, changed=changed)
