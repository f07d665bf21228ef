"""What a connected mailbox needs, and how its settings are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from functools import lru_cache

from connectors.contract import Account, FormField
from connectors.errors import Refused

AUTHSERV_ID = "authserv_id"
MAILBOX_FORM = (
    FormField("mail_address", "Support address", "The address shoppers write to."),
    FormField("mail_password", "Password", "Most providers want an app password here.", secret=True),
    FormField("imap_host", "IMAP server", "imap.gmail.com, outlook.office365.com, ..."),
    FormField("imap_port", "IMAP port", default="993"),
    FormField("smtp_host", "SMTP server", "smtp.gmail.com, smtp.office365.com, ..."),
    FormField("smtp_port", "SMTP port", default="587"),
    FormField("tls", "Encryption", "ssl, starttls or none", default="ssl"),
    FormField(
        "sent_copies",
        "Provider keeps sent mail",
        "yes if mail sent over SMTP shows up in the Sent folder by itself, as with Gmail and Microsoft 365; "
        "otherwise no.",
        required=False,
        default="yes",
    ),
    FormField(
        AUTHSERV_ID,
        "Server that checks senders",
        "The name your receiving server writes first into the Authentication-Results header of mail, such as "
        "mx.google.com. Left empty, nobody's address is checked.",
        required=False,
    ),
)

SUBMISSION_PORT = 587  # STARTTLS by RFC 6409, whatever IMAP does


@dataclass(frozen=True)
class Mailbox:
    """An account's settings in their right types. Raises Refused with words for the seller."""

    address: str
    password: str = field(repr=False)
    reply_key: str = field(repr=False)
    imap_host: str
    imap_port: int
    smtp_host: str
    smtp_port: int
    tls: str
    sent_copies: bool

    @classmethod
    def of(cls, account: Account) -> Mailbox:
        settings = account.settings
        tls = str(settings.get("tls") or "ssl").lower()
        if tls not in ("ssl", "starttls", "none"):
            raise Refused(f"Encryption must be ssl, starttls or none, not {tls!r}.")
        return cls(
            address=address_of(account),
            password=account.credentials.get("mail_password", ""),
            reply_key=account.credentials.get("reply_key", ""),
            imap_host=_host(account, "imap_host"),
            imap_port=_port(account, "imap_port", 993),
            smtp_host=_host(account, "smtp_host"),
            smtp_port=_port(account, "smtp_port", SUBMISSION_PORT),
            tls=tls,
            sent_copies=str(settings.get("sent_copies") or "yes").lower() not in ("no", "false", "0"),
        )

    @property
    def smtp_tls(self) -> str:
        return "starttls" if self.tls == "ssl" and self.smtp_port == SUBMISSION_PORT else self.tls


def address_of(account: Account) -> str:
    """The support address, lower case. Raises Refused if it is no address."""
    return _address(str(account.settings.get("mail_address") or account.external_id))


@lru_cache(maxsize=256)  # asked twice for every mail
def _address(said: str) -> str:
    address = said.strip().lower()
    try:
        Address(addr_spec=address)
    except Exception:  # the standard parser raises many kinds of error
        raise Refused(f"{address!r} is not a mail address.") from None
    return address


def _host(account: Account, name: str) -> str:
    host = str(account.settings.get(name) or "").strip()
    if not host:
        raise Refused(f"The mailbox has no {name.replace('_host', '').upper()} server.")
    return host


def _port(account: Account, name: str, default: int) -> int:
    value = str(account.settings.get(name) or default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise Refused(f"{value!r} is not a port.")
    return int(value)
