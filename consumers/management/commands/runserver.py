"""``manage.py runserver``: Daphne's, which serves sockets too.

Daphne's own application is not installed: it would load Twisted into every process, which takes
a third of the time in which a worker or a command starts.
"""

from daphne.management.commands.runserver import Command

__all__ = ["Command"]
