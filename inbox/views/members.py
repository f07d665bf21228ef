from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from audit.record import record
from inbox import access, inviting, queries
from inbox.access import Request, admins_only
from inbox.models import Invitation, Membership, Role
from inbox.views.forms import InviteForm
from inbox.views.showing import done


@require_GET
@admins_only
def index(request: Request) -> HttpResponse:
    return page(request, InviteForm())


def page(request: Request, form: InviteForm) -> HttpResponse:
    waiting = (
        Invitation.objects.filter(accepted_at=None).select_related("organization").order_by("-invited_at")
    )
    context = {
        "members": queries.members(),
        "roles": Role.choices,
        "form": form,
        "invitations": [(each, inviting.link(each)) for each in waiting if each.is_open],
    }
    return render(request, "settings/members.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def update(request: Request, pk: UUID) -> HttpResponse:
    member, role = access.member(pk), request.POST.get("role", "")
    if role not in Role.values or (role != Role.ADMIN and _last_admin(member)):
        return done(
            request, "There must always be an admin; nothing was changed.", "inbox:members", error=True
        )
    member.role = role
    member.save(update_fields=["role"])
    record("member.changed", actor=request.membership.actor, subject=member, data={"role": role})
    return done(request, f"{member} is now {member.get_role_display().lower()}.", "inbox:members")


@require_POST
@admins_only
def delete(request: Request, pk: UUID) -> HttpResponse:
    """What they wrote stays, under nobody's name; their conversations become unassigned."""
    member = access.member(pk)
    if _last_admin(member):
        return done(request, "The last admin cannot be removed.", "inbox:members", error=True)
    record("member.removed", actor=request.membership.actor, subject=member, data={"role": member.role})
    member.delete()
    return done(request, f"{member} no longer belongs to {request.organization}.", "inbox:members")


def _last_admin(member: Membership) -> bool:
    admins = Membership.objects.select_for_update().filter(role=Role.ADMIN)
    return member.administers and len(admins) == 1
