"""A site to load: production settings, PostgreSQL that syncs, Redis, one worker."""

import os
import secrets

import django

from tests.servers import new_database
from tests.services import chosen, free_port, start_postgresql, start_redis


def provide(*, shards: int = 1, **settings: str) -> list[str]:
    """Start what a site needs, let this process use it too, and say what it is.

    ``settings`` are of the environment, instead of a production site's; ``shards`` are the
    Redis servers that rooms are spread over.
    """
    os.environ["DATABASE_URL"] = start_postgresql(fsync=True)
    os.environ["REDIS_URL"] = ",".join(start_redis(free_port()) for _ in range(shards))
    told = chosen()
    os.environ["DATABASE_URL"] = new_database("benchmark")
    production = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ORIGINS": "http://127.0.0.1",
        "HTTPS": "0",
        "RATE_LIMITS": "",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "livedebate.settings",
    }
    os.environ.update({**production, **settings})
    django.setup()
    return told


def fill_room(people: int) -> tuple[str, list[str]]:
    """Return the slug of a new room, and the session of each of its people."""
    from rooms.lifecycle.schedule import create_room  # Models: only after django.setup().
    from tests.sockets import join

    room = create_room(title="A full hall", language="en", owner_name="Olga", guest_key="olga")
    return room.slug, [join(room, f"Person {n}").session for n in range(people)]
