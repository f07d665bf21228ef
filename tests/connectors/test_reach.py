"""What an admin enters as a host must not open the network Waybill stands in."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors import http, mail, reach
from connectors.contract import Account
from connectors.errors import Refused
from connectors.http import Rate
from tests.connectors.conftest import Serve
from tests.connectors.mail.room import ACCOUNT

INSIDE = [
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.5",
    "172.16.4.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "::1",
    "fe80::1%lo",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "2002:a9fe:a9fe::",
    "64:ff9b::a9fe:a9fe",
]


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYBILL_REACHABLE", raising=False)


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """A name that stands for these."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    named(monkeypatch, address)
    with pytest.raises(Refused, match="inside Waybill's own network"):
        reach.addresses("mail.example", 443)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_public_internet_is_within_reach(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    named(monkeypatch, "10.0.0.5", address)
    assert reach.addresses("mail.example", 443) == [address]


def test_a_network_of_ones_own_can_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_REACHABLE", "10.1.0.0/16, ::1/128")
    named(monkeypatch, "10.1.2.3", "10.2.0.1", "::1")
    assert reach.addresses("mail.example", 443) == ["10.1.2.3", "::1"]


def test_no_request_leaves_for_the_inside(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def answer(request: object) -> JSONResponse:
        asked.append(request)
        return JSONResponse({})

    base = serve([Route("/latest/meta-data", answer)])
    account, rate = Account("reach", "test", "shop"), Rate(per_second=1000, burst=1000)
    for url in (base, base.replace("127.0.0.1", "localhost"), base.replace("127.0.0.1", "[::ffff:7f00:1]")):
        with pytest.raises(Refused, match="WAYBILL_REACHABLE"):
            http.request(account, "GET", f"{url}/latest/meta-data", safe=True, rate=rate)
    assert asked == []
    monkeypatch.setenv("WAYBILL_REACHABLE", "127.0.0.0/8")
    http.request(account, "GET", f"{base}/latest/meta-data", safe=True, rate=rate)
    assert len(asked) == 1


def test_a_mailbox_inside_is_said_in_words() -> None:
    hosts = {"imap_host": "127.0.0.1", "smtp_host": "127.0.0.1", "tls": "none"}
    health = mail.check(replace(ACCOUNT, settings=hosts))
    assert not health.ok
    assert "127.0.0.1 is inside Waybill's own network" in health.message
