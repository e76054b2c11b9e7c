"""Being told: once, as one chose, by letters that one can leave, and never of what was removed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import close_room, create_room
from rooms.management.commands.runclock import send_post, tidy
from rooms.notifications.choices import DEFAULTS, Way, choose, next_digest
from rooms.notifications.inbox import KEPT, inbox, read, read_all, unread_count
from rooms.notifications.kinds import Topic, kinds
from rooms.notifications.models import Contact, Notification, Pace
from rooms.notifications.nearby import neighbours_of, set_neighbourhood
from rooms.notifications.tell import forget, tell
from rooms.notifications.unsubscribing import read_token, unsubscribe, unsubscribe_path
from rooms.people.models import Participant, User
from rooms.privacy.erasure import erase_person
from rooms.privacy.export import export_person
from tests.rooms.test_letters import Inbox
from tests.rooms.test_letters import inbox as mail_server
from tests.services import free_port

__all__ = ["mail_server"]
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def zoe(db: None) -> User:
    return User.objects.create_user("zoe@example.org", name="Zoé", language="fr")


@pytest.fixture
def sam(db: None) -> Contact:
    return Contact.objects.create(email="sam@example.org", language="en")


def told(user: User) -> list[str]:
    return [one.story.title for one in inbox(user)]


def tell_opened(room: Room, *people: User | Contact, key: str = "k", **more: datetime) -> None:
    tell("room.opened", to=people, args={"room": room.pk}, key=key, **more)


def test_a_story_is_told_once(room: Room, zoe: User) -> None:
    tell_opened(room, zoe, zoe)
    tell_opened(room, zoe)
    with translation.override("fr"):
        assert told(zoe) == ["C’est parti\xa0: Gratuité des transports"]
    with translation.override("en"):
        assert told(zoe) == ["It starts: Gratuité des transports"]
    send_post()
    send_post()
    (letter,) = mail.outbox
    assert letter.subject == "[livedebate] C’est parti\xa0: Gratuité des transports"
    assert f"http://127.0.0.1:8000/rooms/{room.slug}/" in str(letter.body)
    tell_opened(room, zoe)
    send_post()
    assert len(mail.outbox) == 1


def test_what_is_rolled_back_is_not_told(room: Room, zoe: User) -> None:
    with transaction.atomic():
        tell_opened(room, zoe)
        transaction.set_rollback(True)
    assert told(zoe) == []


def test_what_is_no_more_is_not_told(room: Room, zoe: User, olga: Participant) -> None:
    tell_opened(room, zoe)
    assert unread_count(zoe) == 1
    close_room(room=room, actor=olga)
    send_post()
    assert mail.outbox == [] and told(zoe) == [] and unread_count(zoe) == 0


def test_the_inbox_knows_what_was_read(room: Room, zoe: User) -> None:
    for number in range(3):
        tell_opened(room, zoe, key=str(number))
    last, *_others = inbox(zoe)
    story = read(user=zoe, number=last.number)
    assert story is not None and story.path == f"/rooms/{room.slug}/"
    assert [one.is_read for one in inbox(zoe)] == [True, False, False]
    assert [one.number for one in inbox(zoe, before=last.number)] == [
        one.number for one in inbox(zoe)[1:]
    ]
    other = User.objects.create_user("yann@example.org")
    assert read(user=other, number=last.number) is None and inbox(other) == []
    read_all(user=zoe)
    assert unread_count(zoe) == 0


def test_a_reminder_is_told_when_it_is_time_and_can_be_withdrawn(room: Room, zoe: User) -> None:
    soon = timezone.now() + timedelta(hours=1)
    tell_opened(room, zoe, key="a", at=soon)
    tell_opened(room, zoe, key="b", at=soon)
    tell_opened(room, zoe, key="late", at=timezone.now() - timedelta(seconds=1))
    send_post()
    assert told(zoe) == [] and mail.outbox == [] and unread_count(zoe) == 0
    forget(key="b", to=zoe)
    Notification.objects.update(at=timezone.now(), mail_at=timezone.now())
    send_post()
    assert len(told(zoe)) == len(mail.outbox) == 1
    forget(key="a")
    assert len(told(zoe)) == 1, "what was told stays told"


@pytest.mark.parametrize(
    ("pace", "now", "then"),
    [
        (Pace.DAILY, (2026, 3, 28, 7, 59), (2026, 3, 28)),
        (Pace.DAILY, (2026, 3, 28, 8, 0), (2026, 3, 29)),
        (Pace.WEEKLY, (2026, 11, 23, 7, 0), (2026, 11, 23)),
        (Pace.WEEKLY, (2026, 11, 23, 9, 0), (2026, 11, 30)),
    ],
)
def test_digests_leave_at_eight(
    pace: str, now: tuple[int, ...], then: tuple[int, int, int]
) -> None:
    at = next_digest(pace, datetime(*now, tzinfo=PARIS))  # type: ignore[misc,arg-type]
    assert at == datetime(*then, 8, tzinfo=PARIS)


def test_a_digest_tells_all_that_was_chosen_to_wait(room: Room, zoe: User) -> None:
    other = create_room(title="Les écoles", owner_name="Olga", guest_key="o", language="fr")
    choose(user=zoe, topic=Topic.INITIATIVES, way=Way(Pace.DAILY, push=False))
    for one in (room, other):
        tell("initiative.acted", to=[zoe], args={"room": one.pk}, key=f"r{one.pk}")
    send_post()
    assert mail.outbox == [] and len(told(zoe)) == 2
    Notification.objects.update(mail_at=timezone.now())
    send_post()
    (letter,) = mail.outbox
    assert "et 1 autre" in letter.subject
    assert "Gratuité des transports" in str(letter.body) and "Les écoles" in str(letter.body)


def test_what_was_read_in_time_needs_no_letter(room: Room, zoe: User) -> None:
    choose(user=zoe, topic=Topic.INITIATIVES, way=Way(Pace.DAILY, push=False))
    tell("initiative.acted", to=[zoe], args={"room": room.pk}, key="k")
    read_all(user=zoe)
    Notification.objects.update(mail_at=timezone.now())
    send_post()
    assert mail.outbox == []


def test_what_cannot_wait_goes_out_at_once_unless_never(room: Room, zoe: User) -> None:
    choose(user=zoe, topic=Topic.DEBATES, way=Way(Pace.WEEKLY, push=False))
    tell_opened(room, zoe, key="a")
    send_post()
    assert len(mail.outbox) == 1
    choose(user=zoe, topic=Topic.DEBATES, way=Way(Pace.NEVER, push=False))
    tell_opened(room, zoe, key="b")
    send_post()
    assert len(mail.outbox) == 1 and len(told(zoe)) == 2


def test_a_choice_holds_for_what_waits(room: Room, zoe: User) -> None:
    choose(user=zoe, topic=Topic.INITIATIVES, way=Way(Pace.WEEKLY, push=False))
    tell("initiative.acted", to=[zoe], args={"room": room.pk}, key="a")
    choose(user=zoe, topic=Topic.INITIATIVES, way=Way(Pace.ONCE, push=False))
    send_post()
    assert len(mail.outbox) == 1
    tell("initiative.acted", to=[zoe], args={"room": room.pk}, key="b")
    choose(user=zoe, topic=Topic.INITIATIVES, way=Way(Pace.NEVER, push=False))
    send_post()
    assert len(mail.outbox) == 1


def test_every_topic_has_a_way_and_every_story_a_topic() -> None:
    assert set(DEFAULTS) == set(Topic)
    assert {one.topic for one in kinds.values()} <= set(Topic)


def test_a_letter_can_be_left_in_one_click(room: Room, zoe: User) -> None:
    tell_opened(room, zoe)
    send_post()
    (letter,) = mail.outbox
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in str(letter.body)
    found = read_token(address.rstrip("/").rpartition("/")[2])
    assert found == (zoe, [Topic.DEBATES])
    unsubscribe(*found)
    tell_opened(room, zoe, key="again")
    tell("initiative.acted", to=[zoe], args={"room": room.pk}, key="else")
    send_post()
    assert [one.subject.split("\xa0:")[0] for one in mail.outbox[1:]] == [
        "[livedebate] Une salle d’action est ouverte"
    ]


def test_who_has_no_account_leaves_for_good(room: Room, sam: Contact) -> None:
    tell_opened(room, sam)
    send_post()
    (letter,) = mail.outbox
    assert letter.to == ["sam@example.org"] and "It starts:" in letter.subject
    assert "/inbox/" not in str(letter.body)
    tell_opened(room, sam, key="waits")
    token = unsubscribe_path(sam, [Topic.DEBATES]).rstrip("/").rpartition("/")[2]
    found = read_token(token)
    assert found is not None
    unsubscribe(*found)
    sam.refresh_from_db()
    tell_opened(room, sam, key="after")
    send_post()
    assert len(mail.outbox) == 1


def test_sample_people_get_no_letters(room: Room) -> None:
    tell_opened(room, User.objects.create_user("demo@example.invalid"))
    send_post()
    assert mail.outbox == []


def test_a_made_up_token_is_nobodys(db: None) -> None:
    assert read_token("made:up:token") is None


def test_letters_reach_a_mail_server(room: Room, zoe: User, mail_server: Inbox) -> None:
    yann = User.objects.create_user("yann@example.org", language="fr")
    tell_opened(room, yann, zoe)
    send_post()
    (envelope,) = mail_server.envelopes
    assert envelope.rcpt_tos == ["zoe@example.org"], "who is refused holds up nobody"
    assert isinstance(envelope.content, bytes)
    headers = message_from_bytes(envelope.content)
    assert headers["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/unsubscribe/")
    send_post()
    assert len(mail_server.envelopes) == 1


def test_while_the_mail_server_is_away_letters_wait(
    room: Room, zoe: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    here = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    tell_opened(room, zoe)
    send_post()
    assert "a letter waits" in caplog.text
    settings.EMAIL_BACKEND = here
    send_post()
    assert mail.outbox == [], "not yet"
    DBTaskResult.objects.update(run_after=timezone.now())
    send_post()
    assert len(mail.outbox) == 1


def test_neighbours_are_within_thirty_kilometres(zoe: User) -> None:
    set_neighbourhood(user=zoe, place_code="91228")
    paris, lyon = (48.8566, 2.3522), (45.7640, 4.8357)
    assert neighbours_of(paris) == [zoe] and neighbours_of(lyon) == []
    set_neighbourhood(user=zoe, place_code="")
    assert neighbours_of(paris) == []


def test_old_stories_and_tasks_are_forgotten(room: Room, zoe: User) -> None:
    tell_opened(room, zoe)
    send_post()
    tidy()
    assert len(told(zoe)) == 1 and DBTaskResult.objects.count() == 1
    Notification.objects.update(at=timezone.now() - KEPT)
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=3))
    tidy()
    assert told(zoe) == [] and not DBTaskResult.objects.exists()


def test_one_takes_it_along_and_it_goes_with_the_account(room: Room, zoe: User) -> None:
    choose(user=zoe, topic=Topic.DEBATES, way=Way(Pace.DAILY, push=False))
    set_neighbourhood(user=zoe, place_code="91228")
    tell_opened(room, zoe)
    found = export_person(zoe)["notifications"]
    assert found["near"] == "91228" and found["chosen"][0]["topic"] == "debates"
    assert [one["kind"] for one in found["told"]] == ["room.opened"]
    erase_person(zoe)
    assert not Notification.objects.exists()


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    with translation.override("fr"):
        yield
