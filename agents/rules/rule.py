"""What every rule answers. One file of this folder is one kind of rule."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder

from agents.rules import fields
from agents.verdict import Reason, Ruling

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Stateless. Nothing named means everything: no actions, every action; no channels, every channel.

    Where several of one name speak about the same action, those for particular goods or channels count, and the
    general one is silent (`rank`).
    """

    name: ClassVar[str]
    label: ClassVar[str]  # "Time window"
    about: ClassVar[str]  # what it is for, for whoever adds one
    is_public: ClassVar[bool] = False  # a shopper may be told

    key: str = ""  # the same from version to version
    actions: tuple[str, ...] = fields.many(
        "For these actions", fields.action_choices, "None ticked: all of them."
    )
    channels: tuple[str, ...] = fields.many(
        "Only on these channels", fields.channel_choices, "None ticked: on all of them."
    )
    products: tuple[str, ...] = fields.words(
        "Only for these goods",
        "Categories, other attributes, words of a title or SKUs, apart by commas. Empty: all.",
    )

    # What whoever inherits says

    def says(self) -> str:
        """The rule without the scope: "only within 30 days after delivery"."""
        raise NotImplementedError

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        """None where it has nothing to say. `lines` are those of the action it speaks for."""
        raise NotImplementedError

    def check(self) -> None:
        """Raises ValueError, in words for whoever fills in the form."""

    # What they share

    @cached_property
    def sentence(self) -> str:
        """In plain English: "For outerwear: start return or exchange only within 30 days after delivery."."""
        text = f"{self.doing} {self.says()}."
        if scope := self.scope:
            text = f"{scope}: {text[0].lower()}{text[1:]}"
        return text

    @property
    def doing(self) -> str:
        if not self.actions:
            return "Any action"
        labels = dict(fields.action_choices())
        ordered = sorted(self.actions, key=lambda name: labels.get(name, name))
        names = [labels.get(name, name.replace("_", " ")).lower() for name in ordered]
        return fields.joined(names).capitalize()

    @property
    def scope(self) -> str:
        parts = []
        if self.products:
            parts.append(f"For {fields.joined(self.products)}")
        if self.channels:
            labels = dict(fields.channel_choices())
            named = [labels.get(each, "a channel that is gone") for each in self.channels]
            parts.append(f"{'on' if parts else 'On'} {fields.joined(_lowered(each) for each in named)}")
        return " ".join(parts)

    @property
    def rank(self) -> int:
        return 2 * bool(self.products) + bool(self.channels)

    def covers(self, case: Case) -> bool:
        """By action and channel; goods are looked at line by line."""
        if self.actions and case.action.kind not in self.actions:
            return False
        channel = case.action.channel
        return not self.channels or channel.kind in self.channels or str(channel.pk) in self.channels

    def forbids(self, detail: str = "") -> Reason:
        return Reason(self.name, self.sentence, Ruling.FORBIDDEN, detail)

    def asks(self, detail: str = "", approver: str = "", by_another: bool = False) -> Reason:
        return Reason(self.name, self.sentence, Ruling.APPROVAL, detail, approver, by_another)

    def agrees(self, detail: str = "", *, grants: bool = False) -> Reason:
        return Reason(self.name, self.sentence, Ruling.ALLOWED, detail, grants=grants)

    # As JSON

    def as_json(self) -> dict[str, Any]:
        told = {"rule": self.name, **dataclasses.asdict(self)}
        return dict(json.loads(json.dumps(told, cls=DjangoJSONEncoder)))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        types = {each.name: str(each.type) for each in dataclasses.fields(cls)}
        return cls(**{name: _typed(value, types[name]) for name, value in kept.items() if name in types})


def _typed(value: Any, type_: str) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return Decimal(value) if isinstance(value, str) and "Decimal" in type_ else value


def _lowered(label: str) -> str:
    return f"e{label[1:]}" if label.startswith("Every ") else label
