"""E-mail's side of the pretend world is no HTTP API but two real servers; see connectors/mail/sandbox."""

from connectors.mail.sandbox import Mailboxes

__all__ = ["Mailboxes"]
