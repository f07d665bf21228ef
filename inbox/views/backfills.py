"""A channel's past: how far it is read, and the buttons beside it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from connectors.contract import Capability
from inbox import access
from inbox.access import Request, admins_only
from inbox.models import Backfill, Channel


@require_GET
@admins_only
def show(request: Request, pk: UUID) -> HttpResponse:
    """What a screen fetches while pages come in."""
    return render(request, "settings/past.html", context(_channel(pk)))


@require_POST
@admins_only
def create(request: Request, pk: UUID) -> HttpResponse:
    channel = _channel(pk)
    Backfill.begin(channel, request.membership.actor)
    return _changed(request, channel)


@require_POST
@admins_only
def stop(request: Request, pk: UUID) -> HttpResponse:
    channel = _channel(pk)
    if newest := Backfill.newest(channel):
        newest.stop(request.membership.actor)
    return _changed(request, channel)


@require_POST
@admins_only
def resume(request: Request, pk: UUID) -> HttpResponse:
    channel = _channel(pk)
    if newest := Backfill.newest(channel):
        newest.go_on(request.membership.actor)
    return _changed(request, channel)


def context(channel: Channel) -> dict[str, object]:
    """For settings/past.html; nothing where a platform's past cannot be read."""
    if not channel.can(Capability.PAST):
        return {}
    return {"channel": channel, "past": Backfill.newest(channel), "days": Backfill.DAYS}


def _channel(pk: UUID) -> Channel:
    channel = access.channel(pk)
    if not channel.can(Capability.PAST):
        raise Http404
    return channel


def _changed(request: Request, channel: Channel) -> HttpResponse:
    if not request.htmx:
        return redirect("inbox:channel", request.organization.slug, channel.pk)
    return render(request, "settings/past.html", context(channel))
