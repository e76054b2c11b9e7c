"""Posting: clean, screen, then append."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.messages.events import MessageHeld, MessagePosted
from rooms.messages.models import Message, Side
from rooms.messages.recent import Unlogged, recent_messages
from rooms.moderation.policy import refresh_rules, room_rules
from rooms.moderation.screening import (
    MAX_LENGTH,
    Outcome,
    Recent,
    RoomRules,
    Submission,
    Verdict,
    screen,
    screen_all,
)
from rooms.people.models import Participant
from rooms.text import clean

_SIDES = frozenset(["", *Side.values])
ATTEMPTS = 3
"""How often a text is judged again when the rules move while it is on its way."""


@dataclass(frozen=True)
class Receipt:
    """What became of a command: ``status`` is posted, held (``rule`` says why) or done."""

    seq: int
    number: int
    status: str
    rule: str = ""


@dataclass(frozen=True)
class Writing:
    """A message to be sent. ``limit`` and ``judged`` as of :func:`post_message`."""

    room: Room
    author: Participant
    client_id: str
    text: str
    side: str = ""
    reply_to: int | None = None
    limit: int = MAX_LENGTH
    judged: Verdict | None = None


def post_message(
    *,
    room: Room,
    author: Participant,
    client_id: str,
    text: str,
    side: str = "",
    reply_to: int | None = None,
    limit: int = MAX_LENGTH,
    judged: Verdict | None = None,
) -> Receipt:
    """Screen and log a message; the same ``client_id`` and text always give the same receipt.

    ``limit`` is how many code points it may have; ``judged`` is the verdict on it where it was
    screened before, as it must be by who posts within a transaction. Raises ``Refused``.
    """
    for attempt in range(1, ATTEMPTS + 1):
        draft = draft_post(
            room=room,
            author=author,
            client_id=client_id,
            text=text,
            side=side,
            reply_to=reply_to,
            limit=limit,
            judged=judged,
        )
        try:
            return receipt(append_one(room.pk, draft))
        except Refused as refusal:
            if refusal.code is not Code.POLICY_MOVED or attempt == ATTEMPTS or judged:
                raise
            refresh_rules(room)
    raise AssertionError("unreachable")


def draft_post(
    *,
    room: Room,
    author: Participant,
    client_id: str,
    text: str,
    side: str = "",
    reply_to: int | None = None,
    limit: int = MAX_LENGTH,
    judged: Verdict | None = None,
) -> Draft:
    """Clean and screen a message; return its draft. Raises ``Refused``."""
    writing = Writing(room, author, client_id, text, side, reply_to, limit, judged)
    outcome = draft_posts([writing])[0]
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def draft_posts(writings: Sequence[Writing]) -> list[Draft | Refused]:
    """Clean and screen messages; return a draft or a refusal for each.

    Each is judged as one that comes after those before it in its room. What was sent before is
    drafted whatever the verdict: a retry is neither too fast nor a duplicate of itself, and the log
    gives the first event again. Nobody reads a private conversation to decide on a text: what would
    be held is refused there.
    """
    now = timezone.now()
    fair = [_check(writing) for writing in writings]
    fit = [one for one in fair if not isinstance(one, Refused)]
    asked = [one for one in fit if not one.judged]
    before = defaultdict[int, Unlogged](lambda: Unlogged(now))
    submissions = [_submission(one, now, before[one.room.pk]) for one in asked]
    judged = screen_all(submissions, lambda index: asked[index].room.pk) if asked else []
    verdicts = dict(zip(map(id, asked), judged, strict=True))
    return [
        one if isinstance(one, Refused) else _outcome(one, one.judged or verdicts[id(one)])
        for one in fair
    ]


def _check(writing: Writing) -> Writing | Refused:
    """Return what is written as it will be stored, or why it cannot be."""
    client_id, side, room = writing.client_id, writing.side, writing.room
    if not 1 <= len(client_id) <= 64 or not client_id.isprintable():
        return Refused(Code.BAD_SHAPE)
    if side not in _SIDES or (side and room.kind != Room.Kind.DEBATE):
        return Refused(Code.BAD_SHAPE)
    try:
        return replace(writing, text=clean(writing.text, limit=writing.limit))
    except Refused as refusal:
        return refusal


def _submission(writing: Writing, now: datetime, before: Unlogged) -> Submission:
    """Return a text to be judged as one that comes right after others, and add it to them."""
    room, author, text = writing.room, writing.author, writing.text
    recent, others = recent_messages(room=room, author=author.pk, text=text, now=now)
    mine, theirs = before.look_up(author.pk, writing.client_id, text)
    before.add(author.pk, writing.client_id, text)
    return _submit(room, author, text, now, (*mine, *recent), (*theirs, *others), writing.limit)


def _outcome(writing: Writing, verdict: Verdict) -> Draft | Refused:
    author, room, text = writing.author, writing.room, writing.text
    digest = _digest(text, writing.side, writing.reply_to)
    fields = (writing.client_id, digest, writing.side, writing.reply_to, room.policy_version)
    try:
        accept(verdict)
    except Refused as refusal:
        if Message.objects.filter(author=author, client_id=writing.client_id).exists():
            return Draft(MessagePosted(*fields), author.pk, text)
        return refusal
    if verdict.outcome is Outcome.HOLD and room.kind == Room.Kind.DIRECT:
        words = _("This cannot be sent like this: %(why)s Nobody else reads it; change it.")
        return Refused(Code.REJECTED, words % {"why": verdict.reason}, rule=verdict.rule)
    if verdict.outcome is Outcome.HOLD:
        held = MessageHeld(*fields, rule=verdict.rule, span=verdict.span)
        return Draft(held, author.pk, text)
    return Draft(MessagePosted(*fields), author.pk, text)


def screen_text(
    *,
    room: Room,
    author: Participant,
    text: str,
    is_edit: bool = False,
    limit: int = MAX_LENGTH,
) -> Verdict:
    """Return the verdict on a text: allow or hold. Raises ``Refused`` for a rejection."""
    now = timezone.now()
    recent, others = recent_messages(room=room, author=author.pk, text=text, now=now)
    return accept(screen(_submit(room, author, text, now, recent, others, limit, is_edit)))


def _submit(
    room: Room,
    author: Participant,
    text: str,
    now: datetime,
    recent: tuple[Recent, ...],
    others: tuple[Recent, ...],
    limit: int,
    is_edit: bool = False,
) -> Submission:
    rules = room_rules(room)
    return Submission(
        text=text,
        now=now,
        recent=recent,
        others=others,
        rules=rules,
        is_newcomer=_is_newcomer(author, rules),
        is_trusted=author.is_moderator,
        is_edit=is_edit,
        language=room.language,
        limit=limit,
    )


def screen_first(
    *, text: str, language: str, limit: int = MAX_LENGTH, elsewhere: tuple[Recent, ...] = ()
) -> Verdict:
    """Return the verdict on the first text of a room that is not there yet: allow or hold.

    ``elsewhere`` is what others sent to other rooms that says nearly the same. Raises ``Refused``
    for a rejection.
    """
    now = timezone.now()
    submission = Submission(
        text=clean(text, limit=limit), now=now, others=elsewhere, language=language, limit=limit
    )
    return accept(screen(submission))


def accept(verdict: Verdict) -> Verdict:
    """Return a verdict that lets a text be logged; raises ``Refused`` for a rejection."""
    if verdict.outcome is Outcome.REJECT:
        raise Refused(
            Code.SLOW_DOWN if verdict.retry_after else Code.REJECTED,
            verdict.reason,
            retry_after=verdict.retry_after,
            rule=verdict.rule,
            span=verdict.span,
        )
    return verdict


def receipt(event: Event) -> Receipt:
    """Return the receipt of a posted or held message's event."""
    status = "held" if event.type == "message.held" else "posted"
    return Receipt(event.seq, event.seq, status, event.payload.get("rule", ""))


def _is_newcomer(author: Participant, rules: RoomRules) -> bool:
    """Tell whether nothing of the author was published yet; not asked where it does not count."""
    if not rules.hold_newcomers:
        return False
    published = Message.objects.filter(author=author, published_seq__isnull=False)
    return not published.exists()


def _digest(text: str, side: str, reply_to: int | None) -> str:
    """Return a keyed digest: it tells a retry from a conflict, and does not give the text away."""
    content = "\0".join((text, side, str(reply_to)))
    return salted_hmac("livedebate.message", content, algorithm="sha256").hexdigest()
