from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from config.tenancy import TenantModel
from inbox.models.comment_group import CommentGroup
from inbox.models.conversation import Conversation
from inbox.models.organization import Membership
from inbox.models.stream import Stream


class StreamComment(TenantModel):
    """What somebody wrote under a live. Its author is a customer only once somebody talks to them."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="comments")
    group = models.ForeignKey(CommentGroup, null=True, on_delete=models.SET_NULL, related_name="comments")
    external_id = models.CharField(max_length=400)
    thread = models.CharField(max_length=400, help_text="The platform's name for the comment's thread")
    author = models.CharField(max_length=200, blank=True)
    names = models.JSONField(default=dict, help_text="What the platform calls the author: connectors' Party")
    text = models.TextField()
    products = models.JSONField(default=list, help_text="What was shown when it was written")
    ours = models.BooleanField(default=False, help_text="The seller wrote it, outside Waybill")
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(
        Conversation,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="If somebody talked to them",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "stream", "external_id"], name="the_same_comment_once"
            )
        ]
        indexes = [
            models.Index(fields=["stream", "-at", "-id"], name="comments_newest"),
            models.Index(fields=["group", "-at", "-id"], name="comments_of_group"),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def forget(cls, names: Iterable[tuple[str, str]]) -> int:
        """Whatever these people (namespace, value) wrote goes, also where it stands for what others asked, too."""
        theirs = models.Q(pk=None)
        for space, value in names:
            theirs |= models.Q(**{f"names__{space}__iexact": value})
        rows = list(cls.objects.filter(theirs).values_list("pk", "stream", "group"))
        Stream.hold({stream for _, stream, _ in rows})
        gone = cls.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()[0]
        for group in CommentGroup.objects.filter(pk__in={group for _, _, group in rows}):
            group.speak_for_others()
        return gone
