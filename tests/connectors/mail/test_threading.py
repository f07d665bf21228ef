"""A mail finds its thread by the ids it names, or by the address we signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.mail.compose import compose
from connectors.mail.threading import reply_address
from tests.connectors.mail.room import ACCOUNT, MAILBOX, answer, message, raw

TOKEN = "0f3a9c"


def test_it_names_what_it_answers_newest_first() -> None:
    received = message(
        raw(In_Reply_To="<c@x.example>", References="<a@x.example> <b@x.example>\r\n <c@x.example>")
    )
    assert received.replies_to == ("c@x.example", "b@x.example", "a@x.example")


def test_ids_without_brackets_are_ids_too() -> None:
    assert message(raw(In_Reply_To="c@x.example")).replies_to == ("c@x.example",)


def test_the_address_we_signed_names_the_thread() -> None:
    address = reply_address(MAILBOX, TOKEN, "a-key")
    assert address.startswith(f"support+w.{TOKEN}.")
    assert message(raw(To=address)).thread == TOKEN


def test_the_address_is_found_among_others_and_in_capitals() -> None:
    address = reply_address(MAILBOX, TOKEN, "a-key").upper()
    assert message(raw(To=f"Ann <ann@x.example>, Juniper <{address}>")).thread == TOKEN
    assert message(raw(Delivered_To=address)).thread == TOKEN


@pytest.mark.parametrize(
    "address",
    [
        f"support+w.{TOKEN}.aaaaaaaaaaaa@juniper.example",
        f"support+w.{TOKEN}.@juniper.example",
        f"support+w.{TOKEN}@juniper.example",
        reply_address(MAILBOX, "0f3a9d", "a-key").replace("0f3a9d", TOKEN),
        reply_address(MAILBOX, TOKEN, "another key"),
        reply_address("support@neighbour.example", TOKEN, "a-key").replace("neighbour", "juniper"),
    ],
)
def test_a_wrong_signature_names_no_thread(address: str) -> None:
    assert message(raw(To=address)).thread == ""


def test_without_a_key_no_address_is_believed() -> None:
    keyless = replace(ACCOUNT, credentials={})
    assert message(raw(To=reply_address(MAILBOX, TOKEN, "")), keyless).thread == ""


def test_an_address_longer_than_the_standard_allows_is_left_out() -> None:
    assert reply_address(f"{'s' * 30}@juniper.example", "a" * 32, "a-key") == ""
    assert (
        compose(f"{'s' * 30}@juniper.example", answer(reply_token="a" * 32), "k", "a-key")["Reply-To"] is None
    )


def test_a_token_that_does_not_fit_an_address_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        reply_address(MAILBOX, "a token", "a-key")


def test_a_mail_without_an_id_is_named_by_what_it_says() -> None:
    first, again = message(raw(Message_ID="")), message(raw(Message_ID=""))
    assert first.external_id == again.external_id != message(raw("Another", Message_ID="")).external_id
