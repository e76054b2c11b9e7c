"""Database work from async code: one bounded pool of threads for all of it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)

PATIENCE = 1.8
"""Seconds after which a caller is told that the database is not available."""
MAX_WAITING = 500
"""Jobs that may be waiting for a thread; more means that the database does not keep up."""


class DatabaseUnavailable(Exception):
    """The database did not do the work in time. It may still do it later."""


class _Job:
    """One call in a thread; it is not begun any more once its caller has given up."""

    def __init__(self, call: Callable[[], T]) -> None:
        self.given_up = False
        self._call = call

    def run(self) -> object:
        if self.given_up:
            return None
        close_old_connections()
        try:
            return self._call()
        finally:
            close_old_connections()


def _nothing() -> None:
    pass


class DatabaseThreads:
    """Runs jobs in threads, each with a database connection for as long as the job takes."""

    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._waiting = 0

    async def run(
        self, call: Callable[[], T], patience: float, finished: Callable[[], None] = _nothing
    ) -> T:
        """Return what ``call`` returns; raises what it raises, or ``DatabaseUnavailable``.

        ``finished`` is called when the thread is free again, which may be long after that.
        """
        if self._waiting >= MAX_WAITING:
            finished()
            raise DatabaseUnavailable("too many jobs are waiting")
        job = _Job(call)
        future = asyncio.get_running_loop().run_in_executor(self._executor, job.run)
        self._waiting += 1
        future.add_done_callback(self._finished)
        future.add_done_callback(lambda _future: finished())
        try:
            await asyncio.wait([future], timeout=patience)
        finally:
            job.given_up = not future.done()
        if job.given_up:
            raise DatabaseUnavailable("the database takes too long")
        try:
            return future.result()  # type: ignore[return-value]
        except (OperationalError, InterfaceError) as error:
            raise DatabaseUnavailable(str(error)) from error

    def _finished(self, future: "asyncio.Future[object]") -> None:
        self._waiting -= 1
        if not future.cancelled() and (error := future.exception()):
            logger.debug("database job failed: %r", error)


@lru_cache
def _threads() -> DatabaseThreads:
    return DatabaseThreads(settings.DATABASE_THREADS)


async def in_database(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that uses the database in a thread; raises ``DatabaseUnavailable``."""
    return await in_database_for(PATIENCE, partial(call, *args, **kwargs))


async def in_database_for(
    patience: float, call: Callable[[], T], finished: Callable[[], None] = _nothing
) -> T:
    """Run a function as :func:`in_database` does, for whom has this much patience left.

    ``finished`` is called when the thread is free again, which may be long after that.
    """
    return await _threads().run(call, patience, finished)
