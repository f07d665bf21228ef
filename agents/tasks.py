from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from agents import drafting
from agents.models import Run, RunState
from config.tenancy import TenantTask, scope
from inbox.models import Direction, Message, Organization

LOOK_BACK = timedelta(hours=1)
GIVE_A_WORKER = timedelta(seconds=10)


@shared_task(base=TenantTask)
def run_pass(organization_id: UUID, message_id: str, again: bool = False) -> None:
    drafting.run_pass(organization_id, UUID(message_id), again=again)


@shared_task
def sweep() -> None:
    """Read the messages nobody was woken for, and end runs whose worker died."""
    for organization in Organization.objects.only("id"):
        with scope(organization.pk):
            now = timezone.now()
            Run.objects.filter(state=RunState.WORKING, started_at__lt=now - Run.STUCK_AFTER).update(
                state=RunState.FAILED, problem="The worker stopped.", finished_at=now
            )
            unread = Message.objects.filter(
                direction=Direction.IN,
                automatic=False,
                created_at__range=(now - LOOK_BACK, now - GIVE_A_WORKER),
                runs=None,
            ).values_list("pk", flat=True)[:200]
            waiting = list(unread)
        for message_id in waiting:
            run_pass.delay(organization_id=str(organization.pk), message_id=str(message_id))
