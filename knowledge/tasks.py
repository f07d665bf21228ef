from __future__ import annotations

from uuid import UUID

from celery import shared_task

from config.tenancy import TenantTask
from knowledge import asking, index


@shared_task(base=TenantTask, autoretry_for=(Exception,), max_retries=8, retry_backoff=5)
def index_version(organization_id: UUID, version_id: str) -> None:
    index.index(organization_id, UUID(version_id))


@shared_task(base=TenantTask)
def run_questions(organization_id: UUID) -> None:
    asking.run(organization_id)
