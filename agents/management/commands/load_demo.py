"""Two lifelike organizations, connected to the pretend world. Run by `manage.py demo`; twice changes nothing.

What it is doing goes to the error stream while it does it, the sign-ins to the output at the end.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from agents.actions import kind
from agents.models import Action
from audit.record import Actor
from config.tenancy import scope
from connectors import registry
from connectors.contract import Capability
from connectors.events import About, DisputeAnswer, DisputeState, Spot
from inbox import connecting, polling
from inbox.models import Channel, Dispute, Membership, Organization, Role, Shipment, Stream, User
from knowledge.models import Article

HERE = Path(__file__).resolve().parents[2] / "demo"
PASSWORD = "waybill-demo"  # noqa: S105  printed at every start, for pretend people only
PEOPLE = {
    "northpine": (("alice", Role.ADMIN), ("sam", Role.SUPERVISOR), ("bob", Role.AGENT)),
    "lumenloom": (("charlie", Role.ADMIN), ("dana", Role.AGENT)),
}
TOPICS = {
    "returns": "returns",
    "shipping": "shipping",
    "cancelling": "orders",
    "care": "products",
    "bulbs": "products",
}
LIVE_COMMENTS = (
    (150, 5.0),
    (360, 0.05),
)  # how many, and how many a second: a beginning, and two hours that go on
GRANTED = {"access_token", "refresh_token", "expires_at", "refresh_expires_at"}
ZONES = {"northpine": "America/Los_Angeles", "lumenloom": "America/Los_Angeles"}


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_URL:
            raise CommandError("WAYBILL_SANDBOX_URL is empty: the demo needs the sandbox (`manage.py demo`).")
        self.sandbox = httpx.Client(base_url=settings.SANDBOX_URL, timeout=30)
        world = self.sandbox.get("/world").raise_for_status().json()
        with ThreadPoolExecutor(len(PEOPLE)) as side_by_side:
            list(side_by_side.map(lambda slug: self._load_alone(slug, world), PEOPLE))
        self._sign_ins()

    def _load_alone(self, slug: str, world: dict[str, Any]) -> None:
        try:
            self._load(slug, [shop for shop in world["shops"] if shop["brand"] == slug], world)
        finally:
            connection.close()  # this thread's own

    def _load(self, slug: str, shops: list[dict[str, Any]], world: dict[str, Any]) -> None:
        """A seller: the store first, then its accounts on marketplaces."""
        shop = shops[0]
        organization, is_new = Organization.objects.get_or_create(
            slug=slug,
            defaults={"name": shop["name"], "signature": f"{shop['name']} Support", "time_zone": ZONES[slug]},
        )
        with scope(organization.pk):
            for name, role in PEOPLE[slug]:
                _member(name, slug, role)
            accounts = [_account(each) for each in shops if each["connect"]]
            channels = [
                *_carriers(shop, world),
                *accounts,
                _mailbox(shop, world["mail"]),
                *_chats(shop, slug),
            ]
            _articles(slug)
        _tell(shop, f"connecting {len(channels)} channels and carriers")
        for channel in channels:
            health = connecting.connect(organization.pk, channel.pk)
            if not health.ok:
                raise CommandError(f"{channel}: {health.message}")
        if is_new:
            _tell(shop, "asking the carriers where its parcels are")
            polling.follow(organization.pk, most=500)
            _tell(shop, "its shoppers write")
            for each in shops:
                self._shoppers_write(each, slug)
                self._go_live(each, accounts)
        _tell(shop, "reading what came in")
        for channel in channels:
            if channel.can("polling"):
                polling.fetch_new(organization.pk, channel.pk)
        if is_new:
            _tell(shop, "looking into what is disputed")
            _answer_disputes(organization, slug, shop["domain"])

    def _shoppers_write(self, shop: dict[str, Any], slug: str) -> None:
        """One shopper for each situation and those with a story of their own, by mail and by the store's form in turn."""
        texts = json.loads((HERE / "messages.json").read_text())
        product = "Field Jacket" if slug == "northpine" else shop.get("first_product", "lamp")
        written: set[str] = set()
        for index, shopper in enumerate(shop["shoppers"]):
            situation, number = _situation(shopper)
            situation = shopper["name"] if shopper["name"] in texts else situation
            if situation in written or situation not in texts:
                continue
            written.add(situation)
            subject, text = texts[situation]
            self.sandbox.post(
                "/mail/write",
                json={
                    "shop": shop["domain"],
                    "shopper": shopper["email"],
                    "channel": "contact_form" if index % 2 else "email",
                    "subject": subject,
                    "text": text.format(number=number, product=product),
                },
            ).raise_for_status()

    def _go_live(self, shop: dict[str, Any], accounts: list[Channel]) -> None:
        """Its comments come by webhook, as ever; what is shown is said here, as a moderator would."""
        channel = next((each for each in accounts if each.name == shop["name"]), None)
        if not shop["live"] or channel is None:
            return
        live = shop["live"]
        about = About(
            Spot.LIVE, live["id"], live["title"], creator=shop["name"], products=tuple(live["skus"][:1])
        )
        with scope(channel.tenant):
            Stream.behind([(channel, about, timezone.now())])
        for count, per_second in LIVE_COMMENTS:
            wish = {"shop": shop["domain"], "count": count, "per_second": per_second, "seed": count}
            self.sandbox.post("/lives/air", json=wish).raise_for_status()

    def _sign_ins(self) -> None:
        self.stdout.write("Sign in with one of these; the password is always " + PASSWORD)
        for slug, people in PEOPLE.items():
            for name, role in people:
                self.stdout.write(f"  {name}@{slug}.example".ljust(32) + f"{role.label} of {slug}")


