from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions import returned
from agents.actions.kind import NotPossible, Wish
from agents.actions.returned import AboutReturn, the_return
from agents.actions.wishing import WishForm
from connectors.events import ReturnStatus

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Membership

_FOUND = {
    "as_sold": "it is as it was sold",
    "used": "it shows signs of use",
    "damaged": "it is damaged",
    "incomplete": "something is missing",
    "another": "it is not what we sent",
}
_NOT_HERE = {ReturnStatus.REQUESTED, ReturnStatus.DECLINED, ReturnStatus.CANCELLED}


class InspectionForm(WishForm):
    found = forms.ChoiceField(choices=[(name, words.capitalize()) for name, words in _FOUND.items()])
    note = forms.CharField(
        required=False, max_length=300, help_text="For the trail; the customer does not see it."
    )


class InspectReturn(AboutReturn):
    """What came back was looked at. It stands in the trail, and decides nothing by itself."""

    name = "inspect_return"
    label = "Note inspection"
    icon = "search-check"
    is_ours = True
    at_once = True
    form_class = InspectionForm

    def suggest(self, action: Action) -> Wish:
        return {"found": "as_sold"}

    def check(self, action: Action) -> None:
        back = the_return(action)
        if back.status in _NOT_HERE:
            raise NotPossible(f"Return {back.name} is {returned.standing(back)}: nothing is here to look at.")
        if action.wish.get("found") not in _FOUND:
            raise NotPossible("Say what was found.")

    def effect(self, action: Action) -> str:
        return f"Return {the_return(action).name} was inspected: {_FOUND[action.wish['found']]}."

    def do(self, action: Action, by: Membership | None) -> None:
        """Its own deed in the trail says it all."""

    def news(self, action: Action) -> str:
        return (
            f"We have checked what you sent back with return {the_return(action).name}: "
            f"{_FOUND[action.wish['found']]}."
        )

    def news_key(self, action: Action) -> str:
        back = the_return(action)
        return returned.key(back.channel_id, back.external_id, "inspected")
