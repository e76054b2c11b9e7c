"""Statements, reports, notices and appeals on the web, without JavaScript."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from rooms.eventlog.models import Room
from rooms.messages.models import VaultedBody
from rooms.redress.models import Appeal, Notice, NoticeText, Report, Statement
from tests.views.conftest import Send, address, browser, page, person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NOTICE = {
    "ground": "hate",
    "explanation": "It calls for hatred.",
    "name": "Nadia",
    "email": "nadia@example.org",
    "good_faith": "on",
}


@pytest.fixture
def sent(room: Room, alice: Client, send: Send) -> int:
    return send(alice, "What a <circus> you are.")


@pytest.fixture
def removed(room: Room, max_: Client, sent: int) -> Statement:
    max_.post(address("remove", room, sent), {"reason": "insult"})
    return Statement.objects.get()


def link(statement: Statement) -> str:
    return reverse("rooms:statement", args=[statement.token])


def contest(client: Client, statement: Statement, text: str) -> int:
    url = reverse("rooms:contest", args=[statement.token])
    return client.post(url, {"text": text}).status_code


def test_a_statement_says_all_that_the_law_asks_for(alice: Client, removed: Statement) -> None:
    html = page(alice, link(removed))
    for words in (
        "Your message was removed",
        "Insult against a person",
        "The rules of this room. Nobody holds it to be illegal.",
        "By a moderator.",
        "A human: Max, moderator.",
        "Nobody reads it in this room any more",
        "another moderator than Max",
        "certified out-of-court dispute settlement body",
        "What a &lt;circus&gt; you are.",
    ):
        assert words in html


def test_what_rests_on_the_law_names_it(room: Room, alice: Client, max_: Client, sent: int) -> None:
    max_.post(address("remove", room, sent), {"reason": "hate"})
    html = page(alice, link(Statement.objects.get()))
    assert "content held to be illegal" in html and "Act of 29 July 1881" in html


def test_the_link_needs_no_account_and_does_not_publish_the_text(removed: Statement) -> None:
    answer = browser().get(link(removed))
    html = answer.content.decode()
    assert "Your message was removed" in html and "circus" not in html
    assert "Only its author reads the text" in html
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    assert browser().get(reverse("rooms:statement", args=["x" * 22])).status_code == 404


def test_a_text_that_was_deleted_is_gone_here_too(alice: Client, removed: Statement) -> None:
    VaultedBody.objects.all().delete()
    html = page(alice, link(removed))
    assert "Its text has been deleted." in html and "circus" not in html


def test_ones_own_decisions_and_reports_are_listed_for_oneself_alone(
    room: Room, alice: Client, bob: Client, max_: Client, removed: Statement, send: Send
) -> None:
    mine = page(alice, address("decisions", room))
    assert link(removed) in mine and "Insult against a person" in mine
    assert link(removed) not in page(bob, address("decisions", room))
    assert "You have not joined this room" in page(browser(), address("decisions", room))
    number = send(alice, "Another one.")
    bob.post(address("report", room, number), {"reason": "spam"})
    assert "It waits for a moderator." in page(bob, address("decisions", room))
    max_.post(address("dismiss_reports", room, number))
    assert "It was looked at, and stays." in page(bob, address("decisions", room))
    max_.post(address("restore", room, removed.number))
    assert "taken back" in page(alice, address("decisions", room))
    assert "It was looked at" not in page(alice, address("decisions", room))


def test_a_report_is_asked_for_and_confirmed(room: Room, bob: Client, sent: int) -> None:
    url = address("report", room, sent)
    assert "Report the message of <bdi>Alice</bdi>" in page(bob, url)
    answer = bob.post(url, {"reason": "insult", "words": "Look at <this>."})
    assert "The moderators have your report." in answer.content.decode()
    assert Report.objects.get().reason == "insult"
    sheet = bob.get(url, headers=HTMX).content.decode()
    assert "<html" not in sheet and "The moderators have your report." in sheet


def test_a_report_that_is_refused_says_why_in_place(
    room: Room, alice: Client, bob: Client, sent: int, settings: Settings, send: Send
) -> None:
    own = alice.post(address("report", room, sent), {"reason": "insult"})
    assert own.status_code == 403 and "This message is your own." in own.content.decode()
    settings.REPORT_RATE = (1, 3600)
    bob.post(address("report", room, send(alice, "One.")), {"reason": "spam"})
    form = {"reason": "insult", "words": "Look at this."}
    late = bob.post(address("report", room, sent), form, headers=HTMX)
    assert late.status_code == 200 and "You have reported many messages" in late.content.decode()
    assert "Look at this.</textarea>" in late.content.decode()
    stranger = browser().post(address("report", room, sent), form)
    assert stranger.status_code == 403
    assert bob.get(address("report", room, 999)).status_code == 404


def test_the_desk_lists_reports_and_settles_them(
    room: Room, bob: Client, alice: Client, max_: Client, olga: Client, sent: int
) -> None:
    bob.post(address("report", room, sent), {"reason": "insult", "words": "Look at <this>."})
    html = page(max_, address("reported", room, sent))
    assert f'id="reported-{sent}"' in html and "Look at &lt;this&gt;." in html
    assert "<bdi>Bob</bdi>" in html and "1 person reported it" in html
    assert alice.get(address("reported", room, sent)).status_code == 404
    assert alice.post(address("dismiss_reports", room, sent)).status_code == 403
    assert max_.post(address("dismiss_reports", room, sent), headers=HTMX).status_code == 204
    assert page(max_, address("reported", room, sent)) == ""
    again = olga.post(address("dismiss_reports", room, sent))
    assert again.status_code == 409 and "(Max)" in again.content.decode()


def test_an_appeal_by_the_link_is_decided_by_another_moderator(
    room: Room, alice: Client, max_: Client, olga: Client, bob: Client, removed: Statement
) -> None:
    assert contest(browser(), removed, "It was <meant> kindly.") == 302
    html = page(browser(), link(removed))
    assert "It was &lt;meant&gt; kindly." in html and "A moderator should decide by" in html
    mine = page(max_, address("appeal", room, removed.seq))
    assert "Another moderator decides" in mine and 'value="upheld"' not in mine
    url = address("appeal", room, removed.seq)
    assert bob.get(url).status_code == 404
    assert max_.post(url, {"text": "Kindly?"}).status_code == 302
    assert "Kindly?" in page(alice, link(removed))
    denied = max_.post(url, {"text": "No.", "outcome": "upheld"})
    assert denied.status_code == 403 and "No.</textarea>" in denied.content.decode()
    assert olga.post(url, {"text": "I agree.", "outcome": "reversed"}).status_code == 302
    html = page(alice, link(removed))
    assert "This was taken back" in html and "I agree." in html
    assert "circus" in page(bob, address("room", room))
    second = olga.post(url, {"text": "Again.", "outcome": "upheld"})
    assert second.status_code == 409 and "(Olga)" in second.content.decode()


def test_an_appeal_without_words_is_asked_for_them(alice: Client, removed: Statement) -> None:
    assert contest(alice, removed, " ") == 422
    assert not Appeal.objects.exists()


def test_a_sanction_is_contested_by_who_can_write_nowhere_else(
    room: Room, alice: Client, max_: Client, olga: Client
) -> None:
    max_.post(address("ban", room, person(room, "Alice").pk), {"reason": "threat"})
    statement = Statement.objects.get()
    html = page(alice, link(statement))
    assert "You were excluded from the room" in html and "Articles 222-17" in html
    assert contest(alice, statement, "I did nothing.") == 302
    form = {"text": "Sorry.", "outcome": "reversed"}
    olga.post(address("appeal", room, statement.seq), form)
    assert not person(room, "Alice").is_banned


def test_it_is_said_where_the_same_moderator_had_to_decide_again(
    room: Room, alice: Client, olga: Client, sent: int
) -> None:
    olga.post(address("remove", room, sent), {"reason": "insult"})
    statement = Statement.objects.get()
    contest(alice, statement, "It was meant kindly.")
    url = address("appeal", room, statement.seq)
    assert "You took this decision yourself." in page(olga, url)
    olga.post(url, {"text": "It stands.", "outcome": "upheld"})
    assert "The same moderator decided again" in page(alice, link(statement))


def test_the_appeals_of_a_room_are_listed_for_its_moderators(
    room: Room, alice: Client, max_: Client, removed: Statement
) -> None:
    assert "Nobody contests a decision." in page(max_, address("appeals", room))
    contest(alice, removed, "It was meant kindly.")
    html = page(max_, address("appeals", room))
    assert "7 days left" in html and address("appeal", room, removed.seq) in html
    assert alice.get(address("appeals", room)).status_code == 404


def test_a_notice_needs_no_account_and_gets_a_receipt(
    room: Room, sent: int, max_: Client, alice: Client
) -> None:
    url = reverse("rooms:notice_form")
    html = page(browser(), f"{url}?room={room.slug}&message={sent}")
    assert "What a &lt;circus&gt; you are." in html
    given = re.search(r'name="link" value="([^"]+)"', html)
    assert given and given[1] == f"http://testserver/rooms/{room.slug}/#m-{sent}"
    answer = browser().post(url, {**NOTICE, "link": given[1]})
    receipt = reverse("rooms:notice", args=[NoticeText.objects.get().token])
    assert (answer.status_code, answer["Location"]) == (302, receipt)
    html = page(browser(), receipt)
    assert "Received." in html and "nadia@example.org" in html
    notice = Notice.objects.get()
    desk = page(max_, address("decide_notice", room, notice.seq))
    assert "It calls for hatred." in desk and "Nadia" in desk and "circus" in desk
    assert '<option value="hate" selected>' in desk
    assert address("decide_notice", room, notice.seq) in page(max_, address("notices", room))
    assert alice.get(address("decide_notice", room, notice.seq)).status_code == 404


def test_a_notice_is_decided_on_and_its_sender_reads_why(
    room: Room, sent: int, max_: Client, olga: Client
) -> None:
    browser().post(reverse("rooms:notice_form"), {**NOTICE, "link": address("message", room, sent)})
    url = address("decide_notice", room, Notice.objects.get().seq)
    keep = {"outcome": "kept", "answer": ""}
    assert max_.post(url, keep).status_code == 422
    assert max_.post(url, {**keep, "answer": "An opinion."}).status_code == 302
    html = page(browser(), reverse("rooms:notice", args=[NoticeText.objects.get().token]))
    assert "The message stays." in html and "An opinion." in html
    assert "A human: <bdi>Max</bdi>" in html
    late = olga.post(url, {"outcome": "removed", "reason": "hate", "answer": ""})
    assert late.status_code == 409 and "(Max)" in late.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"link": "https://example.org/"},
        {"link": "/rooms/nowhere/#m-1"},
        {"link": "http://[/rooms/x/#m-1"},
        {"ground": ""},
        {"name": ""},
        {"email": "nadia"},
        {"good_faith": ""},
        {"explanation": ""},
    ],
)
def test_a_notice_that_lacks_something_comes_back_with_what_was_written(
    room: Room, sent: int, wrong: dict[str, str]
) -> None:
    given = {**NOTICE, "link": f"{address('room', room)}#m-{sent}", **wrong}
    answer = browser().post(reverse("rooms:notice_form"), given)
    html = answer.content.decode()
    assert answer.status_code == 422 and "error" in html
    assert given["explanation"] in html and not Notice.objects.exists()


def test_a_private_rooms_text_is_not_shown_by_the_form(room: Room, olga: Client, sent: int) -> None:
    Room.objects.update(access="code")
    url = f"{reverse('rooms:notice_form')}?room={room.slug}&message={sent}"
    assert "circus" not in page(browser(), url)
    assert "circus" in page(olga, url)


@pytest.mark.parametrize("name", ["statement", "notice"])
def test_a_link_that_nobody_was_given_leads_nowhere(db: None, name: str) -> None:
    url = reverse(f"rooms:{name}", args=["x"])
    for token in ("%00", "%F0%9F%98%80", "x" * 500):
        assert browser().get(url.replace("/x/", f"/{token}/")).status_code == 404


def test_numbers_that_are_none_are_answered(room: Room, max_: Client, bob: Client) -> None:
    huge = 10**30
    for name in ("appeal", "decide_notice", "report"):
        assert max_.get(address(name, room, huge)).status_code == 404
    assert bob.post(address("report", room, huge), {"reason": "spam"}).status_code == 404
    assert max_.post(address("dismiss_reports", room, huge)).status_code == 404
    url = f"{reverse('rooms:notice_form')}?room={room.slug}&message=%00"
    assert browser().get(url).status_code == 200


def test_too_many_notices_from_one_address_are_asked_to_wait(
    room: Room, sent: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NOTICE_RATE = (1, 3600)
    given = {**NOTICE, "link": f"{address('room', room)}#m-{sent}"}
    url = reverse("rooms:notice_form")
    assert browser().post(url, given).status_code == 302
    NoticeText.objects.update(email="somebody.else@example.org")
    assert browser().post(url, given).status_code == 302, "others share the address"
    NoticeText.objects.update(email="somebody.else@example.org")
    monkeypatch.setattr("rooms.redress.notices.HALL", 2)
    forged = browser().post(url, given, headers={"X-Forwarded-For": "192.0.2.99"})
    assert forged.status_code == 429, "without a proxy, a forwarded address counts for nothing"
    assert "Many notices have come from your network" in forged.content.decode()
