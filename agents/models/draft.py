from __future__ import annotations

import difflib
from typing import Any

from django.db import models
from django.utils import timezone

from agents.checking import manners, passing_on
from agents.checking.verify import Claim, verify
from agents.facts.evidence import Sentence
from agents.models.autonomy import Autonomy
from agents.models.run import Run
from audit.record import MACHINE, Actor, record
from config.tenancy import TenantModel
from inbox.models import Conversation, Direction, Membership, Message
from inbox.rules import Forbidden


class DraftState(models.TextChoices):
    READY = "ready", "Ready"
    BLOCKED = "blocked", "Blocked"  # holds a claim without support; must be edited
    HANDOFF = "handoff", "Needs a person"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    SUPERSEDED = "superseded", "Out of date"


OPEN = (DraftState.READY, DraftState.BLOCKED, DraftState.HANDOFF)
MARKS = {DraftState.READY: "draft_ready", DraftState.BLOCKED: "draft_blocked", DraftState.HANDOFF: "handoff"}


class NotApprovable(Exception):
    """Why an approval was refused, in words for the person who tried."""


class Draft(TenantModel):
    """An answer proposed. `sentences` and `claims` are what the machine wrote; `edited_text` what a person made of it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="draft")
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="drafts", help_text="What it answers"
    )
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.READY)
    sentences = models.JSONField(default=list, help_text="[{text, evidence: [numbers]}]")
    claims = models.JSONField(default=list, help_text="agents.checking.verify.Claim")
    text = models.TextField(blank=True)
    confidence = models.FloatField(default=0)
    reason = models.CharField(max_length=300, help_text="Why this answer, or why none, in words")
    intents = models.JSONField(default=list)
    edited_text = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    rule = models.ForeignKey(
        Autonomy, null=True, on_delete=models.SET_NULL, related_name="+", help_text="What let it go by itself"
    )
    held_back = models.CharField(max_length=300, blank=True, help_text="Why it did not go by itself")
    reject_reason = models.CharField(max_length=300, blank=True)
    reply = models.OneToOneField(Message, null=True, on_delete=models.SET_NULL, related_name="draft")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "conversation"],
                condition=models.Q(state__in=["ready", "blocked", "handoff"]),
                name="one_open_draft_per_conversation",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "made_at", "id"],
                condition=models.Q(state__in=["ready", "blocked", "handoff"]),
                name="drafts_waiting",
            )
        ]

    @classmethod
    def propose(
        cls, run: Run, state: DraftState, sentences: list[Sentence], claims: list[Claim], **facts: Any
    ) -> Draft:
        """Put the machine's answer on the table, in place of whatever lay there."""
        conversation = run.conversation
        supersede(conversation)
        draft = cls.objects.create(
            conversation=conversation,
            run=run,
            message=run.message,
            state=state,
            sentences=[{"text": s.text, "evidence": list(s.evidence)} for s in sentences],
            claims=[claim.as_json() for claim in claims],
            text=joined(sentences),
            **facts,
        )
        conversation.mark(add=MARKS[state], remove=tuple(set(MARKS.values()) - {MARKS[state]}))
        conversation.tell()
        draft._record(
            "draft.made",
            MACHINE,
            {"text": draft.text, "evidence": run.evidence},
            unsupported=draft.unsupported_count,
        )
        return draft

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def outcome(self) -> str:
        return self.state

    @property
    def hands_over(self) -> bool:
        return self.state == DraftState.HANDOFF

    @property
    def words(self) -> str:
        """What would be sent."""
        return self.edited_text or self.text

    @property
    def unsupported_count(self) -> int:
        return sum(not claim["is_supported"] for claim in self.claims)

    @property
    def difference(self) -> list[tuple[str, str]]:
        """What a person changed: ("same" | "out" | "in", words) in reading order."""
        before, after = self.text.split(" "), self.words.split(" ")
        parts: list[tuple[str, str]] = []
        for op, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
            if op == "equal":
                parts.append(("same", " ".join(before[a:b])))
            else:
                parts += [
                    (kind, " ".join(part))
                    for kind, part in (("out", before[a:b]), ("in", after[c:d]))
                    if part
                ]
        return parts

    def claims_in(self, text: str) -> list[Claim]:
        """The claims in a text a person has edited, held against all evidence of this draft's run."""
        items = self.run.evidence_items()
        everything = tuple(item.number for item in items)
        sentences = [Sentence(line, everything) for line in text.splitlines() if line.strip()]
        found = verify(
            sentences,
            items,
            now=timezone.now(),
            zone=self.organization.time_zone,
            limits=self.conversation.limits,
        )
        return found + manners.breaches(sentences, self.organization, by_machine=False)

    def doubtful(self, text: str) -> list[Claim]:
        """The claims in it that have no record behind them."""
        return [claim for claim in self.claims_in(text) if not claim.is_supported]

    def approve(self, by: Membership, *, confirmed: bool = False) -> Message:
        """Send it, once: whoever changes the row goes on. Raises NotApprovable.

        `confirmed` is a person's word for what in an edited text has no record behind it.
        """
        self._lock()
        if self.state == DraftState.HANDOFF and not self.edited_text:
            raise NotApprovable("There is no answer to send: this one needs your words.")
        if not self.is_open:
            raise NotApprovable(f"This draft is {self.get_state_display().lower()} already.")
        if self.state == DraftState.BLOCKED and not self.edited_text:
            raise NotApprovable("A statement in it has no record behind it. Edit it first.")
        if self.edited_text and not confirmed and self.doubtful(self.edited_text):
            raise NotApprovable(
                "A statement in the edited words has no record behind it. Edit it and confirm."
            )
        newest = (
            self.conversation.messages.filter(direction=Direction.IN, automatic=False)
            .order_by("-created_at")
            .first()
        )
        if newest and newest.pk != self.message_id:
            raise NotApprovable("The customer has written again since. A new draft is on its way.")
        hands_over = passing_on.is_said(self.words)
        try:
            self.reply = self.conversation.reply(
                self.words,
                by,
                key=f"draft-{self.pk.hex}",
                own_words=bool(self.edited_text),
                keeps_waiting=hands_over,
                draft=str(self.pk),
                run=str(self.run_id),
            )
        except Forbidden as refusal:
            raise NotApprovable(str(refusal)) from None
        if hands_over and not self.conversation.taken_at:
            to = self.conversation.assignee or by
            self.conversation.hand_over(to, by, because="The answer says that a person takes over.")
        self._decide(DraftState.APPROVED, by)
        self._record("draft.approved", by.actor, edited=bool(self.edited_text), reply=str(self.reply.pk))
        return self.reply

    def allow(self, rule: Autonomy) -> Message:
        """Send it without a person. Raises NotApprovable. The caller holds the conversation's lock."""
        try:
            self.reply = self.conversation.reply(
                self.text,
                None,
                key=f"draft-{self.pk.hex}",
                keeps_waiting=(hands_over := passing_on.is_said(self.text)),
                topics=self.intents,
                draft=str(self.pk),
                rule=str(rule.pk),
            )
        except Forbidden as refusal:
            raise NotApprovable(str(refusal)) from None
        if hands_over:
            to = self.conversation.assignee
            self.conversation.hand_over(to, because="The answer says that a person takes over.")
        self.rule = rule
        self._decide(DraftState.APPROVED, None)
        self._record("draft.allowed", MACHINE, rule=str(rule.pk), reply=str(self.reply.pk))
        return self.reply

    def hold_back(self, why: str) -> None:
        """It could have gone by itself, and a guard stopped it."""
        self.held_back = why[:300]
        self.save(update_fields=["held_back"])

    def edit(self, text: str, by: Membership) -> list[Claim]:
        """Keep the person's words beside the machine's; what is doubtful in them."""
        self._lock()
        if not self.is_open:
            raise NotApprovable(f"This draft is {self.get_state_display().lower()} already.")
        self.edited_text = text.strip()
        self.save(update_fields=["edited_text"])
        doubtful = self.doubtful(self.edited_text)
        self._record("draft.edited", by.actor, {"text": self.edited_text}, unsupported=len(doubtful))
        self.conversation.tell()
        return doubtful

    def reject(self, reason: str, by: Membership) -> None:
        self._lock()
        if not self.is_open:
            return
        self.reject_reason = reason[:300]
        self._decide(DraftState.REJECTED, by)
        self._record("draft.rejected", by.actor, reason=reason[:300])

    def _lock(self) -> None:
        fresh = Draft.objects.select_for_update().get(pk=self.pk)
        self.state, self.edited_text = fresh.state, fresh.edited_text

    def _decide(self, state: DraftState, by: Membership | None) -> None:
        self.state, self.decided_by, self.decided_at = state, by, timezone.now()
        self.save(update_fields=["state", "decided_by", "decided_at", "reject_reason", "reply", "rule"])
        self.conversation.mark(remove=tuple(MARKS.values()))
        self.conversation.tell()

    def _record(self, kind: str, actor: Actor, personal: dict[str, Any] | None = None, **data: Any) -> None:
        record(
            kind,
            actor=actor,
            subject=self,
            conversation_id=self.conversation_id,
            customer_id=self.conversation.persona_id,
            data={
                "run": str(self.run_id),
                "state": self.state,
                "engine": self.run.engine,
                "confidence": round(self.confidence, 3),
                "claims": len(self.claims),
                **data,
            },
            personal=personal,
        )


def joined(sentences: list[Sentence]) -> str:
    """The text as it is sent: a sentence that ends with a line break closes its paragraph."""
    ends = ("\n\n" if s.text.endswith("\n") else " " for s in sentences)
    return "".join(s.text.strip() + end for s, end in zip(sentences, ends, strict=True)).strip()


def supersede(conversation: Conversation) -> None:
    """What lay on the table is out of date: the customer wrote again, or a person answered."""
    open_ones = Draft.objects.filter(conversation=conversation, state__in=OPEN)
    if open_ones.update(state=DraftState.SUPERSEDED):  # a mark comes and goes with its draft
        conversation.mark(remove=tuple(MARKS.values()))
