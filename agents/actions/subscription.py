from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import NotPossible, Wish
from agents.actions.ordered import AboutOrder
from agents.actions.wishing import WishForm
from connectors.commands import ChangeSubscription, SubscriptionChange

if TYPE_CHECKING:
    from agents.models import Action

_CHANGES = [
    (SubscriptionChange.PAUSE.value, "Pause"),
    (SubscriptionChange.RESUME.value, "Go on after a pause"),
    (SubscriptionChange.SKIP.value, "Skip the next delivery"),
    (SubscriptionChange.CANCEL.value, "Cancel"),
    (SubscriptionChange.SWAP.value, "Swap for another variant"),
]
_DONE = {
    SubscriptionChange.PAUSE: "is paused",
    SubscriptionChange.RESUME: "goes on",
    SubscriptionChange.SKIP: "skips its next delivery",
    SubscriptionChange.CANCEL: "is cancelled: nothing more is sent or charged",
    SubscriptionChange.SWAP: "brings another variant from now on",
}


class SubscriptionForm(WishForm):
    subscription = forms.CharField(max_length=120, help_text="Its number on the seller's page.")
    change = forms.ChoiceField(choices=_CHANGES)
    until = forms.DateField(required=False, help_text="Of a pause; empty: until somebody ends it.")
    line = forms.CharField(required=False, max_length=120, help_text="To swap: what they get now.")
    variant = forms.CharField(required=False, max_length=120, help_text="To swap: what they get instead.")
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class Subscription(AboutOrder):
    """Goods that come again by themselves, of which one order is known."""

    name = "subscription"
    label = "Change subscription"
    icon = "calendar-sync"
    command_type = ChangeSubscription
    form_class = SubscriptionForm

    def suggest(self, action: Action) -> Wish:
        return {"change": SubscriptionChange.SKIP.value}

    def check(self, action: Action) -> None:
        super().check(action)
        wish = action.wish
        if not wish.get("subscription"):
            raise NotPossible("Which subscription? Its number is missing.")
        if wish.get("change") not in list(SubscriptionChange):
            raise NotPossible("Choose what is to be done with it.")
        if wish["change"] == SubscriptionChange.SWAP and not (wish.get("line") and wish.get("variant")):
            raise NotPossible("To swap, say what they get now and what they get instead.")
        if (until := _until(action)) and until <= datetime.now(UTC).date():
            raise NotPossible("The pause would be over already.")

    def effect(self, action: Action) -> str:
        return f"Subscription {action.wish['subscription']} {_what(action)}."

    def command(self, action: Action) -> ChangeSubscription:
        wish = action.wish
        return ChangeSubscription(
            subscription_id=wish["subscription"],
            change=SubscriptionChange(wish["change"]),
            until=_until(action),
            line_id=wish.get("line", ""),
            variant_id=wish.get("variant", ""),
            note=wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        return f"Your subscription {_what(action)}."

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open subscription {action.wish['subscription']} on the seller's page.",
            f"Change it, so that it {_what(action)}.",
            "Save what the page shows afterwards as proof.",
        ]


def _what(action: Action) -> str:
    change, until = SubscriptionChange(action.wish["change"]), _until(action)
    return _DONE[change] + (f" until {until}" if until and change is SubscriptionChange.PAUSE else "")


def _until(action: Action) -> date | None:
    return date.fromisoformat(action.wish["until"]) if action.wish.get("until") else None
