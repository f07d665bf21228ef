from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from agents import rules as kinds
from agents.rules.rule import Rule
from agents.rules.standard import rules as standard
from audit.record import record
from config.tenancy import TenantModel, new_id
from inbox.models import Membership


@dataclass(frozen=True)
class Change:
    """One rule that came, went or reads differently."""

    key: str
    before: str  # "" where it came
    after: str  # "" where it went


class RulesHeld(models.Model):
    """Rows with `rules`: [agents.rules.rule.Rule as JSON], in the order they are read."""

    rules = models.JSONField(default=list)

    class Meta:
        abstract = True

    @cached_property
    def every(self) -> list[Rule]:
        return [kinds.read(each) for each in self.rules]

    def rule(self, key: str) -> Rule | None:
        return next((each for each in self.every if each.key == key), None)


class Policy(RulesHeld, TenantModel):
    """The rules of one time. Never edited: whoever changes a rule saves a new version, and old verdicts name theirs."""

    version = models.PositiveIntegerField(help_text="From 1; 0 are the rules an organization begins with")
    changes = models.JSONField(default=list, help_text="[Change] against the version before")
    note = models.CharField(max_length=300, blank=True, help_text="Why")
    saved_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["organization", "version"], name="one_policy_per_version")
        ]

    def __str__(self) -> str:
        return f"Version {self.version}" if self.version else "What Waybill begins with"

    @classmethod
    def current(cls) -> Policy:
        """The newest; unsaved, with version 0, where nobody has written one."""
        return cls.objects.order_by("-version").first() or cls.first_of_all()

    @classmethod
    def first_of_all(cls) -> Policy:
        return cls(version=0, rules=[each.as_json() for each in standard()])

    @classmethod
    def put_in_force(cls, rules: Sequence[Rule], by: Membership, note: str = "") -> Policy:
        """Another version, from now on. Two at once: the second fails on its number (IntegrityError)."""
        before = cls.current()
        policy: Policy = cls.objects.create(
            version=before.version + 1,
            rules=[each.as_json() for each in rules],
            changes=[vars(each) for each in difference(before.every, rules)],
            note=note[:300],
            saved_by=by,
        )
        record(
            "policy.changed",
            actor=by.actor,
            subject=policy,
            data={"version": policy.version, "changes": policy.changes, "note": policy.note},
        )
        return policy

    def told(self) -> list[tuple[str, str]]:
        """(key, sentence) of what a shopper may be told, for answers: evidence names `version` beside it."""
        return [(each.key, each.sentence) for each in self.every if each.is_public]


class PolicyEdit(RulesHeld, TenantModel):
    """The rules an admin is working on: in force only when they are put in force. One for all admins."""

    based_on = models.PositiveIntegerField(help_text="The version it changes")
    changed_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_policy_edit")]

    @classmethod
    def begin(cls, by: Membership) -> PolicyEdit:
        """The one there is, or one with the rules in force; locked."""
        current = Policy.current()
        cls.objects.get_or_create(
            defaults={"rules": current.rules, "based_on": current.version, "changed_by": by}
        )
        edit: PolicyEdit = cls.objects.select_for_update().get()
        return edit

    def put(self, rule: Rule, by: Membership) -> None:
        """A new rule at the end, or another in its place, by its key."""
        if not rule.key:
            rule = replace(rule, key=new_id().hex[-12:])
        kept = [each["key"] for each in self.rules]
        if rule.key in kept:
            self.rules[kept.index(rule.key)] = rule.as_json()
        else:
            self.rules.append(rule.as_json())
        self._keep(by)

    def drop(self, key: str, by: Membership) -> None:
        self.rules = [each for each in self.rules if each["key"] != key]
        self._keep(by)

    def take(self, policy: Policy, by: Membership) -> None:
        """The rules of another version in place of all."""
        self.rules = list(policy.rules)
        self._keep(by)

    def put_in_force(self, by: Membership, note: str = "") -> Policy:
        policy = Policy.put_in_force(self.every, by, note)
        self.delete()
        return policy

    @property
    def changes(self) -> list[Change]:
        return difference(Policy.current().every, self.every)

    def _keep(self, by: Membership) -> None:
        """What is as it is in force needs no edit."""
        self.__dict__.pop("every", None)
        if not self.changes:
            self.delete()
            return
        self.changed_by, self.changed_at = by, timezone.now()
        self.save()


def difference(before: Iterable[Rule], after: Iterable[Rule]) -> list[Change]:
    old: dict[str, Any] = {each.key: each for each in before}
    new: dict[str, Any] = {each.key: each for each in after}
    return [
        Change(key, old[key].sentence if key in old else "", new[key].sentence if key in new else "")
        for key in [*old, *(key for key in new if key not in old)]
        if old.get(key) != new.get(key)
    ]
