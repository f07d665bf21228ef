from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import connection, models

from config.tenancy import TenantModel, current_organization_id
from inbox.models.conversation import Conversation

LONGEST = 40  # letters of a word that count, here and in the database's inbox_words()
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LAST = "\U0010ffff"


class SearchWord(TenantModel):
    """A word people find a conversation by: of its subject, order number, newest message, or customer.

    PostgreSQL keeps these rows (triggers of migration 0007), whatever road a change takes. A B-tree and not a text
    index, since row-level security lets an index answer only what cannot leak, and `@@` and LIKE might.
    """

    id = None  # type: ignore[assignment]
    pk = models.CompositePrimaryKey("conversation", "word")
    # Written from the conversation's own row, some twenty at a time: nothing is looked up again for each.
    organization = models.ForeignKey(
        "inbox.Organization",
        on_delete=models.CASCADE,
        default=current_organization_id,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    word = models.TextField(db_collation="C")

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["organization", "word"], name="inbox_search")]

    FEW: ClassVar[int] = 5000

    @classmethod
    def count(cls, starts: Sequence[str]) -> list[int]:
        """How many of these rows there are for each, in one query; FEW + 1 stands for more than a few."""
        if not starts:
            return []
        one = (
            "(SELECT count(*) FROM (SELECT 1 FROM inbox_searchword"
            " WHERE organization_id = %s AND word >= %s AND word < %s LIMIT %s) AS counted)"
        )
        values: list[Any] = []
        for start in starts:
            values += [current_organization_id(), start, start + _LAST, cls.FEW + 1]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join([one] * len(starts))}", values)
            return list(cursor.fetchone() or ())

    @classmethod
    def beginning(cls, start: str) -> models.QuerySet[SearchWord]:
        return cls.objects.filter(word__gte=start, word__lt=start + _LAST)


def words_of(text: str) -> list[str]:
    """What was typed, in the letters that words are kept in: "Zoë, #10-21" → zoe, 10, 21."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.lower()))
    return [word[:LONGEST] for word in re.findall(r"[^\W_]+", plain)]
