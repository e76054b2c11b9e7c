"""Erasure and access: nothing of a person is left but numbers, and the log still holds."""

import json
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from rooms.eventlog.append import append
from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import To
from rooms.eventlog.rendering import Audience, render
from rooms.eventlog.views import ERASED
from rooms.ledger.chain import head_digest
from rooms.ledger.verify import first_fault
from rooms.messages.decisions import (
    approve_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.editing import edit_message
from rooms.messages.models import Message, MessageBody, VaultedBody
from rooms.messages.reactions import react
from rooms.messages.selectors import message_views, timeline
from rooms.messages.vault import misplaced
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import mute_participant
from rooms.people.guests import claim_guest
from rooms.people.impartial import is_impartial
from rooms.people.membership import find_participant, join_room
from rooms.people.models import Participant, User
from rooms.people.names import clean_name
from rooms.people.selectors import people_of
from rooms.privacy import erasure
from rooms.privacy.erasure import erase_guest, erase_person
from rooms.privacy.export import export_guest, export_person
from rooms.redress.appeals import decide_appeal, open_appeal
from rooms.redress.models import AppealMessage, Notice, NoticeText, Report, ReportWords, Statement
from rooms.redress.notices import decide_notice, file_notice
from rooms.redress.reports import report_message
from rooms.redress.words import explain_statement
from tests.rooms.conftest import Post

EMAIL = "carla@example.org"
SECRET = "quelque chose de très personnel"


@pytest.fixture
def user(db: None) -> User:
    user = User.objects.create_user(EMAIL, name="Carla")
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


@pytest.fixture
def carla(room: Room, user: User) -> Participant:
    return join_room(room=room, name="Carla", user=user)


@pytest.fixture
def traces(
    room: Room, carla: Participant, max_: Participant, alice: Participant, post: Post
) -> dict[str, int]:
    """Carla did all one can do; return the numbers of her messages by what became of them."""
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    numbers = {
        "read": post(carla, f"Je dis {SECRET} un.", side="for").number,
        "edited": post(carla, f"Je dis {SECRET} deux.").number,
        "removed": post(carla, f"Je dis {SECRET} trois.").number,
        "own": post(carla, f"Je dis {SECRET} quatre.").number,
        "held": post(carla, f"un gros mot, {SECRET} cinq").number,
    }
    edit_message(room=room, actor=carla, number=numbers["edited"], text=f"Je redis {SECRET}.")
    remove_message(room=room, actor=max_, number=numbers["removed"], reason="insult")
    remove_message(room=room, actor=carla, number=numbers["own"])
    other = post(alice, "Bonjour à toutes et à tous", reply_to=numbers["read"]).number
    react(room=room, actor=carla, number=other, emoji="👍", on=True)
    report_message(room=room, actor=carla, number=other, reason="spam", words=SECRET)
    mute_participant(room=room, actor=max_, participant_id=carla.pk, seconds=60, reason="spam")
    fields = {"ground": "hate", "explanation": SECRET, "name": "Carla", "email": EMAIL}
    notice = file_notice(room=room, number=other, **fields)
    decided = Notice.objects.get(room=room, seq=notice.seq)
    decide_notice(room=room, actor=max_, notice=decided, outcome="kept", answer="Rien d'illégal.")
    return numbers


def rows_with(needle: str) -> list[str]:
    """Return the tables in which a text stands, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")
            if any(needle.casefold() in str(row).casefold() for row in cursor.fetchall()):
                found.append(table)
    return found


def test_nothing_of_a_person_is_left_in_any_table(
    room: Room, user: User, traces: dict[str, int], max_: Participant
) -> None:
    session = SessionStore()
    session.update({"_auth_user_id": str(user.pk), "name": "Carla"})
    session.save()
    other = SessionStore()
    other.update({"_auth_user_id": str(user.pk + 1)})
    other.save()
    assert rows_with(SECRET) and rows_with("carla")
    erase_person(user)
    assert rows_with(SECRET) == []
    assert rows_with("carla") == []
    assert not User.objects.filter(pk=user.pk).exists()
    assert [one.pk for one in Session.objects.all()] == [other.session_key]


def test_the_log_and_every_decision_stand(
    room: Room, user: User, traces: dict[str, int], max_: Participant
) -> None:
    before = list(Event.objects.filter(room=room).order_by("seq").values())
    sealed = head_digest(room)
    erase_person(user)
    after = list(Event.objects.filter(room=room).order_by("seq").values())
    assert after[: len(before)] == before
    assert {event["type"] for event in after[len(before) :]} == {
        "participant.erased",
        "message.erased",
    }
    assert head_digest(room) == sealed and first_fault(room) is None
    assert gaps(room.pk) == []
    assert differences(room.pk) == []
    assert misplaced(room.pk) == []
    removed = Message.objects.get(room=room, number=traces["removed"])
    assert (removed.status, removed.reason, removed.decided_by) == ("removed", "insult", max_)
    assert Statement.objects.get(room=room, kind="muted").participant.name == ERASED


def test_every_screen_is_told_to_drop_every_text(
    room: Room, user: User, traces: dict[str, int], max_: Participant
) -> None:
    head = Room.objects.get(pk=room.pk).head
    erase_person(user)
    events = present(backlog(room.pk, head))
    everybody, moderators = Audience(), Audience(moderator=True)
    dropped: dict[str, str] = {}
    for view in events:
        for part in render(view, language="en", audience=moderators):
            dropped[part.into] = part.html
    for number in traces.values():
        html = dropped[f"m-{number}"]
        assert "gone" in html and SECRET not in html and "Carla" not in html
        assert dropped[f"held-{number}"] == ""
    assert "This message was erased" in dropped[f"m-{traces['read']}"]
    assert "deleted person" in dropped[f"m-{traces['removed']}"]
    shown = [p.into for view in events for p in render(view, language="fr", audience=everybody)]
    assert f"m-{traces['read']}" in shown
    assert not [into for into in shown if into.startswith("held-")], To.MODERATORS


def test_a_person_who_was_erased_has_words_for_a_name_in_each_language(
    room: Room, user: User, traces: dict[str, int]
) -> None:
    erase_person(user)
    lines = timeline(room)
    muted = next(view for view in lines if view.type == "participant.muted")
    answer = next(view for view in lines if view.message and view.message.reply_to)
    assert muted.participant and answer.message and answer.message.reply_to
    with translation.override("en"):
        assert muted.participant.name == "deleted person"
        assert answer.message.reply_to.author_name == "deleted person"
        assert answer.message.reply_to.excerpt is None
        assert str(Participant.objects.get(room=room, name_key="")) == "deleted person"
    with pytest.raises(Refused):
        clean_name(ERASED)


def test_an_erased_person_is_nobody_and_their_name_is_free(
    room: Room, user: User, traces: dict[str, int], carla: Participant, bob: Participant
) -> None:
    erase_person(user)
    assert carla.pk not in [person.pk for person in people_of(room)]
    carla.refresh_from_db()
    assert (carla.user, carla.guest_key, carla.role) == (None, "", "observer")
    assert join_room(room=room, name="Carla", guest_key="another").name == "Carla"
    assert find_participant(room=room, guest_key="") is None


def test_nobody_brings_an_erased_text_back(
    room: Room, user: User, traces: dict[str, int], max_: Participant
) -> None:
    erase_person(user)
    for number in traces.values():
        for undo in (restore_message, withhold_message, approve_message):
            with pytest.raises(Refused) as refusal:
                undo(room=room, actor=max_, number=number)
            assert refusal.value.code in (Code.STALE, Code.TOO_LATE)


def test_a_guest_is_erased_with_the_session_and_others_are_not(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    mine, theirs = post(alice, "Je suis Alice.").number, post(bob, "Je suis Bob.").number
    erase_guest("alice")
    views = message_views(room.pk, [mine, theirs])
    assert (views[mine].text, views[theirs].text) == (None, "Je suis Bob.")
    assert find_participant(room=room, guest_key="alice") is None
    assert find_participant(room=room, guest_key="bob") == bob
    assert rows_with("Je suis Alice") == []
    assert differences(room.pk) == []


def test_what_an_account_did_as_a_guest_is_erased_too(
    room: Room, user: User, carla: Participant, alice: Participant, post: Post
) -> None:
    number = post(alice, "Avant de me connecter.").number
    claim_guest(guest_key="alice", user=user)
    erase_person(user)
    assert message_views(room.pk, [number])[number].text is None
    alice.refresh_from_db()
    assert (alice.name, alice.user) == (ERASED, None)


def test_the_text_of_an_open_appeal_waits_until_it_is_decided(
    room: Room, user: User, carla: Participant, max_: Participant, olga: Participant, post: Post
) -> None:
    number = post(carla, SECRET).number
    remove_message(room=room, actor=max_, number=number, reason="insult")
    statement = Statement.objects.get(room=room)
    open_appeal(statement=statement, actor=carla, text="Ce n'est pas une insulte.")
    erase_person(user)
    assert VaultedBody.objects.get(room=room, number=number).until is None
    assert AppealMessage.objects.filter(room=room).exists()
    decide_appeal(statement=statement, actor=olga, outcome="reversed", text="En effet.")
    assert not VaultedBody.objects.filter(room=room).exists()
    assert [turn.text for turn in AppealMessage.objects.filter(room=room)] == ["En effet."]
    assert Message.objects.get(room=room, number=number).status == "removed", "it cannot come back"
    assert differences(room.pk) == []


def test_the_text_of_an_open_notice_waits_until_it_is_decided(
    room: Room, user: User, carla: Participant, max_: Participant, post: Post
) -> None:
    number = post(carla, SECRET).number
    fields = {"explanation": "Voyez.", "name": "Nadia", "email": "nadia@example.org"}
    notice = file_notice(room=room, number=number, ground="hate", **fields)
    erase_person(user)
    assert not MessageBody.objects.filter(room=room).exists()
    assert VaultedBody.objects.get(room=room, number=number).until is None
    decided = Notice.objects.get(room=room, seq=notice.seq)
    how = {"outcome": "removed", "reason": "hate", "answer": ""}
    decide_notice(room=room, actor=max_, notice=decided, **how)
    assert not VaultedBody.objects.filter(room=room).exists()
    assert NoticeText.objects.get(room=room).explanation == "Voyez.", "Nadia was not erased"
    assert differences(room.pk) == []


def test_an_open_notice_forgets_its_sender_at_once_and_its_words_when_decided(
    room: Room, user: User, alice: Participant, max_: Participant, post: Post
) -> None:
    number = post(alice, "Bonjour à toutes et à tous").number
    fields = {"explanation": SECRET, "name": "Carla", "email": EMAIL}
    notice = file_notice(room=room, number=number, ground="hate", **fields)
    erase_person(user)
    assert rows_with("carla") == []
    assert NoticeText.objects.get(room=room).explanation == SECRET
    decided = Notice.objects.get(room=room, seq=notice.seq)
    decide_notice(room=room, actor=max_, notice=decided, outcome="kept", answer="Non.")
    assert rows_with(SECRET) == []


def test_open_reports_about_an_erased_message_are_settled(
    room: Room, user: User, carla: Participant, alice: Participant, post: Post
) -> None:
    number = post(carla, SECRET).number
    report_message(room=room, actor=alice, number=number, reason="insult", words="Voyez.")
    erase_person(user)
    assert Report.objects.get(room=room).outcome == "removed"
    assert ReportWords.objects.get(room=room).text == "Voyez.", "Alice was not erased"
    assert differences(room.pk) == []


def test_an_erasure_that_broke_off_goes_on(
    room: Room, user: User, traces: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = append
    calls = iter(range(10))

    def breaks(room_id: int, drafts: Any) -> Any:
        if next(calls) == 1:
            raise OSError("the machine stops")
        return whole(room_id, drafts)

    monkeypatch.setattr(erasure, "append", breaks)
    with pytest.raises(OSError, match="the machine stops"):
        erase_person(user)
    assert rows_with(SECRET)
    erase_person(user)
    assert rows_with(SECRET) == []
    erased = Event.objects.filter(room=room, type__endswith=".erased")
    assert erased.count() == 1 + len(traces), "each is logged once"


def test_messages_are_erased_in_parts_between_which_others_speak(
    room: Room, user: User, carla: Participant, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [post(carla, f"Phrase numéro {n}.").number for n in range(4)]
    monkeypatch.setattr(erasure, "TOGETHER", 3)
    erase_person(user)
    assert all(view.text is None for view in message_views(room.pk, numbers).values())


def test_the_export_has_all_there_is_and_nobody_elses(
    room: Room, user: User, traces: dict[str, int], alice: Participant
) -> None:
    exported = export_person(user)
    text = json.dumps(exported, default=str)
    (told,) = exported["rooms"]
    assert exported["account"]["email"] == EMAIL
    assert (told["name"], told["room"]["slug"]) == ("Carla", room.slug)
    texts = {m["number"]: [t["text"] for t in m["texts"]] for m in told["messages"]}
    assert set(texts) == set(traces.values())
    assert len(texts[traces["edited"]]) == 2 and len(texts[traces["removed"]]) == 1
    assert all(SECRET in one for several in texts.values() for one in several)
    assert [one["emoji"] for one in told["reactions"]] == ["👍"]
    assert [one["kind"] for one in told["decisions_about_you"]] == ["removed", "muted"]
    assert [one["words"] for one in told["reports"]] == [SECRET]
    assert [one["explanation"] for one in exported["notices"]] == [SECRET]
    assert {"message.posted", "message.held", "report.filed"} <= {e["type"] for e in told["log"]}
    assert "Bonjour" not in text and "Alice" not in text and "Max" not in text


def test_a_guest_gets_an_export_of_the_session(alice: Participant, post: Post) -> None:
    post(alice, "Je suis Alice.")
    (told,) = export_guest("alice")["rooms"]
    assert [message["texts"][0]["text"] for message in told["messages"]] == ["Je suis Alice."]
    assert export_guest("nobody") == {"rooms": []}


def test_the_commands_export_and_erase_by_address(
    room: Room, user: User, traces: dict[str, int]
) -> None:
    out = StringIO()
    call_command("export_person", EMAIL.upper(), stdout=out)
    assert json.loads(out.getvalue())["account"]["email"] == EMAIL
    call_command("erase_person", EMAIL.upper(), stdout=out)
    assert rows_with(SECRET) == []
    for command in ("export_person", "erase_person"):
        with pytest.raises(CommandError, match="no account"):
            call_command(command, EMAIL)


def test_reasons_name_an_erased_moderator_in_words(
    room: Room, olga: Participant, max_: Participant, alice: Participant, post: Post
) -> None:
    number = post(alice, "Espèce d'idiot.").number
    remove_message(room=room, actor=max_, number=number, reason="insult")
    erase_guest("max")
    with translation.override("en"):
        words = explain_statement(Statement.objects.get(room=room))
    assert "deleted person" in words.decided and "deleted person" in words.contest
    assert is_impartial(room, olga, involved=[olga.pk]), "nobody waits for them"
