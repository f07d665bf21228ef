from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from agents.actions.kind import About, Facts, Kind, NotPossible
from connectors.commands import HideComment
from connectors.events import MessageHidden
from inbox import intake

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Message


class Hide(Kind):
    """A comment is hidden from everybody but its writer, or shown again. Nothing is lost, so nobody has to say yes.

    The wish: `comment`, the platform's id, and `hidden`.
    """

    name = "hide_comment"
    label = "Hide comment"
    icon = "eye-off"
    about = About.COMMENT
    command_type = HideComment
    at_once = True

    def called(self, action: Action) -> str:
        return self.label if _hides(action) else "Show comment"

    def check(self, action: Action) -> None:
        comment = _comment(action)
        if HideComment not in comment.channel.connector.commands:
            raise NotPossible(f"{comment.channel} lets no app hide comments.")
        if comment.removed_at:
            raise NotPossible("The customer took this comment back.")
        if _hides(action) == bool(comment.covered_at):
            raise NotPossible(f"The comment is {'hidden' if comment.covered_at else 'shown'} already.")

    def facts(self, action: Action) -> Facts:
        return {"Comment": "hidden" if _comment(action).covered_at else "shown"}

    def effect(self, action: Action) -> str:
        said = " ".join(_comment(action).text.split())[:80]
        if _hides(action):
            return f"Only its writer and we see the comment “{said}” from now on."
        return f"Everybody sees the comment “{said}” again."

    def command(self, action: Action) -> HideComment:
        return HideComment(str(action.wish["comment"]), _hides(action))

    def note_done(self, action: Action, at: datetime) -> None:
        intake.receive(action.channel, MessageHidden(str(action.wish["comment"]), _hides(action), at))


def _hides(action: Action) -> bool:
    return bool(action.wish.get("hidden", True))


def _comment(action: Action) -> Message:
    """Raises NotPossible where there is none in the conversation."""
    talk = action.conversation
    if talk is None or not talk.is_public:
        raise NotPossible("Only comments can be hidden.")
    said = talk.messages.filter(direction="in", external_id=str(action.wish.get("comment", "")))
    comment: Message | None = said.select_related("channel").first()
    if comment is None:
        raise NotPossible("There is no such comment here.")
    return comment