def _tell(shop: dict[str, Any], doing: str) -> None:
    print(f"{shop['name']}: {doing} …", file=sys.stderr, flush=True)


def _situation(shopper: dict[str, Any]) -> tuple[str, str]:
    """What this shopper would write about, and the order's number."""
    orders = shopper["orders"]
    if not orders:
        return "question", ""
    still_open = [
        o for o in orders if o["situation"] not in {"delivered", "cancelled", "refunded", "returned"}
    ]
    if len(still_open) > 2:
        return "several", ""
    return orders[0]["situation"], orders[0]["number"]


def _answer_disputes(organization: Organization, slug: str, store: str) -> None:
    """The machine proposes what shoppers wish; disputes are answered by people, here the store's with what speaks for the
    seller. Those of marketplaces are left for whoever tries the demo."""
    with scope(organization.pk):
        waiting = Dispute.objects.filter(state=DisputeState.ACTION_NEEDED, channel__external_id=store)
        orders = list(waiting.filter(order=None).exclude(order_external_id="").select_related("channel"))
    for dispute in orders:
        polling.look_for(organization.pk, dispute.channel, "order", dispute.order_external_id)
    with scope(organization.pk):
        parcels = list(Shipment.objects.filter(order__disputes__in=waiting).values_list("pk", flat=True))
    for parcel in parcels:
        polling.track(organization.pk, parcel)
    with scope(organization.pk):
        by = Membership.objects.get(user__email=f"{PEOPLE[slug][-1][0]}@{slug}.example")
        what = kind("answer_dispute")
        for dispute in waiting.exclude(order=None).select_related("channel", "order"):
            about = {"dispute": dispute, "order": dispute.order}
            wish = what.suggest(Action(kind=what.name, **about))
            if wish["answer"] == DisputeAnswer.CONTEST:
                Action.propose(what.name, wish, by, reason="The carrier says that it was delivered.", **about)


def _member(name: str, slug: str, role: Role) -> None:
    user, is_new = User.objects.get_or_create(
        email=f"{name}@{slug}.example", defaults={"first_name": name.capitalize()}
    )
    if is_new:
        user.set_password(PASSWORD)
        user.save()
    Membership.objects.get_or_create(user=user, defaults={"role": role})


def _carriers(shop: dict[str, Any], world: dict[str, Any]) -> list[Channel]:
    bases = world["base_urls"]
    return [
        _channel(kind, registry.connector(kind).label, shop["domain"], keys, _carrier_settings(kind, bases))
        for kind, keys in world["carriers"].items()
        if kind in bases
    ]


def _mailbox(shop: dict[str, Any], servers: dict[str, Any]) -> Channel:
    """The brand's own address, beside the one its store's form writes to."""
    entered = {
        "mail_address": shop["mailbox"],
        "imap_host": servers["host"],
        "imap_port": servers["imap_port"],
        "smtp_host": servers["host"],
        "smtp_port": servers["smtp_port"],
        "tls": "none",
    }
    secret = {"mail_password": shop["mail_password"]}
    return _channel("email", shop["mailbox"], shop["mailbox"], secret, entered)


def _chats(shop: dict[str, Any], slug: str) -> list[Channel]:
    """On the shop's own pages; the world knows the key, since it shows them."""
    told = shop.get("chat") or {"key": f"{slug}-demo", "secret": ""}
    return [
        _channel(
            each.kind,
            f"{shop['name']} chat",
            told["key"],
            {"secret": told["secret"]},
            {"greeting": f"Hi! Questions about {shop['name']}? Write to us here.", "time_zone": ZONES[slug]},
        )
        for each in registry.with_capability(Capability.WIDGET)
    ]


def _carrier_settings(kind: str, bases: dict[str, str]) -> dict[str, Any]:
    """Many parcels move at once in a demo, so carriers that ration calls get a larger share."""
    rationed = any(field.name == "calls_per_hour" for field in registry.connector(kind).connect_form)
    return {"base_url": bases[kind], **({"calls_per_hour": 600} if rationed else {})}


def _account(shop: dict[str, Any]) -> Channel:
    """As its connect form would be filled in, and with the consent already given."""
    connector = registry.connector(shop["platform"])
    secret = {field.name for field in connector.connect_form if field.secret} | GRANTED
    entered = dict(shop["connect"])
    external_id = entered.pop("external_id")
    credentials = {name: value for name, value in entered.items() if name in secret}
    options = {name: value for name, value in entered.items() if name not in secret}
    return _channel(connector.kind, shop["name"], external_id, credentials, options)


def _channel(
    kind: str, name: str, external_id: str, credentials: dict[str, str], options: dict[str, Any]
) -> Channel:
    """Ports may differ from start to start, so the settings are always written."""
    channel, _ = Channel.objects.get_or_create(
        kind=kind, external_id=external_id, defaults={"name": name, "credentials": credentials}
    )
    channel.settings = {**channel.settings, **options}
    channel.save(update_fields=["settings"])
    return channel


def _articles(slug: str) -> None:
    for path in sorted((HERE / slug).glob("*.md")):
        title, _, body = path.read_text().partition("\n")
        title = title.lstrip("# ").strip()
        if not Article.objects.filter(title=title).exists():
            Article.write(title, body.strip(), TOPICS[path.stem], Actor("member", label="Alice"))
