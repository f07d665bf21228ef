"""Everything a request may need, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.hub import Hub
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Mail, Shop, Shopper, World

MAIL_SERVERS = ("smtp", "imap")


@dataclass
class Stage:
    """The ports are 0 when no mail server runs beside this one."""

    world: World
    trouble: Trouble
    hub: Hub
    mail_host: str = "127.0.0.1"
    smtp_port: int = 0
    imap_port: int = 0

    def platforms_for(self, kind: Kind) -> list[str]:
        """Where this trouble can happen: webhooks come from modules that push, the rest from any server."""
        if kind in (Kind.DUPLICATE, Kind.REORDER, Kind.UNSIGNED):
            return [name for name, module in self.hub.modules.items() if hasattr(module, "push")]
        servers = [name for name, module in self.hub.modules.items() if hasattr(module, "routes")]
        return servers if kind is Kind.GARBAGE else [*servers, *MAIL_SERVERS]

    def pending(self) -> dict[str, dict[str, int]]:
        """Wishes not used up yet: platform → kind → how many."""
        return {
            platform: {kind.value: list(waiting).count(kind) for kind in waiting}
            for platform, waiting in list(self.trouble.wishes.items())
            if waiting
        }

    def shop(self, domain: str) -> Shop:
        return self.world.shops[domain]

    def mail_to(self, shopper: Shopper, mail_id: int) -> Mail:
        """A mail this shopper received. Raises LookupError."""
        for mail in self.world.mails_of(shopper.email):
            if mail.id == mail_id:
                return mail
        raise LookupError(f"mail {mail_id} to {shopper.email}")
