"""Settings → Hand-off: when a person takes over, in plain sentences, tried on the past before it counts."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import access
from agents.handing_over import try_on_the_past
from agents.models import HandoffRule
from agents.views.handoff_form import HandoffForm
from inbox.access import Request, admins_only
from inbox.views.showing import done, show, toast

COUNTED = timedelta(days=30)


@require_GET
@admins_only
def index(request: Request) -> HttpResponse:
    return render(request, "settings/handoff.html", _rules())


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: Request) -> HttpResponse:
    return _form(request, HandoffRule(), "made")


@require_http_methods(["GET", "POST"])
@admins_only
def edit(request: Request, rule: UUID) -> HttpResponse:
    return _form(request, access.handoff_rule(rule), "changed")


@require_POST
@admins_only
def attempt(request: Request) -> HttpResponse:
    """What the rule in the form would have done so far; nothing is kept."""
    known = request.POST.get("rule", "")
    rule = access.handoff_rule(UUID(known)) if known else HandoffRule()
    form = HandoffForm(request.organization, request.POST, instance=copy(rule))
    tried = try_on_the_past(form.instance) if form.is_valid() else None
    context = {"form": form, "rule": form.instance, "tried": tried}
    return show(
        request, page="settings/handoff_rule.html", part="settings/_handoff_cases.html", context=context
    )


@require_POST
@admins_only
def move(request: Request, rule: UUID) -> HttpResponse:
    row = access.handoff_rule(rule)
    row.move(-1 if request.POST.get("by") == "-1" else 1)
    row.record("moved", request.membership)
    return _again(request)


@require_POST
@admins_only
def switch(request: Request, rule: UUID) -> HttpResponse:
    row = access.handoff_rule(rule)
    row.is_on = request.POST.get("on") == "1"
    row.save(update_fields=["is_on"])
    row.record("switched", request.membership, on=row.is_on)
    return _again(request)


@require_POST
@admins_only
def delete(request: Request, rule: UUID) -> HttpResponse:
    row = access.handoff_rule(rule)
    row.deleted_at = timezone.now()
    row.save(update_fields=["deleted_at"])
    row.record("deleted", request.membership)
    undo = reverse("agents:restore_handoff", args=[request.organization.slug, row.pk])
    return _again(request, "Deleted. What it handed over stays as it is.", undo)


@require_POST
@admins_only
def restore(request: Request, rule: UUID) -> HttpResponse:
    row = access.handoff_rule(rule)
    row.deleted_at = None
    row.save(update_fields=["deleted_at"])
    row.record("restored", request.membership)
    return _again(request, "The rule is back.")


def _form(request: Request, rule: HandoffRule, verb: str) -> HttpResponse:
    form = HandoffForm(request.organization, request.POST or None, instance=copy(rule))
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        kept.record(verb, request.membership)
        return done(request, "Saved. It counts for the next message.", "agents:handoff")
    context = {"form": form, "rule": rule, "tried": try_on_the_past(rule) if verb == "changed" else None}
    return render(request, "settings/handoff_rule.html", context, status=422 if form.errors else 200)


def _rules() -> dict[str, Any]:
    since = timezone.now() - COUNTED
    used = Count("handoffs", filter=Q(handoffs__at__gte=since))
    return {"rules": list(HandoffRule.kept().annotate(used=used)), "days": COUNTED.days}


def _again(request: Request, said: str = "", undo: str = "") -> HttpResponse:
    """The list as it is now."""
    if not request.htmx:
        return redirect("agents:handoff", request.organization.slug)
    response = render(request, "settings/_handoff_rules.html", _rules())
    if said:
        response.write(toast(request, said, undo=undo, target="#rules"))
    return response
