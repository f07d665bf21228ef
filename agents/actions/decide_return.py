from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms

from agents.actions import returned
from agents.actions.kind import NotPossible
from agents.actions.returned import AboutReturn, the_return
from agents.actions.wishing import LabelField, WishForm
from connectors.commands import DecideReturn, ReturnDecision
from connectors.events import ReturnStatus

if TYPE_CHECKING:
    from agents.models import Action


class NoteForm(WishForm):
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class ApproveForm(NoteForm):
    label = LabelField(label="Return label")


class DeclineForm(WishForm):
    note = forms.CharField(max_length=300, label="Why", help_text="The customer reads this.")


class _Decide(AboutReturn):
    command_type = DecideReturn
    form_class: ClassVar[type[WishForm]] = NoteForm
    decision: ClassVar[ReturnDecision]
    step: ClassVar[str]  # what the shopper hears of
    instead: ClassVar[str] = "Do it on the seller's page."  # where a platform has no such step

    def check(self, action: Action) -> None:
        super().check(action)
        channel = the_return(action).channel
        taken = channel.connector.return_decisions
        if taken is not None and self.decision not in taken:
            raise NotPossible(f"{channel.connector.label} has no such step. {self.instead}")

    def command(self, action: Action) -> DecideReturn:
        return DecideReturn(
            return_id=the_return(action).external_id,
            decision=self.decision,
            note=action.wish.get("note", ""),
            label=returned.label(action),
        )

    def news_key(self, action: Action) -> str:
        back = the_return(action)
        return returned.key(back.channel_id, back.external_id, self.step)


class ApproveReturn(_Decide):
    name = "approve_return"
    label = "Approve return"
    icon = "check"
    form_class = ApproveForm
    stands = ReturnStatus.REQUESTED
    decision, step = ReturnDecision.APPROVE, "approved"

    def effect(self, action: Action) -> str:
        label = " They get our label for it." if action.wish.get("label") else ""
        return f"Return {the_return(action).name} is approved; the goods may come back.{label} No money goes back yet."

    def news(self, action: Action) -> str:
        label = " You get its label with the return." if action.wish.get("label") else ""
        return f"Your return {the_return(action).name} is approved.{label} We write again when it is here."

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open return {the_return(action).name} on the seller's page and approve it.",
            *(["Upload the label that is kept here."] if action.wish.get("label") else []),
            "Save what the page shows afterwards as proof.",
        ]


class DeclineReturn(_Decide):
    name = "decline_return"
    label = "Decline return"
    icon = "x"
    form_class = DeclineForm
    stands = ReturnStatus.REQUESTED
    decision, step = ReturnDecision.DECLINE, "declined"

    def check(self, action: Action) -> None:
        super().check(action)
        if not action.wish.get("note", "").strip():
            raise NotPossible("The customer has to be told why.")

    def effect(self, action: Action) -> str:
        return f"Return {the_return(action).name} is declined. The customer is told: “{action.wish['note']}”"

    def news(self, action: Action) -> str:
        return f"We could not approve your return {the_return(action).name}. {action.wish['note']}"

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open return {the_return(action).name} on the seller's page.",
            f"Decline it with these words: “{action.wish['note']}”",
            "Save what the page shows afterwards as proof.",
        ]


class ReceiveReturn(_Decide):
    name = "receive_return"
    label = "Mark return received"
    icon = "package-check"
    stands = ReturnStatus.OPEN
    decision, step = ReturnDecision.RECEIVED, "received"
    instead = "Refund the return once the goods are checked: that ends it."

    def effect(self, action: Action) -> str:
        return f"The goods of return {the_return(action).name} are marked as back with us. No money goes back yet."

    def news(self, action: Action) -> str:
        return f"What you sent back with return {the_return(action).name} has arrived. We check it now and write again."

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open return {the_return(action).name} on the seller's page and mark it as received.",
            "Save what the page shows afterwards as proof.",
        ]
