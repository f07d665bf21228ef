from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from audit.record import Actor, record
from config.tenancy import TenantModel
from inbox.models import Conversation, Direction, Membership, Message

if TYPE_CHECKING:
    from agents.models.action import Action

_YES = re.compile(
    r"\W*(?:(?:yes|yep|yeah|sure|ok|okay|please do|go ahead|do it|correct|confirmed|i agree|ja|gerne|s[ií]|claro|oui)"
    r"[\s,.!]*)+(?:please|thanks|thank you|go ahead|do it|do that|bitte|danke|merci|gracias|por favor)?\W*",
    re.IGNORECASE,
)


class Consent(TenantModel):
    """The shopper's yes to one action, as its effect read then. Changed, it needs another yes.

    Either the machine heard it (`message`: a plain yes, directly after an answer of ours that held the effect word by
    word), or a member says so (`by`) and answers for it.
    """

    action = models.ForeignKey("agents.Action", on_delete=models.CASCADE, related_name="consents")
    effect = models.TextField(help_text="What they said yes to")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["action", "at"], name="consents_of_action")]

    @property
    def words(self) -> str:
        if self.by:
            return f"{self.by} says that the shopper said yes."
        said = " ".join(self.message.text.split())[:80] if self.message else "yes"
        return f"They wrote “{said}”."

    @classmethod
    def to(cls, action: Action) -> Consent | None:
        """To exactly what the action would do now."""
        given = cls.objects.filter(action=action.pk, effect=action.effect).select_related(
            "message", "by__user"
        )
        found: Consent | None = given.order_by("-at").first()
        return found

    @classmethod
    def confirm(cls, action: Action, by: Membership) -> None:
        """A member was told so, on the phone or in words no machine reads. The caller holds the action's lock."""
        cls._give(action, by.actor, by=by)

    @classmethod
    def hear(cls, message: Message) -> list[Action]:
        """The actions that this message of a shopper says yes to; they are judged anew. The same message twice: none.

        In the caller's scope, as soon as the message is here.
        """
        from agents.models.action import Action, ActionState

        if not _YES.fullmatch(message.text.strip()) or message._state.adding:
            return []
        asked = _before(message)
        if asked is None:
            return []
        waiting = Action.objects.filter(conversation=message.conversation_id, state=ActionState.WAITING)
        heard = []
        for action in waiting.exclude(consents__message=message):
            action.lock()
            if action.ruling.waits_for_shopper and _holds(asked.text, action.effect):
                cls._give(action, Actor("customer", str(message.customer_id or "")), message=message)
                heard.append(action)
        return heard

    @classmethod
    def _give(cls, action: Action, actor: Actor, **how: Any) -> None:
        consent = cls.objects.create(action=action, effect=action.effect, **how)
        record(
            "action.consented",
            actor=actor,
            subject=action,
            conversation_id=action.conversation_id,
            customer_id=action.persona_id,
            data={"action": action.kind, "message": str(consent.message_id or "")},
        )
        action.judge_again()


def question(action: Action) -> str:
    """What to ask the shopper, word by word: a yes to anything else is none to this."""
    return f"{action.effect} Shall we go ahead? Please answer with yes."


def _before(message: Message) -> Message | None:
    """What was said last before it, if that was ours; a yes answers nothing older."""
    conversation = Conversation(pk=message.conversation_id)
    said = Message.objects.filter(conversation=conversation.pk, created_at__lte=message.created_at)
    last: Message | None = (
        said.exclude(pk=message.pk).exclude(send_state="cancelled").order_by("-created_at", "-id").first()
    )
    return last if last and last.direction == Direction.OUT else None


def _holds(text: str, effect: str) -> bool:
    return " ".join(effect.split()) in " ".join(text.split())
