from __future__ import annotations

import base64
import json

import pytest

from connectors.contract import Account, RawRequest
from connectors.errors import InvalidSignature
from connectors.meta.verify import handshake, signed_request, verify_signature, verify_token
from connectors.signatures import hmac_base64, hmac_hex

SECRET = "appsecret"
BODY = b'{"object":"page","entry":[]}'
SIGNATURE = "sha256=0e9e0080a310f376450c46d999aa4d49ed772bfe43c13205f38a3a6e6611ed2b"  # worked out by hand
ACCOUNT = Account("a", "facebook", "100200300", {"app_secret": SECRET, "app_id": "517"})


def pushed(body: bytes = BODY, signature: str = SIGNATURE) -> RawRequest:
    return RawRequest("POST", "/hooks", {"x-hub-signature-256": signature} if signature else {}, body)


def asked(token: str, mode: str = "subscribe") -> RawRequest:
    query = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": "1158201444"}
    return RawRequest("GET", "/hooks", {}, b"", query)


def test_a_signature_over_these_very_bytes_is_believed() -> None:
    verify_signature(SECRET, pushed())


def test_what_meta_escaped_is_hashed_as_it_came() -> None:
    body = b'{"text":"caf\\u00e9"}'
    verify_signature(SECRET, pushed(body, f"sha256={hmac_hex(SECRET, body)}"))
    with pytest.raises(InvalidSignature):
        verify_signature(
            SECRET,
            pushed(
                json.dumps(json.loads(body), ensure_ascii=False).encode(), f"sha256={hmac_hex(SECRET, body)}"
            ),
        )


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", SIGNATURE[7:], SIGNATURE.upper(), "sha1=" + SIGNATURE[7:], SIGNATURE[:-1] + "é"],
)
def test_any_other_signature_is_refused(signature: str) -> None:
    with pytest.raises(InvalidSignature):
        verify_signature(SECRET, pushed(signature=signature))


def test_an_app_without_a_secret_believes_nothing() -> None:
    with pytest.raises(InvalidSignature):
        verify_signature("", pushed(signature=f"sha256={hmac_hex('', BODY)}"))


def test_the_challenge_is_answered_bare() -> None:
    answer = handshake(ACCOUNT, asked(verify_token(ACCOUNT)))
    assert answer is not None
    assert (answer.body, answer.content_type) == (b"1158201444", "text/plain")


def test_a_token_of_the_sellers_own_goes_first() -> None:
    own = Account("a", "facebook", "1", {"app_secret": SECRET, "verify_token": "our-own"})
    assert handshake(own, asked("our-own"))
    with pytest.raises(InvalidSignature):
        handshake(own, asked(verify_token(ACCOUNT)))


def test_another_token_is_refused_and_other_requests_are_none() -> None:
    with pytest.raises(InvalidSignature):
        handshake(ACCOUNT, asked("guessed"))
    with pytest.raises(InvalidSignature):
        handshake(ACCOUNT, asked(""))
    assert handshake(ACCOUNT, asked("x", mode="unsubscribe")) is None
    assert handshake(ACCOUNT, pushed()) is None


def test_channels_of_one_app_have_one_verify_token() -> None:
    other = Account("b", "instagram", "2", {"app_secret": SECRET})
    assert verify_token(other) == verify_token(ACCOUNT)
    assert verify_token(Account("c", "instagram", "3", {"app_secret": "another"})) != verify_token(ACCOUNT)


def request_of(payload: dict[str, object], secret: str = SECRET) -> str:
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    signature = hmac_base64(secret, body.encode()).translate(str.maketrans("+/", "-_")).rstrip("=")
    return f"{signature}.{body}"


def test_a_signed_request_says_who_asked() -> None:
    said = {"algorithm": "HMAC-SHA256", "user_id": "218471", "issued_at": 1291836800}
    assert signed_request(SECRET, request_of(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x.y",
        request_of({"algorithm": "HMAC-SHA256", "user_id": "1"}, "another"),
        request_of({"algorithm": "none", "user_id": "1"}),
        request_of({"user_id": "1"}),
    ],
)
def test_any_other_signed_request_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignature):
        signed_request(SECRET, text)
