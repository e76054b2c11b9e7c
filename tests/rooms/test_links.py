"""Links: where they are, to which hosts, and which of them are held."""

import time

import pytest
from django.utils import timezone
from pytest_django import Settings

from rooms.eventlog.errors import Code
from rooms.eventlog.models import Room
from rooms.moderation.links import links_in, parse_host
from rooms.moderation.policy import room_rules, set_hosts
from rooms.moderation.screeners.links import Links
from rooms.moderation.screening import RoomRules, Rule, Submission
from rooms.people.models import Participant
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal

NOW = timezone.now()


@pytest.mark.parametrize(
    ("text", "host", "shown"),
    [
        ("voir https://example.org/page", "example.org", "https://example.org"),
        ("HTTPS://Example.ORG.", "example.org", "HTTPS://Example.ORG"),
        ("(http://example.org:8080/)", "example.org", "http://example.org:8080"),
        ("(voir https://example.org)", "example.org", "https://example.org"),
        ("https://mairie.fr@example.org/", "example.org", "https://mairie.fr@example.org"),
        (r"https:\\example.org\mairie.fr", "example.org", r"https:\\example.org"),
        ("https://ex%61mple.org/", "example.org", "https://ex%61mple.org"),
        ("tg://example.org", "example.org", "tg://example.org"),
        ("example.org", "example.org", "example.org"),
        ("va sur example.org.", "example.org", "example.org"),
        ("//example.org/a", "example.org", "example.org"),
        ("http:example.org", "example.org", "example.org"),
        ("sub.example.co.uk/x", "sub.example.co.uk", "sub.example.co.uk"),
        ("www.ville.la", "www.ville.la", "www.ville.la"),
        ("ville.la/actes", "ville.la", "ville.la"),
        ("caf\u00e9.fr", "café.fr", "café.fr"),
        ("https://xn--caf-dma.fr", "café.fr", "https://xn--caf-dma.fr"),
        ("https://CAFE\u0301.fr/", "café.fr", "https://CAFE\u0301.fr"),
        ("ｅｘａｍｐｌｅ．org", "example.org", "ｅｘａｍｐｌｅ．org"),
        ("exam\u200bple.org", "example.org", "exam\u200bple.org"),
        ("https://example。org", "example.org", "https://example。org"),
        ("http://192.0.2.7/x", "192.0.2.7", "http://192.0.2.7"),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]", "http://[2001:db8::1]:80"),
        ("https://xn--99999999999999/", "xn--99999999999999", "https://xn--99999999999999"),
    ],
)
def test_a_link_is_found_with_its_host(text: str, host: str, shown: str) -> None:
    (link,) = links_in(text)
    assert link.host == host
    assert text[slice(*link.span)] == shown


