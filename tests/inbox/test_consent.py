"""Consent in the browser: out to the sandbox's page and back over real HTTP, and everything that must not pass."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from starlette.routing import Mount

from connectors import oauth
from connectors.channels.shopify import sandbox
from connectors.channels.shopify.pretend.grants import Grants
from connectors.contract import Grant, Health
from connectors.sandbox.trouble import Trouble
from connectors.signatures import hmac_hex
from inbox import connecting, consenting
from inbox.models import Channel, ChannelState
from tests.connectors.channels.shops import DOMAIN, small_world
from tests.connectors.conftest import serving
from tests.world import World


@pytest.fixture
def shop(world: World) -> Iterator[Channel]:
    """The shop as its admin left it after the form: the app's own keys, and no token yet."""
    pretend = small_world()
    seller = pretend.shops[DOMAIN]
    with serving([Mount("/shopify", routes=sandbox.routes(pretend, Trouble()))]) as base:
        with world.inside():
            channel = Channel.objects.create(
                kind="shopify",
                name="Shopify",
                external_id=DOMAIN,
                credentials={"client_id": seller.client_id, "client_secret": seller.client_secret},
                settings={"base_url": f"{base}/shopify/{DOMAIN}"},
                state=ChannelState.PAUSED,
            )
        yield channel


def leaves(world: World, channel: Channel, client: Client) -> str:
    """The consent page's address."""
    answer = client.get(world.url(f"settings/channels/{channel.pk}/consent"))
    assert answer.status_code == 302
    return answer["Location"]


def agrees(url: str) -> str:
    """What the platform sends the browser back to, below our own address."""
    assert "Install" in httpx.get(url).text
    back = urlsplit(httpx.post(url).headers["location"])
    return f"{back.path}?{back.query}"


def now(world: World, channel: Channel) -> Channel:
    with world.inside():
        return Channel.objects.get(pk=channel.pk)


def test_a_shop_is_connected_by_consent_in_the_browser(world: World, shop: Channel):
    client = world.client_of(world.alice)
    url = leaves(world, shop, client)
    assert parse_qs(urlsplit(url).query)["redirect_uri"] == [consenting.redirect_uri()]
    answer = client.get(agrees(url))
    assert answer["Location"] == world.url(f"settings/channels/{shop.pk}")
    connected = now(world, shop)
    assert (connected.state, connected.problem) == (ChannelState.ACTIVE, "")
    assert {"access_token", "refresh_token", "expires_at"} <= set(connected.credentials)
    page = client.get(answer["Location"]).content.decode()
    assert "Northpine answers" in page
    assert connected.credentials["access_token"] not in page


def test_workers_renew_a_token_once_whoever_is_first(world: World, shop: Channel, monkeypatch: Any):
    """A refresh token may be spent once: two workers that spend it both lock the seller out."""
    client = world.client_of(world.alice)
    client.get(agrees(leaves(world, shop, client)))
    with world.inside():
        row = Channel.objects.get(pk=shop.pk)
        row.credentials = {**row.credentials, "expires_at": "2026-01-01T00:00:00+00:00"}
        row.save()
    oauth.forget(row.account())
    spent: list[str] = []
    renew = Grants._refreshed

    def counted(self: Grants, seller: Any, given: str) -> Any:
        spent.append(given)
        time.sleep(0.3)  # long enough for everybody to arrive
        return renew(self, seller, given)

    monkeypatch.setattr(Grants, "_refreshed", counted)

    def work(_: int) -> bool:
        try:
            mine = now(world, shop)
            return mine.connector.check(mine.account()).ok
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        assert all(workers.map(work, range(6)))
    assert len(spent) == 1
    assert now(world, shop).credentials["refresh_token"] not in spent
    oauth.forget(row.account())  # the shared store was lost: the row knows enough
    assert work(0)


