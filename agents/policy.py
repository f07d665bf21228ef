"""May this be done? The organization's rules over one action, with the sentence of each rule that spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.verdict import Reason, Ruling, Verdict

if TYPE_CHECKING:
    from agents.models import Action


def judge(action: Action) -> Verdict:
    """The verdict as things are now; asked when it is proposed, and again right before it is carried out."""
    if action.moves_money:
        sentence = "Money goes back only with a supervisor's yes."
        return Verdict(
            Ruling.APPROVAL,
            (Reason("money", sentence, Ruling.APPROVAL),),
            approver="supervisor",
            by_another=True,
        )
    return Verdict(
        Ruling.APPROVAL, (Reason("person", "A person says yes to every change.", Ruling.APPROVAL),)
    )
