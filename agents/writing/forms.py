"""What an admin may set about how the machine writes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from agents.checking.verify import verify
from agents.facts.evidence import Kind, Sentence
from agents.writing.voice import OWN_TURNS
from inbox.models import Organization

_MOST, _LONGEST = 8, 160  # phrases of a turn, characters of a phrase
_LABELS = {
    "greeting": ("Greetings", "One a line; {name} stands for the customer's name. Empty: ours."),
    "offer": ("Offers of further help", "One a line, said before the closing. Empty: ours."),
    "closing": ("Closings", "One a line, above the signature: “All the best,”. Empty: ours."),
}


class Lines(forms.CharField):
    """A list, one entry a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in str(super().clean(value)).splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


class VoiceForm(forms.ModelForm):
    forbidden_words = Lines(
        label="Words never to use",
        required=False,
        help_text="One a line. A draft with one of them is blocked until it is edited; edits are checked too.",
    )

    class Meta:
        model = Organization
        fields = ["tone", "greets_by", "signature", "says_automatic", "forbidden_words"]
        labels = {"greets_by": "Customers are greeted by", "says_automatic": "Say that it is automatic"}
        help_texts = {
            "tone": "How answers sound.",
            "signature": "How answers are signed, and the name customers see: “Northpine Support”.",
            "says_automatic": "Every answer says that it was written automatically, where your rules require it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for turn in OWN_TURNS:
            label, help_text = _LABELS[turn]
            initial = self.instance.phrases.get(turn, [])
            self.fields[turn] = Lines(label=label, help_text=help_text, required=False, initial=initial)

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        for turn in OWN_TURNS:
            for phrase in entered.get(turn, []):
                if problem := _problem(turn, phrase):
                    self.add_error(turn, f"“{phrase}”: {problem}")
            if len(entered.get(turn, [])) > _MOST:
                self.add_error(turn, f"At most {_MOST}.")
        self.instance.phrases = {turn: entered[turn] for turn in OWN_TURNS if entered.get(turn)}
        return entered


def _problem(turn: str, phrase: str) -> str:
    """An admin's words are taken as they stand, so they must give no day, amount, state or promise."""
    if len(phrase) > _LONGEST:
        return f"at most {_LONGEST} characters."
    names = re.findall(r"\{[^}]*\}", phrase)
    if names and (turn != "greeting" or set(names) != {"{name}"}):
        return "only {name} can be filled in, and only in greetings."
    return unprovable(phrase.replace("{name}", "Maya"))


def unprovable(words: str) -> str:
    """What an admin's words state that no record can stand behind; "" where that is nothing."""
    claims = verify([Sentence(words)], [], now=timezone.now(), zone="UTC")
    wrong = next((each for each in claims if not each.is_supported and each.kind != Kind.TEXT), None)
    return f"“{wrong.text}” is a statement, and no record can stand behind it." if wrong else ""
