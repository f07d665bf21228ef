from __future__ import annotations

from django.db import models
from django.utils import timezone

from agents.models.handoff_rule import HandoffRule, Telling
from config.tenancy import TenantModel
from inbox.models import Conversation, Membership, Message


class Handoff(TenantModel):
    """A person was made to take over, and why: by a rule, or (None) because the machine has no answer to give."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="handoffs")
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="handoffs", help_text="What made it necessary"
    )
    rule = models.ForeignKey(HandoffRule, null=True, on_delete=models.SET_NULL, related_name="handoffs")
    because = models.CharField(max_length=400)
    to = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    told = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.CharField(max_length=300, blank=True, help_text="Why the shopper could not be told")
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "message"], name="one_handoff_per_message")
        ]
        indexes = [models.Index(fields=["conversation", "-at"], name="handoffs_of_conversation")]

    def __str__(self) -> str:
        return self.because

    @property
    def drafted(self) -> str:
        """What the rule wants said, where a person sends it; nothing where nobody can."""
        drafts = self.rule and self.rule.telling == Telling.DRAFT and not self.conversation.silence
        return self.rule.words(self.conversation) if self.rule and drafts else ""

    @property
    def said(self) -> str:
        """For the panel's header."""
        return f"{self.because} Not told to the customer: {self.problem}" if self.problem else self.because
