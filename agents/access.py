"""The only way for a view to get a row of the machine. What is not yours does not exist: 404."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from agents.models import Action, ActionFile, Approval, Draft, HandoffRule, IdentityCheck, Policy, Run, Trial
from inbox.models import Return


def draft(pk: UUID) -> Draft:
    drafts = Draft.objects.select_related(
        "conversation__customer", "conversation__channel", "run", "organization"
    )
    return get_object_or_404(drafts, pk=pk)


def run(pk: UUID) -> Run:
    runs = Run.objects.select_related("conversation__customer", "conversation__channel", "message", "draft")
    return get_object_or_404(runs, pk=pk)


def trial(pk: UUID) -> Trial:
    """Those of yesterday are gone, also before the sweeper comes."""
    return get_object_or_404(Trial.kept().select_related("channel", "customer", "asked_by__user"), pk=pk)


def identity_check(pk: UUID) -> IdentityCheck:
    checks = IdentityCheck.objects.select_related("conversation__channel", "conversation__customer", "order")
    return get_object_or_404(checks, pk=pk)


def policy(version: int) -> Policy:
    """0 are the rules an organization begins with, which are in no row."""
    if version == 0:
        return Policy.first_of_all()
    return get_object_or_404(Policy.objects.select_related("saved_by__user"), version=version)


def action(pk: UUID) -> Action:
    return get_object_or_404(with_story(Action.objects.all()), pk=pk)


def action_file(pk: UUID) -> ActionFile:
    return get_object_or_404(ActionFile, pk=pk)


def returned(pk: UUID) -> Return:
    return get_object_or_404(Return.objects.select_related("order__customer", "channel"), pk=pk)


def with_story(actions: QuerySet[Action]) -> QuerySet[Action]:
    """With what a card shows: what it is about, who proposed it and who decided."""
    decided = Approval.objects.select_related("by__user").order_by("at")
    return actions.select_related(
        "channel", "customer", "conversation__customer", "order", "back", "dispute", "proposed_by__user"
    ).prefetch_related(Prefetch("approvals", decided), "files")


def handoff_rule(pk: UUID) -> HandoffRule:
    """Also one that was deleted, so that this can be undone."""
    return get_object_or_404(HandoffRule.objects.select_related("to__user"), pk=pk)
