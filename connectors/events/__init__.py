"""Normal facts that come in. Plain frozen data; all times are aware, all money is `Money`."""

from __future__ import annotations

from connectors.events.messages import (
    Authentication,
    File,
    MessageBounced,
    MessageReceived,
    NoticeKind,
    NoticeReceived,
    Party,
    SenderCheck,
)
from connectors.events.orders import (
    Address,
    FinancialStatus,
    Fulfiller,
    FulfillmentStatus,
    LineData,
    OrderChanged,
    ProductChanged,
    RefundData,
    ReturnChanged,
    ReturnData,
    ReturnStatus,
    ShipmentData,
    VariantData,
)
from connectors.events.parcels import (
    ParcelStatus,
    ParcelTracked,
    Scan,
)
from connectors.events.standing import (
    Changed,
    CommandSettled,
    Disconnected,
    DisputeAnswer,
    DisputeChanged,
    DisputeKind,
    DisputeState,
    Ended,
    ErasureAsked,
    Level,
    Metric,
    Opening,
    OpeningsRead,
    PerformanceReported,
)

__all__ = [
    "Address",
    "Authentication",
    "Changed",
    "CommandSettled",
    "Disconnected",
    "DisputeAnswer",
    "DisputeChanged",
    "DisputeKind",
    "DisputeState",
    "Ended",
    "ErasureAsked",
    "Event",
    "File",
    "FinancialStatus",
    "Fulfiller",
    "FulfillmentStatus",
    "Level",
    "LineData",
    "MessageBounced",
    "MessageReceived",
    "Metric",
    "NoticeKind",
    "NoticeReceived",
    "Opening",
    "OpeningsRead",
    "OrderChanged",
    "ParcelStatus",
    "ParcelTracked",
    "Party",
    "PerformanceReported",
    "ProductChanged",
    "RefundData",
    "ReturnChanged",
    "ReturnData",
    "ReturnStatus",
    "Scan",
    "SenderCheck",
    "ShipmentData",
    "VariantData",
]

Event = (
    MessageReceived
    | MessageBounced
    | NoticeReceived
    | Changed
    | OrderChanged
    | ReturnChanged
    | DisputeChanged
    | CommandSettled
    | OpeningsRead
    | PerformanceReported
    | ParcelTracked
    | ProductChanged
    | Disconnected
    | ErasureAsked
)