def test_the_form_leads_on_to_the_platform(world: World):
    client = world.client_of(world.alice)
    form = client.get(world.url("settings/channels/new/shopify")).content.decode()
    assert consenting.redirect_uri() in form
    values = {"external_id": "quiet.myshopify.com", "client_id": "a", "client_secret": "b", "next": "consent"}
    answer = client.post(world.url("settings/channels/new/shopify"), values)
    page = client.get(answer["Location"]).content.decode()
    assert "One step is left: agree at Shopify." in page
    assert f"{answer['Location']}/consent" in page


def test_an_answer_works_once(world: World, shop: Channel):
    client = world.client_of(world.alice)
    back = agrees(leaves(world, shop, client))
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert again.status_code == 400
    assert "used already" in again.content.decode()
    assert now(world, shop).state == ChannelState.ACTIVE


def test_an_answer_that_took_too_long_no_longer_counts(world: World, shop: Channel, monkeypatch: Any):
    client = world.client_of(world.alice)
    back = agrees(leaves(world, shop, client))
    later = timezone.now() + timedelta(seconds=consenting.LASTS + 1)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    answer = client.get(back)
    assert answer.status_code == 400
    assert "longer than 10 minutes" in answer.content.decode()
    assert now(world, shop).state == ChannelState.PAUSED


def changed(back: str, **query: str) -> str:
    path, _, old = back.partition("?")
    return f"{path}?{urlencode({**dict(parse_qsl(old)), **query})}"


def test_a_state_that_was_touched_is_not_ours(world: World, shop: Channel):
    client = world.client_of(world.alice)
    back = agrees(leaves(world, shop, client))
    state = dict(parse_qsl(back.partition("?")[2]))["state"]
    for wrong in ("", "x", state[:-1], f"A{state}"):
        answer = client.get(changed(back, state=wrong))
        assert answer.status_code == 400
        assert "not the answer to a question" in answer.content.decode()
    assert now(world, shop).state == ChannelState.PAUSED


def test_what_another_member_began_is_theirs(world: World, shop: Channel):
    back = agrees(leaves(world, shop, world.client_of(world.alice)))
    with world.inside():
        world.sam.role = "admin"
        world.sam.save()
    answer = world.client_of(world.sam).get(back)
    assert answer.status_code == 400
    assert "Somebody else began this" in answer.content.decode()
    assert world.client_of(world.alice).get(back).status_code == 302  # it was not used up


def test_strangers_agents_and_passers_by_get_nowhere(world: World, shop: Channel):
    back = agrees(leaves(world, shop, world.client_of(world.alice)))
    assert world.client_of(world.charlie).get(back).status_code == 404
    assert world.client_of(world.bob).get(back).status_code == 403
    assert Client().get(back)["Location"].startswith("/accounts/login/")
    leave = world.url(f"settings/channels/{shop.pk}/consent")
    assert world.client_of(world.bob).get(leave).status_code == 403
    assert now(world, shop).state == ChannelState.PAUSED


def test_no_means_no_and_what_worked_goes_on(world: World, shop: Channel):
    client = world.client_of(world.alice)
    client.get(agrees(leaves(world, shop, client)))
    before = now(world, shop).credentials
    state = parse_qs(urlsplit(leaves(world, shop, client)).query)["state"][0]
    refused = {"shop": DOMAIN, "state": state, "error": "access_denied"}
    refused["hmac"] = hmac_hex(before["client_secret"], urlencode(sorted(refused.items())).encode())
    answer = client.get(f"/consent?{urlencode(refused)}", follow=True)
    assert "did not agree" in answer.content.decode()
    assert (now(world, shop).state, now(world, shop).credentials) == (ChannelState.ACTIVE, before)


def test_an_answer_the_platform_did_not_sign_changes_nothing(world: World, shop: Channel):
    client = world.client_of(world.alice)
    back = agrees(leaves(world, shop, client))
    answer = client.get(changed(back, code="stolen"), follow=True)
    assert "does not come from Shopify" in answer.content.decode()
    assert "access_token" not in now(world, shop).credentials


