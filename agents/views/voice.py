"""Settings → Voice: how the brand sounds, with an answer to look at."""

from __future__ import annotations

from copy import copy
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agents.checking import manners
from agents.models.draft import joined
from agents.writing import sample
from agents.writing.compose import compose
from agents.writing.forms import VoiceForm
from audit.record import record
from inbox.access import Request, admins_only
from inbox.models import Channel, Conversation, Customer, Message, Organization
from inbox.views.showing import done


@require_http_methods(["GET", "POST"])
@admins_only
def edit(request: Request) -> HttpResponse:
    form = VoiceForm(request.POST or None, instance=copy(request.organization))
    if request.method == "POST" and form.is_valid():
        form.save()
        record("organization.changed", actor=request.membership.actor, data={"fields": form.changed_data})
        return done(request, "Saved. The next answers sound like this.", "agents:voice")
    context = {"form": form, **_example(request.organization)}
    return render(request, "settings/voice.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def preview(request: Request) -> HttpResponse:
    """How an answer would sound with what stands in the form, saved or not."""
    form = VoiceForm(request.POST, instance=copy(request.organization))
    context = _example(form.instance) if form.is_valid() else {"errors": form.errors}
    return render(request, "settings/_voice_preview.html", context)


def _example(organization: Organization) -> dict[str, object]:
    """A made-up customer asks by the first channel that takes messages."""
    channel = next((each for each in Channel.objects.order_by("connected_at") if each.can("messages")), None)
    customer = Customer(organization=organization, name=sample.NAME)
    kind = channel.kind if channel else "email"
    conversation = Conversation(
        organization=organization, channel=Channel(organization=organization, kind=kind), customer=customer
    )
    message = Message(organization=organization, conversation=conversation, text=sample.TEXT)
    facts = sample.facts(timezone.now(), ZoneInfo(organization.time_zone))
    answer = compose(message, conversation, sample.seen(), facts)
    wrong = manners.breaches(answer.sentences, organization)
    return {"asked": sample.TEXT, "answer": joined(answer.sentences), "wrong": wrong, "reason": answer.reason}
