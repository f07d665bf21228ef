"""What a shopper has said is in their conversation before anything is done about it."""

from __future__ import annotations

from uuid import UUID

from config.tenancy import scope
from inbox import intake
from inbox.models import Delivery, DeliveryState


def hear_out(organization_id: UUID, channel_id: UUID, visitor: UUID) -> None:
    """Workers pass over what another one has in hand; here it is waited for, and done again if that one failed."""
    intake.drain(organization_id, channel_id)
    with scope(organization_id):
        said = Delivery.objects.filter(channel=channel_id, key__startswith=f"{visitor.hex}:")
        waiting = said.filter(state=DeliveryState.RECEIVED).select_for_update().values_list("pk", flat=True)
        is_left = bool(waiting)
    if is_left:
        intake.drain(organization_id, channel_id)
