"""The ASGI application: pages by HTTP, rooms by WebSocket; the same under Daphne and uvicorn."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import OriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
http = get_asgi_application()

from django.conf import settings  # noqa: E402

from consumers.routing import sockets  # noqa: E402
from livedebate.health import Health  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Health(http),
        # AllowedHostsOriginValidator would ignore the scheme and the port.
        "websocket": OriginValidator(AuthMiddlewareStack(sockets), settings.ORIGINS),
    }
)
