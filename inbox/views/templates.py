from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from config.tenancy import new_id
from inbox import access, templating
from inbox.access import Request
from inbox.models import MessageTemplate, Refetch
from inbox.rules import Forbidden
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_GET
def index(request: Request, pk: UUID) -> HttpResponse:
    """Where nothing else may be written: the approved ones, the chosen one's blanks, and how it will read."""
    conversation = access.conversation(pk)
    channel = conversation.channel
    templating.look(channel)
    rows = list(MessageTemplate.objects.filter(channel=channel).order_by("name", "language"))
    ready = [each for each in rows if each.can_be_sent]
    wanted = request.GET.get("template")
    chosen = next((each for each in ready if str(each.pk) == wanted), ready[0] if ready else None)
    values = _values(request.GET)
    context = {
        "conversation": conversation,
        "ready": ready,
        "others": [each for each in rows if not each.can_be_sent],
        "chosen": chosen,
        "shown": chosen.shown(values) if chosen else None,
        "values": values,
        "is_read": not Refetch.objects.filter(channel=channel, kind="templates", problem="").exists(),
        "key": new_id(),
    }
    return render(request, "inbox/templates.html", context)


@require_GET
def preview(request: Request, pk: UUID, template: UUID) -> HttpResponse:
    """As a person types: how it will read."""
    access.conversation(pk)
    chosen = access.template(template)
    return render(
        request,
        "inbox/template_preview.html",
        {"chosen": chosen, "shown": chosen.shown(_values(request.GET))},
    )


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """The same `key` twice is the same message."""
    conversation = access.locked_conversation(pk)
    try:
        template = access.template(UUID(request.POST.get("template", "")))
    except ValueError:
        return refused(request, "Choose a template first.")
    key = request.POST.get("key", "")[:64]
    try:
        message = templating.send(conversation, template, _values(request.POST), request.membership, key)
    except Forbidden as refusal:
        return refused(request, str(refusal))
    return changed(
        request,
        pk,
        "The template goes out in a moment.",
        undo=reverse("inbox:undo", args=[request.organization.slug, message.pk]),
        seconds=settings.UNDO_SECONDS,
        templatesent={"conversation": str(pk)},
    )


def _values(sent: QueryDict) -> dict[str, str]:
    """By the keys of the blanks, all of which have a dot in them."""
    return {name: str(text) for name, text in sent.items() if "." in name}
