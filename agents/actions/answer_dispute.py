from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from agents.actions import proof
from agents.actions.kind import About, Facts, Files, Kind, NotPossible, Wish, amount_of
from agents.actions.ordered import SHIPPING, AboutOrder, all_lines
from agents.actions.wishing import LabelField, WishForm
from connectors.commands import AnswerDispute
from connectors.contract import Money
from connectors.events import DisputeAnswer, DisputeState, File

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Dispute

_LABELS = {
    DisputeAnswer.ACCEPT: "Accept it: the customer gets the money",
    DisputeAnswer.CONTEST: "Contest it, with evidence",
    DisputeAnswer.REFUND: "Refund it",
    DisputeAnswer.OFFER: "Offer part of the money",
    DisputeAnswer.PROVIDE_TRACKING: "Give the parcel's number",
    DisputeAnswer.ADD_EVIDENCE: "Add evidence",
    DisputeAnswer.WRITE: "Write to the customer",
    DisputeAnswer.APPEAL: "Appeal",
}
_BY_HAND = (DisputeAnswer.CONTEST, DisputeAnswer.ACCEPT)  # where no API says what there is
_GIVES = {DisputeAnswer.ACCEPT, DisputeAnswer.REFUND}
_PROVES = {DisputeAnswer.CONTEST, DisputeAnswer.ADD_EVIDENCE, DisputeAnswer.APPEAL}
_FILES = ("with_tracking", "with_conversation", "file")
_OVER = {DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED}


