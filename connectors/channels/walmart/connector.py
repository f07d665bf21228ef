"""Walmart (US marketplace): orders and returns by its API and webhooks, shoppers' words by relay mail."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

from connectors import http, mail
from connectors.channels.walmart import access, changing, client, parse, reading, verify, webhooks
from connectors.channels.walmart.letters import RELAY
from connectors.channels.walmart.performance import DAYS, METRICS
from connectors.commands import CancelOrder, Command, RefundOrder, SendMessage
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    FormField,
    Grant,
    Health,
    Limits,
    One,
    Page,
    Past,
    RawDelivery,
    RawRequest,
    Receipt,
    ReplyClock,
    Since,
    Wanted,
    Wording,
    WordingRule,
)
from connectors.errors import ConnectorError, Refused
from connectors.events import Event

POLICY = "Walmart Marketplace Learn: Customer Care Policy (October 2025)"
SKEW = 120  # seconds our clock may differ from Walmart's


class Walmart(BaseConnector):
    kind = "walmart"
    label = "Walmart"
    icon = "store"
    mark = "W"
    colour = "oklch(56% 0.17 255)"
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
    commands: frozenset[type[Command]] = frozenset({RefundOrder, CancelOrder})
    limits = Limits(
        subject=True,
        reply=ReplyClock(timedelta(hours=48), timedelta(hours=24), source=POLICY),
        wording=(
            WordingRule(
                Wording.LINK,
                "Walmart forbids links to other sites; carriers' tracking pages are let pass.",
                POLICY,
                hosts=("walmart.com", "ups.com", "usps.com", "fedex.com", "dhl.com"),
            ),
            WordingRule(Wording.EMAIL_ADDRESS, "Walmart forbids taking shoppers to another address.", POLICY),
            WordingRule(Wording.PHONE_NUMBER, "Walmart forbids sellers to ask for a call.", POLICY),
            WordingRule(Wording.PROMOTION, "Walmart forbids marketing in messages to shoppers.", POLICY),
            WordingRule(Wording.ELSEWHERE, "Walmart forbids moving a shopper off Walmart.", POLICY),
        ),
    )
    connect_form = (
        FormField("external_id", "Partner ID", "In Seller Center, at Settings, Partner profile."),
        FormField("client_id", "Client ID", "From developer.walmart.com, My account, API keys.", secret=True),
        FormField("client_secret", "Client secret", "Beside the client ID.", secret=True),
        *(replace(each, required=False) for each in mail.MAILBOX_FORM),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return verify.verify(account, request)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse.parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, Since):
            return reading.everything_since(account, wanted.cursor)
        if isinstance(wanted, Past):
            return reading.everything_past(account, wanted)
        if wanted.kind == "message":
            return mail.find_sent(account, wanted.external_id)
        if wanted.kind == "command":
            return changing.find(account, wanted.external_id)
        return Page(self._read(account, wanted))

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        """From the registered address and with no other to answer to: the relay knows only that one."""
        address = message.to.names.get("email", "")
        if not address.lower().endswith(f"@{RELAY}"):
            raise Refused(
                f"Walmart's shoppers are written to at their relay address, and {address!r} is none."
            )
        return mail.send(account, replace(message, reply_token=""), key)

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        if isinstance(command, RefundOrder):
            return changing.refund(account, command, key)
        if isinstance(command, CancelOrder):
            return changing.cancel(account, command, key)
        raise self._unsupported(f"perform {type(command).__name__}")

    def check(self, account: Account) -> Health:
        try:
            answer = client.token_detail(account)
            problem = _problem(answer)
        except ConnectorError as error:
            return Health(False, error.message, passing=not error.permanent)
        if problem:
            return Health(False, problem)
        if not reading.has_mailbox(account):
            return Health(True, "Walmart answers; no mailbox is set up for messages.")
        mailbox = mail.check(account)
        return replace(mailbox, message=f"Walmart answers. {mailbox.message}")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        return webhooks.subscribe(account, url)

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        return access.authorize_url(account, redirect_uri, state)

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        return access.exchange(account, callback, redirect_uri)

    def order_page(self, account: Account, external_id: str) -> str:
        return parse.order_page(account, external_id)

    def _read(self, account: Account, wanted: One) -> list[RawDelivery]:
        if wanted.kind == "order":
            order = client.order(account, wanted.external_id)
            return [reading.fetched("order", wanted.external_id, order)] if order else []
        if wanted.kind in ("return", "dispute"):  # a dispute here is a refund that stands in a return
            name = wanted.external_id.removeprefix("care-refund-").partition(":")[0]
            found = client.returns(account, returnOrderId=name)
            return [reading.fetched("return", name, each) for each in found]
        if wanted.kind == "performance":
            summaries = {metric: client.performance(account, metric, DAYS) for metric in METRICS}
            known = {metric: each for metric, each in summaries.items() if each}
            return [reading.fetched("performance", "all", known)] if known else []
        raise self._unsupported(f"look up a {wanted.kind}")


def _problem(answer: httpx.Response) -> str:
    """What a working token still lacks, in words for the seller; "" for nothing."""
    detail = http.decoded(answer, safe=True)
    if not detail.get("is_valid", True):
        return "Walmart says that this access is no longer valid. Connect again."
    scopes = detail.get("scopes") or {}
    lacking = [
        f"{name} (full access)"
        for name in ("orders", "returns")
        if scopes.get(name, "full_access") != "full_access"
    ]
    if lacking:
        return f"The keys lack access to {' and '.join(lacking)}. Grant it at developer.walmart.com and connect again."
    said = answer.headers.get("date", "")
    if said and abs(parsedate_to_datetime(said).timestamp() - time.time()) > SKEW:
        return "This machine's clock is wrong by more than two minutes: Walmart's signed webhooks would be refused."
    return ""


connector = Walmart()
