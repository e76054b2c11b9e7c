"""The transparency report: each figure counted from what was logged, none invented."""

import csv
import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from rooms.eventlog.models import Room
from rooms.ledger.figures import Share, Value, Wait
from rooms.ledger.models import LedgerEntry
from rooms.ledger.report_files import as_csv, as_json
from rooms.ledger.transparency import report, years
from rooms.messages.decisions import approve_message, reject_message, remove_message
from rooms.messages.models import Message
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import (
    ban_participant,
    mute_participant,
    slow_participant,
    unmute_participant,
)
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.privacy.erasure import erase_guest
from rooms.redress.appeals import decide_appeal, open_appeal
from rooms.redress.models import Appeal, Notice, Statement
from rooms.redress.notices import decide_notice, file_notice
from rooms.redress.reports import report_message
from tests.rooms.conftest import Post

THIS = timezone.localdate().year
Figures = dict[tuple[str, str], Value]


def figures(year: int = THIS) -> Figures:
    """Return every figure of a report by its key and code."""
    rows = [row for section in report(year).sections for row in section.rows]
    found = {(row.key, row.code): row.value for row in rows}
    assert len(found) == len(rows), "each figure has a key of its own"
    return found


@pytest.fixture
def year(
    room: Room,
    olga: Participant,
    max_: Participant,
    alice: Participant,
    bob: Participant,
    post: Post,
) -> Room:
    """A room in which one of everything happened this year."""
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    held = [post(bob, f"un gros mot {n}").number for n in "abcd"]
    approve_message(room=room, actor=max_, number=held[0])
    for number in held[1:3]:
        reject_message(room=room, actor=max_, number=number, reason="insult")
    said = [post(alice, text).number for text in ("Les bus gratuits.", "Et les trams aussi !")]
    report_message(room=room, actor=bob, number=said[0], reason="hate")
    fields = {"explanation": "Voyez.", "name": "Nadia", "email": "nadia@example.org"}
    for number, ground in zip(said, ("hate", "other_law"), strict=True):
        file_notice(room=room, number=number, ground=ground, **fields)
    notice = Notice.objects.get(room=room, ground="hate")
    how = {"outcome": "removed", "reason": "hate", "answer": ""}
    decide_notice(room=room, actor=max_, notice=notice, **how)
    Notice.objects.filter(pk=notice.pk).update(decided_at=notice.at + timedelta(hours=2))
    mute_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60, reason="spam")
    unmute_participant(room=room, actor=max_, participant_id=bob.pk)
    slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60)
    slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=0)
    ban_participant(room=room, actor=max_, participant_id=bob.pk)
    for kind, outcome in (("banned", "upheld"), ("rejected", "reversed"), ("removed", "")):
        statement = Statement.objects.filter(room=room, kind=kind).order_by("seq")[0]
        open_appeal(statement=statement, actor=statement.participant, text="Non.")
        if outcome:
            decide_appeal(statement=statement, actor=olga, outcome=outcome, text="Vu.")
    for appeal, hours in zip(Appeal.objects.exclude(outcome=""), (1, 4), strict=True):
        decided = appeal.opened_at + timedelta(hours=hours)
        Appeal.objects.filter(pk=appeal.pk).update(decided_at=decided)
    return room


def test_every_figure_is_what_was_logged(year: Room) -> None:
    found = figures()
    assert {key: found[key, ""] for key, code in found if not code} == {
        "rooms": 1,
        "own_rules": 1,
        "modes": 0,
        "orders_to_act": None,
        "orders_to_inform": None,
        "notices": 2,
        "notices_removed": 1,
        "notices_kept": 0,
        "notices_open": 1,
        "notices_median": Wait(timedelta(hours=2)),
        "notices_automated": 0,
        "notices_flaggers": None,
        "restrictions": 5,
        "restrictions_law": 0,
        "restrictions_rules": 5,
        "found_by_machine": 2,
        "found_by_reports": 0,
        "found_by_moderators": 3,
        "decided_by_machine": 0,
        "decided_by_moderators": 5,
        "lifted": 3,
        "reports": 1,
        "training": None,
        "appeals": 3,
        "appeals_upheld": 1,
        "appeals_reversed": 1,
        "appeals_open": 1,
        "appeals_rate": Share(1, 2),
        "appeals_median": Wait(timedelta(hours=2, minutes=30)),
        "appeals_basis": None,
        "held": 4,
        "held_decided": 3,
        "held_confirmed": Share(1, 3),
        "held_needless": Share(2, 3),
        "missed": None,
        "statements": 6,
        "statements_automated": 0,
        "disputes": None,
        "bans": 1,
        "mutes": 1,
        "slowed": 1,
        "suspended_notices": None,
        "suspended_complaints": None,
        "people": 4,
        "readers": None,
    }
    assert {(key, code): value for (key, code), value in found.items() if code} == {
        ("notices_by_type", "hate"): 1,
        ("notices_by_type", "other_law"): 1,
        ("restrictions_by_kind", "rejected"): 2,
        ("restrictions_by_kind", "muted"): 1,
        ("restrictions_by_kind", "slowed"): 1,
        ("restrictions_by_kind", "banned"): 1,
        ("restrictions_by_reason", "insult"): 2,
        ("restrictions_by_reason", "other"): 2,
        ("restrictions_by_reason", "spam"): 1,
        ("held_by_rule", "words"): 4,
        ("needless_by_rule", "words"): Share(2, 3),
        ("people_by_month", timezone.localdate().strftime("%Y-%m")): 4,
    }


