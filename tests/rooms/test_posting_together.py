"""Messages that come at the same moment: judged and logged as if one came after the other."""

from django.utils.safestring import mark_safe

from rooms.eventlog.append import append, append_where_free
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.lifecycle.schedule import create_room
from rooms.messages.events import MessageHeld, MessagePosted
from rooms.messages.models import Message, MessageBody, VaultedBody
from rooms.messages.posting import Writing, draft_posts
from rooms.moderation.screening import Rule
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.rooms.conftest import Post
from tests.rooms.test_waves import NEARLY

TEXT = "Une phrase assez longue pour compter"


def log(room: Room, *writings: Writing) -> list[Event | Refused]:
    drafts = draft_posts(writings)
    return append(room.pk, [draft for draft in drafts if isinstance(draft, Draft)])


def test_a_wave_in_one_moment_waits(room: Room) -> None:
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(4)]
    drafts = draft_posts(
        [Writing(room, one, f"c{one.pk}", text) for one, text in zip(people, NEARLY, strict=True)]
    )
    held = [one.payload for one in drafts if isinstance(one, Draft)][2:]
    assert [one.rule for one in held if isinstance(one, MessageHeld)] == [Rule.WAVE] * 2
    assert all(not isinstance(one, MessageHeld) for one in drafts[:2])


def test_what_others_say_in_another_room_is_no_wave(room: Room) -> None:
    rooms = [create_room(title=f"R{n}", owner_name="O", guest_key="o") for n in range(4)]
    people = [join_room(room=one, name="P", guest_key="p") for one in rooms]
    drafts = draft_posts(
        [Writing(p.room, p, f"c{p.pk}", text) for p, text in zip(people, NEARLY, strict=True)]
    )
    assert [isinstance(d, Draft) and type(d.payload) for d in drafts] == [MessagePosted] * 4


def test_rooms_are_logged_together(room: Room, alice: Participant, bob: Participant) -> None:
    there = create_room(title="Ailleurs", owner_name="Olga", guest_key="olga")
    zoe = join_room(room=there, name="Zoe", guest_key="zoe")
    writings = [Writing(p.room, p, "c1", f"{TEXT} {p.name}") for p in (alice, zoe, bob)]
    drafts = [one for one in draft_posts(writings) if isinstance(one, Draft)]
    places = [writing.room.pk for writing in writings]
    outcomes = append_where_free([*zip(places, drafts, strict=True)])
    assert [one.room.pk for one in outcomes if isinstance(one, Event)] == places
    again = append_where_free([*zip(places, drafts, strict=True)])
    assert [getattr(one, "seq", one) for one in again] == [getattr(o, "seq", o) for o in outcomes]
    for one in (room, there):
        assert gaps(one.pk) == []
        assert differences(one.pk) == []


def test_one_author_is_neither_faster_nor_says_it_twice(room: Room, alice: Participant) -> None:
    same = [Writing(room, alice, f"s{n}", TEXT) for n in range(2)]
    one, two = draft_posts(same)
    assert isinstance(one, Draft) and isinstance(two, Refused) and two.detail["rule"] == "duplicate"
    many = [Writing(room, alice, f"c{n}", f"Ma proposition numéro {n}, la voici") for n in range(7)]
    refused = [one for one in draft_posts(many) if isinstance(one, Refused)]
    assert [one.code for one in refused] == [Code.SLOW_DOWN] * 2


def test_the_same_sent_twice_in_one_moment_is_logged_once(room: Room, alice: Participant) -> None:
    twice = [Writing(room, alice, "c1", TEXT) for _ in range(2)]
    one, two = log(room, *twice)
    assert isinstance(one, Event) and isinstance(two, Event) and one.seq == two.seq
    assert Message.objects.filter(room=room).count() == 1


def test_one_that_cannot_be_sent_leaves_the_others(
    room: Room, alice: Participant, bob: Participant
) -> None:
    bad, good = draft_posts([Writing(room, alice, "c1", " "), Writing(room, bob, "c2", TEXT)])
    assert isinstance(bad, Refused) and bad.code is Code.EMPTY
    assert isinstance(good, Draft) and good.text == TEXT


def test_rows_of_all_tables_are_written(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    first = post(alice, "Qui paie ?", side="for").number
    text = 'Guillemets ", antislash \\, {accolades}, % et émoji 👩‍👩‍👧'
    answers = log(
        room,
        Writing(room, bob, "c1", text, "against", first),
        Writing(room, alice, "c2", "Appelez-moi au 06 12 34 56 78 ce soir"),
    )
    reply, held = [one.seq for one in answers if isinstance(one, Event)]
    found = Message.objects.get(room=room, number=reply)
    assert (found.side, found.reply_to, found.status, found.span) == (
        "against",
        first,
        "visible",
        None,
    )
    assert MessageBody.objects.get(room=room, number=reply).text == text
    waiting = Message.objects.get(room=room, number=held)
    assert waiting.status == "held" and waiting.span and waiting.held_at == waiting.at
    assert Message.objects.filter(room=room, span__isnull=True).count() == 2
    assert VaultedBody.objects.get(room=room, number=held).text.startswith("Appelez")
    event = Event.objects.get(room=room, seq=reply)
    assert (event.at, event.actor_id, event.payload["reply_to"]) == (found.at, bob.pk, first)


def test_text_of_any_class_is_written(room: Room, alice: Participant) -> None:
    (event,) = log(room, Writing(room, alice, "c1", mark_safe("<b>Bonjour</b> à tous")))
    assert isinstance(event, Event)
    assert MessageBody.objects.get(room=room, number=event.seq).text == "<b>Bonjour</b> à tous"
