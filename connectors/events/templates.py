"""Texts a platform has approved beforehand: the only ones it takes when its window for free answers is over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Approval(StrEnum):
    """Values are stored."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    PAUSED = "paused"  # by the platform, for a while: too many people disliked it
    DISABLED = "disabled"


@dataclass(frozen=True)
class Blank:
    """What has to be filled in. `key` says where: "body.1", "header.name", "button.0.1"."""

    key: str
    example: str = ""


@dataclass(frozen=True)
class TemplateData:
    """Its blanks stand in the texts as {{1}} or {{name}}. `unusable`: why it cannot be sent from here, for a person."""

    external_id: str
    name: str
    language: str  # the platform's code: "en_US"
    approval: Approval
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    blanks: tuple[Blank, ...] = ()
    category: str = ""
    problem: str = ""  # why it was rejected, in the platform's words
    unusable: str = ""


@dataclass(frozen=True)
class TemplatesRead:
    """All of an account's, as they are now: what is not among them is gone."""

    templates: tuple[TemplateData, ...]
    at: datetime


def blanks_of(part: str, text: str) -> list[str]:
    """The keys of the blanks in one text, in their order."""
    return list(dict.fromkeys(f"{part}.{name}" for name in _BLANK.findall(text)))


def filled(part: str, text: str, values: Mapping[str, str]) -> str:
    """A text as the shopper reads it; what has no value yet stays as it is."""
    return _BLANK.sub(lambda found: values.get(f"{part}.{found[1]}") or found[0], text)
