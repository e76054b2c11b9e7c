"""The ledger's pages and files: for whoever may read the room, in words, naming nobody."""

import csv
import json
import re
from io import StringIO

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from rooms.eventlog.models import Room
from rooms.ledger.chain import head_digest
from rooms.ledger.models import LedgerEntry
from rooms.ledger.records import FIELDS
from rooms.ledger.selectors import Line
from rooms.ledger.verify import first_fault_in_export
from rooms.ledger.words import basis_label
from rooms.messages.models import Message
from rooms.moderation.screening import Rule
from tests.views.conftest import Send, address, browser, join, make_room, page, person


@pytest.fixture
def decided(room: Room, max_: Client, alice: Client, bob: Client, send: Send) -> Room:
    """A room with a hold that was rejected, a removal, and a mute."""
    max_.post(address("words", room), {"words": "gros mot"})
    send(alice, "Buses should be free.", side="for")
    held = send(bob, "un gros mot", side="against")
    max_.post(address("reject", room, held), {"reason": "insult"})
    removed = send(alice, "Something else entirely.", side="for")
    max_.post(address("remove", room, removed), {"reason": "off_topic"})
    bob_id = person(room, "Bob").pk
    max_.post(address("mute", room, bob_id), {"seconds": "300", "reason": "spam"})
    return room


def test_the_ledger_tells_every_decision_in_words_and_names_nobody(decided: Room) -> None:
    html = page(browser(), address("ledger", decided))
    words = re.sub(r"<[^>]+>|\s+", " ", html.split('id="entries"')[1])
    words = re.sub(r" +", " ", words)
    held, removed = Message.objects.filter(room=decided).exclude(status="visible")
    bob, max_ = person(decided, "Bob"), person(decided, "Max")
    for sentence in (
        f"Message {held.number} was held for a moderator Listed expressions automatic",
        f"Message {held.number} was not published Insult against a person moderator {max_.pk}",
        f"Message {removed.number} was removed Off topic moderator {max_.pk}",
        f"Participant {bob.pk} may not write until",
    ):
        assert sentence in words
    for text in ("Max", "Bob", "Alice", "gros mot", "Something else"):
        assert text not in html
    assert head_digest(decided) in html


def test_a_message_links_to_its_tombstone(decided: Room, max_: Client) -> None:
    removed = Message.objects.get(room=decided, reason="off_topic")
    (link,) = re.findall(
        rf'<a href="([^"]+)">{removed.number}</a>', page(browser(), address("ledger", decided))
    )
    where, _hash, anchor = link.partition("#")
    assert f'id="{anchor}"' in page(browser(), where)
    held = Message.objects.get(room=decided, reason="insult")
    assert f"#m-{held.number}" not in page(browser(), address("ledger", decided)), "no line of it"


def test_the_figures_add_up(decided: Room) -> None:
    context = browser().get(address("ledger", decided)).context
    assert {(one.basis, one.machine, one.moderator) for one in context["measures"]} == {
        ("words", 1, 0),
        ("insult", 0, 1),
        ("off_topic", 0, 1),
        ("spam", 0, 1),
    }
    assert (context["machine"], context["moderator"]) == (1, 3)
    assert [(one.side, one.posted, one.held, one.gone) for one in context["sides"]] == [
        ("for", 2, 0, 1),
        ("against", 1, 1, 1),
    ]
    assert (context["holds"].held, context["holds"].decided, context["holds"].published) == (
        1,
        1,
        0,
    )
    (bar,) = context["timeline"].bins
    assert (bar.machine, bar.moderator) == (1, 4), "the room's rules were changed, too"


def test_the_ledger_goes_back_page_by_page(decided: Room, max_: Client) -> None:
    bob_id = person(decided, "Bob").pk
    for _turn in range(30):
        for verb in ("unmute", "mute"):
            max_.post(address(verb, decided, bob_id), {"seconds": "300", "reason": "spam"})
    for start, of in (
        (address("ledger", decided), LedgerEntry.objects.filter(room=decided)),
        (reverse("rooms:public_ledger"), LedgerEntry.objects.all()),
    ):
        seen: list[int] = []
        url: str | None = start
        while url:
            html = page(browser(), url)
            seen += [int(seq) for seq in re.findall(r'<li id="s-(\d+)"', html)]
            found = re.search(r'href="(\?before=\d+)">Earlier', html)
            url = start + found[1] if found else None
        assert seen == sorted(of.values_list("seq", flat=True), reverse=True)


