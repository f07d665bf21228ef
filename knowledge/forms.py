from __future__ import annotations

from typing import Any

from django import forms

from connectors import registry
from connectors.contract import Capability
from knowledge.models import Topic


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=160)
    topic = forms.ChoiceField(choices=Topic.choices)
    channel_kinds = forms.MultipleChoiceField(
        required=False,
        label="Applies to",
        help_text="None chosen: everywhere.",
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.CharField(
        label="Text",
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text="Markdown. One heading per question; each paragraph should make sense by itself, since answers cite paragraphs.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = registry.with_capability(Capability.MESSAGES)
        self.fields["channel_kinds"].choices = [(each.kind, each.label) for each in channels]  # type: ignore[attr-defined]
