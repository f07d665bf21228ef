"""The only way for a view or the API to get a row. What is not yours does not exist: 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from config.one_trip import find_own
from config.tenancy import as_user
from inbox.models import (
    Attachment,
    Channel,
    CommentGroup,
    Conversation,
    Customer,
    Delivery,
    Dispute,
    Invitation,
    Join,
    Membership,
    Message,
    MessageTemplate,
    Notice,
    Order,
    Organization,
    Stream,
    StreamComment,
    User,
)

if TYPE_CHECKING:

    class Request(HttpRequest):
        """A request inside an organization; the middleware has opened its scope."""

        user: User
        organization: Organization
        membership: Membership
        htmx: Any

else:
    Request = HttpRequest

View = Callable[..., HttpResponse]


def membership_of(user: User, slug: str) -> Membership | None:
    """Who this person is in the organization of that slug, or None."""
    membership = find_own(Membership, slug, user.pk)
    if membership:
        membership.user = user
    return membership


def memberships_of(user: User) -> list[Membership]:
    """All the organizations this person belongs to, for the switcher."""
    with as_user(user.pk):
        return list(
            Membership.own.filter(user=user).select_related("organization").order_by("organization__name")
        )


def conversation(pk: UUID) -> Conversation:
    """With customer and channel, but for the channel's secrets, which no screen shows."""
    rows = Conversation.objects.select_related("customer", "channel")
    return get_object_or_404(rows.defer("channel__credentials", "channel__cursor"), pk=pk)


def locked_conversation(pk: UUID) -> Conversation:
    """For verbs: nobody else changes it until this request ends."""
    return get_object_or_404(Conversation.objects.select_for_update(), pk=pk)


def message(pk: UUID) -> Message:
    return get_object_or_404(Message.objects.select_related("conversation"), pk=pk)


def channel(pk: UUID) -> Channel:
    return get_object_or_404(Channel, pk=pk)


def delivery(pk: UUID) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("channel"), pk=pk)


def member(pk: UUID) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user"), pk=pk)


def notice(pk: UUID) -> Notice:
    return get_object_or_404(Notice.objects.select_related("order__customer", "channel"), pk=pk)


def customer(pk: UUID) -> Customer:
    return get_object_or_404(Customer, pk=pk)


def named(text: str) -> UUID:
    """An id that came in a form; what is none names nobody."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def join(pk: UUID) -> Join:
    return get_object_or_404(Join.objects.select_related("kept", "joined", "by__user"), pk=pk)


def dispute(pk: UUID) -> Dispute:
    return get_object_or_404(Dispute.objects.select_related("order", "customer", "channel"), pk=pk)


def stream(pk: UUID) -> Stream:
    rows = Stream.objects.select_related("channel").defer("channel__credentials", "channel__cursor")
    return get_object_or_404(rows, pk=pk)


def locked_stream(pk: UUID) -> Stream:
    return get_object_or_404(Stream.objects.select_for_update(), pk=pk)


def comment_group(pk: UUID) -> CommentGroup:
    return get_object_or_404(
        CommentGroup.objects.select_related("stream__channel", "decided_by__user"), pk=pk
    )


def locked_group(pk: UUID) -> CommentGroup:
    rows = CommentGroup.objects.select_related("stream").select_for_update(of=("self",))
    return get_object_or_404(rows, pk=pk)


def live_comment(pk: UUID) -> StreamComment:
    return get_object_or_404(StreamComment.objects.select_related("stream__channel"), pk=pk)


def order(pk: UUID) -> Order:
    return get_object_or_404(Order.objects.select_related("customer", "channel"), pk=pk)


def template(pk: UUID) -> MessageTemplate:
    return get_object_or_404(MessageTemplate, pk=pk)


def attachment(pk: UUID) -> Attachment:
    return get_object_or_404(Attachment, pk=pk)


def open_invitation(pk: UUID) -> Invitation:
    return get_object_or_404(Invitation, pk=pk, accepted_at=None)


def invitation(token: str) -> Invitation:
    return get_object_or_404(Invitation, token=token)


def admins_only(view: View) -> View:
    """Members who are not admins may know the page exists; they may not use it: 403."""
    return _guarded(view, lambda member: member.administers)


def supervisors_only(view: View) -> View:
    """The same for supervisors and admins."""
    return _guarded(view, lambda member: member.supervises)


def _guarded(view: View, may: Callable[[Membership], bool]) -> View:
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.membership):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
