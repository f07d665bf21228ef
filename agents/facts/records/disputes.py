"""A claim the platform or a bank holds open against an order: what it is, how it stands, until when we must answer."""

from __future__ import annotations

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import DisputeFacts
from agents.facts.records.writing import Writer, frozen, page
from connectors.events import DisputeState
from inbox.models import Conversation, Dispute

_OPEN = {DisputeState.ACTION_NEEDED, DisputeState.WAITING}


def dispute(row: Dispute, ledger: Ledger, conversation: Conversation, zone: str) -> DisputeFacts:
    number = row.order.number if row.order else row.order_number
    write = Writer(
        ledger,
        f"dispute:{row.pk}",
        row.channel.connector.label,
        row.fetched_at,
        page(conversation, f"dispute-{row.pk}"),
        zone=zone,
        about=number,
        copy=frozen(row, "kind", "label", "state", "reason", "amount", "opened_at", "due_at", "outcome"),
    )
    fields: dict[str, Evidence] = {
        "label": write("dispute.label", Kind.TEXT, str(row), "Claim"),
        "status": write("dispute.status", Kind.STATUS, f"dispute_{row.state}", f"{row}"),
        **write.day("dispute.opened_on", row.opened_at, f"{row} opened"),
        **write.day("dispute.due", row.due_at, f"{row} to be answered by"),
    }
    if row.amount is not None:
        fields["amount"] = write.money("dispute.amount", row.amount, row.currency, f"{row}: amount")
    return DisputeFacts(row.pk, number, fields, is_open=row.state in _OPEN)
