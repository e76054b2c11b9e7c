"""What a page shows after the events it was told, as far as everybody is shown the same."""

from functools import cached_property

from tests.faults.history import Change, Seen

SHARED = ("log", "m-", "e-")
"""What everybody has on their page begins so; the rest is for moderators, or for one person."""


class Page:
    """The elements of the log on screen."""

    def __init__(self) -> None:
        self._elements: dict[str, Change] = {}

    def apply(self, event: Seen) -> None:
        """Change what is shown as live.js does."""
        for number, change in enumerate(event.changes):
            if not change.into.startswith(SHARED):
                continue
            self.__dict__.pop("state", None)
            if change.swap == "delete":
                self._elements.pop(change.into, None)
            elif change.into == "log":
                # A message that is there already, say one approved again, is put in its place.
                self._elements[change.element or f"{event.seq}.{number}"] = change
            elif change.into in self._elements:
                self._elements[change.into] = change

    @cached_property
    def state(self) -> frozenset[tuple[str, str]]:
        """Return what is shown, by elements; order follows from the sequences."""
        return frozenset((name, change.digest) for name, change in self._elements.items())

    def marks(self, element: str) -> tuple[str, ...]:
        """Return the marks of the texts in an element; () if it is not on the page."""
        change = self._elements.get(element)
        return change.marks if change else ()
