"""What TikTok Shop forbids in chats. Each rule's source is in the README as well."""

from __future__ import annotations

from connectors.contract import Wording, WordingRule

POLICY = "https://seller-us.tiktok.com/university/essay?knowledge_id=7454760317110062"
GUIDELINES = "https://seller-th.tiktok.com/university/essay?knowledge_id=8345780184729361&lang=en"

RULES = (
    WordingRule(
        Wording.LINK,
        "TikTok Shop does not allow leading shoppers to other websites. Tracking shows in the order.",
        GUIDELINES,
        hosts=("tiktok.com", "tiktokshop.com"),
    ),
    WordingRule(Wording.EMAIL_ADDRESS, "TikTok Shop wants all contact to stay in its chat.", POLICY),
    WordingRule(Wording.PHONE_NUMBER, "TikTok Shop wants all contact to stay in its chat.", POLICY),
    WordingRule(Wording.ELSEWHERE, "TikTok Shop does not allow moving a shopper elsewhere.", GUIDELINES),
    WordingRule(
        Wording.PROMOTION, "TikTok Shop treats unasked advertising as spam.", GUIDELINES, blocks=False
    ),
)
