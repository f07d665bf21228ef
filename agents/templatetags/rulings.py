"""Verdicts in words and colours."""

from __future__ import annotations

from django import template

from agents.verdict import Ruling, Verdict

register = template.Library()

TONES = {Ruling.ALLOWED: "good", Ruling.APPROVAL: "warn", Ruling.FORBIDDEN: "bad"}
_APPROVERS = {"agent": "Any member", "supervisor": "Supervisor", "admin": "Admin"}


@register.filter
def outcome(verdict: Verdict) -> str:
    """ "Automatic", "Supervisor’s yes", "Refused"."""
    if verdict.ruling == Ruling.ALLOWED:
        return "Automatic"
    return "Refused" if verdict.ruling == Ruling.FORBIDDEN else f"{_APPROVERS[verdict.approver]}’s yes"


@register.filter
def ruling_tone(ruling: Ruling) -> str:
    return TONES[ruling]
