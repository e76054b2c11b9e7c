"""Profiles: nothing is shown but what one chose, to whom one chose."""

import pytest

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.people.membership import join_room
from rooms.people.models import User
from rooms.privacy.erasure import erase_person
from rooms.privacy.export import export_person
from rooms.profiles.contacts import accept_contact, ask_contact, block
from rooms.profiles.models import Profile, Seen, Tie
from rooms.profiles.showing import find_shown, linked_profile, profile_of, show_profile, shown_to

ABOUT = "J’enseigne la physique."


@pytest.fixture
def zoe(db: None) -> User:
    return User.objects.create_user("zoe@example.org", name="Zoé")


@pytest.fixture
def yann(db: None) -> User:
    return User.objects.create_user("yann@example.org", name="Yann")


def show(user: User, **fields: object) -> Profile:
    given = {"name": user.name, "about": ABOUT, "place_code": "69123", "is_public": True}
    return show_profile(user=user, **{**given, **fields})  # type: ignore[arg-type]


def test_nobody_has_a_page_until_they_make_it_public(zoe: User, yann: User) -> None:
    assert profile_of(zoe).pk is None
    assert shown_to(profile_of(zoe), yann) is None
    profile = show(zoe, is_public=False, seen={"about": Seen.EVERYBODY})
    assert find_shown(profile.token, yann) is None and find_shown("", None) is None


def test_a_public_profile_shows_the_name_and_nothing_else_by_itself(zoe: User) -> None:
    shown = find_shown(show(zoe).token, None)
    assert shown is not None
    assert (shown.name, shown.about, shown.place_name) == ("Zoé", "", "")
    assert not shown.initiatives and not shown.signatures


def test_each_thing_is_seen_by_whom_it_is_meant_for(zoe: User, yann: User) -> None:
    profile = show(zoe, seen={"about": Seen.CONTACTS, "place": Seen.EVERYBODY})
    stranger = shown_to(profile, yann)
    assert stranger is not None and (stranger.about, stranger.place_name) == ("", "Lyon (69)")
    ask_contact(asker=yann, asked=zoe)
    asking = shown_to(profile, yann)
    assert asking is not None and asking.about == "", "who only asks is no contact"
    accept_contact(user=zoe, other=yann)
    contact = shown_to(profile, yann)
    assert contact is not None and contact.about == ABOUT
    owner = shown_to(profile, zoe)
    assert owner is not None and owner.about == "", "the owner sees what everybody sees"


def test_who_is_blocked_finds_no_page(zoe: User, yann: User) -> None:
    profile = show(zoe)
    block(user=zoe, other=yann)
    assert shown_to(profile, yann) is None
    assert shown_to(profile, None) is not None


@pytest.mark.parametrize("text", ["Écrivez-moi au 06 12 34 56 78", "x" * 501, "a\x00b"])
def test_a_text_that_cannot_stand_is_refused_and_nothing_is_kept(zoe: User, text: str) -> None:
    show(zoe, name="Zoé B")
    with pytest.raises(Refused):
        show(zoe, name="Zoé C", about=text)
    zoe.refresh_from_db()
    assert (zoe.name, profile_of(zoe).about) == ("Zoé B", ABOUT)


def test_a_name_leads_to_a_profile_only_where_asked_and_under_that_name(
    room: Room, zoe: User
) -> None:
    person = join_room(room=room, name="zoé", user=zoe)
    assert linked_profile(person) is None
    show(zoe)
    assert linked_profile(person) is None, "public is not linked"
    profile = show(zoe, is_linked=True)
    assert linked_profile(person) == profile
    show(zoe, is_linked=True, is_public=False)
    assert linked_profile(person) is None
    show(zoe, is_linked=True, name="Zoé Bernard")
    assert linked_profile(person) is None, "a pseudonym is never given away"
    guest = join_room(room=room, name="Zoé Bernard", guest_key="g")
    assert linked_profile(guest) is None


def test_all_of_it_is_exported_and_erased(zoe: User, yann: User) -> None:
    show(zoe, seen={"about": Seen.EVERYBODY})
    ask_contact(asker=yann, asked=zoe)
    assert export_person(zoe)["profile"]["about"] == ABOUT
    assert export_person(zoe)["contacts_asking"][0]["name"] == "Yann"
    assert export_person(yann)["contacts_asked"][0]["name"] == "Zoé"
    accept_contact(user=zoe, other=yann)
    assert export_person(yann)["contacts"] == ["Zoé"]
    erase_person(zoe)
    assert not Profile.objects.exists() and not Tie.objects.exists()
    assert export_person(yann)["contacts"] == []
