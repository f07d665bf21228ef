"""Files that lie at a platform until somebody collects them. Their addresses die within minutes, so it is done at once."""

from __future__ import annotations

from uuid import UUID

from config.tenancy import scope
from connectors.contract import One
from connectors.errors import AuthorizationLost, ConnectorError, Refused
from inbox.models import Attachment


def collect(organization_id: UUID, attachment_id: UUID) -> None:
    """The bytes, from where the message came, outside any scope. Safe to call twice. Raises ConnectorError, which is
    noted with the file."""
    with scope(organization_id):
        rows = Attachment.objects.select_related("message__conversation", "message__channel")
        row = rows.filter(pk=attachment_id).exclude(source="").first()
    if row is None:
        return
    channel = row.message.channel
    try:
        page = channel.connector.fetch(channel.account(), One("file", row.source))
        if not page.deliveries:
            raise Refused(f"{channel} does not have this file any more.")
    except ConnectorError as error:
        with scope(organization_id):
            is_over = error.permanent and not isinstance(error, AuthorizationLost)
            (row.mark_unreadable if is_over else row.mark_late)(error.message)
        raise
    with scope(organization_id):
        row.arrive(page.deliveries[0].body)
