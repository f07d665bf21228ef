"""What Amazon allows in a message to a buyer. Sources as in README.md."""

from __future__ import annotations

from datetime import timedelta

from connectors.contract import Limits, ReplyClock, Wording, WordingRule

GUIDELINES = "Seller Central help, “Communication guidelines”"
ANSWERING = "Seller Central help G200383320 (sellercentral.amazon.com/help/hub/reference/G200383320)"
_CARRIERS = (
    "ups.com", "usps.com", "fedex.com", "dhl.com", "ontrac.com", "amazon.com", "track.amazon.com",
)  # fmt: skip

LIMITS = Limits(
    longest_text=4_000,  # no limit is published for mail; this is the one of Seller Central's own form
    attachment_types=(
        "image/*",
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    largest_attachment=7 * 1024 * 1024,  # base64 adds a third, and 10 MB is the limit of the whole mail
    largest_message=7 * 1024 * 1024,
    most_attachments=10,
    reply=ReplyClock(within=timedelta(hours=24), business_days=False, source=ANSWERING),
    wording=(
        WordingRule(
            Wording.LINK,
            "Amazon blocks links that the order does not need. Carriers' tracking pages may pass.",
            GUIDELINES,
            hosts=_CARRIERS,
        ),
        WordingRule(
            Wording.EMAIL_ADDRESS, "Amazon removes or blocks messages with e-mail addresses.", GUIDELINES
        ),
        WordingRule(Wording.PHONE_NUMBER, "Amazon forbids phone numbers in messages.", GUIDELINES),
        WordingRule(
            Wording.PROMOTION, "Amazon forbids marketing, coupons and offers in messages.", GUIDELINES
        ),
        WordingRule(
            Wording.REVIEW,
            "Amazon forbids asking for a positive review, for a change of one, or offering anything for one. "
            "Its own button asks for a review once per order.",
            GUIDELINES,
        ),
        WordingRule(
            Wording.ELSEWHERE, "Amazon forbids leading buyers to another shop or channel.", GUIDELINES
        ),
        WordingRule(Wording.HTML, "Amazon shows messages as plain text.", GUIDELINES),
    ),
    subject=False,
)
