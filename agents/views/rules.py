"""Settings → Rules: what may be done, as sentences; changed together, tried on the past, then put in force."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import access
from agents import rules as kinds
from agents.models import Policy, PolicyEdit
from agents.rules.form import RuleForm
from agents.rules.rule import Rule
from agents.templatetags.rulings import TONES
from agents.trying_rules import Tried, try_rules
from agents.verdict import Ruling
from inbox.access import Request, admins_only
from inbox.templatetags.plots import Share
from inbox.views.showing import done
from inbox.views.showing import show as answer_with

SHOWN = 20  # versions
DAYS = [7, 30, 90]
OUTCOMES = [
    (Ruling.ALLOWED, "automatic"),
    (Ruling.APPROVAL, "with approval"),
    (Ruling.FORBIDDEN, "refused"),
]
FILTERS = [("", "All"), *((ruling.value, words.capitalize()) for ruling, words in OUTCOMES)]


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Why", max_length=300, required=False, help_text="For whoever reads it later."
    )


@require_GET
@admins_only
def show(request: Request) -> HttpResponse:
    """The rules in force, or those being worked on."""
    current, edit = Policy.current(), PolicyEdit.objects.select_related("changed_by__user").first()
    changes = {each.key: each for each in edit.changes} if edit else {}
    rows = [{"rule": rule, "change": changes.get(rule.key)} for rule in (edit or current).every]
    context = {
        "current": current,
        "edit": edit,
        "rows": rows,
        "gone": [rule for rule in current.every if edit and not edit.rule(rule.key)],
        "changes": list(changes.values()),
        "kinds": kinds.kinds().values(),
        "note": NoteForm(),
        "versions": Policy.objects.select_related("saved_by__user").order_by("-version")[:SHOWN],
        "days": DAYS,
    }
    return render(request, "settings/rules.html", context)


@require_http_methods(["GET", "POST"])
@admins_only
def create(request: Request, kind: str) -> HttpResponse:
    return _ask(request, _kind(kind), None)


@require_http_methods(["GET", "POST"])
@admins_only
def edit(request: Request, key: str) -> HttpResponse:
    rule = (PolicyEdit.objects.first() or Policy.current()).rule(key)
    if rule is None:
        raise Http404
    return _ask(request, type(rule), rule)


def _ask(request: Request, kind: type[Rule], rule: Rule | None) -> HttpResponse:
    form = RuleForm(kind, request.POST if request.method == "POST" else None, rule=rule)
    if request.method == "POST" and form.is_valid():
        PolicyEdit.begin(request.membership).put(form.rule, request.membership)
        return done(request, "Noted. It counts once the changes are put in force.", "agents:rules")
    context = {"form": form, "kind": kind, "rule": rule, "sentence": rule.sentence if rule else ""}
    return render(request, "settings/rule.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def preview(request: Request, kind: str) -> HttpResponse:
    """How the rule reads with what stands in the form."""
    form = RuleForm(_kind(kind), request.POST)
    sentence = form.rule.sentence if form.is_valid() else ""
    return render(request, "settings/_rule_sentence.html", {"sentence": sentence, "form": form})


@require_POST
@admins_only
def delete(request: Request, key: str) -> HttpResponse:
    PolicyEdit.begin(request.membership).drop(key, request.membership)
    return done(request, "Taken out. It counts until the changes are put in force.", "agents:rules")


@require_POST
@admins_only
def put_back(request: Request, key: str) -> HttpResponse:
    """As it is in force."""
    rule = Policy.current().rule(key)
    if rule is None:
        raise Http404
    PolicyEdit.begin(request.membership).put(rule, request.membership)
    return done(request, "As it was.", "agents:rules")


@require_POST
@admins_only
def put_in_force(request: Request) -> HttpResponse:
    edit, form = PolicyEdit.objects.select_for_update().first(), NoteForm(request.POST)
    if edit is None or not form.is_valid():
        return done(request, "There is nothing to put in force.", "agents:rules", error=True)
    policy = edit.put_in_force(request.membership, form.cleaned_data["note"])
    return done(request, f"Version {policy.version} is in force.", "agents:rules")


@require_POST
@admins_only
def discard(request: Request) -> HttpResponse:
    PolicyEdit.objects.all().delete()
    return done(request, "The changes are gone.", "agents:rules")


@require_GET
@admins_only
def version(request: Request, number: int) -> HttpResponse:
    policy = access.policy(number)
    return render(request, "settings/rules_version.html", {"policy": policy, "current": Policy.current()})


@require_POST
@admins_only
def restore(request: Request, number: int) -> HttpResponse:
    """Begin again from an earlier version; it is a change like any other."""
    PolicyEdit.begin(request.membership).take(access.policy(number), request.membership)
    return redirect("agents:rules", request.organization.slug)


@require_GET
@admins_only
def attempt(request: Request) -> HttpResponse:
    """The rules being worked on, over the last days; without changes, those in force."""
    days = request.GET.get("days", "")
    span = int(days) if days.isdigit() and int(days) in DAYS else 30
    current, edit = Policy.current(), PolicyEdit.objects.first()
    trial = try_rules((edit or current).every, current.every, span)
    only = request.GET.get("only", "")
    context: dict[str, Any] = {
        "trial": trial,
        "edit": edit,
        "days": DAYS,
        "only": only,
        "filters": [*FILTERS, ("differing", "Otherwise than now")] if edit else FILTERS,
        "now": _shares(trial.counts),
        "before": _shares(trial.counts_before),
        "cases": [each for each in trial.cases if not only or _is(each, only)],
    }
    return answer_with(
        request, page="settings/rules_tried.html", part="settings/_rules_tried.html", context=context
    )


def _is(case: Tried, only: str) -> bool:
    return case.differs if only == "differing" else case.verdict.ruling == only


def _shares(counts: Counter[Ruling]) -> list[Share]:
    return [Share(counts[ruling], f"{counts[ruling]} {words}", TONES[ruling]) for ruling, words in OUTCOMES]


def _kind(name: str) -> type[Rule]:
    if name not in kinds.kinds():
        raise Http404
    return kinds.kinds()[name]
