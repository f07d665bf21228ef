"""The pretend world's mail, over real SMTP and IMAP.

    async with Mailboxes(world, trouble) as mailboxes:      # or start() and stop()
        mailboxes.smtp_port, mailboxes.imap_port

A shopper writes by connectors.sandbox.posting.write.

Passwords are those of the world's shops (`mailbox`, `mail_password`). Addresses below `.invalid` are refused;
mail to `gone...@` anywhere is taken and comes back as a bounce. Trouble is asked for as "smtp" (BROKEN,
TOO_MANY, SILENT) and "imap" (BROKEN).
"""

from connectors.mail.sandbox.servers import Mailboxes, in_background

__all__ = ["Mailboxes", "in_background"]
