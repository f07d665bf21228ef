"""Leaving for a platform's consent page, and coming back from it."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from config.tenancy import scope
from connectors.contract import Capability
from connectors.errors import ConnectorError
from inbox import access, consenting
from inbox.access import Request, admins_only
from inbox.consenting import NotValid, State
from inbox.views.showing import done


@require_GET
@never_cache
@admins_only
def leave(request: Request, pk: UUID) -> HttpResponse:
    """A link and no form: browsers hold back a form that ends at another site (`form-action`)."""
    channel = access.channel(pk)
    if not channel.can(Capability.CONSENT):
        raise Http404
    try:
        return HttpResponseRedirect(consenting.begin(channel, request.membership))
    except ConnectorError as error:
        return done(request, error.message, "inbox:channel", pk, error=True)


@require_GET
@never_cache
@login_required
def come_back(request: Request) -> HttpResponse:
    """Outside any organization, since the platform knows one address; the state says where it leads."""
    try:
        state = State.read(request.GET.get("state", ""))
        membership = access.membership_of(request.user, state.slug)
        if membership is None:
            raise Http404
        if not membership.administers:
            raise PermissionDenied
        with scope(membership.tenant):
            channel = consenting.come_back(state, request.GET.dict(), membership)
    except NotValid as error:
        return render(request, "settings/not_valid.html", {"words": str(error)}, status=400)
    return redirect("inbox:channel", state.slug, channel.pk)
