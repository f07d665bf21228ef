"""What differs between Meta's channels, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.contract import Account

WINDOW = timedelta(hours=24)  # after the person's last message, for everybody
PERSON_WINDOW = timedelta(days=7)  # with the tag HUMAN_AGENT, for what a person wrote
PRIVATE_REPLY = timedelta(days=7)  # after a comment, once


@dataclass(frozen=True)
class Platform:
    """`kind` is the connector's, and the space of its people's names."""

    kind: str
    label: str
    object: str  # of its webhooks
    messages: str  # of its threads: messenger, instagram
    topics: tuple[str, ...]  # the webhook fields the app asks for
    page_topics: tuple[str, ...]  # and those of the Page: without any, the app is told nothing of its account
    scopes: tuple[str, ...]
    name_field: str  # what its accounts are called by
    reply_edge: str  # under a comment
    text_field: str  # of a comment
    hidden_field: str  # of a comment, to read
    hide_param: str  # of a comment, to set
    gives_back_metadata: bool  # in the echo of a message


def page_id(account: Account) -> str:
    """The Page that messages and webhooks hang on; an Instagram account's is another than itself."""
    return str(account.settings.get("page_id") or account.external_id)


def comment_thread(comment: str) -> str:
    return f"comment/{comment}"


def commented(thread: str) -> str:
    """The id of the comment a thread is called after; "" for any other thread."""
    kind, _, comment = thread.partition("/")
    return comment if kind == "comment" else ""
