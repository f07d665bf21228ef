"""Instagram's side of the pretend world; how Meta answers is in connectors/meta/pretend."""

from __future__ import annotations

from functools import partial

from connectors.meta.pretend import opening, pushing, server
from connectors.meta.sandbox import connect, write

__all__ = ["connect", "open_shop", "push", "routes", "write"]

routes = partial(server.routes, "instagram")
open_shop = partial(opening.open_shop, "instagram")
push = partial(pushing.push, "instagram")
