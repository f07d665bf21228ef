from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from connectors.events import ParcelStatus
from inbox.models.order import Order

PARCEL_STATES = [(status.value, status.value.replace("_", " ").capitalize()) for status in ParcelStatus]


class Shipment(TenantModel):
    """A parcel. Its state is the carrier's, as of `checked_at`."""

    STEPS = (
        {ParcelStatus.PRE_TRANSIT},
        {ParcelStatus.IN_TRANSIT, ParcelStatus.EXCEPTION},
        {ParcelStatus.OUT_FOR_DELIVERY, ParcelStatus.AVAILABLE_FOR_PICKUP},
        {ParcelStatus.DELIVERED, ParcelStatus.RETURNED, ParcelStatus.FAILURE},
    )

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    external_id = models.CharField(max_length=200)
    carrier = models.CharField(
        max_length=40, help_text="A connector's kind, or the shop's own word where we have none"
    )
    tracking_number = models.CharField(max_length=60, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    lines = models.JSONField(default=list, help_text="External ids of the order lines inside")
    status = models.CharField(max_length=20, choices=PARCEL_STATES, default=ParcelStatus.PRE_TRANSIT)
    shipped_at = models.DateTimeField(null=True)
    estimated_on = models.DateTimeField(null=True)
    first_estimated_on = models.DateTimeField(null=True, help_text="What was promised first")
    delivered_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=120, blank=True)
    left_at = models.CharField(max_length=120, blank=True)
    proof_url = models.URLField(
        max_length=500, blank=True, help_text="The carrier's document about the hand-over"
    )
    checked_at = models.DateTimeField(null=True, help_text="When the carrier was last heard")
    asked_at = models.DateTimeField(null=True, help_text="When it was asked what it answered last")
    problem = models.TextField(blank=True, help_text="Why the last look-up failed")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "order", "external_id"], name="one_row_per_shipment"
            )
        ]
        indexes = [models.Index(fields=["organization", "tracking_number"], name="shipments_by_number")]

    @property
    def step(self) -> int:
        """How far along the bar of five steps: 1 label made … 5 arrived (or came to an end)."""
        reached = next((n for n, states in enumerate(self.STEPS) if self.status in states), 0)
        return (1, 3, 4, 5)[reached]

    @property
    def is_late(self) -> bool:
        promised, now_expected = self.first_estimated_on, self.delivered_at or self.estimated_on
        return bool(promised and now_expected and now_expected.date() > promised.date())

    @property
    def short_number(self) -> str:
        number = self.tracking_number
        return f"{number[:2]}…{number[-4:]}" if len(number) > 8 else number


class TrackingEvent(TenantModel):
    """One scan. `zone` is the UTC offset of the place, so that the panel can show local time."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="scans")
    key = models.CharField(max_length=200)
    at = models.DateTimeField()
    zone = models.CharField(max_length=6, blank=True)
    status = models.CharField(max_length=20, choices=PARCEL_STATES, blank=True)
    text = models.CharField(max_length=300)
    code = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "shipment", "key"], name="one_row_per_scan")
        ]
        ordering = ["-at"]
