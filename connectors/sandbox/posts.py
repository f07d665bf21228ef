"""What sellers show where people comment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Comment:
    """Under a post. `shopper_id` 0 is the seller."""

    id: int
    shopper_id: int
    text: str
    at: datetime
    parent_id: int = 0
    hidden: bool = False
    answered: bool = False  # privately, which works once


@dataclass
class Post:
    """What a seller shows where people comment. `kind` is a connectors.events.Spot value."""

    id: str
    kind: str
    title: str
    at: datetime
    product_ids: list[int] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
