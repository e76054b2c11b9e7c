"""The application, in a process that tells on SIGUSR1 what its memory is used for.

It is written to the file that ``WEIGHED`` names, as ``tracemalloc`` dumps it; the process has to be
started with ``PYTHONTRACEMALLOC=1``.
"""

import gc
import os
import signal
import tracemalloc

from livedebate.asgi import application

__all__ = ["application"]


def _weigh(*_signal: object) -> None:
    gc.collect()
    path = os.environ["WEIGHED"]
    tracemalloc.take_snapshot().dump(f"{path}.part")
    os.replace(f"{path}.part", path)


signal.signal(signal.SIGUSR1, _weigh)