def test_the_files_have_every_record_and_check_out(decided: Room) -> None:
    answer = browser().get(address("ledger_json", decided))
    exported = json.loads(answer.content)
    assert first_fault_in_export(exported) is None
    assert len(exported["entries"]) == LedgerEntry.objects.filter(room=decided).count()
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(
        csv.DictReader(StringIO(browser().get(address("ledger_csv", decided)).content.decode()))
    )
    assert [row["digest"] for row in rows] == [line["digest"] for line in exported["entries"]]
    assert {row["type"] for row in rows} <= FIELDS.keys()
    rest = json.loads(browser().get(address("ledger_json", decided) + "?after=4").content)
    assert [line["seq"] for line in rest["entries"]] == [
        line["seq"] for line in exported["entries"] if line["seq"] > 4
    ]
    assert first_fault_in_export(rest) is None


def test_what_cannot_be_read_has_no_ledger_to_read(decided: Room, db: None) -> None:
    olga = browser()
    closed = make_room(olga, access="code", title="Only for us")
    join(closed, "Carla").post(address("post", closed), {"text": "?", "client_id": "x"})
    olga.post(address("mode", closed, "is_paused"), {"value": "1"})
    assert LedgerEntry.objects.filter(room=closed).exists()
    for name in ("ledger", "ledger_json", "ledger_csv"):
        assert page(browser(), address(name, closed), status=404)
        assert olga.get(address(name, closed)).status_code == 200
    for name in ("public_ledger", "public_ledger_json"):
        html = page(browser(), reverse(f"rooms:{name}"))
        assert closed.slug not in html and decided.slug in html


def test_every_last_digest_can_be_kept(decided: Room) -> None:
    (room,) = browser().get(reverse("rooms:public_ledger_json")).json()["rooms"]
    assert (room["room"], room["head"]) == (decided.slug, head_digest(decided))
    assert room["entries"] == LedgerEntry.objects.filter(room=decided).count()
    assert browser().get(room["ledger"]).json()["head"] == room["head"]


def test_an_empty_ledger_and_nonsense_numbers(room: Room) -> None:
    for before in ("", "x", "-1", "9" * 30, "٣"):
        assert "Nothing was decided yet" in page(
            browser(), f"{address('ledger', room)}?before={before}"
        )
        assert browser().get(f"{address('ledger_json', room)}?after={before}").status_code == 200


@pytest.mark.parametrize("kind", FIELDS)
def test_every_entry_has_words(room: Room, kind: str) -> None:
    values = {
        "outcome": "kept",
        "mode": "is_paused",
        "role": "moderator",
        "until": "2030-01-01T10:00:00Z",
        "decision": 3,
        "minutes": 5,
        "value": 1,
        "seconds": 9,
        "message": 7,
    }
    if kind == "hold_policy.changed":
        values["outcome"] = "release"
    record = {"seq": 9, "type": kind, "by": "machine", **{n: values.get(n) for n in FIELDS[kind]}}
    line = Line(9, room, record, room.created_at, "hate", None, "d" * 64, None)
    html = render_to_string("rooms/ledger/entry.html", {"line": line, "record": record})
    words, why = html.split('<span class="why">')
    assert len(words.split()) > 2
    assert why.startswith("Hatred")


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_that_holds_has_a_label(rule: str) -> None:
    refuses = {Rule.LENGTH, Rule.RATE, Rule.DUPLICATE}
    assert bool(basis_label(rule)) == (rule not in refuses)


def test_the_figures_are_files_of_a_room_and_of_the_site(decided: Room) -> None:
    room = browser().get(f"/rooms/{decided.slug}/ledger/figures.json").json()
    site = browser().get("/ledger/figures.json").json()
    rules = {one["rule"]: (one["machine"], one["moderator"]) for one in room["measures"]}
    assert rules["words"] == (1, 0) and rules["off_topic"] == (0, 1)
    assert room["holds"] == {"held": 1, "decided": 1, "published": 0}
    assert {one["side"]: one["posted"] for one in room["sides"]} == {"for": 2, "against": 1}
    assert site["room"] is None and site["measures"] == room["measures"] and site["sides"] == []
    for path in (f"/rooms/{decided.slug}/ledger/figures.csv", "/ledger/figures.csv"):
        rows = list(csv.reader(StringIO(browser().get(path).content.decode())))
        assert ["measures_by_moderator", "off_topic", "1"] in rows
