"""Everything a request may need, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.mail.sandbox import Mailboxes
from connectors.sandbox.hub import Hub
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Mail, Shopper, World

# what the mail servers can do wrong
MAIL_TROUBLE = {"smtp": (Kind.BROKEN, Kind.TOO_MANY, Kind.SILENT), "imap": (Kind.BROKEN,)}


@dataclass
class Stage:
    """Without mailboxes nobody can send or fetch mail, but shoppers can still write."""

    world: World
    trouble: Trouble
    hub: Hub
    mailboxes: Mailboxes | None = None
    waybill: str = ""  # where it is, for the chat on the shops' pages; without it they have none

    def platforms_for(self, kind: Kind) -> list[str]:
        """Where this trouble can happen: webhooks come from modules that push, the rest from any server."""
        if kind in (Kind.DUPLICATE, Kind.REORDER, Kind.UNSIGNED):
            return [name for name, module in self.hub.modules.items() if hasattr(module, "push")]
        if kind is Kind.REJECTED:
            return [name for name, module in self.hub.modules.items() if hasattr(module, "PROMISES")]
        servers = [name for name, module in self.hub.modules.items() if hasattr(module, "routes")]
        return servers + [name for name, kinds in MAIL_TROUBLE.items() if kind in kinds]

    def pending(self) -> dict[str, dict[str, int]]:
        """Wishes not used up yet: platform → kind → how many."""
        return {
            platform: {kind.value: list(waiting).count(kind) for kind in waiting}
            for platform, waiting in list(self.trouble.wishes.items())
            if waiting
        }

    def mail_to(self, shopper: Shopper, mail_id: int) -> Mail:
        """A mail this shopper received. Raises LookupError."""
        for mail in self.world.mails_of(shopper.email):
            if mail.id == mail_id:
                return mail
        raise LookupError(f"mail {mail_id} to {shopper.email}")
