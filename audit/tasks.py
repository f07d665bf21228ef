from __future__ import annotations

import logging

from celery import shared_task
from django.apps import apps

from audit import chain

log = logging.getLogger(__name__)


@shared_task(name="audit.tasks.seal", expires=10)
def seal() -> None:
    """Link what was written since the last time, one organization after the other."""
    organizations = apps.get_model("inbox", "Organization").objects.values_list("pk", flat=True)
    for organization_id in list(organizations):
        try:
            chain.seal(organization_id)
        except Exception:  # one organization's trouble must not leave the others unsealed
            log.exception("The trail of %s could not be sealed", organization_id)
