from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import About, Kind, NotPossible
from agents.actions.wishing import WishForm
from audit.record import MACHINE, record

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Membership


class EvidenceForm(WishForm):
    note = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="As you saw it. Nobody can change it afterwards.",
    )


class CaptureEvidence(Kind):
    """What somebody saw, frozen into the trail beside the words of the conversation."""

    name = "capture_evidence"
    label = "Capture evidence"
    icon = "camera"
    about = About.CONVERSATION
    is_ours = True
    at_once = True
    form_class = EvidenceForm

    def check(self, action: Action) -> None:
        if not str(action.wish.get("note", "")).strip():
            raise NotPossible("Say what you saw.")

    def effect(self, action: Action) -> str:
        about = f" about {action.order.number}" if action.order else ""
        return f"A note{about} is frozen into the trail: “{action.wish['note'].strip()}”"

    def do(self, action: Action, by: Membership | None) -> None:
        record(
            "evidence.captured",
            actor=by.actor if by else MACHINE,
            subject=action,
            conversation_id=action.conversation_id,
            customer_id=action.persona_id,
            data={"order": str(action.order_id or ""), "dispute": str(action.dispute_id or "")},
            personal={"note": action.wish["note"].strip()},
        )
