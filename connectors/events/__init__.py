"""Normal facts that come in. Plain frozen data; all times are aware, all money is `Money`."""

from __future__ import annotations

from connectors.events.calls import CallChanged, CallState
from connectors.events.messages import (
    About,
    Authentication,
    File,
    MessageBounced,
    MessageEdited,
    MessageHidden,
    MessageProgressed,
    MessageReceived,
    MessageRemoved,
    NoticeKind,
    NoticeReceived,
    OptedIn,
    OptedOut,
    Party,
    PartyNamed,
    Progress,
    Renamed,
    SenderCheck,
    Spot,
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
from connectors.events.templates import (
    Approval,
    Blank,
    TemplateData,
    TemplatesRead,
)

__all__ = [
    "About",
    "Address",
    "Approval",
    "Authentication",
    "Blank",
    "CallChanged",
    "CallState",
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
    "MessageEdited",
    "MessageHidden",
    "MessageProgressed",
    "MessageReceived",
    "MessageRemoved",
    "Metric",
    "NoticeKind",
    "NoticeReceived",
    "Opening",
    "OpeningsRead",
    "OptedIn",
    "OptedOut",
    "OrderChanged",
    "ParcelStatus",
    "ParcelTracked",
    "Party",
    "PartyNamed",
    "PerformanceReported",
    "ProductChanged",
    "Progress",
    "RefundData",
    "Renamed",
    "ReturnChanged",
    "ReturnData",
    "ReturnStatus",
    "Scan",
    "SenderCheck",
    "ShipmentData",
    "Spot",
    "TemplateData",
    "TemplatesRead",
    "VariantData",
]

Event = (
    MessageReceived
    | MessageBounced
    | MessageEdited
    | MessageRemoved
    | MessageProgressed
    | MessageHidden
    | PartyNamed
    | Renamed
    | OptedOut
    | OptedIn
    | CallChanged
    | NoticeReceived
    | Changed
    | OrderChanged
    | ReturnChanged
    | DisputeChanged
    | CommandSettled
    | OpeningsRead
    | TemplatesRead
    | PerformanceReported
    | ParcelTracked
    | ProductChanged
    | Disconnected
    | ErasureAsked
)
