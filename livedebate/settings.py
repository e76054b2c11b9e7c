"""Every setting, read from the environment once, at start. A wrong one stops the start."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from livedebate import production, stores

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def _limit(name: str, text: str, longest: int) -> tuple[int, int]:
    """Return so many in so many seconds."""
    try:
        count, seconds = (int(part) for part in text.split("/"))
    except ValueError:
        count = seconds = 0
    if count < 1 or not 1 <= seconds <= longest:
        raise ImproperlyConfigured(
            f"{name} is like 5/10: so many in so many seconds, up to {longest} s."
        )
    return count, seconds


def _hosts(name: str, hosts: list[str]) -> list[str]:
    if not all(re.fullmatch(r"[^\s/:@]+\.[^\s/:@]+", host) for host in hosts):
        raise ImproperlyConfigured(f"{name} is like example.org,example.net: hosts alone.")
    return hosts


DEBUG: bool = env.bool("DEBUG", True)
INSECURE_KEY = "insecure-development-key-never-use-it-in-production-0123456789"
SECRET_KEY: str = env.str("SECRET_KEY", INSECURE_KEY)
ORIGINS: list[str] = env.list(
    "ORIGINS", ["http://127.0.0.1:8000", "http://localhost:8000"] if DEBUG else []
)
"""Every origin (scheme, host and port) under which browsers reach this site."""

ALLOWED_HOSTS = sorted({urlsplit(origin).hostname or "" for origin in ORIGINS})
CSRF_TRUSTED_ORIGINS = ORIGINS
SITE_URL = ORIGINS[0] if ORIGINS else ""

# --- storage -----------------------------------------------------------------------------

DATABASE_THREADS: int = env.int("DATABASE_THREADS", 8)
"""Threads, and so database connections, that one worker's sockets use."""

DATABASES: dict[str, Any] = {
    "default": stores.database(
        env.dj_db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'livedebate.sqlite3'}"),
        connections=DATABASE_THREADS + 8,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URLS: list[str] = env.list("REDIS_URL", [])
"""Redis servers: rooms are spread over them by their names. Who is here is counted by the first."""
REDIS_URL = REDIS_URLS[0] if REDIS_URLS else ""
CHANNEL_LAYERS = {"default": stores.channel_layer(REDIS_URLS)}

STOP_NOTICE: float = env.float("STOP_NOTICE", 0.0 if DEBUG else 2.0)
"""Seconds for which a worker that was asked to stop goes on while ``/readyz`` says so."""
if not 0 <= STOP_NOTICE <= 60:
    raise ImproperlyConfigured("STOP_NOTICE is up to 60 seconds.")

# --- the application ---------------------------------------------------------------------

INSTALLED_APPS = [
    "consumers",  # first: its runserver serves sockets
    "servestatic.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rooms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    # After static files, which are compressed once. Pages hold what others wrote beside the CSRF
    # token: that is masked anew in each answer, and the length of each is blurred at random.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "livedebate.private.Private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "livedebate.away.DatabaseAway",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
ROOT_URLCONF = "livedebate.urls"
ASGI_APPLICATION = "livedebate.asgi.application"

LANGUAGE_CODE: str = env.str("LANGUAGE_CODE", "fr")
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE: str = env.str("TIME_ZONE", "Europe/Paris")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
if DEBUG:
    # Files are served from where they lie; ServeStatic warns about a collection that is missing.
    STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "livedebate.static.BundledStorage"
    },
}
_ROOM = (
    "live",
    "outbox",
    "page",
    "act",
    "composer",
    "clock",
    "times",
    # After all that changes what is in the log: it keeps what is on the screen in its place.
    "scroll",
    "announce",
    "sheet",
)
BUNDLES = {
    "bundles/site.css": ["css/tokens.css", "css/site.css"],
    "bundles/room.css": ["css/room.css", "css/redress.css"],
    "bundles/room.js": [f"js/{name}.js" for name in _ROOM],
    "bundles/desk.js": ["js/desk.js", "js/keys.js"],
    "bundles/tasks.js": [f"js/{name}.js" for name in ("live", "page", "taps", "follow")],
}
"""Files that pages use together. Where latency is long, few requests count for more than small
ones; scripts run in this order."""

# --- debates -----------------------------------------------------------------------------

# First what rejects; then what a text says, which tells a moderator most; last what asks outside.
SCREENERS = [
    "rooms.moderation.screeners.length.Length",
    "rooms.moderation.screeners.rate.Rate",
    "rooms.moderation.screeners.duplicates.Duplicates",
    "rooms.moderation.screeners.words.Words",
    "rooms.moderation.screeners.patterns.Patterns",
    "rooms.moderation.screeners.links.Links",
    "rooms.moderation.screeners.unlawful.Unlawful",
    "rooms.moderation.screeners.personal_data.PersonalData",
    "rooms.moderation.screeners.waves.Waves",
    "rooms.moderation.screeners.attention.Attention",
    "rooms.moderation.screeners.classifier.Classifier",
]
WORD_LISTS = Path(env.str("WORD_LISTS", str(BASE_DIR / "rooms/moderation/wordlists")))
LINK_ALLOW = _hosts("LINK_ALLOW", env.list("LINK_ALLOW", []))
"""Hosts that links may lead to, with their subdomains; links to others are held. Empty: any."""
LINK_HOLD = _hosts("LINK_HOLD", env.list("LINK_HOLD", []))
"""Hosts, with their subdomains, links to which are held."""
RATE_LIMITS = [
    _limit("RATE_LIMITS", text, 600) for text in env.list("RATE_LIMITS", ["5/10", "20/60"])
]
"""At most so many messages of one author in one room within so many seconds."""
CLASSIFIER_URL: str = env.str("CLASSIFIER_URL", "")
"""Where a service of the operator is asked about each text (docs/classifier.md). Empty: nowhere."""
CLASSIFIER_TOKEN: str = env.str("CLASSIFIER_TOKEN", "")
CLASSIFIER_TIMEOUT: float = env.float("CLASSIFIER_TIMEOUT", 0.8)
"""Seconds after which a text is held without an answer."""
CLASSIFIER_HOLD_AT: float = env.float("CLASSIFIER_HOLD_AT", 0.8)
"""Score, 0 to 1, from which a text is held."""
if CLASSIFIER_URL and not re.match(r"https?://[^/\s]", CLASSIFIER_URL):
    raise ImproperlyConfigured("CLASSIFIER_URL is like https://classifier.example.org/screen.")