def test_the_code_is_never_readable_where_it_waits(world: World, shop: Channel, monkeypatch: Any):
    client = world.client_of(world.alice)
    back = agrees(leaves(world, shop, client))
    woken: list[Any] = []
    monkeypatch.setattr("inbox.connecting.wake", lambda *names, **ids: woken.append((names, ids)))
    page = client.get(back, follow=True).content.decode()
    assert "Testing" in page
    code = dict(parse_qsl(back.partition("?")[2]))["code"]
    assert code not in str(woken)
    assert code.encode() not in cache.get(f"consented:{shop.pk}")
    assert consenting.exchange(world.organization.pk, shop.pk).ok  # type: ignore[union-attr]
    assert consenting.exchange(world.organization.pk, shop.pk) is None  # a second worker


@pytest.fixture
def nameless(world: World, monkeypatch: Any) -> Channel:
    """A platform whose consent says whose account it is; the form did not ask."""
    connector = type(world.shop.connector)
    monkeypatch.setattr(
        connector, "exchange", lambda *_: Grant({"access_token": "new"}, "SELLER-9", "Juniper")
    )
    monkeypatch.setattr(connector, "check", lambda *_: Health(True, "fine"))
    monkeypatch.setattr(connector, "subscribe", lambda *_: ())
    monkeypatch.setattr("inbox.polling.fetch_new", lambda *_: 0)
    with world.inside():
        return Channel.objects.create(kind="shopify", name="Shopify", external_id="shopify", credentials={})


def exchanged(world: World, channel: Channel) -> Health | None:
    state = consenting.State(world.organization.slug, channel.pk.hex, world.alice.pk.hex, "once")
    cache.set("consent:once", True, 60)
    with world.inside():
        consenting.come_back(state, {"code": "c"}, world.alice)
    return consenting.exchange(world.organization.pk, channel.pk)


def test_a_consent_names_the_account(world: World, nameless: Channel, monkeypatch: Any):
    monkeypatch.setattr("inbox.connecting.wake", lambda *_, **__: None)
    assert exchanged(world, nameless)
    named = now(world, nameless)
    assert (named.external_id, named.name, named.state) == ("SELLER-9", "Juniper", ChannelState.ACTIVE)


def test_the_same_account_again_is_a_reconnection(world: World, nameless: Channel, monkeypatch: Any):
    monkeypatch.setattr("inbox.connecting.wake", lambda *_, **__: None)
    with world.inside():
        known = Channel.objects.create(
            kind="shopify", name="Juniper", external_id="SELLER-9", credentials={}, state=ChannelState.LOST
        )
    assert exchanged(world, nameless)
    assert now(world, known).state == ChannelState.ACTIVE
    assert now(world, known).credentials["access_token"] == "new"
    client = world.client_of(world.alice)
    answer = client.get(world.url(f"settings/channels/{nameless.pk}"))
    assert answer["Location"] == world.url(f"settings/channels/{known.pk}")


def test_a_channel_never_changes_its_account(world: World, nameless: Channel, monkeypatch: Any):
    monkeypatch.setattr("inbox.connecting.wake", lambda *_, **__: None)
    health = exchanged(world, world.shop)
    assert health
    assert not health.ok
    assert "You agreed for Juniper" in now(world, world.shop).problem
    assert now(world, world.shop).credentials["access_token"] == "t"


def test_a_platform_that_is_away_takes_nobodys_connection(world: World, monkeypatch: Any):
    connector = type(world.shop.connector)
    monkeypatch.setattr(connector, "check", lambda *_: Health(False, "No answer.", passing=True))
    connecting.connect(world.organization.pk, world.shop.pk)
    assert (now(world, world.shop).state, now(world, world.shop).problem) == ("active", "No answer.")
