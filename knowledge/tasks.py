from __future__ import annotations

from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction

from config.tenancy import TenantTask
from knowledge import index
from knowledge.models import ArticleVersion


@shared_task(base=TenantTask, autoretry_for=(Exception,), max_retries=8, retry_backoff=5)
def index_version(organization_id: UUID, version_id: str) -> None:
    index.index(organization_id, UUID(version_id))


def index_later(version: ArticleVersion) -> None:
    """After commit, make a version findable."""
    transaction.on_commit(
        partial(index_version.delay, organization_id=str(version.organization_id), version_id=str(version.pk))
    )
