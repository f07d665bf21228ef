from __future__ import annotations

import pytest

from audit.mask import mask

CARDS = [
    ("4111111111111111", "1111"),
    ("4111 1111 1111 1111", "1111"),
    ("4111-1111-1111-1111", "1111"),
    ("5555555555554444", "4444"),
    ("2223003122003222", "3222"),
    ("3782 822463 10005", "0005"),
    ("6011111111111117", "1117"),
    ("30569309025904", "5904"),
    ("3530111333300000", "0000"),
    ("6200000000000005", "0005"),
]


@pytest.mark.parametrize(("number", "last"), CARDS)
def test_it_masks_card_numbers_to_their_last_four(number: str, last: str) -> None:
    assert mask(f"My card is {number}, thanks") == f"My card is [card ending {last}], thanks"


def test_it_masks_a_card_number_stored_as_a_number() -> None:
    assert mask({"given": 4111111111111111}) == {"given": "[card ending 1111]"}


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # fails the check digit
        "1Z999AA10123456784",  # a parcel
        "9400111899223197428490",  # another parcel
        "113-1234567-1234567",  # an order
        "gid://shop/Order/5123456789012",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "call +1 (518) 555-0142 or 5185550142",
        "ISBN 978-3-16-148410-0",
        "I forgot my password is there a way in?",
        "the token economy and basic understanding",
        "https://example.com/track?number=1Z999AA10123456784&lang=en",
        "the-quick-brown-fox-jumps-over",
    ],
)
def test_it_leaves_ordinary_words_and_numbers_alone(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abcdef123456ghij", "abcdef123456ghij"),
        ("curl -H 'bearer 0a1b2c3d4e5f6a7b'", "0a1b2c3d4e5f6a7b"),
        ("basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
        ("key sk-proj-a1B2c3D4e5F6g7H8i9J0k1L2", "a1B2c3D4e5F6g7H8i9J0k1L2"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c6912E7710c838347Ae178B4a"),
        ("xoxb-123456789012-a1b2c3d4e5f6a1b2c3d4e5f6", "a1b2c3d4e5f6a1b2c3d4e5f6"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN", "dozjgNryP4J3jVmN"),
        ("my password is hunter2", "hunter2"),
        ("password: correct", "correct"),
        ("https://example.com/?access_token=abcdef&page=2", "abcdef"),
        ('{"api_key": "abcdef"}', "abcdef"),
        ("postgresql://bob:hush@db/waybill", "hush"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "MIIEvQ"),
    ],
)
def test_it_masks_secrets_in_text(text: str, secret: str) -> None:
    masked = mask({"note": text})["note"]
    assert secret not in masked
    assert "[secret]" in masked


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "api_key",
        "apiKey",
        "client_secret",
        "access_token",
        "Authorization",
        "X-Api-Key",
        "credentials",
    ],
)
def test_it_masks_values_by_their_names(name: str) -> None:
    assert mask({"a": [{name: "abc"}]}) == {"a": [{name: "[secret]"}]}
    assert mask({name: {"user": "a", "pass": "b"}}) == {name: "[secret]"}


def test_it_keeps_counts_of_tokens() -> None:
    counts = {"token": 812, "tokens": 812, "input_tokens": 700, "model": "gpt-4.1-mini", "secret": None}
    assert mask(counts) == counts
