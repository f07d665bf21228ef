from __future__ import annotations

from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit.record import record
from config.tenancy import scope
from inbox import access, inviting
from inbox.access import Request, admins_only
from inbox.middleware import open_door
from inbox.models import Invitation, Organization, User
from inbox.views import members
from inbox.views.forms import InviteForm, WelcomeForm
from inbox.views.showing import done


@require_POST
@admins_only
def create(request: Request) -> HttpResponse:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return members.page(request, form)
    invitation = inviting.invite(form.cleaned_data["email"], form.cleaned_data["role"], request.membership)
    return done(
        request,
        f"{invitation.email} is invited. The link is below, and on its way by e-mail.",
        "inbox:members",
    )


@require_POST
@admins_only
def delete(request: Request, pk: UUID) -> HttpResponse:
    invitation = access.open_invitation(pk)
    invitation.delete()
    return done(request, f"The link for {invitation.email} no longer works.", "inbox:members")


@require_http_methods(["GET", "POST"])
@open_door
def accept(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """For people without a membership: it opens the organization's scope itself, for this one token."""
    organization = get_object_or_404(Organization, slug=slug)
    with scope(organization.pk):
        invitation = access.invitation(token)
        invitation.organization = organization
        return _accept(request, invitation)


def _accept(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The signed-in account joins at once; a known address signs in first; a new one makes its account here."""
    user = request.user if request.user.is_authenticated else None
    known = user is None and User.objects.filter(email=invitation.email).exists()
    form = WelcomeForm(request.POST or None) if user is None and not known else None
    context = {"invitation": invitation, "form": form, "known": known, "at": invitation.organization}
    if not invitation.is_open:
        return render(request, "invitation.html", context, status=410)
    if request.method == "POST" and (user or (form and form.is_valid())):
        return _join(request, invitation, user or _new_user(request, invitation, form))
    return render(request, "invitation.html", context, status=422 if form and form.errors else 200)


def _new_user(request: HttpRequest, invitation: Invitation, form: WelcomeForm | None) -> User:
    values = form.cleaned_data if form else {}
    user = User.objects.create_user(invitation.email, values["password"], first_name=values["first_name"])
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )  # the link came by mail
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def _join(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    membership = invitation.accept(user)
    record("member.joined", actor=membership.actor, subject=membership, data={"role": membership.role})
    return redirect("inbox:list", invitation.organization.slug)
