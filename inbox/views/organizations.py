from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from audit.record import record
from inbox.access import Request, admins_only
from inbox.views.forms import OrganizationForm
from inbox.views.showing import done


@require_http_methods(["GET", "POST"])
@admins_only
def edit(request: Request) -> HttpResponse:
    form = OrganizationForm(request.POST or None, instance=request.organization)
    if request.method == "POST" and form.is_valid():
        form.save()
        record("organization.changed", actor=request.membership.actor, data={"fields": form.changed_data})
        return done(request, "Saved.", "inbox:organization")
    return render(request, "settings/organization.html", {"form": form}, status=422 if form.errors else 200)
