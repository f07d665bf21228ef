from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import About, Kind, NotPossible, Wish
from agents.actions.wishing import WishForm

if TYPE_CHECKING:
    from agents.models import Action


class ManualForm(WishForm):
    title = forms.CharField(max_length=120, label="What is to be done")
    steps = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), help_text="One step a line."
    )
    news = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="What the customer is told when it is done",
        help_text="Empty: nothing.",
    )


class Manual(Kind):
    """What no platform has an API for: a checklist, a link to the right page, and a proof."""

    name = "manual"
    label = "Manual step"
    icon = "list-checks"
    about = About.CONVERSATION
    form_class = ManualForm

    def suggest(self, action: Action) -> Wish:
        number = action.order.number if action.order else ""
        return {"steps": f"Open {number} on the seller's page.\n" if number else ""}

    def check(self, action: Action) -> None:
        if not str(action.wish.get("title", "")).strip():
            raise NotPossible("Say what is to be done.")
        if not self.steps(action):
            raise NotPossible("A manual step needs at least one line.")

    def effect(self, action: Action) -> str:
        return f"A person does it by hand: {action.wish['title'].strip()}"

    def news(self, action: Action) -> str:
        return str(action.wish.get("news", "")).strip()

    def steps(self, action: Action) -> list[str]:
        return [line.strip() for line in str(action.wish.get("steps", "")).splitlines() if line.strip()]
