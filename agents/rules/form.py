"""The form of one kind of rule, made from the rule's own fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django import forms

from agents.rules.fields import ASK
from agents.rules.rule import Rule


class RuleForm(forms.Form):
    """Its own questions first, then what it is for. Valid, it has a `rule`."""

    def __init__(self, kind: type[Rule], data: Mapping[str, Any] | None = None, *, rule: Rule | None = None):
        asked = [each for each in dataclasses.fields(kind) if ASK in each.metadata]
        super().__init__(
            data, initial={each.name: getattr(rule, each.name) if rule else each.default for each in asked}
        )
        scope = {each.name for each in dataclasses.fields(Rule)}
        for each in sorted(asked, key=lambda each: each.name in scope):
            self.fields[each.name] = each.metadata[ASK]()
        self.kind, self._key = kind, rule.key if rule else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.rule = self.kind(key=self._key, **cleaned)
            try:
                self.rule.check()
            except ValueError as wrong:
                raise forms.ValidationError(str(wrong)) from None
        return cleaned