def test_what_follows_a_notice_is_not_the_sites_own_initiative(year: Room) -> None:
    found = figures()
    assert ("restrictions_by_kind", "removed") not in found
    number = Message.objects.filter(room=year, status="visible").order_by("number")[0].number
    max_ = Participant.objects.get(room=year, name="Max")
    remove_message(room=year, actor=max_, number=number, reason="off_topic")
    assert figures()["restrictions_by_kind", "removed"] == 1


def test_a_year_begins_and_ends_at_midnight_of_the_sites_zone(year: Room) -> None:
    midnight = timezone.make_aware(datetime(THIS, 1, 1))
    first, second = Statement.objects.filter(kind__in=("muted", "banned")).order_by("seq")
    Statement.objects.filter(pk=first.pk).update(at=midnight - timedelta(microseconds=1))
    Statement.objects.filter(pk=second.pk).update(at=midnight)
    assert (figures()["statements", ""], figures(THIS - 1)["statements", ""]) == (5, 1)


def test_an_empty_year_says_nothing_it_does_not_know(db: None) -> None:
    found = figures()
    assert found["appeals_rate", ""] == Share(0, 0)
    assert found["appeals_median", ""] == Wait(None)
    assert found["people", ""] == 0
    assert years() == [THIS]
    assert Share(0, 0).percent is None


def test_there_is_a_report_on_each_year_since_the_first_room(room: Room) -> None:
    Room.objects.update(created_at=room.created_at - timedelta(days=2 * 366))
    assert years() == [THIS, THIS - 1, THIS - 2]


def test_a_person_counts_once_in_several_rooms_and_after_erasure(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    user = User.objects.create_user("carla@example.org")
    before = figures()["people", ""]
    assert before == 2
    other = Room.objects.create(slug="autre", title="Autre", status=Room.Status.OPEN)
    for place in (room, other):
        join_room(room=place, name="Carla", user=user)
    assert figures()["people", ""] == 3
    erase_guest("alice")
    assert figures()["people", ""] == 3


def test_a_rule_that_held_keeps_its_hits_apart_from_others(
    year: Room, alice: Participant, post: Post
) -> None:
    first = LedgerEntry.objects.filter(type="message.held").order_by("seq")[0]
    LedgerEntry.objects.filter(pk=first.pk).update(basis="newcomer")
    found = figures()
    assert found["needless_by_rule", "newcomer"] == Share(1, 1)
    assert found["needless_by_rule", "words"] == Share(1, 2)


def test_the_files_have_every_figure_and_say_what_is_not_recorded(year: Room) -> None:
    with translation.override("en"):
        made = report(THIS)
        told = json.loads(as_json(made))["figures"]
        rows = list(csv.DictReader(StringIO(as_csv(made))))
    assert len(told) == len(rows) == sum(len(section.rows) for section in made.sections)
    by_key = {(one["key"], one["code"]): one for one in told}
    assert by_key["notices_median", ""]["value"] == 7200
    assert by_key["held_needless", ""]["value"] == 66.67
    assert by_key["disputes", ""] == {
        "article": "21, 23, 24(1)",
        "key": "disputes",
        "label": "Out-of-court disputes",
        "code": "",
        "detail": "",
        "unit": "count",
        "value": None,
        "recorded": False,
    }
    assert [row["value"] for row in rows if row["key"] == "disputes"] == [""]


@pytest.mark.parametrize(
    ("form", "expected"), [("json", '"year": '), ("csv", "article,key,"), ("html", "<h1>")]
)
def test_the_command_writes_each_format(year: Room, form: str, expected: str) -> None:
    out = StringIO()
    options: dict[str, Any] = {"year": THIS, "format": form, "language": "en", "stdout": out}
    call_command("transparency", **options)
    assert expected in out.getvalue()
    assert "Out-of-court disputes" in out.getvalue()
