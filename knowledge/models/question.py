from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils import timezone

from audit.record import Actor, record
from config.tenancy import TenantModel
from config.wake import wake
from knowledge.models.article import Article


class TestQuestion(TenantModel):
    """A question that must find its article. `asked_at` later than `ran_at`: it is being asked."""

    __test__ = False  # its name is not pytest's

    question = models.CharField(max_length=300)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="questions")
    asked_at = models.DateTimeField(null=True)
    ran_at = models.DateTimeField(null=True)
    rank = models.PositiveSmallIntegerField(
        null=True, help_text="Of the article when it ran; none: not found"
    )
    problem = models.CharField(max_length=300, blank=True, help_text="Why it could not be asked")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "question", "article"], name="a_question_once")
        ]
        ordering = ["question"]

    def __str__(self) -> str:
        return self.question

    @property
    def is_waiting(self) -> bool:
        return self.asked_at is not None and (self.ran_at is None or self.ran_at < self.asked_at)

    @property
    def passes(self) -> bool:
        return self.rank is not None

    @classmethod
    def ask_all(cls, organization_id: UUID, by: Actor) -> int:
        """Have a worker ask every question: meaning may be asked for outside."""
        asked = cls.objects.update(asked_at=timezone.now())
        record("test_questions.asked", actor=by, data={"questions": asked})
        wake("knowledge.tasks.run_questions", organization_id)
        return asked