class DisputeForm(WishForm):
    answer = forms.ChoiceField()
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The platform reads this.",
    )
    amount = forms.DecimalField(
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        help_text="To offer part of it.",
    )
    tracking_number = forms.CharField(required=False, max_length=60)
    carrier = forms.CharField(required=False, max_length=40)
    with_tracking = forms.BooleanField(required=False, label="Send the parcel's scans")
    with_conversation = forms.BooleanField(required=False, label="Send the conversation")
    file = LabelField(label="Another file", help_text="PDF, PNG or JPEG, up to 5 MB.")

    def __init__(self, answers: list[DisputeAnswer], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"].choices = [(each.value, _LABELS[each]) for each in answers]  # type: ignore[attr-defined]


class Answer(Kind):
    """Before its deadline, with what speaks for the seller."""

    name = "answer_dispute"
    label = "Answer dispute"
    icon = "scale"
    about = About.DISPUTE
    command_type = AnswerDispute

    def form(
        self, action: Action, data: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> WishForm:
        answers = _answers(_dispute(action)) or list(_BY_HAND)
        form = DisputeForm(answers, data, files, initial=action.wish or self.suggest(action))
        for name in () if _takes_files(action) else _FILES:
            del form.fields[name]
        return form

    def suggest(self, action: Action) -> Wish:
        """Contested where the parcel was delivered; else what the platform names first."""
        answers, parcel = _answers(_dispute(action)) or list(_BY_HAND), proof.best_parcel(action)
        delivered = parcel is not None and parcel.delivered_at is not None
        proving = [each for each in answers if delivered and each in _PROVES]
        first = next((each for each in proving if each is DisputeAnswer.CONTEST), (proving or answers)[0])
        tracking = {"tracking_number": parcel.tracking_number, "carrier": parcel.carrier} if parcel else {}
        return {
            "answer": first.value,
            "note": proof.said_of(parcel) if parcel else "",
            "with_tracking": parcel is not None and _takes_files(action),
            "with_conversation": action.conversation is not None and _takes_files(action),
            **tracking,
        }

    def can_send(self, action: Action) -> bool:
        return bool(_dispute(action).answers)

    def check(self, action: Action) -> None:
        dispute, answer = _dispute(action), _answer(action)
        if dispute.state in _OVER and answer is not DisputeAnswer.APPEAL:
            raise NotPossible(f"{dispute} is over: {dispute.get_state_display().lower()}.")
        if (offered := _answers(dispute)) and answer not in offered:
            raise NotPossible(f"{dispute} can't be answered that way: the platform takes none of it.")
        if answer is DisputeAnswer.OFFER:
            offer = amount_of(action.wish)
            if dispute.amount and offer > dispute.amount:
                raise NotPossible(f"Only {dispute.amount} {dispute.currency} is disputed.")
        if answer is DisputeAnswer.PROVIDE_TRACKING and not action.wish.get("tracking_number"):
            raise NotPossible("The parcel's number is missing.")
        if self.evidence(action) and not _takes_files(action):
            raise NotPossible(f"{dispute.channel} takes evidence in words only, not in files.")
        if answer in _PROVES and not (action.wish.get("note") or self.evidence(action)):
            raise NotPossible("Nothing speaks for it: write why, or add evidence.")

    def money(self, action: Action) -> Money | None:
        dispute, answer = _dispute(action), _answer(action)
        if answer is DisputeAnswer.OFFER:
            return Money(amount_of(action.wish), dispute.currency)
        return Money(dispute.amount, dispute.currency) if answer in _GIVES and dispute.amount else None

    def holds(self, action: Action) -> set[str]:
        if action.order is None or _answer(action) not in {*_GIVES, DisputeAnswer.OFFER}:
            return set()
        return {*all_lines(action.order), SHIPPING}

    def facts(self, action: Action) -> Facts:
        dispute, parcel = _dispute(action), proof.best_parcel(action)
        facts = {
            "Dispute": dispute.state,
            "Answer due": dispute.due_at.isoformat(timespec="minutes") if dispute.due_at else "no deadline",
            "Its version": dispute.revision or "none",
            "Answers taken": ", ".join(dispute.answers) or "none",
            "Parcel": parcel.status if parcel else "none",
        }
        return {**AboutOrder.facts(self, action), **facts} if action.order else facts  # type: ignore[arg-type]

    def effect(self, action: Action) -> str:
        dispute, money = _dispute(action), self.money(action)
        files = self.evidence(action)
        goes = f" {money} goes to the customer." if money else ""
        names = f" With it go {', '.join(each.name for each in files)}." if files else ""
        note = f" The platform reads: “{action.wish['note']}”" if action.wish.get("note") else ""
        return f"{dispute}: {_LABELS[_answer(action)].lower()}.{goes}{names}{note}"

    def evidence(self, action: Action) -> list[File]:
        """The files that go along, as they were when it was proposed."""
        from agents.models import ActionFile

        wish, parcel = action.wish, proof.best_parcel(action)
        files = proof.of_parcel(parcel) if wish.get("with_tracking") and parcel else []
        if wish.get("with_conversation") and action.conversation:
            files += proof.of_conversation(action.conversation, action.proposed_at)
        return [*files, *([ActionFile.objects.get(pk=wish["file"]).read()] if wish.get("file") else [])]

    def command(self, action: Action) -> AnswerDispute:
        wish, answer, dispute = action.wish, _answer(action), _dispute(action)
        return AnswerDispute(
            dispute_id=dispute.external_id,
            answer=answer,
            note=wish.get("note", ""),
            files=tuple(self.evidence(action)) if answer in _PROVES else (),
            amount=self.money(action) if answer is DisputeAnswer.OFFER else None,
            tracking_number=wish.get("tracking_number", ""),
            carrier=wish.get("carrier", ""),
            revision=dispute.revision,
        )

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {_dispute(action)} on the seller's page.",
            f"Choose: {_LABELS[_answer(action)].lower()}.",
            *(f"Upload {each.name}." for each in self.evidence(action)),
            "Save what the page shows afterwards as proof.",
        ]


def _dispute(action: Action) -> Dispute:
    if action.dispute is None:
        raise NotPossible("There is no dispute to answer.")
    return action.dispute


def _takes_files(action: Action) -> bool:
    """By hand everything can be given."""
    dispute = _dispute(action)
    return not dispute.answers or dispute.channel.connector.limits.evidence_files


def _answers(dispute: Dispute) -> list[DisputeAnswer]:
    return [DisputeAnswer(each) for each in dispute.answers]


def _answer(action: Action) -> DisputeAnswer:
    if action.wish.get("answer") not in list(DisputeAnswer):
        raise NotPossible("Choose an answer.")
    return DisputeAnswer(action.wish["answer"])
