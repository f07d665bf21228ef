"""eBay: messages, orders, returns, requests, cases and payment disputes by its REST APIs and notifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from connectors.channels.ebay import access, answering, compose, listings, orders, perform, settle, verify
from connectors.channels.ebay import subscribing as asking
from connectors.channels.ebay.changes import changed_since
from connectors.channels.ebay.client import Ebay, understood
from connectors.channels.ebay.families import INQUIRIES
from connectors.channels.ebay.parse import parse
from connectors.channels.ebay.past import past
from connectors.channels.ebay.values import is_us, time, username
from connectors.channels.ebay.wording import RULES, SOURCE
from connectors.commands import (
    AnswerDispute,
    CancelOrder,
    Command,
    DecideReturn,
    RefundOrder,
    RefuseCancellation,
    SendMessage,
)
from connectors.contract import (
    Account,
    Answer,
    BaseConnector,
    Capability,
    FormField,
    Grant,
    Health,
    Limits,
    One,
    Outcome,
    Page,
    Past,
    RawDelivery,
    RawRequest,
    Receipt,
    ReplyClock,
    Since,
    Wanted,
)
from connectors.errors import ConnectorError, Refused
from connectors.events import Event


class EbayConnector(BaseConnector):
    kind = "ebay"
    label = "eBay"
    icon = "gavel"
    mark = "eB"
    colour = "oklch(55% 0.16 262)"
    capabilities = frozenset(
        {
            Capability.MESSAGES,
            Capability.ORDERS,
            Capability.RETURNS,
            Capability.DISPUTES,
            Capability.PERFORMANCE,
            Capability.WEBHOOKS,
            Capability.POLLING,
            Capability.PAST,
            Capability.CONSENT,
        }
    )
    limits = Limits(
        longest_text=compose.LONGEST_TEXT,
        attachment_types=(),  # only public addresses of files that somebody else hosts
        most_attachments=0,
        reply=ReplyClock(within=timedelta(hours=24), business_days=True, source=SOURCE),
        wording=RULES,
    )
    commands = frozenset({RefundOrder, CancelOrder, RefuseCancellation, DecideReturn, AnswerDispute})
    connect_form = (
        FormField("external_id", "eBay user name", "The seller account's user name, as shoppers see it."),
        FormField("client_id", "App ID", "Of the production keyset, at developer.ebay.com.", secret=True),
        FormField("client_secret", "Cert ID", "It stands beside the App ID.", secret=True),
        FormField(
            "runame", "RuName", "eBay's name for the way back, under User Tokens, Get a Token from eBay."
        ),
        FormField("alert_email", "Alert e-mail", "eBay writes there when its notifications fail."),
        FormField(
            "refresh_token",
            "Refresh token",
            "Only if you have one already; otherwise eBay asks for your consent.",
            secret=True,
            required=False,
        ),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return verify.verify(account, request)

    def challenge(self, account: Account, request: RawRequest) -> Answer | None:
        return verify.challenge(account, request)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, Since):
            return changed_since(account, wanted.cursor)
        if isinstance(wanted, Past):
            with understood(safe=True):
                return past(account, wanted)
        read = {
            "message": settle.sent,
            "command": settle.performed,
            "order": _order,
            "return": _return,
            "dispute": _dispute,
            "performance": _performance,
        }.get(wanted.kind)
        if read is None:
            raise self._unsupported(f"look up a {wanted.kind}")
        with understood(safe=True):
            return read(Ebay(account), wanted)

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        body = compose.message(message)
        with understood(safe=False):
            api = Ebay(account)
            answer = api.send_message(body)
            receipt = Receipt(Outcome.SENT, str(answer["messageId"]), time(answer["createdDate"]))
        if message.thread:
            with suppress(
                ConnectorError
            ):  # it was sent; that eBay still shows the question as new harms nobody
                api.mark_read(message.thread)
        return receipt

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        with understood(safe=False):
            return self._perform(Ebay(account), command)

    def _perform(self, api: Ebay, command: Command) -> Receipt:
        match command:
            case RefundOrder():
                return perform.refund(api, command)
            case CancelOrder():
                return perform.cancel(api, command)
            case RefuseCancellation():
                return perform.refuse_cancellation(api, command)
            case DecideReturn():
                return perform.decide_return(api, command)
            case AnswerDispute():
                return answering.answer(api, command)
        raise self._unsupported(f"perform {type(command).__name__}")

    def check(self, account: Account) -> Health:
        """Each kind of access by one small call, so that a missing one is named now and not when it hurts."""
        api = Ebay(account)
        try:
            user = api.user()
            for probe in (
                partial(api.conversations, conversation_type="FROM_MEMBERS", limit=1),
                partial(api.orders, limit=1),
                partial(api.disputes, limit=1),
                partial(api.read, INQUIRIES, "/inquiry/search", {"limit": 1}),
            ):
                probe()
        except ConnectorError as error:
            return Health(False, error.message)
        if not _is_of(account, user):
            return Health(False, f"The consent is {user.get('username')}'s, not {username(account)}'s.")
        where = user.get("registrationMarketplaceId")
        if where and where != str(account.settings.get("marketplace") or "EBAY_US"):
            return Health(
                True, f"{user.get('username')} answers, but is registered at {where}, not in the US."
            )
        return Health(True, f"{user.get('username')} answers: messages, orders, returns and disputes.")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        return asking.subscribe(account, url)

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        """eBay knows `redirect_uri` already, under the RuName."""
        return access.authorize_url(account, state)

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        credentials = access.exchange(account, callback)
        granted = replace(account, credentials={**account.credentials, **credentials})
        with understood(safe=True):
            user = Ebay(granted).user()
        name = str(user.get("username") or "")
        if account.external_id not in ("", self.kind) and not is_us(account, name):
            access.forget(account)
            raise Refused(f"You agreed as {name}, but this channel is for {username(account)}.")
        settings = {"username": name, "user_id": str(user["userId"])}
        return Grant(credentials, external_id=name, name=f"{name} on eBay", settings=settings)

    def order_page(self, account: Account, external_id: str) -> str:
        return orders.page(account, external_id)


def _is_of(account: Account, user: Mapping[str, object]) -> bool:
    """By eBay's unchangeable id where we hold it: user names change."""
    held = account.settings.get("user_id")
    return str(user.get("userId")) == held if held else is_us(account, str(user.get("username") or ""))


def _order(api: Ebay, wanted: One) -> Page:
    found = listings.whole_order(api, wanted.external_id)
    return Page([found] if found else [])


def _return(api: Ebay, wanted: One) -> Page:
    found = api.return_(wanted.external_id)
    return Page([listings.delivery("return", wanted.external_id, found, datetime.now(UTC))] if found else [])


def _dispute(api: Ebay, wanted: One) -> Page:
    kind, _, number = wanted.external_id.partition("/")
    read = {"inquiry": listings.inquiry, "case": listings.case, "payment": listings.payment_dispute}.get(kind)
    found = read(api, number, datetime.now(UTC)) if read else None
    return Page([found] if found else [])


def _performance(api: Ebay, wanted: One) -> Page:
    now = datetime.now(UTC)
    return Page([listings.delivery("standards", now.date(), api.standards(), now)])


connector = EbayConnector()
