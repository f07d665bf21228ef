from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from inbox.access import Request
from inbox.views.forms import ProfileForm
from inbox.views.showing import done


@require_GET
def home(request: Request) -> HttpResponse:
    """The first page of the settings that this person may see."""
    return redirect(
        "inbox:channels" if request.membership.administers else "inbox:profile", request.organization.slug
    )


@require_http_methods(["GET", "POST"])
def edit(request: Request) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return done(request, "Saved.", "inbox:profile")
    return render(request, "settings/profile.html", {"form": form}, status=422 if form.errors else 200)
