"""What goes into the log of a process."""

import logging


class Brief(logging.Filter):
    """Puts an error into its line: where a library failed while a store is away says nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.getMessage()}: {record.exc_info[1]!r}"
            record.args = ()
            record.exc_info = record.exc_text = None
        return True


class Plain(logging.Filter):
    """Keeps to one line what a client did wrong: where it was noticed tells nothing of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        is_theirs = record.name == "django.request" and record.levelno < logging.ERROR
        if is_theirs or record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
