"""What an admin enters for a hand-off rule."""

from __future__ import annotations

from typing import Any

from django import forms

from agents.checking import manners
from agents.conditions import asked
from agents.facts.evidence import Sentence
from agents.handoff import WANTS
from agents.models import HandoffRule, Telling
from agents.understanding.intents import IntentKind
from agents.understanding.language import DEFAULT, LANGUAGES
from agents.writing.forms import Lines, unprovable
from agents.writing.phrases import language
from inbox import queries
from inbox.models import Membership, Order, Organization, Role

_MOODS = ("angry", "frustrated", "worried")
_LONGEST = 500  # characters the shopper is told


class Picks(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class HandoffForm(forms.ModelForm):
    intents = Picks(label="Wants one of these", required=False)
    moods = Picks(label="Sounds", required=False, choices=[(each, each.capitalize()) for each in _MOODS])
    channels = Picks(label="Writes by", required=False)
    languages = Picks(label="Writes in", required=False)
    keywords = Lines(
        label="Writes one of these words or phrases",
        required=False,
        help_text="One a line; whole words, in any case.",
    )
    currency = forms.ChoiceField(label="Currency")
    who = forms.ChoiceField(label="Who takes over", required=False)

    class Meta:
        model = HandoffRule
        fields = [
            "wants_human", "intents", "moods", "keywords", "channels", "languages", "least_value", "least_spent",
            "currency", "contacts", "contacts_days", "priority", "telling", "told",
        ]  # fmt: skip
        labels = {
            "wants_human": "Asks for a person",
            "least_value": "Has an order of at least",
            "least_spent": "Has spent with us at least",
            "contacts": "Has written at least so many times",
            "contacts_days": "Within so many days",
            "telling": "What the customer is told",
            "told": "In these words",
        }
        help_texts = {
            "least_value": "The order they name, else their newest.",
            "least_spent": "In all, without cancelled orders: who is a VIP.",
            "told": "Nothing that a record would have to prove: no day, amount or promise.",
        }
        widgets = {
            "told": forms.Textarea(
                attrs={"rows": 3, "placeholder": "A colleague will take a look and answer you here."}
            )
        }

    def __init__(self, organization: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        rule = self.instance
        for name in ("least_value", "least_spent", "contacts"):
            self.fields[name].required = False
            self.fields[name].widget.attrs["min"] = 1
        self.fields["contacts_days"].widget.attrs |= {"min": 1, "max": 90}
        self._offer(
            "intents",
            [
                (str(kind), words.capitalize())
                for kind, words in WANTS.items()
                if kind is not IntentKind.HUMAN
            ],
        )
        languages = sorted(((code, language(code)) for code in LANGUAGES - {"nb"}), key=lambda each: each[1])
        self._offer("languages", [*((c, n) for c, n in languages if c != DEFAULT), (DEFAULT, "English")])
        talking = queries.talking(queries.channels())
        self._offer("channels", [(str(each.pk), str(each)) for each in talking])
        known = {*Order.objects.order_by().values_list("currency", flat=True)[:500], rule.currency}
        self._offer("currency", [(each, each) for each in sorted(known)])
        self.members = {f"member:{each.pk}": each for each in queries.members()}
        roles = [(f"role:{value}", f"The {label.lower()} with the fewest") for value, label in Role.choices]
        self._offer(
            "who",
            [("", "Whoever is free"), *((key, str(each)) for key, each in self.members.items()), *roles],
        )
        self.initial["who"] = (
            f"role:{rule.role}" if rule.role else f"member:{rule.to_id}" if rule.to_id else ""
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_contacts_days(self) -> int:
        days: int = self.cleaned_data["contacts_days"]
        if not 1 <= days <= 90:
            raise forms.ValidationError("From 1 to 90 days.")
        return days

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        told = entered["told"] = (entered.get("told") or "").strip()
        if entered.get("telling") != Telling.NOTHING and (problem := self._problem(told)):
            self.add_error("told", problem)
        kind, _, chosen = entered.get("who", "").partition(":")
        self.instance.role = chosen if kind == "role" else ""
        self.instance.to = self._member(entered.get("who", ""))
        return entered

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not asked(self.instance):
            self.add_error(None, "Choose at least one thing that the customer does.")

    def _member(self, key: str) -> Membership | None:
        return self.members.get(key)

    def _problem(self, told: str) -> str:
        if not told:
            return "Write what the customer is told."
        if len(told) > _LONGEST:
            return f"At most {_LONGEST} characters."
        breach = next(iter(manners.breaches([Sentence(told)], self.organization)), None)
        return f"“{breach.text}”: {breach.reason}" if breach else unprovable(told)