if not 0 < CLASSIFIER_TIMEOUT <= 1 or not 0 < CLASSIFIER_HOLD_AT <= 1:
    raise ImproperlyConfigured(
        "CLASSIFIER_TIMEOUT is up to 1 second, CLASSIFIER_HOLD_AT a score up to 1."
    )
EDIT_MINUTES: int = env.int("EDIT_MINUTES", 10)
"""How long authors may change a message."""
APPEAL_DAYS: int = env.int("APPEAL_DAYS", 183)
"""How long a decision can be contested, and a removed text is kept for it: six months, as the
DSA's Article 20 has it."""
APPEAL_DECISION_DAYS: int = env.int("APPEAL_DECISION_DAYS", 7)
"""Within which time moderators should decide on an appeal; the desk marks what is late."""
REPORT_RATE = _limit("REPORT_RATE", env.str("REPORT_RATE", "10/3600"), 86400)
"""At most so many reports of one person in one room within so many seconds."""
REPORT_THRESHOLD: int = env.int("REPORT_THRESHOLD", 3)
"""So many people's reports withhold a message until a moderator has looked; 0: never."""
NOTICE_RATE = _limit("NOTICE_RATE", env.str("NOTICE_RATE", "20/3600"), 86400)
"""At most so many notices of illegal content of one sender within so many seconds."""
INITIATIVE_RATE = _limit("INITIATIVE_RATE", env.str("INITIATIVE_RATE", "5/86400"), 7 * 86400)
"""At most so many initiatives of one account within so many seconds."""
GROUP_RATE = _limit("GROUP_RATE", env.str("GROUP_RATE", "5/86400"), 7 * 86400)
"""At most so many new groups of one account within so many seconds."""
SIGNATURE_PACE = _limit("SIGNATURE_PACE", env.str("SIGNATURE_PACE", "60/3600"), 86400)
"""So many letters to people who sign from one network address leave at once within so many
seconds; those of the following wait their turn, and none is refused."""

PUSH_SERVICES: list[str] = env.list(
    "PUSH_SERVICES",
    [
        "https://fcm.googleapis.com",
        "https://*.push.services.mozilla.com",
        "https://*.push.apple.com",
        "https://*.notify.windows.com",
    ],
)
"""Origins of the services by which browsers are told; this server pushes to no others."""
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- accounts ----------------------------------------------------------------------------

AUTH_USER_MODEL = "rooms.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_FORMS = {"request_login_code": "rooms.people.sign_in.SignInForm"}
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES", 0)
"""Proxies in front of this site. Without one, what a client forwards counts for nothing."""
# A whole hall shares one address: what is limited by address is generous, what is limited by
# account is not.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,5/5m/key",
    "request_login_code": "600/m/ip,3/m/key",
    "signup": "600/m/ip",
    "new_guest": "600/m/ip",
}
# These limits are counted here, in each worker. A smaller one, as by default, would forget them
# as soon as 300 people are counted.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[livedebate] "
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

_email = env.dj_email_url("EMAIL_URL", "console:" if DEBUG else "smtp://localhost:25")
for _name, _value in _email.items():
    if _name.startswith("EMAIL_"):
        globals()[_name] = _value
EMAIL_TIMEOUT = _email.get("EMAIL_TIMEOUT") or 10
"""Seconds; without an end, a mail server that hangs would hold up all letters."""
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "livedebate <no-reply@localhost>")

# --- security ----------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
HTTPS: bool = env.bool("HTTPS", not DEBUG)
"""Whether browsers reach this site by https: cookies are then sent by https alone."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [
    # What other hosts of its domain do is not for one site to say, nor to ask of all browsers.
    "security.W005",
    "security.W021",
    # Whoever ends TLS leads there from plain http: without its X-Forwarded-Proto, a worker that
    # did would lead round in a circle.
    "security.W008",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "brief": {"()": "livedebate.logs.Brief"},
        "plain": {"()": "livedebate.logs.Plain"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["plain"]}
    },
    # One line for each request and socket is the proxy's business.
    "loggers": {
        # Every second while Redis is away.
        "channels_redis.pubsub": {"filters": ["brief"]},
        "daphne": {"level": "WARNING"},
        # By the root's handler, and not once more by one that Django adds in development.
        "django": {"level": "INFO"},
        "django.channels.server": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}

if not DEBUG:
    production.refuse_insecure(
        secret_key=SECRET_KEY,
        database=DATABASES["default"],
        origins=ORIGINS,
        https=HTTPS,
        workers_meet=bool(REDIS_URL) or env.bool("SINGLE_WORKER", False),
    )
