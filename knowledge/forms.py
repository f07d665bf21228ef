from __future__ import annotations

from typing import Any

from django import forms

from connectors import registry
from connectors.contract import Capability
from knowledge.models import Article, Topic
from knowledge.models.synonyms import read


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=160)
    topic = forms.ChoiceField(choices=Topic.choices)
    channel_kinds = forms.MultipleChoiceField(
        required=False,
        label="Applies to",
        help_text="None chosen: everywhere.",
        widget=forms.CheckboxSelectMultiple,
    )
    markets = forms.CharField(
        required=False,
        label="Countries",
        help_text="Two letters each, between commas: US, CA. Empty: everywhere.",
    )
    language = forms.CharField(
        required=False,
        max_length=2,
        help_text="Two letters, for readers of this one only: es. Empty: all.",
    )
    brand = forms.CharField(required=False, max_length=60, help_text="If you sell under several. Empty: all.")
    body = forms.CharField(
        label="Text",
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text="Markdown. One heading per question; each paragraph should make sense by itself, since answers cite paragraphs.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = registry.with_capability(Capability.MESSAGES)
        self.fields["channel_kinds"].choices = [(each.kind, each.label) for each in channels]  # type: ignore[attr-defined]

    def clean_markets(self) -> list[str]:
        markets = [each.strip().upper() for each in self.cleaned_data["markets"].split(",") if each.strip()]
        if wrong := [each for each in markets if not (len(each) == 2 and each.isalpha())]:
            raise forms.ValidationError(f"{wrong[0]} is no country of two letters.")
        return markets

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"]).lower()


class QuestionForm(forms.Form):
    question = forms.CharField(max_length=300)
    article: Any = forms.ModelChoiceField(
        None, to_field_name="slug", label="must find"
    )  # its queryset needs a scope

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["article"].queryset = Article.objects.filter(archived_at=None)  # type: ignore[attr-defined]


class SynonymsForm(forms.Form):
    """Initially the groups as text: a line each."""

    groups = forms.CharField(
        required=False,
        label="Words that mean the same",
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "sweater, jumper, pullover"}),
        help_text="A group a line, words between commas. Whoever asks with one finds the others.",
    )

    def clean_groups(self) -> list[list[str]]:
        try:
            return read(self.cleaned_data["groups"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
