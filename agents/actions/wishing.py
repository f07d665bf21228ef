"""Forms whose cleaned data is the wish, as JSON takes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from connectors.events import File


class WishForm(forms.Form):
    def wish(self) -> dict[str, Any]:
        """What was filled in; amounts and days as strings, files by the id they are kept under."""
        return {name: _plain(value) for name, value in self.cleaned_data.items() if value not in (None, "")}


class LabelField(forms.FileField):
    """A seller's own label for the parcel back. Its cleaned value is the id of the kept file."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "help_text", "PDF, PNG or JPEG, up to 5 MB. Without one they send it as they like."
        )
        super().__init__(required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        from agents.models import ActionFile

        upload = super().clean(data, None)
        if not upload:
            return initial or ""
        file = File(upload.name, upload.content_type, upload.read())
        if problem := ActionFile.problem(file):
            raise forms.ValidationError(problem)
        return str(ActionFile.keep(file).pk)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
