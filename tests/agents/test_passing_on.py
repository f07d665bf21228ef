"""“I will pass you to a colleague” is true only of an answer that does it."""

from __future__ import annotations

import pytest

from agents.checking import passing_on
from agents.facts.evidence import Sentence


@pytest.mark.parametrize(
    "text",
    [
        "I'll pass you to a colleague.",
        "I will hand this over to my colleague.",
        "We have forwarded your message to our returns team.",
        "I’m going to escalate this to a supervisor.",
        "I've asked a teammate to look at it.",
        "A teammate will look at it now and reply to you here.",
        "One of our specialists will be in touch.",
        "Our support team is going to contact you.",
        "You'll hear from a colleague.",
        "Your case was escalated to a manager.",
        "It is on its way. Someone else will answer the rest.",
    ],
)
def test_it_is_found_however_it_is_put(text: str):
    assert passing_on.is_said(text)
    assert [claim.is_supported for claim in passing_on.breaches([Sentence(text)])] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "If you still can't find it, tell me here, and a teammate will look into it with you.",
        "If it takes longer than that, reply here, and a teammate will look into it with UPS.",
        "Your parcel was handed over to UPS in Reno.",
        "The carrier will contact you.",
        "Our returns team is open from 9 to 5.",
        "You can pass the label on to the driver.",
        "I looked at your order.",
    ],
)
def test_other_words_are_left_alone(text: str):
    assert not passing_on.is_said(text)