@pytest.mark.parametrize(
    "text",
    [
        "C'est bien.Il faut continuer",
        "la ville.la mairie",
        "Oui.Non.Peut-être...",
        "écrire à jean.dupont@mairie.fr",
        "l'art. 7.2 et 3.14, à 12.30 h",
        "M. Dupont, S.N.C.F., p.m.",
        "script.py et notes.md",
        "et/ou",
        "https://",
        "…",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert links_in(text) == []


def test_all_links_are_found_in_order() -> None:
    text = "a.org, https://b.org/a.org?c.org et www.d.org/e.fr/f.fr"
    assert [link.host for link in links_in(text)] == ["a.org", "b.org", "www.d.org"]
    hosts = [link.host for link in links_in(text, {"c.org", "f.fr"})]
    assert hosts == ["a.org", "b.org", "c.org", "www.d.org", "f.fr"]


Hosts = tuple[str, ...]


def judge(text: str, *, allowed: Hosts = (), held: Hosts = ()) -> str:
    """Return the rule that holds a text, "" where none does."""
    rules = RoomRules(allowed_hosts=allowed, held_hosts=held)
    return Links().screen(Submission(text, NOW, rules=rules)).rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("https://spam.example/x", Rule.LINK),
        ("sous.spam.example", Rule.LINK),
        ("voir SPAM.example !", Rule.LINK),
        ("café.fr/a et xn--caf-dma.fr/a", Rule.LINK),
        ("https://nospam.example/", ""),
        ("https://spam.example.org/", ""),
        ("https://autre.fr", ""),
        ("https://autre.fr/?vers=spam.example", Rule.LINK),
        ("spam example", ""),
    ],
)
def test_links_to_held_hosts_are_held(text: str, rule: str) -> None:
    assert judge(text, held=("spam.example", "café.fr")) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("https://www.legifrance.gouv.fr/loda/", ""),
        ("legifrance.gouv.fr", ""),
        ("https://legifrance.gouv.fr/texte.fr/autre.fr", ""),
        ("https://legifrance.gouv.fr,autre.fr", Rule.LINK),
        ("pas de lien du tout.Vraiment", ""),
        ("https://legifrance.gouv.fr.evil.example/", Rule.LINK),
        ("https://gouv.fr/", Rule.LINK),
        ("https://evil.legifrance.gouv.fr/", Rule.LINK),
        ("https://site.test/rooms/debat/#m-3", ""),
    ],
)
def test_where_hosts_are_allowed_others_are_held(text: str, rule: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["site.test"]
    hosts = ("legifrance.gouv.fr",)
    assert judge(text, allowed=hosts, held=("evil.legifrance.gouv.fr",)) == rule


def test_the_site_has_lists_for_all_rooms(settings: Settings) -> None:
    settings.LINK_HOLD = ["Spam.example"]
    assert judge("https://spam.example", allowed=("spam.example",)) == Rule.LINK
    settings.LINK_ALLOW = ["insee.fr"]
    assert judge("https://insee.fr et ville.fr", allowed=("ville.fr",)) == ""
    assert judge("https://autre.fr", allowed=("ville.fr",)) == Rule.LINK


def test_many_links_are_held_at_the_first_too_many() -> None:
    text = "a.fr b.fr c.fr"
    assert judge(text) == ""
    verdict = Links().screen(Submission(f"{text} d.fr", NOW))
    assert (verdict.rule, verdict.span) == (Rule.LINK, (15, 19))


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.org", "example.org"),
        ("  https://www.Example.org/a?b ", "example.org"),
        ("*.example.org", "example.org"),
        ("xn--caf-dma.fr", "café.fr"),
        ("example.org:8080/", "example.org"),
        ("192.0.2.7", "192.0.2.7"),
        ("localhost", ""),
        ("deux mots", ""),
        ("-a.org", ""),
        (f"{'a.' * 200}org", ""),
    ],
)
def test_a_host_is_read_as_it_may_be_typed(typed: str, host: str) -> None:
    assert parse_host(typed) == host


def test_a_room_has_hosts_of_its_own(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    assert refusal(set_hosts, room=room, actor=alice, allowed=[], held=[]).code is Code.FORBIDDEN
    answer = refusal(set_hosts, room=room, actor=max_, allowed=["n'importe quoi"], held=[])
    assert answer.code is Code.BAD_SHAPE and "n'importe quoi" in str(answer.message)
    many = [f"h{n}.fr" for n in range(501)]
    assert refusal(set_hosts, room=room, actor=max_, allowed=[], held=many).code is Code.TOO_LONG
    held = ["https://www.spam.example/", "spam.example", ""]
    set_hosts(room=room, actor=max_, allowed=[], held=held)
    room.refresh_from_db()
    assert room_rules(room).held_hosts == ("spam.example",)
    assert post(alice, "venez sur spam.example").rule == Rule.LINK
    assert post(alice, "venez sur autre.example").status == "posted"


@pytest.mark.parametrize(
    "text",
    [
        "a." * 1000,
        "a" * 2000,
        "a-" * 1000,
        "http://" * 285,
        "a.b/" * 500,
        "a.fr " * 400,
        "a_." * 666,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    # Of the processor, whatever else runs here; the square of this length would take minutes.
    began = time.thread_time()
    links_in(text * 20)
    assert time.thread_time() - began < 5
