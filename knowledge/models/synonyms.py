"""Words that mean the same in one organization: whoever asks for a jumper finds the sweater."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.record import Actor, record
from config.tenancy import TenantModel

_WORD = re.compile(r"[^\W_]+")
_MOST = 500  # groups
_LONGEST = 60  # characters of a word or phrase


class Synonyms(TenantModel):
    """One group; every word in it stands for all others."""

    words = ArrayField(models.CharField(max_length=_LONGEST), help_text="Lower case")

    class Meta(TenantModel.Meta):
        ordering = ["words"]
        verbose_name_plural = "synonyms"

    @classmethod
    def replace(cls, groups: Sequence[Sequence[str]], by: Actor) -> None:
        """All groups at once, as the form shows them."""
        cls.objects.all().delete()
        cls.objects.bulk_create(cls(words=list(group)) for group in groups[:_MOST])
        record("synonyms.changed", actor=by, data={"groups": len(groups)})


def read(lines: str) -> list[list[str]]:
    """A group a line, its words between commas. Raises ValueError in words for whoever typed them."""
    groups = []
    for number, line in enumerate(lines.splitlines(), 1):
        words = list(
            dict.fromkeys(" ".join(word.split()).lower() for word in line.split(",") if word.strip())
        )
        if len(words) == 1:
            raise ValueError(f"Line {number} has one word only: {words[0]}")
        if any(len(word) > _LONGEST for word in words):
            raise ValueError(f"Line {number} has a word longer than {_LONGEST} letters.")
        groups += [words] if words else []
    return groups


def meant_by(query: str) -> list[str]:
    """What else the words of a query are called here."""
    asked = f" {' '.join(_WORD.findall(query.lower()))} "
    also: dict[str, None] = {}
    for group in Synonyms.objects.values_list("words", flat=True):
        if any(f" {word} " in asked or f" {word}s " in asked for word in group):
            also |= dict.fromkeys(word for word in group if f" {word} " not in asked)
    return list(also)
