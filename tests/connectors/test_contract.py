"""Every connector keeps the contract, whoever wrote it: a new folder is tested here by being there.

The platform is played by a function, so that it can do what no sandbox of ours would think of. What each platform
does in its own words is tried in its own file.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import commands, events, http
from connectors.commands import Command, SendMessage
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    Connector,
    Health,
    Money,
    One,
    Page,
    Past,
    RawDelivery,
    RawRequest,
    Since,
    Wanted,
)
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    InvalidSignature,
    OutcomeUnknown,
    RateLimited,
    Unparsable,
    Unreachable,
    Unsupported,
)
from connectors.events import Event, Party
from connectors.registry import connectors

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAST = Past(NOW - timedelta(days=30), NOW)
SERVED: dict[Capability, Wanted] = {
    Capability.ORDERS: One("order", "1001"),
    Capability.PRODUCTS: One("product", "1001"),
    Capability.TRACKING: One("parcel", "1Z999AA10123456784"),
    Capability.PERFORMANCE: One("performance", ""),
    Capability.TEMPLATES: One("templates", ""),
    Capability.POLLING: Since(),
    Capability.PAST: PAST,
}
ALL = list(connectors().values())
numbers = itertools.count()
Answer = Callable[[httpx.Request], httpx.Response]


def account_of(connector: Connector) -> Account:
    """Filled in as its form asks, with a mailbox where nobody listens."""
    given = {field.name: field.default or "value-1234567890" for field in connector.connect_form}
    secret = {field.name for field in connector.connect_form if field.secret}
    here = {
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "smtp_host": "127.0.0.1",
        "smtp_port": "1",
        "tls": "none",
    }
    here |= {"base_url": "https://platform.example", "mail_address": "support@northpine.example"}
    return Account(
        f"contract-{next(numbers)}",
        connector.kind,
        "northpine.myshopify.com",
        {"reply_key": "k", "client_id": "id", "client_secret": "s"} | {n: given[n] for n in secret},
        {n: v for n, v in given.items() if n not in secret and n != "external_id"} | here,
    )


def by_name(connector: Connector) -> str:
    return connector.kind


@pytest.fixture
def platform(monkeypatch) -> Iterator[list[Answer]]:
    """Put in the one function that answers every call but those for tokens."""
    playing: list[Answer] = []

    def play(request: httpx.Request) -> httpx.Response:
        if any(word in request.url.path for word in ("token", "oauth")) and request.method == "POST":
            return httpx.Response(200, json={"access_token": "t", "token_type": "Bearer", "expires_in": 3600})
        return playing[-1](request)

    client = httpx.Client(transport=httpx.MockTransport(play))
    monkeypatch.setattr(http, "_client", lambda pid: client)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    yield playing
    client.close()


def wishes(connector: Connector) -> list[Wanted]:
    """What it can be asked to read over HTTP."""
    return [SERVED[each] for each in SERVED if each in connector.capabilities]


READERS = [
    pytest.param(connector, wanted, id=f"{connector.kind}-{getattr(wanted, 'kind', type(wanted).__name__)}")
    for connector in ALL
    for wanted in wishes(connector)
]


def status(code: int, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(code, headers=names, text="no")


def silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("nothing came", request=request)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def outcome(connector: Connector, wanted: Wanted) -> Page | ConnectorError:
    """Anything else that is raised fails the test."""
    try:
        return connector.fetch(account_of(connector), wanted)
    except ConnectorError as error:
        return error


@pytest.mark.parametrize(("connector", "wanted"), READERS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (status(429, retry_after="7"), RateLimited),
        (status(429), Unreachable),
        (status(500), Unreachable),
        (status(503, retry_after="30"), Unreachable),
        (silent, Unreachable),
        (unreachable, Unreachable),
        (status(401), AuthorizationLost),
    ],
    ids=["429-says-when", "429", "500", "503", "silent", "unreachable", "401"],
)
def test_a_platform_in_trouble_is_named_truly(
    connector: Connector,
    wanted: Wanted,
    answer: Answer,
    expected: type[ConnectorError],
    platform: list[Answer],
) -> None:
    platform.append(answer)
    found = outcome(connector, wanted)
    if isinstance(found, Unreachable) and not isinstance(found, expected):
        assert (
            "127.0.0.1" in found.message or "mailbox" in found.message.lower()
        )  # its mailbox was asked first
    else:
        assert isinstance(found, expected), found


@pytest.mark.parametrize(("connector", "wanted"), READERS)
@pytest.mark.parametrize(
    "body",
    [b"", b'{"order": {"id": 1, "lines": [', b"<html>Bad gateway</html>", b"null", b"[]", b"[1, 2]", b"17", b'"x"', b"{}",
     b'{"data": null}', b'{"errors": "no"}', b'{"orders": 3, "order": "x", "trackResponse": [], "output": 1, "payload": null}'],
    ids=lambda body: body.decode()[:12] or "nothing",
)  # fmt: skip
def test_half_an_answer_and_wrong_types_are_errors_with_a_name(
    connector: Connector, wanted: Wanted, body: bytes, platform: list[Answer]
) -> None:
    platform.append(
        lambda request: httpx.Response(200, content=body, headers={"content-type": "application/json"})
    )
    found = outcome(connector, wanted)
    if isinstance(found, Page):
        for delivery in found.deliveries:
            assert is_understood_or_unparsable(connector, delivery)


def is_understood_or_unparsable(connector: Connector, delivery: RawDelivery) -> bool:
    try:
        events = connector.parse(account_of(connector), delivery)
    except Unparsable as error:
        return bool(error.message)
    return all(isinstance(each, get_args(Event)) for each in events)


@pytest.mark.parametrize("connector", ALL, ids=by_name)
@pytest.mark.parametrize("capability", SERVED)
def test_what_it_cannot_do_is_refused_by_name(
    connector: Connector, capability: Capability, platform: list[Answer]
) -> None:
    if capability in connector.capabilities:
        pytest.skip("It can.")
    platform.append(status(500))
    with pytest.raises(Unsupported) as refusal:
        connector.fetch(account_of(connector), SERVED[capability])
    assert connector.label in refusal.value.message


@pytest.mark.parametrize("connector", ALL, ids=by_name)
def test_webhooks_without_a_good_signature_are_refused(connector: Connector, platform: list[Answer]) -> None:
    platform.append(status(404))
    pushes = Capability.WEBHOOKS in connector.capabilities
    expected = (
        (InvalidSignature, Unsupported) if pushes else Unsupported
    )  # a secret may have to be entered first
    wrong: list[dict[str, str]] = [
        {},
        dict.fromkeys(SIGNATURES, "d3Jvbmc="),
        dict.fromkeys(SIGNATURES, "Bearer x"),
    ]
    for headers in wrong:
        request = RawRequest(
            "POST", "/o/northpine/hooks/1", {"content-type": "application/json", **headers}, b'{"id": 1}'
        )
        with pytest.raises(expected):
            connector.verify(account_of(connector), request)


SIGNATURES = (
    "x-shopify-hmac-sha256", "x-ebay-signature", "wm_sec.signature", "authorization", "x-hmac-signature", "fdx-signature",
    "x-hub-signature-256", "credential", "x-webhook-secret", "dhl-signature", "x-signature", "x-twilio-signature",
)  # fmt: skip


@pytest.mark.parametrize("connector", ALL, ids=by_name)
@pytest.mark.parametrize("kind", get_args(Command), ids=lambda kind: kind.__name__)
def test_commands_it_does_not_declare_are_refused(
    connector: Connector, kind: type[Command], platform: list[Answer]
) -> None:
    if kind in connector.commands:
        pytest.skip("It does.")
    platform.append(status(500))
    with pytest.raises(Unsupported):
        connector.perform(account_of(connector), made(kind), "key-1")


DECLARED = [
    pytest.param(connector, kind, id=f"{connector.kind}-{kind.__name__}")
    for connector in ALL
    for kind in sorted(connector.commands, key=lambda each: each.__name__)
]


@pytest.mark.parametrize(("connector", "kind"), DECLARED)
def test_a_command_without_an_answer_is_never_repeated_blindly(
    connector: Connector, kind: type[Command], platform: list[Answer]
) -> None:
    """A read before it may fail as reads do; once something that changes has left, its outcome is unknown."""
    left: list[str] = []

    def lost(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            raise httpx.ConnectError("refused", request=request)
        left.append(f"{request.method} {request.url.path}")
        raise httpx.ReadTimeout("nothing came", request=request)

    platform.append(lost)
    with pytest.raises(ConnectorError) as raised:
        connector.perform(account_of(connector), made(kind), "key-1")
    if isinstance(raised.value, OutcomeUnknown):
        assert len(left) == 1, left


def made(kind: type[Any]) -> Any:
    """One of these, with something plausible in every field."""
    usd = Money(Decimal("5.00"), "USD")
    plausible: dict[str, Any] = {
        "to": Party({"email": "maya@mail.example"}),
        "amount": usd,
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2027, 11, 1),
    }
    given: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in plausible:
            given[field.name] = plausible[field.name]
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            given[field.name] = first_of(str(field.type))
    return kind(**given)


PLAUSIBLE = {
    "Address": events.Address(lines=("1 Main St",), city="Boulder", country="US"),
    "tuple[tuple[str, int], ...]": (("1001", 1),),
    "tuple[Swap, ...]": (commands.Swap("1001", 1, "1002"),),
}


def first_of(type_name: str) -> Any:
    if type_name in PLAUSIBLE:
        return PLAUSIBLE[type_name]
    enum = getattr(commands, type_name, None) or getattr(events, type_name, None)
    return next(iter(enum)) if enum else "1001"


@pytest.mark.parametrize("connector", ALL, ids=by_name)
def test_consent_needs_no_call_and_carries_the_state(connector: Connector, platform: list[Answer]) -> None:
    platform.append(unreachable)
    ask = lambda: connector.authorize_url(account_of(connector), "https://inbox.example/back", "state-1")  # noqa: E731
    if Capability.CONSENT in connector.capabilities:
        assert "state=state-1" in ask()
    else:
        with pytest.raises(Unsupported):
            ask()


def checked(connector: Connector) -> Health:
    try:
        return connector.check(account_of(connector))
    except ConnectorError as error:
        return Health(False, error.message)


@pytest.mark.parametrize("connector", ALL, ids=by_name)
def test_a_check_that_fails_says_why_and_raises_nothing_else(
    connector: Connector, platform: list[Answer]
) -> None:
    for answer in (status(401), status(500), silent, status(429)):
        platform.append(answer)
        health = checked(connector)
        assert not health.ok
        assert health.message


@pytest.mark.parametrize("connector", ALL, ids=by_name)
@given(body=st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("id", "order", "data", "x")), inner, max_size=3),
    max_leaves=6,
).map(lambda value: json.dumps(value).encode()), topic=st.sampled_from(("mail", "fetched/order", "webhook", "x", "")))  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_delivery_breaks_it(connector: Connector, body: bytes, topic: str) -> None:
    assert is_understood_or_unparsable(connector, RawDelivery(topic, "k", body, {}, NOW))


@pytest.mark.parametrize("connector", ALL, ids=by_name)
def test_its_facts_are_there(connector: Connector) -> None:
    assert connector.label
    assert connector.mark
    assert connector.kind == connector.kind.lower()
    assert isinstance(connector, BaseConnector)
    assert SendMessage not in connector.commands  # that is what send() is for
    assert connector.limits.longest_text > 0
