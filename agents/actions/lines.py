"""A form that asks which lines of an order, and how many of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from agents.actions.kind import Files
from agents.actions.wishing import WishForm

if TYPE_CHECKING:
    from inbox.models import Order

_PREFIX = "line-"


class LinesForm(WishForm):
    """`wish()` has them as `lines`: {line id: quantity}. No line chosen means the order as a whole."""

    def __init__(
        self,
        order: Order,
        data: Mapping[str, Any] | None = None,
        files: Files | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        initial = dict(initial or {})
        self._names: dict[str, str] = {}
        super().__init__(data, files, initial=initial)
        for number, line in enumerate(order.lines.all()):
            name = f"{_PREFIX}{number}"
            self._names[name] = line.external_id
            self.fields[name] = forms.IntegerField(
                label=f"{line.title}{f', {line.variant}' if line.variant else ''}",
                min_value=0,
                max_value=line.quantity,
                required=False,
                initial=(initial.get("lines") or {}).get(line.external_id, 0),
                help_text=f"of {line.quantity}",
            )

    def wish(self) -> dict[str, Any]:
        clean = super().wish()
        picked = {line_id: clean.pop(name, 0) for name, line_id in self._names.items()}
        return {**clean, "lines": {line_id: quantity for line_id, quantity in picked.items() if quantity}}
