"""Erasing a person: what they wrote and who they were, everywhere; the log stays as it is."""

from datetime import timedelta

from django.contrib.auth import SESSION_KEY as ACCOUNT_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from rooms.eventlog.append import append
from rooms.eventlog.payload import Draft
from rooms.eventlog.views import ERASED
from rooms.groups.joining import hand_over
from rooms.initiatives.signing import forget_signer
from rooms.messages.models import Message
from rooms.organizing.meetups import forget_meetups
from rooms.organizing.tasks import forget_tasks
from rooms.people.models import Participant, User
from rooms.privacy.events import MessageErased, ParticipantErased
from rooms.privacy.holds import forget_turns
from rooms.privacy.models import ErasedAccount
from rooms.redress.models import Appeal, Notice, NoticeText, Report, ReportWords, Statement

TOGETHER = 25
"""Messages erased in one transaction, a fifth of a second: others speak between two of these."""

REMEMBERED = timedelta(days=400)
"""How long it is known that an account was erased: no older backup should be kept."""


def erase_person(user: User) -> None:
    """Erase an account with all it did, also as the guest it was.

    Begun and not finished, by a crash say, it can be called again.
    """
    while True:
        for person in _left(Participant.objects.filter(user=user)):
            erase_participant(person)
        _end_sessions(user)
        with transaction.atomic():
            # Nobody enters a room with this account from here on.
            account = User.objects.select_for_update().get(pk=user.pk)
            theirs = Participant.objects.filter(user=account)
            if _left(theirs).exists():
                continue
            theirs.update(user=None)
            _forget_notices(account.email)
            forget_signer(account.email)
            known = {"at": timezone.now()}
            ErasedAccount.objects.update_or_create(known, key=account_key(account.email))
            account.delete()
            return


def erase_guest(guest_key: str) -> None:
    """Erase what a browser session did as a guest, in all rooms."""
    guests = Participant.objects.filter(guest_key=guest_key, user=None)
    while _left(guests).exists():
        for person in _left(guests):
            erase_participant(person)
    guests.update(guest_key="")


def erase_participant(person: Participant) -> None:
    """Erase what somebody said and was called in one room; everybody's screen follows."""
    hand_over(person)
    append(person.room_id, [Draft(ParticipantErased(participant=person.pk), person.pk)])
    mine = Message.objects.filter(author=person, erased_seq=None).order_by("number")
    numbers = list(mine.values_list("number", flat=True))
    for start in range(0, len(numbers), TOGETHER):
        some = numbers[start : start + TOGETHER]
        append(person.room_id, [Draft(MessageErased(message=n), person.pk) for n in some])
    _forget_words(person)
    forget_tasks(person)
    forget_meetups(person)


def account_key(email: str) -> str:
    """Return what recognises an account's address without telling it."""
    return salted_hmac("livedebate.erased", email.casefold(), algorithm="sha256").hexdigest()


def forget_erasures() -> int:
    """Forget which accounts were erased, once no backup can bring one back; return how many."""
    return ErasedAccount.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()[0]


def end_account_sessions() -> int:
    """Sign out everybody who has an account, everywhere; return how many sessions that were."""
    ended = [s.pk for s in Session.objects.iterator() if ACCOUNT_KEY in s.get_decoded()]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)


def _left(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """Return those of whom something is known still: a name, or a text."""
    texts = Message.objects.filter(author=OuterRef("pk"), erased_seq=None)
    return people.filter(~Q(name_key="") | Exists(texts))


def _forget_words(person: Participant) -> None:
    """Delete what somebody wrote to moderators; of an open appeal, when it is decided."""
    reports = Report.objects.filter(reporter=person).values("seq")
    ReportWords.objects.filter(room=person.room_id, seq__in=reports).delete()
    decided = Appeal.objects.filter(room=person.room_id).exclude(outcome="").values("decision")
    for statement in Statement.objects.filter(participant=person, seq__in=decided):
        forget_turns(statement)


def _forget_notices(email: str) -> None:
    """Forget who sent notices; what an open one says, when it is decided."""
    sent = NoticeText.objects.filter(email__iexact=email)
    for text in sent:
        is_open = Notice.objects.filter(room=text.room_id, seq=text.seq, outcome="").exists()
        text.email, text.name = "", ERASED if is_open else ""
        text.explanation = text.explanation if is_open else ""
        text.save(update_fields=["email", "name", "explanation"])


def _end_sessions(user: User) -> None:
    """Delete every session of an account: a session knows names, too."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(ACCOUNT_KEY) == str(user.pk):
            session.delete()
