"""What a server that the public reaches is not started without. Read by the settings."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

GUESSED = {"postgres", "password", "livedebate", "secret", "admin", "root", "changeme", "change-me"}
"""Passwords of a database that are none."""


def refuse_insecure(
    *,
    secret_key: str,
    database: Mapping[str, Any],
    origins: Sequence[str],
    https: bool,
    workers_meet: bool,
) -> None:
    """Stop the start of a production server that was not fully configured.

    Raises ``ImproperlyConfigured``, with all that is missing.
    """
    missing = []
    if secret_key.startswith("insecure") or len(secret_key) < 50 or len(set(secret_key)) < 10:
        missing.append("SECRET_KEY: at least 50 random characters")
    name, password = (database.get(key, "").lower() for key in ("USER", "PASSWORD"))
    if password and password in {*GUESSED, name}:
        missing.append("DATABASE_URL: a password that is not the first one anybody tries")
    if not origins or not all(map(_is_origin, origins)):
        missing.append(
            "ORIGINS: where browsers reach this site, such as https://debate.example.org"
        )
    if not https and any(origin.startswith("https:") for origin in origins):
        missing.append("HTTPS=1: else cookies of a site on https also go out in clear text")
    if not workers_meet:
        missing.append("REDIS_URL: where the workers meet (or SINGLE_WORKER=1 if there is but one)")
    if missing:
        raise ImproperlyConfigured("With DEBUG=0, set " + "; ".join(missing) + ".")


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and text.endswith(f"//{parts.netloc}")
    )
