"""The text in shoppers' PDFs and photos: read by a worker after the message is stored, kept with the file.

A file that cannot be read keeps the reason, and can be read again.
"""

from __future__ import annotations

import logging
import time
from uuid import UUID

from config.tenancy import scope
from connectors import filetext
from connectors.errors import ConnectorError
from inbox.collecting import collect
from inbox.models import Attachment, ReadState

TOGETHER = 80.0  # seconds for all files of a message: somebody waits for an answer

log = logging.getLogger(__name__)


def read_files(organization_id: UUID, message_id: UUID) -> int:
    """Those that wait, one after another, outside any scope; how many were tried. Safe to call twice."""
    with scope(organization_id):
        waiting = Attachment.objects.filter(message_id=message_id, read_state=ReadState.WAITING)
        rows = list(waiting.select_related("message__conversation").order_by("id"))
    until = time.monotonic() + TOGETHER
    for row in rows:
        if row.source and not _collected(organization_id, row):
            continue
        _read(organization_id, row, min(filetext.SECONDS, until - time.monotonic()))
    return len(rows)


def _collected(organization_id: UUID, row: Attachment) -> bool:
    """Whether its bytes are here now and are to be read."""
    try:
        collect(organization_id, row.pk)
    except ConnectorError:  # noted with the file, and tried again
        return False
    with scope(organization_id):
        row.refresh_from_db()
    return row.read_state == ReadState.WAITING


def _read(organization_id: UUID, row: Attachment, seconds: float) -> None:
    try:
        with row.file.open("rb") as file:
            found = filetext.read(file.read(), row.kind, seconds)
    except (ConnectorError, OSError) as error:
        log.info("Attachment %s was not read: %s", row.pk, error)
        with scope(organization_id):
            row.mark_unreadable(error.message if isinstance(error, ConnectorError) else "The file is gone.")
        return
    with scope(organization_id):
        row.mark_read(found.text)
