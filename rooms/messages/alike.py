"""Which messages may say nearly the same as a text, found without looking at all of them."""

from itertools import islice
from math import ceil

from rooms.moderation.screening import Recent
from rooms.moderation.similarity import NEAR, Sketch, may_be_near

AUTHORS = 50
"""Authors who share one hash of a sketch, more than which are not compared: the last ones are."""


class Alike:
    """Messages by the hashes of their sketches, for each hash the last one of each author."""

    def __init__(self) -> None:
        self._by_hash: dict[int, dict[int, Recent]] = {}

    def add(self, recent: Recent) -> None:
        """Add a message that was sent after all that are here."""
        for value in recent.sketch:
            authors = self._by_hash.setdefault(value, {})
            authors.pop(recent.author, None)
            authors[recent.author] = recent

    def forget(self, recent: Recent) -> None:
        """Remove a message that was added."""
        for value in recent.sketch:
            authors = self._by_hash.get(value, {})
            if authors.get(recent.author) is recent:
                del authors[recent.author]
                if not authors:
                    del self._by_hash[value]

    def to(self, sought: Sketch, author: int) -> list[Recent]:
        """Return the messages of other people that :func:`may_be_near` does not rule out.

        What is near has half of the hashes, so it has one of any half and one more: those that
        the fewest share are looked at, not those of the words that everybody uses (prefix filter;
        S. Chaudhuri et al., "A primitive operator for similarity joins in data cleaning", 2006).
        """
        found = [self._by_hash.get(value, {}) for value in sought]
        found.sort(key=len)
        least = ceil(NEAR * len(found))
        met = {
            recent
            for authors in found[: len(found) - least + 1]
            for recent in islice(reversed(authors.values()), AUTHORS)
        }
        return [
            one
            for one in met
            if (common := len(sought & one.sketch)) >= least
            and may_be_near(common, one.sketch, sought)
            and one.author != author
        ]
