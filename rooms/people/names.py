"""Display names: readable, in one script, and never a moderator's twin."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.views import ERASED
from rooms.people.models import NAME_LENGTH
from rooms.text import clean, fold

# Scripts that one word may mix: Unicode TS 39, "highly restrictive".
_MIXES = (
    {"LATIN"},
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)


def clean_name(raw: str) -> str:
    """Return a display name fit to be shown; raises ``Refused``."""
    name = " ".join(clean(raw, limit=NAME_LENGTH).split())
    if name == ERASED:
        raise Refused(Code.EMPTY, _("This name has nothing to read. Write one with letters."))
    scripts = {_script(char) for char in name if char.isalpha()}
    if len(scripts) > 1 and not any(scripts <= mix for mix in _MIXES):
        raise Refused(
            Code.BAD_CHAR,
            _("This name mixes letters of different alphabets. Write it in one alphabet."),
        )
    return name


def name_key(name: str) -> str:
    """Return a key that is equal for names that read the same."""
    return " ".join(fold(name).text.split())[: 4 * NAME_LENGTH]


def _script(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.name(plain, "UNKNOWN").split()[0].split("-")[0]
