"""Shopify: orders and products by its Admin API and webhooks, shoppers' words by the store's mailbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors import mail
from connectors.channels.shopify import (
    access,
    client,
    disputes,
    editing,
    giving,
    mailroom,
    parse,
    perform,
    returning,
    settle,
    subscribing,
    verify,
)
from connectors.channels.shopify.changes import changed_since, fetched
from connectors.channels.shopify.past import has_mailbox, read_past
from connectors.commands import (
    AnswerDispute,
    CancelOrder,
    ChangeAddress,
    ChangeItems,
    ChangeSubscription,
    Command,
    DecideReturn,
    ExchangeLines,
    GiveStoreCredit,
    MakeDiscount,
    RefundOrder,
    ResendOrder,
    SendMessage,
    StartReturn,
)
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    FormField,
    Grant,
    Health,
    Limits,
    Page,
    Past,
    RawDelivery,
    RawRequest,
    Receipt,
    Since,
    Wanted,
)
from connectors.errors import ConnectorError, Unreachable
from connectors.events import Event

TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_CANCELLED",
    "FULFILLMENTS_CREATE",
    "FULFILLMENTS_UPDATE",
    "REFUNDS_CREATE",
    "RETURNS_REQUEST",
    "RETURNS_APPROVE",
    "RETURNS_DECLINE",
    "RETURNS_UPDATE",
    "RETURNS_PROCESS",
    "RETURNS_CANCEL",
    "RETURNS_CLOSE",
    "RETURNS_REOPEN",
    "PRODUCTS_UPDATE",
    "APP_UNINSTALLED",
)
MAIL = "mail"


def _refund(account: Account, wish: RefundOrder, key: str) -> Receipt:
    return (returning.refund if wish.return_id else perform.refund)(account, wish, key)


PERFORM: dict[type[Command], Callable[[Account, Any, str], Receipt]] = {
    RefundOrder: _refund,
    CancelOrder: perform.cancel,
    ChangeAddress: perform.change_address,
    ResendOrder: perform.resend,
    StartReturn: returning.start,
    ExchangeLines: returning.exchange,
    DecideReturn: returning.decide,
    ChangeItems: editing.change_items,
    GiveStoreCredit: giving.credit,
    MakeDiscount: giving.discount,
    ChangeSubscription: subscribing.change,
    AnswerDispute: disputes.answer,
}


class Shopify(BaseConnector):
    kind = "shopify"
    label = "Shopify"
    proves_sender = False
    icon = "shopping-bag"
    mark = "S"
    colour = "oklch(58% 0.14 145)"
    capabilities = frozenset(
        {
            Capability.MESSAGES,
            Capability.ORDERS,
            Capability.PRODUCTS,
            Capability.RETURNS,
            Capability.DISPUTES,
            Capability.WEBHOOKS,
            Capability.POLLING,
            Capability.PAST,
            Capability.CONSENT,
        }
    )
    limits = Limits(  # a mail's
        longest_text=100_000,
        attachment_types=("*/*",),
        largest_attachment=15 * 1024 * 1024,
        subject=True,
        evidence_files=False,  # its admin takes them only
    )
    commands = frozenset(PERFORM)
    connect_form = (
        FormField("external_id", "Shop", "The shop's own address, like your-shop.myshopify.com."),
        FormField("client_id", "Client ID", "From the app you made in Shopify's Dev Dashboard.", secret=True),
        FormField("client_secret", "Client secret", "It also signs Shopify's webhooks.", secret=True),
        FormField(
            "access_token",
            "Access token",
            "Only for apps made in the shop's own admin; others get their token by themselves.",
            secret=True,
            required=False,
        ),
        *(replace(each, required=False) for each in mail.MAILBOX_FORM),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return verify.verify(account, request)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        if delivery.topic != MAIL:
            return parse.parse(account, delivery)
        return mailroom.parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, Since):
            return self._everything_since(account, wanted.cursor)
        if isinstance(wanted, Past):
            return read_past(account, wanted)
        if wanted.kind == "message":
            return mail.find_sent(account, wanted.external_id)
        if wanted.kind == "command":
            return settle.performed(account, wanted)
        known = {"order": client.order, "product": client.product, "dispute": client.dispute}
        read = known.get(wanted.kind)
        if read is None:
            raise self._unsupported(f"look up a {wanted.kind}")
        found = read(account, wanted.external_id)
        return Page([fetched(wanted.kind, found)] if found else [])

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        return mail.send(account, message, key)

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        do = PERFORM.get(type(command))
        return do(account, command, key) if do else super().perform(account, command, key)

    def order_page(self, account: Account, external_id: str) -> str:
        return f"{access.base_url(account)}/admin/orders/{external_id.rpartition('/')[2]}"

    def check(self, account: Account) -> Health:
        try:
            answer = client.shop(account)
        except ConnectorError as error:
            return Health(False, error.message, passing=not error.permanent)
        granted = {each["handle"] for each in answer["currentAppInstallation"]["accessScopes"]}
        missing = [scope for scope in access.SCOPES.split(",") if not _covered(scope, granted)]
        if missing:
            return Health(False, f"The app lacks access: {', '.join(missing)}. Grant it and connect again.")
        if not has_mailbox(account):
            return Health(True, f"{answer['shop']['name']} answers; no mailbox is set up for messages.")
        mailbox = mail.check(account)
        return replace(mailbox, message=f"{answer['shop']['name']} answers. {mailbox.message}")

    def subscribe(self, account: Account, url: str) -> list[str]:
        """Ask for webhooks at `url`; gives the topics that were missing.

        Shopify drops subscriptions after eight failures in a row, so this is called on connect and once a day.
        Doing it twice changes nothing.
        """
        there = {each["topic"] for each in client.subscriptions(account) if each["uri"] == url}
        more = disputes.TOPICS if access.DISPUTES in client.granted(account) else ()
        missing = [topic for topic in (*TOPICS, *more) if topic not in there]
        for topic in missing:
            client.subscribe(account, topic, url)
        return missing

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        return access.authorize_url(account, redirect_uri, state)

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        return Grant(access.exchange(account, callback))

    def _everything_since(self, account: Account, cursor: str | None) -> Page:
        """Mail first: a shopper waits. A shop API that is busy must not hold back the mail that was read."""
        held: dict[str, Any] = json.loads(cursor) if cursor else {}
        inbox = mail.fetch_new(account, held.get("mail")) if has_mailbox(account) else Page()
        try:
            shop = changed_since(account, held.get("shop"))
            claims, asked = disputes.lately(account, held.get("disputes", ""))
        except Unreachable:
            if not inbox.deliveries:
                raise
            shop, claims, asked = Page(cursor=held.get("shop")), [], held.get("disputes", "")
        return Page(
            [*inbox.deliveries, *shop.deliveries, *claims],
            json.dumps({"mail": inbox.cursor, "shop": shop.cursor, "disputes": asked}),
            inbox.more or shop.more,
        )


def _covered(scope: str, granted: set[str]) -> bool:
    """Shopify lists only the writing scope where both were granted."""
    return scope in granted or scope.replace("read_", "write_", 1) in granted


connector = Shopify()
