from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from audit.record import record
from inbox import access
from inbox.access import Request, admins_only
from inbox.resetting import reset_clocks
from inbox.templatetags.words import counted
from inbox.views.forms import ClockForm
from inbox.views.showing import done


@require_http_methods(["GET", "POST"])
@admins_only
def edit(request: Request, pk: UUID) -> HttpResponse:
    """How fast this channel's customers are to be answered; what waits now is due anew."""
    channel = access.channel(pk)
    form = ClockForm(channel, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        channel.keep_clock(form.settings)
        count = reset_clocks(channel)
        record("channel.clock", actor=request.membership.actor, subject=channel, data=form.settings)
        waiting = counted(count, "conversation,conversations")
        return done(request, f"Saved. {waiting} now due by this clock.", "inbox:channel", pk)
    context = {"channel": channel, "form": form, "own": channel.connector.limits.reply}
    return render(request, "settings/clock.html", context, status=422 if form.errors else 200)
