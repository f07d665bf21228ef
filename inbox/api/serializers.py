"""Rows as JSON. Times are ISO 8601 with offset; nothing here decides anything."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from inbox.models import Conversation, Customer, Dispute, Message, Note, Notice


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields: ClassVar = ["id", "name", "email"]


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    customer = CustomerSerializer(read_only=True)
    channel = serializers.CharField(source="channel.name", read_only=True)
    kind = serializers.CharField(source="channel.kind", read_only=True)
    assignee = serializers.CharField(source="assignee.user.email", default=None, read_only=True)

    class Meta:
        model = Conversation
        fields: ClassVar = [
            "id",
            "subject",
            "snippet",
            "state",
            "unread",
            "customer",
            "channel",
            "kind",
            "assignee",
            "marks",
            "opened_at",
            "last_message_at",
            "waiting_since",
            "due_at",
            "snoozed_until",
        ]


class MessageSerializer(serializers.ModelSerializer[Message]):
    author = serializers.CharField(source="author.user.email", default=None, read_only=True)

    class Meta:
        model = Message
        fields: ClassVar = [
            "id",
            "direction",
            "author",
            "text",
            "created_at",
            "sent_at",
            "send_state",
            "problem",
        ]


class NoteSerializer(serializers.ModelSerializer[Note]):
    author = serializers.CharField(source="author.user.email", default=None, read_only=True)

    class Meta:
        model = Note
        fields: ClassVar = ["id", "author", "text", "created_at"]


class TextSerializer(serializers.Serializer[dict[str, str]]):
    """What a reply or a note is made of. `key` (a reply's) makes a second try harmless."""

    text = serializers.CharField(max_length=100_000)
    key = serializers.CharField(max_length=64, required=False, default="")


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    channel = serializers.CharField(source="channel.name", read_only=True)
    order = serializers.CharField(source="order.number", default=None, read_only=True)

    class Meta:
        model = Notice
        fields: ClassVar = [
            "id",
            "channel",
            "kind",
            "sender",
            "subject",
            "text",
            "order",
            "url",
            "at",
            "seen",
        ]


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    channel = serializers.CharField(source="channel.name", read_only=True)
    order = serializers.CharField(source="order.number", default=None, read_only=True)
    customer = CustomerSerializer(read_only=True)

    class Meta:
        model = Dispute
        fields: ClassVar = [
            "id",
            "external_id",
            "channel",
            "kind",
            "label",
            "state",
            "reason",
            "amount",
            "currency",
            "order",
            "customer",
            "opened_at",
            "updated_at",
            "due_at",
            "answers",
            "outcome",
            "url",
        ]
