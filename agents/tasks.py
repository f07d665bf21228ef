from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from agents import autonomy, drafting, identity, telling, trying, visiting
from agents import execute as executing
from agents.envelope import keeping
from agents.lives import answering, reading
from agents.models import CheckState, IdentityCheck, Run, RunState, Trial
from config.tenancy import TenantTask, scope
from config.wake import until_done, wake, wake_once
from inbox.models import Organization, Stream

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=1)
GIVE_A_WORKER = timedelta(seconds=10)
MOST = 200  # messages a sweep
AT_ONCE = 8  # as many as a worker has threads (docker-compose.yml)


def wake_readers(organization_id: UUID, message_ids: Sequence[UUID], *, again: bool = False) -> None:
    """Have a pass made over each. A wake-up costs more than a row, so many messages share a few."""
    for first in range(min(len(message_ids), AT_ONCE)):
        wake("agents.tasks.read", organization_id, message_ids=message_ids[first::AT_ONCE], again=again)


@shared_task(base=TenantTask)
def read(organization_id: UUID, message_ids: list[str], again: bool = False) -> None:
    """A pass over each; what one of them stumbles over does not hold up the next."""
    for message_id in message_ids:
        try:
            drafting.run_pass(organization_id, UUID(message_id), again=again)
        except (
            Exception
        ):  # such as a database that went away: no run was begun, so the sweeper finds the message
            log.exception("Message %s was not read", message_id)


@shared_task(base=TenantTask)
def read_groups(organization_id: UUID) -> None:
    """What was said under lives that nobody had said there before."""
    until_done(partial(reading.read_new, organization_id), "agents.tasks.read_groups", organization_id)
    answering.look_again(organization_id)


@shared_task(base=TenantTask)
def try_out(organization_id: UUID, trial_id: str) -> None:
    trying.try_out(organization_id, UUID(trial_id))


@shared_task(base=TenantTask)
def run_envelope(organization_id: UUID, run_id: str) -> None:
    keeping.run_envelope(organization_id, UUID(run_id))


@shared_task(base=TenantTask)
def send_code(organization_id: UUID, check_id: str) -> None:
    identity.send_code(organization_id, UUID(check_id))


@shared_task(base=TenantTask)
def prove_visitor(organization_id: UUID, channel_id: str, visitor: str, number: str, email: str) -> None:
    visiting.prove(organization_id, UUID(channel_id), UUID(visitor), number, email)


@shared_task(base=TenantTask)
def execute(organization_id: UUID, action_id: str) -> None:
    executing.execute(organization_id, UUID(action_id))


@shared_task
def sweep_actions() -> None:
    for organization in Organization.objects.only("id"):
        executing.sweep(organization.pk)
        telling.sweep(organization.pk)


@shared_task
def sweep() -> None:
    """Read the messages nobody was woken for, end passes whose worker died, and forget trials of yesterday."""
    for organization in Organization.objects.only("id"):
        with scope(organization.pk):
            now = timezone.now()
            Run.objects.filter(state=RunState.WORKING, started_at__lt=now - Run.STUCK_AFTER).update(
                state=RunState.FAILED, problem="The worker stopped.", finished_at=now
            )
            Trial.tidy()
            if Stream.objects.filter(last_comment_at__gt=now - Stream.QUIET).exists():
                wake_once("agents.tasks.read_groups", organization.pk)
            autonomy.watch()
            for check in IdentityCheck.objects.filter(state=CheckState.WANTED).values_list("pk", flat=True):
                wake("agents.tasks.send_code", organization.pk, check_id=check)
            due = drafting.unread().filter(created_at__range=(now - LOOK_BACK, now - GIVE_A_WORKER))
            wake_readers(organization.pk, list(due.values_list("pk", flat=True)[:MOST]))
