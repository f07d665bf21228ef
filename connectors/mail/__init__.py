"""E-mail as shared ground: any channel that talks by mail uses these.

    fetch_new(account, cursor) -> Page         the inbox, raw                      imap.py
    fetch_past(account, past)  -> Page         the inbox of a period               imap.py
    parse(account, delivery)   -> events       what a raw mail says                parse.py
    sorted_out(account, delivery, events) -> events  noise as notices                noise.py
    send(account, message, key) -> Receipt     one mail to one shopper             smtp.py, compose.py
    find_sent(account, key)    -> Page         settles a send nobody confirmed     imap.py
    find_received(account, id) -> delivery     one mail of the inbox again         imap.py
    check(account)             -> Health       both logins                         check.py
    read(raw)                  -> Mail         headers, text and files of a mail   mime.py, headers.py
    MAILBOX_FORM                               the connect form's fields           mailbox.py

The account holds `settings` imap_host, imap_port, smtp_host, smtp_port, mail_address, tls, sent_copies and
`credentials` mail_password and reply_key (any secret text, which signs the reply addresses).
"""

from connectors.mail.check import check
from connectors.mail.imap import TOPIC, fetch_new, fetch_past, find_received, find_sent
from connectors.mail.mailbox import MAILBOX_FORM
from connectors.mail.mime import Mail, read
from connectors.mail.noise import as_notice, sorted_out
from connectors.mail.parse import parse
from connectors.mail.smtp import send

__all__ = [
    "MAILBOX_FORM",
    "TOPIC",
    "Mail",
    "as_notice",
    "check",
    "fetch_new",
    "fetch_past",
    "find_received",
    "find_sent",
    "parse",
    "read",
    "send",
    "sorted_out",
]
