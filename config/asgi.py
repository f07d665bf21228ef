import gc
import os
from typing import Any

import django
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django.setup(set_prefix=False)

from config.pages import Pages  # noqa: E402  needs settings
from inbox.chat.consumers import ChatConsumer  # noqa: E402  needs the apps loaded
from inbox.consumers import LiveConsumer  # noqa: E402

members = AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([path("o/<slug:slug>/live", LiveConsumer.as_asgi())]))
)
# Shoppers come from the sellers' own pages, without cookies: the door looks at where from by itself.
shoppers = URLRouter([path("chat/<slug:key>/socket", ChatConsumer.as_asgi())])


async def sockets(scope: Any, receive: Any, send: Any) -> None:
    await (shoppers if scope["path"].startswith("/chat/") else members)(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": Pages(),
        "websocket": sockets,
    }
)
gc.freeze()  # what is loaded by now stays, so no collection needs to walk it
