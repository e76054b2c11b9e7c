"""Names of places as people type them, in one form for matching."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_SAINT = re.compile(r"\bst(e?)\b")
_OTHER = re.compile(r"[^a-z0-9\n]+")


def fold(text: str) -> str:
    """Fold text: no accents, no case, single spaces for all else, “St” as “Saint”.

    Line ends stay, so that a whole list is folded at once.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    # What has no Latin letter behind it becomes a space; marks vanish without leaving one.
    bare = "".join(char for char in plain if char.isascii() or not unicodedata.combining(char))
    return "\n".join(
        _SAINT.sub(r"saint\1", line.strip()) for line in _OTHER.sub(" ", bare).split("\n")
    )
