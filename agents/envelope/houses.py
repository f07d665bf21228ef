"""The organizations scenarios are tried in: their articles, their rules and their voice (houses.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml

from agents import rules
from agents.models import Policy
from agents.rules.standard import rules as standard
from audit.record import CLOCK
from config.tenancy import scope
from inbox.models import Membership, Organization, Role, User
from knowledge import index
from knowledge.models import Article, ArticleVersion, Topic

_AGENTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class House:
    """`rules` as agents.rules.rule.Rule.as_json has them; `drops` names kinds of the rules every organization begins
    with that are not among this one's, `only_own` drops all of them."""

    key: str
    name: str
    articles: str  # a folder below agents/ with *.md
    tone: str = "friendly"
    rules: tuple[Mapping[str, Any], ...] = ()
    drops: tuple[str, ...] = ()
    only_own: bool = False
    voice: Mapping[str, Any] = field(default_factory=dict)  # more fields of Organization


@cache
def houses() -> Mapping[str, House]:
    told = yaml.safe_load(Path(__file__).with_name("houses.yaml").read_text())
    return {key: House(key, **said) for key, said in told["houses"].items()}


@cache
def platforms() -> Mapping[str, Any]:
    """Which platform orders of mailboxes come from, and how each writes its numbers."""
    told: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("houses.yaml").read_text())["platforms"]
    return told


@dataclass(frozen=True)
class Staff:
    """Whose yes is asked for, by role."""

    agent: Membership
    supervisor: Membership
    admin: Membership

    @classmethod
    def hire(cls) -> Staff:
        """In the caller's scope; nobody of them can sign in."""
        return cls(*(_member(role) for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)))


def _member(role: Role) -> Membership:
    name = f"{role}-{uuid4().hex}@staff.example"
    user = User.objects.create_user(name, first_name=role.label)
    made: Membership = Membership.objects.create(user=user, role=role)
    return made


def build(house: House) -> tuple[UUID, Staff]:
    """In the caller's transaction, which is to be undone."""
    organization = Organization.objects.create(
        name=house.name,
        slug=f"envelope-{house.key}-{uuid4().hex[:8]}",
        tone=house.tone,
        signature=f"The {house.name} team",
        **house.voice,
    )
    with scope(organization.pk):
        staff = Staff.hire()
        Policy.put_in_force(_rules(house), staff.admin)
        for path in sorted((_AGENTS / house.articles).glob("*.md")):
            title, _, body = path.read_text().partition("\n")
            topic = path.stem if path.stem in Topic.values else Topic.OTHER
            Article.write(title.lstrip("# ").strip(), body, topic, CLOCK)
        waiting = list(ArticleVersion.objects.filter(indexed_at=None).values_list("pk", flat=True))
    for version in waiting:
        index.index(organization.pk, version)
    return organization.pk, staff


def _rules(house: House) -> list[rules.Rule]:
    begun = [] if house.only_own else [each for each in standard() if each.name not in house.drops]
    own = [rules.read({"key": f"own-{n}", **each}) for n, each in enumerate(house.rules)]
    return [*begun, *own]
