"""Instagram: direct messages, comments under posts, reels, ads and lives, and mentions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from connectors.channels.instagram import comments, mentions
from connectors.commands import SendMessage
from connectors.contract import (
    Account,
    Capability,
    Form,
    FormField,
    Limits,
    One,
    Page,
    Receipt,
    ReplyClock,
    Wanted,
)
from connectors.events import Event
from connectors.meta.connector import FORM, MetaConnector
from connectors.meta.graph import Graph, understood
from connectors.meta.platform import PERSON_WINDOW, PRIVATE_REPLY, WINDOW, Platform

EXPECTED = "Our choice: people expect an answer within the hour. Meta itself names none within its window"
_MB = 1024 * 1024


class Instagram(MetaConnector):
    kind = "instagram"
    label = "Instagram"
    icon = "instagram"
    mark = "Ig"
    colour = "oklch(58% 0.21 358)"
    capabilities = MetaConnector.capabilities | {Capability.LIVES}
    platform = Platform(
        kind="instagram",
        label="Instagram",
        object="instagram",
        messages="instagram",
        topics=(
            "messages",
            "message_edit",
            "message_reactions",
            "messaging_postbacks",
            "messaging_referral",
            "messaging_seen",
            "comments",
            "live_comments",
            "mentions",
        ),
        page_topics=("feed",),
        scopes=(
            "pages_show_list",
            "pages_manage_metadata",
            "pages_read_engagement",
            "instagram_basic",
            "instagram_manage_messages",
            "instagram_manage_comments",
        ),
        name_field="username",
        reply_edge="replies",
        text_field="text",
        hidden_field="hidden",
        hide_param="hide",
        gives_back_metadata=False,
    )
    limits = Limits(
        longest_text=1000,
        largest_text=1000,
        attachment_types=("image/png", "image/jpeg", "image/gif", "video/*", "audio/*", "application/pdf"),
        largest_attachment=8 * _MB,  # a picture's; video, audio and PDF may have 25
        most_attachments=5,
        reply_window=WINDOW,
        person_window=PERSON_WINDOW,
        private_reply=PRIVATE_REPLY,
        reply=ReplyClock(within=timedelta(hours=1), warn=timedelta(minutes=15), source=EXPECTED),
        form=Form.CHAT,
    )
    connect_form = (
        FormField(
            "external_id", "Instagram account ID", "Only needed if you have several accounts.", required=False
        ),
        FormField(
            "page_id",
            "Page ID",
            "Of the Page the account is linked to; only where you enter an access token yourself.",
            required=False,
        ),
        *FORM,
    )

    def changed(self, account: Account, change: dict[str, Any], at: Any) -> Iterator[Event]:
        return comments.events(account, change, at)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, One) and wanted.kind == "mention":
            with understood(safe=True):
                return mentions.read(Graph(account), wanted)
        return super().fetch(account, wanted)

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        if mentions.is_one(message.thread):
            return mentions.answer(Graph(account), message)
        return super().send(account, message, key)


connector = Instagram()
