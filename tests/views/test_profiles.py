"""Profiles and contacts on the web."""

import pytest
from django.test import Client
from django.urls import reverse

from rooms.eventlog.models import Room
from rooms.initiatives.models import Initiative, Signature
from rooms.initiatives.signing import Signer, sign_as, withdraw_signature
from rooms.people.membership import join_room
from rooms.people.models import User
from rooms.profiles.contacts import are_contacts
from rooms.profiles.models import Profile, Seen, Tie
from rooms.profiles.showing import show_profile
from tests.rooms.test_initiatives import Propose, paula, propose
from tests.views.conftest import address, browser, page

__all__ = ["paula", "propose"]

pytestmark = pytest.mark.django_db
MINE, CONTACTS = reverse("rooms:my_profile"), reverse("rooms:contacts")
FORM = {
    "name": "Zoé",
    "about": "I teach physics.",
    "place": "Lyon",
    "place_code": "69123",
    "about_seen": "everybody",
    "place_seen": "contacts",
    "initiatives_seen": "everybody",
    "signatures_seen": "nobody",
    "groups_seen": "nobody",
}


def signed_in(name: str) -> tuple[Client, User]:
    user = User.objects.create_user(f"{name.lower()}@example.org", name=name, language="en")
    client = browser()
    client.force_login(user)
    return client, user


def public(user: User, is_linked: bool = False) -> str:
    profile = show_profile(user=user, name=user.name, is_public=True, is_linked=is_linked)
    return reverse("rooms:profile", args=[profile.token])


def test_one_chooses_what_is_shown(room: Room) -> None:
    zoe, user = signed_in("Zoe")
    assert "Nobody can open it" in page(zoe, MINE)
    assert zoe.post(MINE, FORM).status_code == 302
    profile = Profile.objects.get()
    path = reverse("rooms:profile", args=[profile.token])
    page(browser(), path, 404)
    page(zoe, path, 404)
    assert zoe.post(MINE, {**FORM, "is_public": "on"}).status_code == 302
    html = page(browser(), path)
    assert "I teach physics." in html and "Zoé" in html and "Lyon" not in html
    assert user.email not in html
    assert "Lyon (69)" in page(zoe, MINE)
    answer = zoe.post(MINE, {**FORM, "about": "Call me: 06 12 34 56 78"})
    assert answer.status_code == 422 and "Choose other words" in answer.content.decode()


def test_the_forms_are_for_whom_is_signed_in() -> None:
    for path in (MINE, CONTACTS):
        assert "/accounts/login/" in browser().get(path)["Location"]
    _client, user = signed_in("Zoe")
    path = public(user)
    assert "/accounts/login/" in browser().post(f"{path}ask")["Location"]
    assert "Sign in to ask" in page(browser(), path)
    assert browser().get(f"{path}ask").status_code in (302, 405)
    page(browser(), "/people/nobody/", 404)


def test_two_become_contacts_and_part() -> None:
    zoe, zoe_user = signed_in("Zoe")
    yann, yann_user = signed_in("Yann")
    path = public(zoe_user)
    assert yann.post(f"{path}ask").status_code == 302
    assert "You have asked" in page(yann, path)
    tie = Tie.objects.get().pk
    assert "Yann" in page(zoe, CONTACTS)
    third, _user = signed_in("Third")
    for client in (third, yann):
        client.post(reverse("rooms:answer_contact", args=[tie, "accept"]))
        assert not are_contacts(zoe_user, yann_user)
    assert zoe.post(reverse("rooms:answer_contact", args=[tie, "wed"])).status_code == 404
    zoe.post(reverse("rooms:answer_contact", args=[tie, "accept"]))
    assert are_contacts(zoe_user, yann_user)
    assert path in page(yann, CONTACTS)
    third.post(reverse("rooms:answer_contact", args=[tie, "remove"]))
    assert are_contacts(zoe_user, yann_user), "others have no say"
    zoe.post(reverse("rooms:answer_contact", args=[tie, "block"]))
    assert not are_contacts(zoe_user, yann_user)
    page(yann, path, 404)
    yann.post(f"{path}ask")
    assert not Tie.objects.exists()


def test_a_person_in_a_room_leads_to_their_profile_if_they_ask(room: Room) -> None:
    _client, user = signed_in("Zoe")
    person = join_room(room=room, name="Zoe", user=user)
    path = public(user)
    assert path not in page(browser(), address("person", room, person.pk))
    public(user, is_linked=True)
    assert path in page(browser(), address("person", room, person.pk))


def test_initiatives_and_signatures_are_shown_to_whom_they_are_meant(
    propose: Propose, paula: User
) -> None:
    open_one, waiting = propose(title="Free buses"), propose(title="Night trains")
    Initiative.objects.filter(pk=waiting.pk).update(is_visible=False)
    tina = User.objects.create_user("t@example.org", name="Tina")
    sign_as(initiative=open_one, user=tina, signer=Signer("Tina", is_public=True))
    path, signed = public(paula), public(tina)
    assert "Free buses" not in page(browser(), path) + page(browser(), signed)
    seen = {"initiatives": Seen.EVERYBODY, "signatures": Seen.EVERYBODY}
    for user in (paula, tina):
        show_profile(user=user, name=user.name, is_public=True, seen=dict(seen))
    assert "Free buses" in page(browser(), path) and "Free buses" in page(browser(), signed)
    assert "Night trains" not in page(browser(), path), "nobody else may read it"
    sign_as(initiative=open_one, user=tina, signer=Signer("Tina", is_public=False))
    withdraw_signature(Signature.objects.get())
    assert "Free buses" not in page(browser(), signed)
