"""The public ledger: every decision is in it, nobody's identity is, no change goes unseen."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rooms.eventlog import registry
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.eventlog.triggers import drop_triggers
from rooms.ledger.chain import Chain, head_digest
from rooms.ledger.export import as_csv, as_json, export
from rooms.ledger.models import LedgerEntry
from rooms.ledger.records import FIELDS, first_digest, logged
from rooms.ledger.verify import first_fault, first_fault_in_export
from rooms.messages.decisions import (
    approve_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.moderation.modes import set_hold_policy, set_mode
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import (
    ban_participant,
    mute_participant,
    slow_participant,
    unban_participant,
    unmute_participant,
)
from rooms.people.models import Participant
from tests.rooms.conftest import Post

NO_MODERATION = {
    "room.created",
    "room.scheduled",
    "room.opened",
    "room.closed",
    "participant.joined",
    "participant.merged",
    "message.posted",
    "message.edited",
    "message.claimed",
    "message.reacted",
    "appeal.answered",
    "participant.erased",
    "message.erased",
    "message.promoted",
    "announcement.made",
    "announcement.acknowledged",
    "shift.added",
    "meetup.called",
    "meetup.changed",
    "meetup.cancelled",
    "rsvp.given",
    "rsvp.moved_up",
    "task.created",
    "task.changed",
    "announcement.edited",
    "announcement.renewed",
    "task.promoted",
    "message.tasked",
    "task.cancelled",
    "task.taken",
    "task.handed_over",
    "promoter.added",
    "promoter.left",
    "initiative.signed",
    "initiative.unsigned",
    "initiative.reached",
    "group.described",
    "group.room_opened",
    "initiative.bound",
    "member.admitted",
    "member.asked",
    "member.left",
    "member.refused",
    "member.returned",
    "initiative.reported",
    "initiative.archived",
    "report_back.published",
}


@pytest.fixture
def moderated(
    room: Room, max_: Participant, alice: Participant, bob: Participant, post: Post
) -> Room:
    """A room in which moderators did everything they can."""
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    first = post(alice, "Les bus doivent être gratuits.", side="for").number
    one, two = (post(bob, f"un gros mot {n}", side="against").number for n in "ab")
    approve_message(room=room, actor=max_, number=one)
    reject_message(room=room, actor=max_, number=two, reason="insult")
    remove_message(room=room, actor=max_, number=one, reason="spam")
    restore_message(room=room, actor=max_, number=one)
    withhold_message(room=room, actor=max_, number=one)
    approve_message(room=room, actor=max_, number=one)
    remove_message(room=room, actor=alice, number=first)
    mute_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60, reason="spam")
    unmute_participant(room=room, actor=max_, participant_id=bob.pk)
    slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60)
    ban_participant(room=room, actor=max_, participant_id=bob.pk)
    unban_participant(room=room, actor=max_, participant_id=bob.pk)
    set_mode(room=room, actor=max_, mode="is_paused", value=1)
    set_hold_policy(room=room, actor=max_, outcome="reject", minutes=30)
    return room


def test_each_event_type_is_in_the_ledger_or_known_not_to_be_moderation() -> None:
    assert set(registry.event_types()) - FIELDS.keys() - NO_MODERATION == set()
    assert FIELDS.keys() & NO_MODERATION == set()


def test_a_record_has_only_fields_of_its_event() -> None:
    for name, cls in registry.event_types().items():
        assert set(FIELDS.get(name, ())) <= set(cls.__struct_fields__), name


def test_each_record_is_documented_with_its_fields() -> None:
    rows = re.findall(r"^\| `([a-z._]+)` \| (.+) \|$", Path("docs/ledger.md").read_text(), re.M)
    documented = {name: set(re.findall(r"`(\w+)`", fields)) for name, fields in rows}
    expected = {name: set(fields) for name, fields in FIELDS.items()}
    expected["message.held"].add("message")
    assert documented == expected


def test_no_record_has_what_may_have_to_be_erased() -> None:
    named = {name for fields in FIELDS.values() for name in fields}
    assert named & {"client_id", "digest", "span", "text", "name", "token", "reporter"} == set()


def test_every_decision_has_an_entry_in_order_and_posting_has_none(moderated: Room) -> None:
    decisions = Event.objects.filter(room=moderated).exclude(type__in=NO_MODERATION)
    logged = list(decisions.order_by("seq").values_list("seq", "type"))
    entries = LedgerEntry.objects.filter(room=moderated).order_by("seq")
    assert list(entries.values_list("seq", "type")) == logged
    assert first_fault(moderated) is None
    assert differences(moderated.pk) == []


def test_an_entry_says_who_decided_by_what_and_after_how_long(
    moderated: Room, max_: Participant
) -> None:
    entries = LedgerEntry.objects.filter(room=moderated).order_by("seq")
    told = [(e.type, e.by, e.basis, e.waited is not None) for e in entries if e.message]
    assert told == [
        ("message.held", "machine", "words", False),
        ("message.held", "machine", "words", False),
        ("message.approved", "moderator", "", True),
        ("message.rejected", "moderator", "insult", True),
        ("message.removed", "moderator", "spam", False),
        ("message.restored", "moderator", "", False),
        ("message.withheld", "moderator", "", False),
        ("message.restored", "moderator", "", True),
        ("message.removed", "author", "", False),
    ]
    by = {line["by"] for line in export(moderated)["entries"]}
    assert f"moderator:{max_.pk}" in by
    olga = Participant.objects.get(room=moderated, name="Olga")
    assert by == {"machine", "author", f"moderator:{max_.pk}", f"moderator:{olga.pk}"}


def test_a_post_costs_the_ledger_no_query(
    room: Room, alice: Participant, post: Post, django_assert_num_queries: Any
) -> None:
    post(alice, "Bonjour à toutes et à tous")
    with connection.execute_wrapper(_refuse_the_ledger):
        post(alice, "Les trams aussi doivent être gratuits.")


def _refuse_the_ledger(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
    assert "ledgerentry" not in sql
    return execute(sql, *args)


def test_the_export_and_its_pages_check_out(moderated: Room) -> None:
    whole = json.loads(as_json(export(moderated)))
    assert first_fault_in_export(whole) is None
    assert whole["head"] == head_digest(moderated)
    entries, after = [], 0
    while after is not None:
        part = export(moderated, after=after, limit=3)
        assert first_fault_in_export(part) is None
        entries += part["entries"]
        after = part["next"]
    assert entries == whole["entries"]
    assert as_csv(whole).count("\r\n") == len(entries) + 1


def test_an_empty_ledger_is_an_export_too(db: None, olga: Participant) -> None:
    room = olga.room
    assert first_fault_in_export(export(room)) is None
    assert export(room)["head"] == head_digest(room)


def test_the_documented_check_is_the_one_that_holds(moderated: Room, tmp_path: Path) -> None:
    source = re.findall(r"```python\n(.*?)```", Path("docs/ledger.md").read_text(), re.S)[0]
    kept = tmp_path / "ledger.json"
    whole = export(moderated)
    kept.write_text(as_json(whole))
    scope: dict[str, Any] = {}
    exec(source.replace('"ledger.json"', repr(str(kept))), scope)
    assert scope["digest"] == head_digest(moderated)
    kept.write_text(as_json(whole).replace("insult", "spam"))
    with pytest.raises(AssertionError):
        exec(source.replace('"ledger.json"', repr(str(kept))), {})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_an_export_is_found(moderated: Room, data: st.DataObject) -> None:
    exported = json.loads(as_json(export(moderated)))
    entries = exported["entries"]
    place = data.draw(st.integers(0, len(entries) - 1))
    how = data.draw(st.sampled_from(["change", "drop", "swap", "add", "repeat"]))
    if how == "change":
        name = data.draw(st.sampled_from(sorted(entries[place])))
        entries[place][name] = _other(entries[place][name])
    elif how == "drop":
        del entries[place]
    elif how == "swap":
        other = (place + 1) % len(entries)
        entries[place], entries[other] = entries[other], entries[place]
    elif how == "add":
        entries[place]["note"] = "x"
    else:
        entries.insert(place, dict(entries[place]))
    assert first_fault_in_export(exported) is not None


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}x"


@pytest.fixture
def rewritable(moderated: Room) -> Room:
    """A room in a database whose owner took the triggers away that keep the log as it is."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        drop_triggers(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    return moderated


