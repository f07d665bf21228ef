"""X-Twilio-Signature against the vectors of Twilio's own documents and libraries."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from connectors.contract import Account, RawRequest
from connectors.errors import InvalidSignature
from connectors.twilio.signature import sign, verified

URL = "https://mycompany.com/myapp.php"
QUERY = {"foo": "1", "bar": "2"}
ACCOUNT = Account("1", "sms", "+18005551212", {"auth_token": "12345"})


def form(caller: str) -> dict[str, str]:
    return {
        "CallSid": "CA1234567890ABCDE",
        "Caller": caller,
        "Digits": "1234",
        "From": caller,
        "To": "+18005551212",
    }


def request(signature: str, body: bytes, query: dict[str, str] = QUERY, url: str = URL) -> RawRequest:
    return RawRequest("POST", "/myapp.php", {"x-twilio-signature": signature}, body, query, url)


PUBLISHED = {"+14158675309": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "+12349013030": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}


@pytest.mark.parametrize("caller", PUBLISHED)
def test_it_agrees_with_the_published_vectors(caller: str) -> None:
    assert sign("12345", f"{URL}?foo=1&bar=2", form(caller).items()) == PUBLISHED[caller]
    body = urlencode(form(caller)).encode()
    assert verified(ACCOUNT, request(PUBLISHED[caller], body)) == form(caller)


def test_a_json_body_is_proven_by_its_hash_in_the_address() -> None:
    body = b'{"property": "value", "boolean": true}'
    digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    query = {**QUERY, "bodySHA256": digest}
    assert verified(ACCOUNT, request("a9nBmqA0ju/hNViExpshrM61xv4=", body, query)) == {
        "property": "value",
        "boolean": True,
    }
    with pytest.raises(InvalidSignature, match="body"):
        verified(ACCOUNT, request("a9nBmqA0ju/hNViExpshrM61xv4=", body + b" ", query))


@pytest.mark.parametrize(
    ("signed_as", "called_at"),
    [
        ("https://mycompany.com:443/myapp.php", URL),
        (URL, "https://mycompany.com:443/myapp.php"),
        ("http://mycompany.com:8443/myapp.php", "http://mycompany.com:8443/myapp.php"),
    ],
)
def test_the_usual_port_may_be_written_or_not(signed_as: str, called_at: str) -> None:
    signature = sign("12345", signed_as, [("A", "1")])
    assert verified(ACCOUNT, request(signature, b"A=1", {}, called_at)) == {"A": "1"}


def test_a_field_that_comes_twice_counts_once_for_each_value() -> None:
    signature = sign("12345", URL, [("Tag", "b"), ("Tag", "a"), ("Tag", "a")])
    assert signature == sign("12345", URL, [("Tag", "a"), ("Tag", "b")])
    assert verified(ACCOUNT, request(signature, b"Tag=b&Tag=a&Tag=a", {})) == {"Tag": "a"}


@pytest.mark.parametrize(
    ("body", "url", "query"),
    [
        (urlencode(form("+14158675308")).encode(), URL, QUERY),
        (urlencode(form("+14158675309")).encode() + b"&More=1", URL, QUERY),
        (urlencode(form("+14158675309")).encode(), "https://mycompany.com/other", QUERY),
        (urlencode(form("+14158675309")).encode(), URL, {}),
        (b"\xff\xfe", URL, QUERY),
    ],
    ids=["another value", "a field more", "another address", "without the query", "no text"],
)
def test_anything_changed_on_the_way_is_refused(body: bytes, url: str, query: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        verified(ACCOUNT, request(PUBLISHED["+14158675309"], body, query, url))


def test_an_account_without_a_token_believes_nobody() -> None:
    nobody = Account("1", "sms", "+18005551212", {})
    with pytest.raises(InvalidSignature):
        verified(nobody, request(sign("", URL, []), b"", {}))
