"""Why a socket was closed, and whether the client should come back."""

from enum import IntEnum


class CloseCode(IntEnum):
    """Close codes this server sends on purpose. After any other code a client reconnects too."""

    RESTART = 1012
    """The server restarts: come back with jitter, and resume."""

    SESSION_ENDED = 4401
    """Signed out, or the session expired: sign in or reload first."""

    FORBIDDEN = 4403
    """This room may not be read any more."""

    NO_SUCH_ROOM = 4404
    """There is no such room, or it may not be read: the answer does not tell which."""

    SILENT = 4408
    """Nothing was heard for too long: come back, and resume."""

    TOO_FAST = 4429
    """Too many frames or too many sockets: come back with back-off."""

    AWAY = 4503
    """The worker cannot serve right now, for want of the database, say: come back."""

    @property
    def is_terminal(self) -> bool:
        """Tell whether reconnecting without the person doing something is of no use."""
        return self in TERMINAL


TERMINAL = frozenset({CloseCode.SESSION_ENDED, CloseCode.FORBIDDEN, CloseCode.NO_SUCH_ROOM})
