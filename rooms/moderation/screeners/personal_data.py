"""Personal data of somebody: telephone numbers, e-mail and street addresses, accounts, numbers
by which the State knows a person, number plates."""

import re
import unicodedata

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict
from rooms.text import IGNORABLE

# Our own fixed patterns, each linear in the text.
_EMAIL = re.compile(
    r"\b([\w.+-]{1,64})(?:@| ?[\[(](?:at|arobase)[\])] ?)[\w-]{1,63}(?:\.[\w-]{2,63})+", re.I
)
_PHONE = re.compile(
    r"(?<![\w/.,-])(?:"
    r"(?:\+|00) ?\d{1,3}[ .-]?(?:\(0\))?(?:[ .-]?\d){7,11}"
    r"|0[1-79](?:[ ./-]?\d\d){4}"
    r"|0\d{4} ?\d{3} ?\d{3}|0\d{3} ?\d{3} ?\d{4}|02\d[ -]?\d{4}[ -]?\d{4}"
    r"|\(\d{3}\) ?\d{3}[ .-]?\d{4}|\d{3}[.-]\d{3}[.-]\d{4}"
    r")(?![\w/]|[.,-]\d)"
)
_NUMBERS = (
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"),  # IBAN
    re.compile(r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3}(?: ?\d{2})?\b"),  # NIR
    re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),  # Social Security number
    re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"),  # National Insurance
    re.compile(r"\b\d{2}-\d{2}-\d{2},? (?:account|acct|a/c)\b", re.I),  # sort code and account
    re.compile(r"\b(?:\d{4}[ -]){3}\d{4}\b"),  # payment card
    re.compile(
        r"\b(?:plaque|plate|immatricul\w+|registration)\b.{0,20}"
        r"\b[A-Z]{2}[- ]?\d{2,3}[- ]?[A-Z]{2,3}\b",
        re.I,
    ),
)
_STREET = re.compile(
    r"\b\d{1,5}(?: ?(?:bis|ter|[a-d]))?,? "
    r"(?:(?:rue|avenue|av\.?|boulevard|bd|impasse|chemin|allée|allee|route|quai|square|place"
    r"|cours|passage)\b"
    r"|(?:[\w'’-]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|drive|close|court|crescent|terrace"
    r"|way|place|gardens|grove)\b)",
    re.I,
)
_AT_HOME = re.compile(
    r"\b(?:habite\w*|loge\w*|domicili\w*|demeure|vit|vivent|chez (?:lui|elle|eux)"
    r"|(?:son|leur|sa) (?:adresse|domicile|maison)|adresse (?:perso\w*|privée|privee)"
    r"|lives?|living|stays?|resides?|(?:his|her|their) (?:home|house|address|flat|place)"
    r"|home address|at home)\b",
    re.I,
)
_INSTITUTION = re.compile(
    r"\b(?:standard|mairie|préfecture|prefecture|accueil|permanence|numéro vert|numero vert"
    r"|secrétariat|secretariat|urgences?|service client|switchboard|council|town hall|helpline"
    r"|hotline|crisis line|office|enquiries|surgery)\b",
    re.I,
)
_PUBLIC_BOXES = re.compile(
    r"^(?:contact|infos?|presse?|mairie|support|help|accueil|secretariat|moderation|enquiries"
    r"|inquiries|office|admin|hello|bonjour|consultation|concertation|abuse|dpo|cnil|redaction"
    r"|courrier|petition|webmaster|newsletter|no-?reply|service[\w.-]*|direction|communication"
    r"|elections?|participation|urbanisme)\b",
    re.I,
)


class PersonalData:
    """Holds a text that seems to give away how to reach or find somebody.

    What belongs to an institution passes, as do years, sums, articles of law and short numbers.
    """

    def screen(self, submission: Submission) -> Verdict:
        span = find(submission.text) or _find_disguised(submission.text)
        return Verdict(Outcome.HOLD, Rule.PERSONAL_DATA, span=span) if span else ALLOW


def _find_disguised(text: str) -> tuple[int, int] | None:
    """Return what is found once full-width figures are figures, and invisible characters gone."""
    if text.isascii():
        return None
    pieces = ["" if char in IGNORABLE else unicodedata.normalize("NFKC", char) for char in text]
    offsets = [index for index, piece in enumerate(pieces) for _char in piece]
    seen = "".join(pieces)
    span = find(seen) if seen != text else None
    return (offsets[span[0]], offsets[span[1] - 1] + 1) if span else None


def find(text: str) -> tuple[int, int] | None:
    """Return the span of the first personal datum in a text."""
    if not any(char.isdigit() or char in "@([" for char in text):
        return None
    for match in _EMAIL.finditer(text):
        if not _PUBLIC_BOXES.match(match[1]) and not match[0].endswith(
            (".gouv.fr", ".gov", ".gov.uk")
        ):
            return match.span()
    for match in _PHONE.finditer(text):
        if not _INSTITUTION.search(text, max(0, match.start() - 60), match.end() + 30):
            return match.span()
    for pattern in _NUMBERS:
        if found := pattern.search(text):
            return found.span()
    for match in _STREET.finditer(text):
        if _AT_HOME.search(text, max(0, match.start() - 120), match.end() + 40):
            return match.span()
    return None
