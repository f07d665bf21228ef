"""Inviting somebody: a link for one address, shown to the admin and sent by e-mail."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from audit.record import record
from config.tenancy import scope
from config.wake import wake
from inbox.models import Invitation, Membership


def invite(email: str, role: str, by: Membership) -> Invitation:
    """A new link; an open one for the same address is replaced."""
    Invitation.objects.filter(email=email, accepted_at=None).delete()
    invitation = Invitation.objects.create(email=email, role=role, invited_by=by)
    record("member.invited", actor=by.actor, subject=invitation, data={"role": role})
    wake("inbox.tasks.send_invitation", invitation.tenant, invitation_id=invitation.pk)
    return invitation


def link(invitation: Invitation) -> str:
    path = reverse("inbox:invitation", args=[invitation.organization.slug, invitation.token])
    return f"{settings.PUBLIC_URL}{path}"


def send(organization_id: UUID, invitation_id: UUID) -> None:
    """The mail goes out between scopes. Should it fail, the admin still has the link on the screen."""
    with scope(organization_id):
        invitation = (
            Invitation.objects.select_related("organization", "invited_by__user")
            .filter(pk=invitation_id, accepted_at=None)
            .first()
        )
    if invitation is None:
        return
    name = invitation.organization.name
    send_mail(
        f"Join {name} on Waybill",
        f"{invitation.invited_by or 'An admin'} invites you to answer customers of {name}.\n\n"
        f"{link(invitation)}\n\nThe link is for you alone and works for a week.\n",
        None,
        [invitation.email],
    )
