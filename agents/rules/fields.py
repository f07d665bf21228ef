"""What a rule can be told, each as a dataclass field that knows how a form asks for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms

from connectors.commands import Reason
from connectors.contract import Capability

Choices = list[tuple[str, str]]
ASK = "ask"  # in a field's metadata: makes the form's field


class Many(forms.MultipleChoiceField):
    """Checkboxes; what was ticked as a tuple."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        return tuple(super().clean(value))


class Words(forms.CharField):
    """Words and phrases, apart by commas, as a tuple."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        return tuple(word for word in (each.strip() for each in super().clean(value).split(",")) if word)


def many(
    label: str,
    choices: Callable[[], Choices],
    help: str = "",
    default: tuple[str, ...] = (),
    need: bool = False,
) -> Any:
    return _field(default, lambda: Many(label=label, choices=choices(), help_text=help, required=need))


def words(label: str, help: str = "Apart by commas.", *, need: bool = False) -> Any:
    return _field((), lambda: Words(label=label, help_text=help, required=need, max_length=1000))


def one(label: str, choices: Choices, default: str, help: str = "") -> Any:
    return _field(default, lambda: forms.ChoiceField(label=label, choices=choices, help_text=help))


def number(label: str, default: int, help: str = "", *, least: int = 0, most: int = 3650) -> Any:
    return _field(
        default, lambda: forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help)
    )


def amount(label: str, help: str = "", default: Decimal | None = None, *, need: bool = False) -> Any:
    return _field(
        default,
        lambda: forms.DecimalField(
            label=label, min_value=Decimal(0), max_digits=12, decimal_places=2, required=need, help_text=help
        ),
    )


def percent(label: str, default: Decimal, help: str = "") -> Any:
    return _field(
        default,
        lambda: forms.DecimalField(
            label=label, min_value=Decimal(1), max_value=Decimal(100), decimal_places=1, help_text=help
        ),
    )


def currency() -> Any:
    ask = lambda: forms.RegexField(  # noqa: E731
        "^[A-Z]{3}$", label="Currency", required=False, help_text="Like USD. Empty: whichever the order has."
    )
    return _field("", ask)


def yes(label: str, default: bool, help: str = "") -> Any:
    return _field(default, lambda: forms.BooleanField(label=label, required=False, help_text=help))


def _field(default: Any, ask: Callable[[], forms.Field]) -> Any:
    return dataclasses.field(default=default, metadata={ASK: ask})


def action_choices() -> Choices:
    from agents.actions import kinds

    return [(name, kind.label) for name, kind in kinds().items()]


def channel_choices() -> Choices:
    """Kinds of channels, and single ones: no carriers, since nothing is changed there."""
    from inbox.models import Channel

    channels = [each for each in Channel.objects.order_by("name") if not each.can(Capability.TRACKING)]
    every = {each.kind: f"Every {each.connector.label}" for each in channels}
    return [*sorted(every.items()), *((str(each.pk), str(each)) for each in channels)]


def reason_choices() -> Choices:
    """Of every kind of action: the same reason may read differently, as it does on their forms."""
    from agents.actions import kinds

    said: dict[str, list[str]] = {each.value: [] for each in Reason}
    for kind in kinds().values():
        asked = kind.form_class.base_fields.get("reason")
        for value, label in getattr(asked, "choices", []):
            if value in said and label not in said[value]:
                said[value].append(str(label))
    return [(value, _reason(value, labels)) for value, labels in said.items()]


def _reason(value: str, labels: list[str]) -> str:
    plain = value.replace("_", " ").capitalize()
    return " / ".join([each for each in labels if each != plain] or [plain])


def reason_words(reason: str, actions: Iterable[str] = ()) -> str:
    """As the first of these kinds calls it on its form."""
    from agents.actions import kinds

    for name in actions:
        asked = kinds()[name].form_class.base_fields.get("reason") if name in kinds() else None
        if found := dict(getattr(asked, "choices", [])).get(reason):
            return str(found)
    return reason.replace("_", " ").capitalize()


def joined(words: Iterable[str], last: str = "or") -> str:
    """ "a, b or c"."""
    *first, end = [*words] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
