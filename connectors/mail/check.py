""" "Test connection" for a mailbox."""

from __future__ import annotations

from connectors.contract import Account, Health
from connectors.errors import ConnectorError
from connectors.mail import imap, smtp
from connectors.mail.mailbox import address_of


def check(account: Account) -> Health:
    """Logs in where mail is read and where it is sent; sends nothing."""
    try:
        imap.log_in(account)
        smtp.log_in(account)
        return Health(True, f"{address_of(account)} can be read and can send.")
    except ConnectorError as error:
        return Health(False, error.message, passing=not error.permanent)
