"""Returns, disputes, performance and settled commands come in, before or after their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from audit.models import AuditEvent
from connectors.contract import Money
from connectors.events import (
    CommandSettled,
    DisputeAnswer,
    DisputeChanged,
    DisputeKind,
    DisputeState,
    Ended,
    Level,
    Metric,
    Opening,
    OpeningsRead,
    PerformanceReported,
    ReturnChanged,
    ReturnData,
    ReturnStatus,
)
from inbox import intake, models
from inbox.models import Dispute, Message, Refetch, Return, Settlement
from tests.world import NOW, World, an_order

A_RETURN = ReturnData(
    "r-1", "R-1", ReturnStatus.OPEN, "Too small", NOW, 1, due_at=NOW + timedelta(days=2),
    amount=Money(Decimal("40.00"), "USD"), tracking_number="1Z999AA10123456784", carrier="UPS", waits_for_seller=True,
)  # fmt: skip


def tell(world: World, event: Any, times: int = 1) -> None:
    for _ in range(times):
        with world.inside():
            intake.receive(world.shop, event)


def a_dispute(**facts: Any) -> DisputeChanged:
    defaults: dict[str, Any] = {
        "external_id": "d-1",
        "kind": DisputeKind.CLAIM,
        "state": DisputeState.ACTION_NEEDED,
        "opened_at": NOW - timedelta(days=1),
        "updated_at": NOW,
        "label": "Guarantee claim",
        "reason": "Not received",
        "amount": Money(Decimal("147.62"), "USD"),
        "due_at": NOW + timedelta(days=3),
        "answers": (DisputeAnswer.CONTEST, DisputeAnswer.REFUND),
    }
    return DisputeChanged(**{**defaults, **facts})


def test_a_return_before_its_order_waits_for_it_and_asks_for_it(world: World):
    event = an_order("#1042", world.maya)
    tell(world, ReturnChanged(event.external_id, A_RETURN, NOW), times=2)
    with world.inside():
        row = Return.objects.get()
        assert row.order is None
        assert row.carrier == "ups"
        assert row.amount == Decimal("40.00")
        assert Refetch.objects.get().external_id == event.external_id
    tell(world, event)
    with world.inside():
        assert Return.objects.get().order.number == "#1042"
        assert AuditEvent.objects.filter(kind="return.changed").count() == 1


def test_an_older_return_never_overwrites_a_newer_one(world: World):
    order = world.buys()
    closed = replace(A_RETURN, status=ReturnStatus.CLOSED)
    tell(world, ReturnChanged(order.external_id, closed, NOW))
    tell(world, ReturnChanged(order.external_id, A_RETURN, NOW - timedelta(hours=1)))
    older = an_order("#1042", world.maya, external_id=order.external_id, returns=[A_RETURN])
    tell(world, replace(older, updated_at=NOW - timedelta(minutes=1)))
    with world.inside():
        assert Return.objects.get().status == "closed"


def test_a_dispute_before_its_order_waits_for_it_and_learns_its_customer(world: World):
    event = an_order("#1042", world.maya)
    tell(world, a_dispute(order_id=event.external_id), times=2)
    with world.inside():
        assert Dispute.objects.get().order is None
        assert Refetch.objects.filter(kind="order", external_id=event.external_id).count() == 1
    tell(world, event)
    with world.inside():
        dispute = Dispute.objects.select_related("order", "customer").get()
        assert dispute.order.number == "#1042"
        assert dispute.customer.name == "Maya Okafor"
        assert AuditEvent.objects.filter(kind="dispute.opened").count() == 1


def test_a_dispute_that_knows_only_the_number_finds_its_order(world: World):
    order = world.buys("#1042")
    tell(world, a_dispute(order_number="1042"))
    with world.inside():
        assert Dispute.objects.get().order_id == order.pk


def test_a_dispute_without_an_order_belongs_to_its_buyer(world: World):
    tell(world, a_dispute(buyer=world.maya))
    with world.inside():
        assert Dispute.objects.get().customer.name == "Maya Okafor"


def test_a_disputes_newest_word_counts_and_each_change_is_in_the_trail(world: World):
    world.buys()
    tell(world, a_dispute(state=DisputeState.WON, updated_at=NOW + timedelta(days=1), outcome="For you"), 2)
    tell(world, a_dispute())
    with world.inside():
        row = Dispute.objects.get()
        assert (row.state, row.outcome) == ("won", "For you")
    tell(world, a_dispute(state=DisputeState.CLOSED, updated_at=NOW + timedelta(days=2)))
    with world.inside():
        kinds = AuditEvent.objects.filter(kind__startswith="dispute.").order_by("at")
        assert [each.kind for each in kinds] == ["dispute.opened", "dispute.changed"]


def test_measures_are_kept_by_name_and_only_changes_of_level_are_deeds(world: World):
    late = Metric("late", "Late shipments", "3.9 %", Level.GOOD, "under 4 %", "30 days")
    tell(world, PerformanceReported((late,), NOW), times=2)
    tell(
        world, PerformanceReported((replace(late, value="4.4 %", level=Level.BAD),), NOW + timedelta(days=1))
    )
    tell(world, PerformanceReported((late,), NOW))
    with world.inside():
        row = models.Metric.objects.get()
        assert (row.value, row.level, row.standard) == ("4.4 %", "bad", "under 4 %")
        assert AuditEvent.objects.filter(kind="performance.reported").count() == 2


def test_what_a_platform_allows_now_stands_on_the_order(world: World):
    order = world.buys()
    tell(world, OpeningsRead(order.external_id, (Opening("details", "Ask for details"),), NOW))
    tell(world, OpeningsRead(order.external_id, (), NOW - timedelta(hours=1)))
    with world.inside():
        order.refresh_from_db()
        assert [each["label"] for each in order.openings] == ["Ask for details"]
        assert order.openings_at == NOW


def test_openings_of_an_order_not_here_ask_for_it(world: World):
    tell(world, OpeningsRead("gid://shop/Order/77", (), NOW))
    with world.inside():
        assert Refetch.objects.get().kind == "order"


def test_how_a_command_ended_is_kept_once_and_told_in_the_trail(world: World):
    tell(world, CommandSettled("feed-1", Ended.REJECTED, NOW, "Already refunded"), times=2)
    with world.inside():
        assert Settlement.objects.get().reason == "Already refunded"
        told = AuditEvent.objects.get(kind="command.settled")
        assert (told.data["ended"], told.data["external_id"]) == ("rejected", "feed-1")


def test_a_message_that_was_accepted_and_then_rejected_is_not_sent(world: World):
    conversation = world.conversation()
    with world.inside():
        message = conversation.reply("Here it is.", world.bob)
        Message.objects.filter(pk=message.pk).update(
            send_state="sent", external_id="sub-1", channel=world.shop
        )
    tell(world, CommandSettled("sub-1", Ended.REJECTED, NOW, "Links are not allowed"), times=2)
    with world.inside():
        message.refresh_from_db()
        assert (message.send_state, message.problem) == ("failed", "Links are not allowed")
        assert "not_delivered" in message.conversation.marks


def test_a_letter_that_tells_only_the_end_of_a_dispute_leaves_the_rest_standing(world: World):
    opened = a_dispute(updated_at=NOW, opened_at=NOW)
    tell(world, opened)
    later = NOW + timedelta(days=2)
    ended = a_dispute(
        updated_at=later, opened_at=later, state=DisputeState.WON, amount=None, reason="", due_at=None
    )
    tell(world, ended)
    with world.inside():
        row = Dispute.objects.get()
        assert (row.state, row.due_at, row.opened_at) == (DisputeState.WON, None, NOW)
        assert (row.amount, row.currency) == (Decimal("147.62"), "USD")
        assert row.reason == opened.reason
