"""The ASGI application: pages by HTTP, rooms by WebSocket; the same under Daphne and uvicorn."""

import gc
import os
import sys

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
http = get_asgi_application()

from django.urls import get_resolver  # noqa: E402

from consumers.hub import WithHub  # noqa: E402
from consumers.routing import sockets  # noqa: E402
from livedebate.health import Health  # noqa: E402
from rooms.moderation.screening import warm_up  # noqa: E402

if "daphne.server" in sys.modules:
    from livedebate.servers import daphne

    daphne.install()

warm_up()
# Else imported by the first event that is shown, on the event loop: a worker that has just started
# would stand still for seconds, at the moment when everybody comes to it from another.
_addresses = get_resolver().url_patterns
application = WithHub(ProtocolTypeRouter({"http": Health(http), "websocket": sockets}))

# What was loaded stays: the collector need not walk through it again and again while everybody
# waits. With a worker's whole code in it, a full collection takes a tenth of a second.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
