"""What eBay forbids in messages between members. Each rule's source is in the README as well."""

from __future__ import annotations

from connectors.contract import Wording, WordingRule

SOURCE = "https://www.ebay.com/help/policies/member-behavior-policies/membertomember-contact-policy?id=4262"

RULES = (
    WordingRule(
        Wording.LINK,
        "eBay blocks messages with links to other sites. Tracking shows in the order once its number is uploaded.",
        SOURCE,
        hosts=("ebay.com",),
    ),
    WordingRule(Wording.EMAIL_ADDRESS, "eBay does not allow e-mail addresses in messages.", SOURCE),
    WordingRule(Wording.PHONE_NUMBER, "eBay does not allow phone numbers in messages.", SOURCE),
    WordingRule(Wording.ELSEWHERE, "eBay does not allow offers to deal or write outside eBay.", SOURCE),
    WordingRule(Wording.PROMOTION, "eBay treats unasked advertising as spam.", SOURCE),
)
