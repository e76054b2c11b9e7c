"""Letters go out once, by the clock, to whom an address is known of."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from rooms.eventlog.models import Room
from rooms.management.commands import runclock
from rooms.messages.decisions import remove_message, restore_message
from rooms.moderation.sanctions import mute_participant, unmute_participant
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.redress.appeals import answer_appeal, decide_appeal, open_appeal
from rooms.redress.mail import send_letters
from rooms.redress.models import Letter, Notice, NoticeText, Statement
from rooms.redress.notices import decide_notice, file_notice
from tests.rooms.conftest import Post
from tests.services import free_port


@pytest.fixture
def zoe(room: Room) -> Participant:
    user = User.objects.create_user("zoe@example.org")
    return join_room(room=room, name="Zoé", user=user)


@pytest.fixture
def muted(room: Room, max_: Participant, zoe: Participant) -> Statement:
    mute_participant(
        room=room, actor=max_, participant_id=zoe.pk, seconds=3600, reason="personal_data"
    )
    return Statement.objects.get()


def due_now() -> None:
    """Let time pass: what waits is due."""
    Letter.objects.update(due_at=timezone.now())


def test_a_statement_leaves_after_fifteen_seconds_and_once(room: Room, muted: Statement) -> None:
    assert send_letters() == 0 and Letter.objects.get().taken_at is None
    due_now()
    assert (send_letters(), send_letters()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.to == ["zoe@example.org"] and room.title in letter.subject
    body = str(letter.body)
    assert f"http://127.0.0.1:8000/statements/{muted.token}/" in body
    assert "Max" in body and "2016/679" in body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_what_was_taken_back_in_time_is_not_told(
    room: Room, max_: Participant, zoe: Participant, muted: Statement, post: Post
) -> None:
    unmute_participant(room=room, actor=max_, participant_id=zoe.pk)
    number = post(zoe, "Bonjour").number
    remove_message(room=room, actor=max_, number=number, reason="spam")
    restore_message(room=room, actor=max_, number=number)
    due_now()
    assert send_letters() == 0 and mail.outbox == []
    assert not Letter.objects.filter(taken_at=None).exists()


@pytest.mark.parametrize(("language", "month"), [("fr", "décembre"), ("en", "December")])
def test_a_letter_is_in_the_rooms_language(
    room: Room, muted: Statement, language: str, month: str
) -> None:
    Room.objects.update(language=language)
    Statement.objects.update(at=timezone.now().replace(month=12, day=5))
    due_now()
    send_letters()
    assert month in str(mail.outbox[0].body)


def test_an_account_that_is_gone_gets_no_letter(muted: Statement) -> None:
    User.objects.all().delete()
    due_now()
    assert send_letters() == 0 and mail.outbox == []


def test_the_person_reads_what_moderators_write_and_decide(
    room: Room, max_: Participant, olga: Participant, zoe: Participant, muted: Statement
) -> None:
    open_appeal(statement=muted, actor=zoe, text="Je n'ai rien fait.")
    answer_appeal(statement=muted, actor=max_, text="C'était un numéro <privé>.")
    decide_appeal(statement=muted, actor=olga, outcome="reversed", text="C'était le vôtre.")
    due_now()
    assert send_letters() == 2, "the mute was taken back: its statement is not sent"
    bodies = [str(letter.body) for letter in mail.outbox]
    assert "C'était un numéro <privé>." in bodies[0] and "Max" in bodies[0]
    assert "C'était le vôtre." in bodies[1] and "Olga" in bodies[1]
    assert all(f"/statements/{muted.token}/" in body for body in bodies)


def test_a_notice_is_acknowledged_and_answered(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    number = post(alice, "Les bus gratuits").number
    sender = {"name": "Nadia", "email": "nadia@example.org", "explanation": "Voyez l'article 24."}
    text = file_notice(room=room, number=number, ground="hate", **sender)
    assert send_letters() == 1
    notice = Notice.objects.get()
    answer = "C'est une opinion sur les bus."
    decide_notice(room=room, actor=max_, notice=notice, outcome="kept", answer=answer)
    assert send_letters() == 1
    receipt, decision = mail.outbox
    assert receipt.to == decision.to == ["nadia@example.org"]
    assert "Voyez l'article 24." in str(receipt.body)
    assert answer in str(decision.body) and "Max" in str(decision.body)
    assert f"/notice/{text.token}/" in str(receipt.body)


def test_a_nameless_notice_gets_no_letter(room: Room, alice: Participant, post: Post) -> None:
    number = post(alice, "Les bus gratuits").number
    sender = {"name": "", "email": "", "explanation": "Voyez vous-mêmes."}
    file_notice(room=room, number=number, ground="child_abuse", **sender)
    assert send_letters() == 0 and NoticeText.objects.count() == 1


class Inbox:
    """Takes mail for everybody but Yann."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address.startswith("yann"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    """A mail server of one's own, to which the site sends."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    handler = Inbox()
    server = Controller(handler, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    server.start()
    yield handler
    server.stop()


def test_the_clock_sends_a_statement_to_a_mail_server(muted: Statement, inbox: Inbox) -> None:
    due_now()
    call_command("runclock", once=True)
    (envelope,) = inbox.envelopes
    assert envelope.rcpt_tos == ["zoe@example.org"]
    assert isinstance(envelope.content, bytes) and muted.token.encode() in envelope.content


def test_a_letter_that_is_refused_holds_up_no_other(
    room: Room, max_: Participant, muted: Statement, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    yann = join_room(room=room, name="Yann", user=User.objects.create_user("yann@example.org"))
    mute_participant(room=room, actor=max_, participant_id=yann.pk, seconds=60)
    due_now()
    Letter.objects.exclude(seq=muted.seq).update(due_at=timezone.now() - timedelta(minutes=1))
    assert send_letters() == 0 and "could not be sent" in caplog.text
    assert send_letters() == 1
    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["zoe@example.org"]]


def test_while_the_mail_server_is_away_letters_wait(
    muted: Statement, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    due_now()
    assert send_letters() == 0 and "letters wait" in caplog.text
    assert Letter.objects.get().taken_at is None


def test_letters_leave_beside_the_clock(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that hangs delays no opening: the clock looks on while a letter is sent."""
    stop, looked = threading.Event(), threading.Event()
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            looked.set()
            stop.set()

    monkeypatch.setattr(runclock, "look", look)
    monkeypatch.setattr(runclock, "send_letters", lambda: looked.wait(10))
    runclock.run(stop, every=0.01)
    assert looked.is_set() and len(looks) == 3
