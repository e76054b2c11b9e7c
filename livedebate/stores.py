"""How the database and Redis are used: what the promises need of each. Read by the settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# Deferred transactions fail under concurrent writers; FULL keeps what was acknowledged.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
# The third: a worker that hangs or is cut off in a transaction gives its room's lock back.
# The last: we ask for few rows. Where the planner expects many, as of rooms with long logs,
# it would start workers, which takes longer than the rest of a post.
POSTGRESQL = (
    "-c statement_timeout=10000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=10000 -c max_parallel_workers_per_gather=0"
)


def database(named: Mapping[str, Any], *, connections: int) -> dict[str, Any]:
    """Return a database of Django's settings with what we need of it, at most so many connections.

    Raises ``ImproperlyConfigured`` for any but PostgreSQL and SQLite.
    """
    options = dict(named.get("OPTIONS", {}))
    if named["ENGINE"] == "django.db.backends.sqlite3":
        return {**named, "OPTIONS": {**options, **SQLITE}}
    if named["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL or SQLite.")
    pool = {
        "min_size": 1,
        "max_size": connections,
        "timeout": 2,
        # The pool waits twice as long after each failure, for five minutes by default: a
        # database that was away for long would be missed for as long again.
        "reconnect_timeout": 2,
    }
    return {
        **named,
        "CONN_MAX_AGE": 0,
        # After a restart of the database no page fails for a connection of before.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "pool": pool, "options": POSTGRESQL, "connect_timeout": 2},
    }


def channel_layer(redis_urls: Sequence[str]) -> dict[str, Any]:
    """Return the channel layer over these Redis servers; in memory without one."""
    if not redis_urls:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    # redis-py reads with a time-out of 5 s by default, which ends an idle subscription.
    hosts = [
        {"address": url, "socket_timeout": 15, "health_check_interval": 5} for url in redis_urls
    ]
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": hosts, "prefix": "livedebate"},
    }
