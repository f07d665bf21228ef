"""TikTok Shop: chats, orders, returns, refunds and cancellations by its Open API and webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from connectors.channels.tiktok import access, listings, perform, sending, settle, standards, verify
from connectors.channels.tiktok import subscribing as asking
from connectors.channels.tiktok.changes import changed_since
from connectors.channels.tiktok.client import TikTok, understood
from connectors.channels.tiktok.parse import parse
from connectors.channels.tiktok.past import past
from connectors.channels.tiktok.wording import POLICY, RULES
from connectors.commands import (
    CancelOrder,
    Command,
    DecideReturn,
    RefundOrder,
    RefuseCancellation,
    ReturnDecision,
    SendMessage,
    StartReturn,
)
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    Form,
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
)
from connectors.errors import ConnectorError, Refused
from connectors.events import Event


class TikTokConnector(BaseConnector):
    kind = "tiktok"
    label = "TikTok Shop"
    icon = "music-2"
    mark = "TT"
    colour = "oklch(62% 0.2 12)"
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
        longest_text=sending.LONGEST_TEXT,
        attachment_types=sending.PICTURES,
        largest_attachment=sending.LARGEST_PICTURE,
        most_attachments=5,
        reply=ReplyClock(within=timedelta(hours=24), source=POLICY),
        wording=RULES,
        form=Form.CHAT,
        evidence_files=False,
    )
    return_decisions = frozenset({ReturnDecision.APPROVE, ReturnDecision.DECLINE, ReturnDecision.OFFER})
    commands = frozenset({RefundOrder, CancelOrder, RefuseCancellation, StartReturn, DecideReturn})
    connect_form = (
        FormField(
            "external_id",
            "Shop ID",
            "Only if the seller has several shops; Seller Center shows it. Otherwise TikTok tells it.",
            required=False,
        ),
        FormField("client_id", "App key", "Of the app, in the Partner Center.", secret=True),
        FormField("client_secret", "App secret", "It stands beside the app key.", secret=True),
        FormField("service_id", "Service ID", "The app's name on the consent page, in the Partner Center."),
        FormField(
            "region", "Country", "Of the shop, in two letters: US, GB, ID …", required=False, default="US"
        ),
        FormField(
            "refresh_token",
            "Refresh token",
            "Only if you have one already; otherwise TikTok asks for your consent.",
            secret=True,
            required=False,
        ),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return verify.verify(account, request)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, Since):
            return changed_since(account, wanted.cursor)
        if isinstance(wanted, Past):
            with understood(safe=True):
                return past(account, wanted)
        read = {
            "conversation": _conversation,
            "file": _file,
            "message": settle.sent,
            "command": settle.performed,
            "order": _order,
            "return": _return,
            "dispute": _return,
            "performance": _performance,
        }.get(wanted.kind)
        if read is None:
            raise self._unsupported(f"look up a {wanted.kind}")
        with understood(safe=True):
            return read(TikTok(account), wanted)

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        with understood(safe=False):
            return sending.send(TikTok(account), message, key)

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        api = TikTok(account)
        with understood(safe=False):
            match command:
                case RefundOrder():
                    return perform.refund(api, command, key)
                case CancelOrder():
                    return perform.cancel(api, command, key)
                case RefuseCancellation():
                    return perform.refuse_cancellation(api, command, key)
                case StartReturn():
                    return perform.start_return(api, command, key)
                case DecideReturn():
                    return perform.decide_return(api, command, key)
        raise self._unsupported(f"perform {type(command).__name__}")

    def check(self, account: Account) -> Health:
        """Each kind of access by one small call, so that a missing one is named now and not when it hurts."""
        api, now = TikTok(account), datetime.now(UTC)
        window = {"update_time_ge": int(now.timestamp()) - 3600}
        try:
            with understood(safe=True):
                ours = [each for each in api.shops() if str(each.get("id")) == account.external_id]
                if not ours:
                    return Health(False, f"The seller who agreed has no shop {account.external_id}.")
                for probe in (
                    partial(api.chats, size=1),
                    partial(api.search_orders, window, size=1),
                    partial(api.search_returns, window, size=1),
                ):
                    probe()
        except ConnectorError as error:
            return Health(False, error.message, passing=not error.permanent)
        return Health(True, f"{ours[0].get('name') or 'The shop'} answers: chats, orders and returns.")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        with understood(safe=True):
            return asking.subscribe(TikTok(account), url)

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        """TikTok knows `redirect_uri` already, from its Partner Center."""
        return access.authorize_url(account, state)

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        fresh = access.exchange(account, callback)
        credentials = {"refresh_token": fresh.refresh}
        granted = replace(account, credentials={**account.credentials, **credentials})
        with understood(safe=True):
            shop = _chosen(account, TikTok(granted).shops())
            settings = {
                "shop_cipher": str(shop["cipher"]),
                "region": str(shop.get("region") or access.region(account)),
            }
            name = f"{shop.get('name') or shop['id']} on TikTok Shop"
            return Grant(credentials, external_id=str(shop["id"]), name=name, settings=settings)

    def order_page(self, account: Account, external_id: str) -> str:
        return access.order_page(account, external_id)


def _chosen(account: Account, shops: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """One consent is for all shops of a seller; a channel is for one."""
    named = account.external_id if account.external_id != account.kind else ""
    fitting = [each for each in shops if not named or str(each.get("id")) == named]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(f"{each.get('name')} ({each.get('id')})" for each in shops) or "none"
    raise Refused(f"Which shop is meant? Enter its shop ID and connect again. The seller has: {there}.")


def _conversation(api: TikTok, wanted: One) -> Page:
    return Page(listings.chat(api, wanted.external_id))


def _file(api: TikTok, wanted: One) -> Page:
    return Page([RawDelivery("file", wanted.external_id, api.picture(wanted.external_id))])


def _order(api: TikTok, wanted: One) -> Page:
    found = listings.order(api, wanted.external_id)
    return Page([found] if found else [])


def _return(api: TikTok, wanted: One) -> Page:
    """A dispute is told with the return it is about."""
    found = listings.a_return(api, wanted.external_id.removeprefix("arbitration/"))
    return Page(listings.returns([found]) if found else [])


def _performance(api: TikTok, wanted: One) -> Page:
    now = datetime.now(UTC)
    return Page([listings.performance(api, now - timedelta(days=standards.DAYS), now)])


connector = TikTokConnector()