def test_any_change_of_a_logged_decision_is_found(rewritable: Room) -> None:
    events = Event.objects.filter(room=rewritable, type__in=FIELDS)
    for event in events:
        payload, public = event.payload, set(event.payload) & set(FIELDS[event.type])
        other = "policy.changed" if event.type == "mode.changed" else "mode.changed"
        changes: list[dict[str, Any]] = [
            {"at": event.at + timedelta(microseconds=1)},
            {"type": other},
            {"type": "message.reacted"},
            *({"payload": {**payload, name: _other(payload[name])}} for name in public),
        ]
        if event.type != "message.held":  # The machine's, whoever wrote.
            changes.append({"actor": None})
        for change in changes:
            assert _fault_after(events.filter(pk=event.pk), change) == event.seq, change


def test_a_decision_that_is_taken_out_or_put_in_is_found(rewritable: Room) -> None:
    decisions = Event.objects.filter(room=rewritable, type__in=FIELDS).order_by("seq")
    for event in list(decisions):
        with transaction.atomic():
            event.delete()
            assert first_fault(rewritable) == event.seq
            transaction.set_rollback(True)
    posted = Event.objects.filter(room=rewritable, type="message.posted")
    change = {"type": "message.approved", "payload": {"message": 1}}
    assert _fault_after(posted, change) == posted.get().seq


