"""One customer across channels, decided by a person: joined, parted again, or never to be joined."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inbox import access, joining
from inbox.access import Request
from inbox.models import Apart, Ground, Identity
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """With `other`, and the person's `reason`."""
    conversation = access.locked_conversation(pk)
    other = access.customer(_uuid(request))
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return refused(request, "Say why they are the same person: it is kept with the join.")
    name = str(other)
    row = joining.join(
        conversation.customer, other, ground=Ground.PERSON, by=request.membership, reason=reason
    )
    if row is None:
        return refused(request, "They are one customer already, or one of them was erased.")
    undo = reverse("inbox:part", args=[request.organization.slug, pk, row.pk]) + "?undo=1"
    return changed(request, pk, f"{name} is now the same customer, on all channels.", undo=undo, seconds=10)


@require_GET
def confirm(request: Request, pk: UUID, join_id: UUID) -> HttpResponse:
    """What parting them will do, in words."""
    row = access.join(join_id)
    context = {
        "conversation": access.conversation(pk),
        "join": row,
        "names": Identity.objects.filter(Q(came_as=row.joined) | Q(customer=row.joined)),
        "moving": joining.moving(row),
    }
    return render(request, "inbox/parting.html", context)


@require_POST
def delete(request: Request, pk: UUID, join_id: UUID) -> HttpResponse:
    """`undo`: the click was a mistake, so nothing is remembered of it."""
    row = access.join(join_id)
    if not joining.part(row, request.membership, for_good="undo" not in request.GET):
        return refused(request, "They were parted already, or the customer was erased.")
    return changed(request, pk, f"{row.joined} is a customer of their own again.")


@require_POST
def refuse(request: Request, pk: UUID) -> HttpResponse:
    """Not the same: remembered, and never suggested again."""
    conversation, other = access.conversation(pk), access.customer(_uuid(request))
    joining.keep_apart(conversation.customer, other, request.membership)
    undo = reverse("inbox:unrefuse", args=[request.organization.slug, pk]) + f"?other={other.pk}"
    return changed(request, pk, f"Not the same as {other}: it is not suggested again.", undo=undo)


@require_POST
def unrefuse(request: Request, pk: UUID) -> HttpResponse:
    conversation, other = access.conversation(pk), access.customer(_uuid(request))
    Apart.objects.filter(joining.are_apart([conversation.customer_id], [other.pk])).delete()
    return changed(request, pk, "It may be suggested again.")


def _uuid(request: Request) -> UUID:
    return access.named(request.POST.get("other") or request.GET.get("other", ""))
