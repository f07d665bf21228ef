"""Normal wishes that go out. Plain frozen data; all money is `Money`, all ids are the platform's own.

A connector names in `commands` which of these its `perform` takes; `SendMessage` goes through `send`.
"""

from __future__ import annotations

from connectors.commands.disputes import (
    AnswerDispute,
)
from connectors.commands.messages import (
    AskForReview,
    FilledTemplate,
    HideComment,
    ReplyPrivately,
    SendMessage,
    SendOpening,
)
from connectors.commands.money import (
    GiveStoreCredit,
    MakeDiscount,
    Reason,
    RefundLine,
    RefundOrder,
)
from connectors.commands.orders import (
    CancelOrder,
    ChangeAddress,
    ChangeItems,
    ChangeSubscription,
    InterceptParcel,
    RefuseCancellation,
    ResendOrder,
    SubscriptionChange,
    Swap,
)
from connectors.commands.returns import (
    DecideReturn,
    ExchangeLines,
    ReturnDecision,
    StartReturn,
)

__all__ = [
    "AnswerDispute",
    "AskForReview",
    "CancelOrder",
    "ChangeAddress",
    "ChangeItems",
    "ChangeSubscription",
    "Command",
    "DecideReturn",
    "ExchangeLines",
    "FilledTemplate",
    "GiveStoreCredit",
    "HideComment",
    "InterceptParcel",
    "MakeDiscount",
    "Reason",
    "RefundLine",
    "RefundOrder",
    "RefuseCancellation",
    "ReplyPrivately",
    "ResendOrder",
    "ReturnDecision",
    "SendMessage",
    "SendOpening",
    "StartReturn",
    "SubscriptionChange",
    "Swap",
]

Command = (
    SendMessage
    | RefundOrder
    | CancelOrder
    | RefuseCancellation
    | StartReturn
    | DecideReturn
    | ExchangeLines
    | GiveStoreCredit
    | MakeDiscount
    | ResendOrder
    | ChangeAddress
    | ChangeItems
    | ChangeSubscription
    | InterceptParcel
    | AnswerDispute
    | SendOpening
    | AskForReview
    | ReplyPrivately
    | HideComment
)
