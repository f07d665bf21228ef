from __future__ import annotations

from typing import Any

from django import forms

from agents.models.autonomy import Autonomy, Level

HELP = {
    Level.OFF: "It writes and proposes nothing.",
    Level.DRAFT: "It writes; a person opens each one.",
    Level.REVIEWED: "One key sends it; safe ones can be approved several at once.",
    Level.AUTOMATIC: "It goes by itself while every guard below holds.",
}


class GuardForm(forms.ModelForm):
    level = forms.ChoiceField(
        choices=[(each.value, f"{each.label}: {HELP[each]}") for each in Level], widget=forms.RadioSelect
    )
    languages = forms.CharField(
        required=False,
        initial="en",
        help_text="Codes with commas between, like en, es. Empty means English only.",
    )

    class Meta:
        model = Autonomy
        fields = (
            "level",
            "least_confidence",
            "most_amount",
            "most_risk",
            "opens",
            "closes",
            "daily_cap",
            "languages",
        )
        widgets = {
            "opens": forms.TimeInput(attrs={"type": "time"}),
            "closes": forms.TimeInput(attrs={"type": "time"}),
        }
        labels = {
            "least_confidence": "Surest below which a person looks",
            "most_amount": "Highest amount that goes by itself",
            "most_risk": "Highest risk, 0 to 100",
            "opens": "From",
            "closes": "Until",
            "daily_cap": "Most in 24 hours",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["languages"] = ", ".join(self.instance.languages or ["en"])

    def clean_least_confidence(self) -> float:
        value = float(self.cleaned_data["least_confidence"])
        if not 0 <= value <= 1:
            raise forms.ValidationError("Between 0 and 1.")
        return value

    def clean_languages(self) -> list[str]:
        return [code.strip().lower() for code in self.cleaned_data["languages"].split(",") if code.strip()]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if bool(clean.get("opens")) != bool(clean.get("closes")):
            raise forms.ValidationError("Hours need a beginning and an end.")
        return clean
