"""Machines, lists and our own mails are recognised, people are not taken for them."""

from __future__ import annotations

import pytest

from connectors.mail.compose import compose
from tests.connectors.mail.room import MAILBOX, MAYA, answer, events, message, raw


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
        {"Precedence": "bulk"},
        {"List_Id": "<lamps.lists.example>"},
        {"Return_Path": "<>"},
        {"From": "Parcels <no-reply@parcels.example>"},
        {"Subject": "Automatic reply: Your order"},
        {"Subject": "Out of Office: Lamp"},
        {"Subject": "Abwesenheitsnotiz: Lampe"},
        {"Subject": "Réponse automatique : Lampe"},
        {"Subject": "Respuesta automática: Lámpara"},
    ],
)
def test_what_a_machine_wrote_is_automatic(headers: dict[str, str]) -> None:
    assert message(raw(**headers)).automatic


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto_Submitted": "no"},
        {"Subject": "Can you reply automatically?"},
        {"Subject": "Re: Lamp"},
        {"From": "Noreen Ply <noreen.ply@shopper.example>"},
        {"From": "Piano Reply <piano-reply@shopper.example>"},
        {"Subject": "Absent from my parcel"},
        {"X_Auto_Response_Suppress": "DR"},
    ],
)
def test_what_a_person_wrote_is_not(headers: dict[str, str]) -> None:
    assert not message(raw(**headers)).automatic


def test_our_own_mail_on_its_way_back_says_nothing() -> None:
    own = compose(MAILBOX, answer(reply_token="0f3a9c"), "key", "a-key")
    assert events(own.as_bytes()) == []
    del own["From"]
    own["From"] = "list@lists.example"  # sent on by somebody
    assert events(own.as_bytes()) == []


def test_mail_in_our_name_by_another_program_says_nothing() -> None:
    assert events(raw(From=f"Juniper <{MAILBOX}>")) == []
    assert events(raw(From="support+news@juniper.example")) == []


def test_a_form_on_the_shops_own_site_writes_for_the_shopper() -> None:
    received = message(raw(From=MAILBOX, Reply_To=f"Maya <{MAYA.upper()}>"))
    assert received.sender.names == {"email": MAYA}


def test_a_reply_to_never_names_the_sender_of_somebody_elses_mail() -> None:
    assert message(raw(Reply_To="mallory@elsewhere.example")).sender.names == {"email": MAYA}
