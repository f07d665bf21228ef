"""Which platforms the sandbox can show: every connector folder that holds a sandbox.py.

What such a module may offer, besides `routes(world, trouble)`, which is mounted below `/<kind>`:

    push(world, what, thing, deliver)       the world changed: send the platform's webhooks
    open_shop(world, store, now)            the seller `store` opens an account on this platform: a Shop of its own
                                            with shoppers, orders, disputes and mail; ids by `world.next_id()`
    write(world, shop, shopper, text, subject, order, answers) -> Mail
                                            how a shopper of such a shop writes; `answers` is a mail they got
    contact_form(shop, shopper, text, at, order_number) -> bytes
                                            the mail its store's contact form sends
    connect(world, shop, base_url, mail) -> dict[str, str]
                                            what the seller would enter in the connect form; `mail` holds host,
                                            smtp_port and imap_port
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from connectors.sandbox.world import World

_CONNECTORS = Path(__file__).parent.parent


@cache
def modules() -> dict[str, ModuleType]:
    """Kind → sandbox module. A module that cannot be imported stops the start: it says so itself."""
    return {
        path.parent.name: import_module(f"connectors.{shelf}.{path.parent.name}.sandbox")
        for shelf in ("channels", "carriers")
        for path in sorted((_CONNECTORS / shelf).glob("*/sandbox.py"))
    }


def open_shops(world: World, now: datetime) -> None:
    """Every seller opens an account on every platform where it has none yet."""
    stores = {shop.slug: shop for shop in reversed(world.shops.values())}
    for kind, module in modules().items():
        there = {shop.slug for shop in world.shops.values() if shop.platform == kind}
        for slug, store in sorted(stores.items(), reverse=True):
            if hasattr(module, "open_shop") and slug not in there:
                module.open_shop(world, store, now)
