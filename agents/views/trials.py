"""Try a message: what the machine would do with it, against the organization's own data, without doing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from agents import access, trying
from agents.models import Trial
from agents.trying import Writer
from agents.views.runs import pass_context, show_evidence
from inbox import queries
from inbox.access import Request, supervisors_only
from inbox.models import Channel
from inbox.views.showing import show as answer_with

EXAMPLE = "Hi, my jacket should have been here on Thursday. Where is it?"


class TrialForm(forms.Form):
    text = forms.CharField(
        label="What the customer writes",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": EXAMPLE}),
    )
    subject = forms.CharField(label="Subject", max_length=300, required=False)
    channel = forms.ChoiceField(label="Comes in by")

    def __init__(self, channels: list[Channel], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = {str(each.pk): each for each in channels}
        self.fields["channel"].choices = [(pk, str(each)) for pk, each in self.channels.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Channel:
        return self.channels[self.cleaned_data["channel"]]


@require_http_methods(["GET", "POST"])
@supervisors_only
def create(request: Request) -> HttpResponse:
    """The form; with `from`, filled as an earlier trial was."""
    earlier = _earlier(request)
    initial = (
        {"text": earlier.text, "subject": earlier.subject, "channel": earlier.channel_id} if earlier else {}
    )
    form = TrialForm(queries.talking(queries.channels()), request.POST or None, initial=initial)
    writer = Writer.of(earlier) if earlier else Writer.read((request.POST or request.GET).get("writer", ""))
    if request.method == "POST" and form.is_valid():
        trial = trying.begin(
            request.membership,
            form.chosen,
            writer,
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
        )
        return redirect("agents:trial", request.organization.slug, trial.pk)
    context = {"form": form, "writer": writer, "found": trying.writers("")}
    return render(request, "agents/try.html", context, status=422 if form.errors else 200)


def _earlier(request: Request) -> Trial | None:
    try:
        return access.trial(UUID(request.GET.get("from", "")))
    except ValueError:
        return None


@require_GET
@supervisors_only
def writers(request: Request) -> HttpResponse:
    """Customers and orders to choose from, as they are searched for; the chosen one stays."""
    context = {
        "writer": Writer.read(request.GET.get("writer", "")),
        "found": trying.writers(request.GET.get("q", "")),
    }
    return render(request, "agents/_writers.html", context)


@require_GET
@supervisors_only
def show(request: Request, trial: UUID) -> HttpResponse:
    """A page for everybody who may see it; while a worker is at it, the fragment a screen asks for."""
    record = access.trial(trial)
    context = {**pass_context(record), "gone_at": record.started_at + record.KEPT}
    return answer_with(request, page="agents/trial.html", part="agents/_trial.html", context=context)


@require_GET
@supervisors_only
def evidence(request: Request, trial: UUID, number: int) -> HttpResponse:
    return show_evidence(request, access.trial(trial), number)
