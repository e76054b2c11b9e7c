"""Time as several clocks tell it: those of two workers differ a little, and one may be set back."""

from datetime import datetime, timedelta

SKEW = timedelta(minutes=1)
"""By how much one clock may be ahead of another, and still be believed."""


def left(began: datetime, length: timedelta, now: datetime) -> timedelta:
    """Return how much is left of what lasts so long, nothing if it is over.

    What began in the future was written by a clock that has been set back since. Nobody is kept
    waiting until that time comes again.
    """
    if began - now > SKEW:
        return timedelta(0)
    return max(began + length - now, timedelta(0))


def lately(length: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Return the range of what happened within so long, but for what is in the future."""
    return now - length, now + SKEW
