"""What the Facebook and the Instagram connector do alike; each adds its facts and how it reads comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from connectors.commands import Command, HideComment, ReplyPrivately, SendMessage
from connectors.contract import (
    Account,
    Answer,
    BaseConnector,
    Capability,
    FormField,
    Grant,
    Health,
    One,
    Page,
    Past,
    RawDelivery,
    RawRequest,
    Receipt,
    Since,
    Wanted,
)
from connectors.events import Event
from connectors.meta import access, checking, entries, reading, sending, settling, verify
from connectors.meta.graph import Graph, understood
from connectors.meta.parse import parse
from connectors.meta.platform import Platform

CAPABILITIES = frozenset(
    {
        Capability.MESSAGES,
        Capability.WEBHOOKS,
        Capability.PAST,
        Capability.CONSENT,
        Capability.SHARED_DOOR,
    }
)
COMMANDS: frozenset[type[Command]] = frozenset({ReplyPrivately, HideComment})
FORM = (
    FormField("app_id", "App ID", "Of your app at developers.facebook.com, under App settings, Basic."),
    FormField(
        "app_secret", "App secret", "It stands beside the App ID, and signs Meta's webhooks.", secret=True
    ),
    FormField(
        "access_token",
        "Page access token",
        "Only if you have a lasting one already; otherwise Meta asks for your consent.",
        secret=True,
        required=False,
    ),
    FormField(
        "verify_token",
        "Verify token",
        "Only if you set the webhook's address in Meta's dashboard by hand, with a token of your own.",
        secret=True,
        required=False,
    ),
)


class MetaConnector(BaseConnector):
    platform: ClassVar[Platform]
    capabilities = CAPABILITIES
    commands = COMMANDS

    def changed(self, account: Account, change: dict[str, Any], at: Any) -> Iterator[Event]:
        """One of an entry's `changes`: comments and what becomes of them. `at` is the entry's time."""
        raise NotImplementedError

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return entries.verify(account, request)

    def challenge(self, account: Account, request: RawRequest) -> Answer | None:
        return verify.handshake(account, request)

    def addressed_to(self, raw: RawDelivery) -> Mapping[str, RawDelivery]:
        return entries.addressed_to(raw)

    def answer(self, raw: RawDelivery, url: str) -> Answer | None:
        return entries.answer(raw, url)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(self.platform, self.changed, account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        api = Graph(account)
        with understood(safe=True):
            match wanted:
                case Past():
                    return reading.past(self.platform, api, wanted)
                case One(kind="message"):
                    return settling.sent(self.platform, api, wanted)
                case One(kind="command"):
                    return settling.performed(self.platform, api, wanted)
                case One(kind="file"):
                    return reading.file(self.platform, api, wanted)
                case One(kind="profile"):
                    return reading.profile(self.platform, api, wanted)
        raise self._unsupported("list changes" if isinstance(wanted, Since) else f"look up a {wanted.kind}")

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        return sending.send(self.platform, Graph(account), message, key)

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        match command:
            case ReplyPrivately():
                return sending.reply_privately(self.platform, Graph(account), command, key)
            case HideComment():
                return sending.hide(self.platform, Graph(account), command)
        raise self._unsupported(f"perform {type(command).__name__}")

    def check(self, account: Account) -> Health:
        return checking.check(self.platform, account)

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        return checking.subscribe(self.platform, account, url)

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        return access.authorize_url(self.platform, account, redirect_uri, state)

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        return access.exchange(self.platform, account, callback, redirect_uri)
