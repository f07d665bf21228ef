"""The whole pass over a message nobody wrote, against the organization's own data.

The steps are those of agents/drafting.py. They get a message and a conversation that no table holds, so nothing they
find can reach a customer, a draft or the trail: what is kept is a Trial, for a day.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from agents import drafting, route
from agents.drafting import Pass
from agents.facts.evidence import Evidence
from agents.facts.known import OrderFacts
from agents.models import RunState, Trial
from config.tenancy import scope
from config.wake import wake
from inbox.models import Channel, Conversation, Customer, Direction, Membership, Message, Order, Organization

log = logging.getLogger(__name__)

MOST_FOUND = 6  # of each kind


@dataclass(frozen=True)
class Writer:
    """Who is said to write: a customer, about one of their orders or not; nobody known when both are None."""

    customer: Customer | None = None
    order: Order | None = None

    @property
    def key(self) -> str:
        """ "order:<uuid>", "customer:<uuid>" or ""."""
        if self.order:
            return f"order:{self.order.pk}"
        return f"customer:{self.customer.pk}" if self.customer else ""

    @classmethod
    def of(cls, trial: Trial) -> Writer:
        if trial.order_number:
            wanted = Order.objects.filter(customer=trial.customer, number=trial.order_number)
            if order := wanted.select_related("customer", "channel").first():
                return cls(order.customer, order)
        return cls(trial.customer)

    @classmethod
    def read(cls, key: str) -> Writer:
        """A stranger for what we did not write or what is not here."""
        kind, _, pk = key.partition(":")
        try:
            wanted = UUID(pk)
        except ValueError:
            return cls()
        if kind == "order":
            order = Order.objects.select_related("customer", "channel").filter(pk=wanted).first()
            return cls(order.customer, order) if order else cls()
        return cls(Customer.objects.filter(pk=wanted).first() if kind == "customer" else None)


def writers(text: str) -> list[Writer]:
    """By order number, name or address; the newest orders where nothing is asked for."""
    text = text.strip().lstrip("#")
    orders = Order.objects.select_related("customer", "channel").order_by("-placed_at")
    if not text:
        return [Writer(order.customer, order) for order in orders[:MOST_FOUND]]
    people = Customer.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    by_number = orders.filter(number__icontains=text)[:MOST_FOUND]
    of_people = orders.filter(customer__in=people.order_by("name", "id").values("pk")[:MOST_FOUND])[
        :MOST_FOUND
    ]
    found = {order.pk: Writer(order.customer, order) for order in [*by_number, *of_people]}
    return [*found.values(), *(Writer(each) for each in people.order_by("name", "id")[:MOST_FOUND])]


def begin(by: Membership, channel: Channel, writer: Writer, *, subject: str, text: str) -> Trial:
    """Have a worker make the pass. Its page can be opened at once."""
    trial: Trial = Trial.objects.create(
        asked_by=by,
        channel=channel,
        customer=writer.customer,
        order_number=writer.order.number if writer.order else "",
        subject=subject,
        text=text,
    )
    wake("agents.tasks.try_out", trial.tenant, trial_id=trial.pk)
    return trial


def try_out(organization_id: UUID, trial_id: UUID) -> None:
    """Step by step, each shown as soon as it is done. What goes wrong is a result too."""
    with scope(organization_id):
        trials = Trial.objects.select_related("organization", "channel", "customer")
        trial = trials.filter(pk=trial_id, state=RunState.WORKING).first()
        if trial is None:
            return
        work = Pass(trial, _unwritten(trial), earlier=[])
    try:
        for step in drafting.STEPS:
            drafting.take(step, organization_id, work)
            with scope(organization_id):
                trial.save()
        with scope(organization_id), drafting.timed(trial, "route") as note:
            decision = route.decide(work.seen, work.facts, work.answer, work.claims)
            note.append(decision.state.label)
    except Exception as error:
        log.exception("Trial %s", trial_id)
        with scope(organization_id):
            trial.finish(RunState.FAILED, f"{type(error).__name__}: {error}"[:2000])
        return
    with scope(organization_id):
        trial.evidence = [
            _reachable(item, trial.organization, work.facts.orders).as_json() for item in work.facts.evidence
        ]
        trial.settle(decision, work.answer.sentences, work.claims)


def _unwritten(trial: Trial) -> Message:
    """The message and its conversation, in memory only."""
    conversation = Conversation(
        organization=trial.organization,
        channel=trial.channel,
        customer=trial.customer or Customer(),
        thread=f"trial-{trial.pk}",
        subject=trial.subject,
        order_number=trial.order_number,
    )
    return Message(
        organization=trial.organization,
        conversation=conversation,
        channel=trial.channel,
        direction=Direction.IN,
        subject=trial.subject,
        text=trial.text,
    )


def _reachable(item: Evidence, organization: Organization, orders: list[OrderFacts]) -> Evidence:
    """Where it would be shown beside its conversation, the order's own page shows the same."""
    order = next((order for order in orders if order.number == item.about), None)
    if order is None:
        return item
    page = reverse("inbox:order", args=[organization.slug, order.id])
    _, hash_, anchor = item.url.partition("#")
    return replace(item, url=f"{page}{hash_}{anchor}")