def test_any_change_of_the_ledger_is_found(moderated: Room) -> None:
    entries = LedgerEntry.objects.filter(room=moderated)
    for entry in entries:
        for field in ("type", "by", "basis", "digest"):
            change = {field: f"{getattr(entry, field)[:-1]}~"}
            assert _fault_after(entries.filter(pk=entry.pk), change) == entry.seq
        with transaction.atomic():
            entry.delete()
            assert first_fault(moderated) == entry.seq
            transaction.set_rollback(True)


def _fault_after(rows: "QuerySet[Any]", change: dict[str, Any]) -> int | None:
    """Return the fault that is found after a change, which is then undone."""
    room = rows.get().room
    with transaction.atomic():
        rows.update(**change)
        fault = first_fault(room)
        transaction.set_rollback(True)
    assert first_fault(room) is None
    return fault


def test_the_command_names_what_was_rewritten(moderated: Room) -> None:
    assert head_digest(moderated) in _verify(moderated.slug)
    LedgerEntry.objects.filter(room=moderated, type="message.rejected").update(basis="spam")
    with pytest.raises(CommandError, match="1 ledgers do not say what the log says"):
        _verify()


def test_who_kept_an_export_can_prove_a_rewritten_log(
    rewritable: Room, max_: Participant, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(as_json(export(rewritable)))
    assert "still has every entry" in _verify(against=str(kept))
    mute_participant(room=rewritable, actor=max_, participant_id=max_.pk + 1, seconds=5)
    assert "still has every entry" in _verify(against=str(kept)), "the ledger has only grown"

    # Somebody with the database changes a decision, and computes the whole chain again.
    event = Event.objects.get(room=rewritable, type="message.rejected")
    payload = {**event.payload, "reason": "hate"}
    Event.objects.filter(pk=event.pk).update(payload=payload)
    LedgerEntry.objects.filter(room=rewritable).delete()
    chain = Chain(rewritable.pk, first_digest(rewritable.slug))
    for decision in Event.objects.filter(room=rewritable, type__in=FIELDS).order_by("seq"):
        chain.add(logged(decision))
    chain.save()
    assert first_fault(rewritable) is None
    with pytest.raises(CommandError, match=f"rewritten at {event.seq}"):
        _verify(against=str(kept))


def test_a_broken_file_is_refused_in_words(db: None, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    for text in ("", "[]", "{}", '{"room": "x", "after": 0, "previous": "", "entries": 5}'):
        kept.write_text(text)
        with pytest.raises(CommandError):
            _verify(against=str(kept))


def _verify(*slugs: str, **options: Any) -> str:
    out = StringIO()
    call_command("verify_ledger", *slugs, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()
