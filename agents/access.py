"""The only way for a view to get a row of the machine. What is not yours does not exist: 404."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404

from agents.models import Draft, IdentityCheck, Policy, Run, Trial


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
