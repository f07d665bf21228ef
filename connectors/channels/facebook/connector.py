"""Facebook: Messenger, and comments under a Page's posts and ads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from connectors.channels.facebook import comments
from connectors.contract import Account, Form, FormField, Limits, ReplyClock
from connectors.events import Event
from connectors.meta.connector import FORM, MetaConnector
from connectors.meta.platform import PERSON_WINDOW, PRIVATE_REPLY, WINDOW, Platform

EXPECTED = "Our choice: people expect an answer within the hour. Meta itself names none within its window"
_MB = 1024 * 1024


TOPICS = (
    "messages",
    "message_echoes",
    "message_edits",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "messaging_postbacks",
    "messaging_referrals",
    "feed",
)


class Facebook(MetaConnector):
    kind = "facebook"
    label = "Facebook"
    icon = "message-circle"
    mark = "f"
    colour = "oklch(52% 0.19 262)"
    platform = Platform(
        kind="facebook",
        label="Facebook",
        object="page",
        messages="messenger",
        topics=TOPICS,
        page_topics=TOPICS,
        scopes=(
            "pages_show_list",
            "pages_messaging",
            "pages_manage_metadata",
            "pages_read_engagement",
            "pages_read_user_content",
            "pages_manage_engagement",
        ),
        name_field="name",
        reply_edge="comments",
        text_field="message",
        hidden_field="is_hidden",
        hide_param="is_hidden",
        gives_back_metadata=True,
    )
    limits = Limits(
        longest_text=2000,
        attachment_types=("image/*", "video/*", "audio/*", "application/pdf"),
        largest_attachment=25 * _MB,
        most_attachments=5,
        reply_window=WINDOW,
        person_window=PERSON_WINDOW,
        private_reply=PRIVATE_REPLY,
        reply=ReplyClock(within=timedelta(hours=1), warn=timedelta(minutes=15), source=EXPECTED),
        form=Form.CHAT,
    )
    connect_form = (
        FormField("external_id", "Page ID", "Only needed if you have several Pages.", required=False),
        *FORM,
    )

    def changed(self, account: Account, change: dict[str, Any], at: Any) -> Iterator[Event]:
        return comments.events(account, change, at)


connector = Facebook()
