"""Celery only wakes workers; what is owed stands in rows (design.md, "Rows are the queue")."""

from __future__ import annotations

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("waybill")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

GIVE_WAY = 5  # how nice the process is that does nothing anybody waits for


@worker_init.connect
def _keep(**_: Any) -> None:
    """What is loaded by now stays, so no collection needs to walk it (a full one takes 100 ms of a pass); processes
    forked from here share it, too."""
    gc.freeze()


@worker_init.connect
def _give_way(sender: Any, **_: Any) -> None:
    """Reading and drafting take whole cores for a moment; what people wait for goes first."""
    if "live" not in sender.app.amqp.queues.consume_from:
        os.nice(GIVE_WAY)
