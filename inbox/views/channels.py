from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from connectors import registry
from connectors.contract import Capability
from inbox import access, connecting, consenting, queries
from inbox.access import Request, admins_only
from inbox.models import Channel
from inbox.views import backfills
from inbox.views.forms import ConnectForm
from inbox.views.showing import done


@require_GET
@admins_only
def index(request: Request) -> HttpResponse:
    context = {"channels": queries.channels(), "connectors": list(registry.connectors().values())}
    return render(request, "settings/channels.html", context)


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: Request, kind: str) -> HttpResponse:
    """The connector's own form. Nothing outside is called here: a worker checks, and the next page shows it."""
    if kind not in registry.connectors():
        raise Http404
    connector = registry.connector(kind)
    form = ConnectForm(connector, request.POST or None)
    if request.method == "POST" and form.is_valid():
        consents = request.POST.get("next") == "consent"
        channel = connecting.begin(connector, form.cleaned_data, request.membership, consents=consents)
        return redirect("inbox:channel", request.organization.slug, channel.pk)
    context = {"connector": connector, "form": form, "redirect_uri": consenting.redirect_uri()}
    return render(request, "settings/connect.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: Request, pk: UUID) -> HttpResponse:
    """Its health, and the form again for a reconnection."""
    if moved := consenting.moved_to(pk):
        return redirect("inbox:channel", request.organization.slug, moved)
    channel = access.channel(pk)
    known = {"external_id": channel.external_id, **channel.settings}
    form = ConnectForm(channel.connector, request.POST or None, known=known)
    form.fields.pop("external_id", None)  # another account is another channel
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "external_id": channel.external_id}
        consents = request.POST.get("next") == "consent"
        connecting.begin(channel.connector, values, request.membership, consents=consents)
        return redirect("inbox:channel", request.organization.slug, pk)
    hook = reverse("inbox:hook", args=[request.organization.slug, pk])
    context = {
        "form": form,
        **_health(channel),
        **backfills.context(channel),
        "hook": f"{settings.WEBHOOK_URL}{hook}",
        "redirect_uri": consenting.redirect_uri(),
        **_widget(channel),
    }
    return render(request, "settings/channel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admins_only
def check(request: Request, pk: UUID) -> HttpResponse:
    """POST asks a worker to test the connection; GET is how the screen hears of it."""
    if moved := consenting.moved_to(pk):
        return done(
            request,
            "That account was connected already; it is reconnected now.",
            "inbox:channel",
            moved,
        )
    channel = access.channel(pk)
    if request.method == "POST":
        connecting.test(channel)
        if not request.htmx:
            return redirect("inbox:channel", request.organization.slug, pk)
    return render(request, "settings/check.html", _health(channel))


def _widget(channel: Channel) -> dict[str, str]:
    """What a seller puts into their own pages, where the channel lives there."""
    if not channel.can(Capability.WIDGET):
        return {}
    script = f"{settings.PUBLIC_URL}{reverse('chat:widget', args=[channel.external_id])}"
    return {"embed": f'<script async src="{script}"></script>', "embed_from": settings.PUBLIC_URL}


def _health(channel: Channel) -> dict[str, object]:
    return {
        "channel": channel,
        "is_tested": connecting.is_tested(channel.pk),
        "said": connecting.said(channel.pk),
    }


@require_POST
@admins_only
def pause(request: Request, pk: UUID) -> HttpResponse:
    channel = access.channel(pk)
    channel.pause()
    return done(
        request,
        f"{channel} is paused. What customers write is kept and read when it goes on.",
        "inbox:channel",
        pk,
    )


@require_POST
@admins_only
def resume(request: Request, pk: UUID) -> HttpResponse:
    channel = access.channel(pk)
    channel.resume()
    return done(request, f"{channel} goes on.", "inbox:channel", pk)
