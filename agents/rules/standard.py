"""What an organization begins with: careful about money, quick about what harms nobody."""

from __future__ import annotations

from decimal import Decimal

from agents.rules.amount import Amount
from agents.rules.identified import Identified
from agents.rules.one_customer import OneCustomer
from agents.rules.returnless import Returnless
from agents.rules.risk import Risk
from agents.rules.rule import Rule
from agents.rules.stage import OrderStage
from agents.rules.warranty import Warranty
from agents.rules.window import Window
from connectors.commands import Reason

BROKEN = (Reason.DAMAGED.value, Reason.DEFECTIVE.value, Reason.NOT_AS_DESCRIBED.value)
WRONG = (Reason.WRONG_ITEM.value, Reason.MISSING_PARTS.value)
MONEY = (
    "refund",
    "refund_keep",
    "refund_shipping",
    "refund_to_card",
    "store_credit",
    "discount_code",
    "resend",
)
TAKING_BACK = ("start_return", "exchange")


def rules() -> list[Rule]:
    return [
        Identified(key="identified"),
        OneCustomer(key="one-customer"),
        OrderStage(key="before-it-leaves", actions=("cancel", "change_address", "change_items")),
        Window(key="window", actions=TAKING_BACK, days=30, but_for=(*BROKEN, *WRONG)),
        Warranty(key="warranty", actions=(*TAKING_BACK, "resend", "refund_keep"), months=12),
        Amount(key="money", actions=MONEY, supervisor_to=Decimal("500.00")),
        Amount(
            key="cancelling",
            actions=("cancel",),
            member_to=Decimal("150.00"),
            supervisor_to=Decimal("1000.00"),
            by_another=False,
        ),
        Returnless(key="returnless", actions=("refund_keep",), limit=Decimal("25.00")),
        Risk(key="risk", actions=(*MONEY, "cancel", "exchange")),
    ]
