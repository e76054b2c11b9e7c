"""A server that waits a twentieth as long: ``python -m tests.hasty daphne …``, or ``uvicorn``.

Nothing else is changed, so that a test of what is waited for takes seconds.
"""

import os
import runpy
import sys

import django

from livedebate.servers import limits

TIMES = 20


def hurry() -> None:
    """Shorten what is waited for."""
    from consumers import watch  # Models: only after django.setup().

    for name in ("SILENCE", "RECHECK", "ROUND", "PAUSE"):
        setattr(watch, name, getattr(watch, name) / TIMES)
    for name in ("HEAD", "REQUEST", "LINGER", "UNREAD"):
        setattr(limits, name, getattr(limits, name) / TIMES)


def serve() -> None:
    """Run the module that the command line names, in this process."""
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
    django.setup()
    hurry()
    serve()
