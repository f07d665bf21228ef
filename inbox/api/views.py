"""The same queries and the same verbs as the pages, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from inbox import access, listings, queries
from inbox.api.serializers import (
    ConversationSerializer,
    DisputeSerializer,
    MessageSerializer,
    NoteSerializer,
    NoticeSerializer,
    TextSerializer,
)
from inbox.rules import Forbidden


@extend_schema(
    parameters=[
        OpenApiParameter(name) for name in ("state", "who", "channel", "unread", "q", "sort", "after", "take")
    ],
    responses=ConversationSerializer(many=True),
)
@api_view(["GET"])
def conversations(request: Any) -> Response:
    """Newest first. `next` is the value of `after` for the following page, or null."""
    page = queries.conversations(queries.Filters.read(request.GET, request.membership))
    rows = ConversationSerializer(page.rows, many=True).data
    return Response({"conversations": rows, "next": str(page.after) if page.after else None})


@extend_schema(responses=ConversationSerializer)
@api_view(["GET"])
def conversation(request: Any, pk: UUID) -> Response:
    """One conversation with its newest messages and notes, oldest first."""
    row = access.conversation(pk)
    messages = row.messages.select_related("author__user").order_by("-created_at", "-id")[: queries.PAGE]
    notes = row.notes.select_related("author__user").order_by("-created_at", "-id")[: queries.PAGE]
    return Response(
        {
            **ConversationSerializer(row).data,
            "messages": MessageSerializer(list(reversed(messages)), many=True).data,
            "notes": NoteSerializer(list(reversed(notes)), many=True).data,
        }
    )


@extend_schema(request=TextSerializer, responses={201: MessageSerializer})
@api_view(["POST"])
def messages(request: Any, pk: UUID) -> Response:
    """Answer the customer, by the same road as a person's reply. Sent once for each `key`."""
    wish = TextSerializer(data=request.data)
    wish.is_valid(raise_exception=True)
    row = access.locked_conversation(pk)
    key = f"api-{wish.validated_data['key']}" if wish.validated_data["key"] else ""
    try:
        message = row.reply(wish.validated_data["text"], request.membership, key=key)
    except Forbidden as refusal:
        raise ValidationError({"text": [str(refusal)]}) from None
    return Response(MessageSerializer(message).data, status=201)


@extend_schema(request=TextSerializer, responses={201: NoteSerializer})
@api_view(["POST"])
def notes(request: Any, pk: UUID) -> Response:
    """Write a note only members see."""
    wish = TextSerializer(data=request.data)
    wish.is_valid(raise_exception=True)
    note = access.locked_conversation(pk).note(wish.validated_data["text"], request.membership)
    return Response(NoteSerializer(note).data, status=201)


@extend_schema(
    parameters=[OpenApiParameter(name) for name in ("kind", "channel", "unseen", "after")],
    responses=NoticeSerializer(many=True),
)
@api_view(["GET"])
def notices(request: Any) -> Response:
    """What platforms told, newest first. `next` as in conversations."""
    page = listings.notices(listings.NoticeFilters.read(request.GET))
    rows = NoticeSerializer(page.rows, many=True).data
    return Response({"notices": rows, "next": str(page.after) if page.after else None})


@extend_schema(
    parameters=[OpenApiParameter(name) for name in ("state", "channel", "after")],
    responses=DisputeSerializer(many=True),
)
@api_view(["GET"])
def disputes(request: Any) -> Response:
    """Those that must be answered (or `state`: "waiting", "ended"), by deadline. `next` as in conversations."""
    page = listings.disputes(listings.DisputeFilters.read(request.GET))
    rows = DisputeSerializer(page.rows, many=True).data
    return Response({"disputes": rows, "next": page.after or None})


@extend_schema(responses=DisputeSerializer)
@api_view(["GET"])
def dispute(request: Any, pk: UUID) -> Response:
    return Response(DisputeSerializer(access.dispute(pk)).data)
