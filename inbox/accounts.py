from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from inbox.models import User


class InvitedOnly(DefaultAccountAdapter):
    """Accounts are made by accepting an invitation; the very first person on a machine may sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return not User.objects.exists()

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People are known by their e-mail address."""
