import gc
import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

pages = get_asgi_application()

from inbox.consumers import LiveConsumer  # noqa: E402  needs the apps loaded

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([path("o/<slug:slug>/live", LiveConsumer.as_asgi())]))
        ),
    }
)
gc.freeze()  # what is loaded by now stays, so no collection needs to walk it
