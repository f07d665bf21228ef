from __future__ import annotations

from django.db import models

from agents.checking import manners
from agents.checking.verify import Claim, verify
from agents.facts.evidence import Sentence
from agents.models.draft import DraftState, joined
from agents.models.run import PassRecord
from connectors.contract import Limits
from inbox.models import CommentGroup, Organization


class GroupPass(PassRecord):
    """One pass over what many asked under a live: what it says, what it means, and the one answer, with its proof."""

    group = models.OneToOneField(CommentGroup, on_delete=models.CASCADE, related_name="reading")
    meaning = models.BinaryField(
        default=b"", help_text="Of its words, as float32; what groups are compared by"
    )
    asked = models.CharField(max_length=500, blank=True, help_text="Which of its wordings was answered")
    outcome = models.CharField(max_length=10, choices=DraftState, blank=True)
    sentences = models.JSONField(default=list, help_text="[{text, evidence: [numbers]}]")
    claims = models.JSONField(default=list, help_text="agents.checking.verify.Claim")
    reason = models.CharField(max_length=300, blank=True)

    class Meta(PassRecord.Meta):
        abstract = False

    @property
    def hands_over(self) -> bool:
        return self.outcome == DraftState.HANDOFF

    @property
    def is_ready(self) -> bool:
        return self.outcome == DraftState.READY

    @property
    def answer(self) -> GroupPass | None:
        return self if self.outcome else None

    @property
    def words(self) -> str:
        return joined([Sentence(each["text"], tuple(each["evidence"])) for each in self.sentences])

    def doubtful(self, text: str, organization: Organization, limits: Limits) -> list[Claim]:
        """The claims in words a person wrote that have no record behind them. `limits` are those of a public answer."""
        items = self.evidence_items()
        everything = tuple(item.number for item in items)
        sentences = [Sentence(line, everything) for line in text.splitlines() if line.strip()]
        found = verify(sentences, items, now=self.started_at, zone=organization.time_zone, limits=limits)
        found += manners.breaches(sentences, organization, by_machine=False)
        return [claim for claim in found if not claim.is_supported]
