"""Pages of groups: what they show to whom, and what their forms lead to."""

import pytest
from django.test import Client

from rooms.eventlog.models import Room
from rooms.groups.founding import open_room_in
from rooms.groups.joining import ask_to_join, join_group
from rooms.groups.models import Group
from rooms.groups.selectors import requests_of
from rooms.initiatives.models import Initiative
from rooms.moderation.sanctions import ban_participant
from rooms.people.invites import make_invite
from rooms.people.models import User
from rooms.people.roles import Role
from tests.rooms.test_groups import (
    LYON,
    admit,
    found,
    gina,
    hugo,
    iris,
    person,
    private,
    public,
    reads,
)
from tests.views.conftest import browser, page

__all__ = ["gina", "hugo", "iris", "private", "public"]
FORM = {
    "title": "Jardins partagés",
    "brief": "Des **tomates**.",
    "access": "public",
    "language": "fr",
    "name": "Gina",
}


def at(group: Group, end: str = "") -> str:
    return f"/groups/{group.room.slug}/{end}"


def signed_in(user: User) -> Client:
    client = browser()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def leader(gina: User) -> Client:
    return signed_in(gina)


@pytest.fixture
def other(hugo: User) -> Client:
    return signed_in(hugo)


def test_a_group_is_founded_by_a_form(leader: Client) -> None:
    answer = leader.post("/groups/new", {**FORM, "place": "Lyon", "place_code": LYON})
    group = Group.objects.get()
    assert answer["Location"] == at(group)
    shown = page(leader, at(group))
    assert "<strong>tomates</strong>" in shown and "Lyon (69)" in shown
    wrong = leader.post("/groups/new", {**FORM, "title": ""})
    assert wrong.status_code == 422
    unfit = leader.post("/groups/new", {**FORM, "title": "Il faut exterminer les Arabes"})
    assert unfit.status_code == 422 and "other words" in unfit.content.decode()


def test_who_founds_or_joins_signs_in_first(public: Group) -> None:
    client = browser()
    assert client.get("/groups/new")["Location"] == "/accounts/login/?next=/groups/new"
    assert "Sign in to join" in page(client, at(public))
    assert client.post(at(public, "join"))["Location"].startswith("/accounts/login/")
    chat = page(client, f"/rooms/{public.room.slug}/")
    assert "Join the group to take part" in chat and 'class="composer join"' not in chat


def test_joining_and_leaving(public: Group, other: Client, hugo: User) -> None:
    answer = other.post(at(public, "join"), {"name": "Hugo"}, follow=True)
    assert "You are in the group now." in answer.content.decode()
    assert "2 members" in page(other, at(public))
    assert 'id="composer"' in page(other, f"/rooms/{public.room.slug}/")
    assert public.room.title in page(other, "/groups/").split("All groups")[0]
    other.post(at(public, "leave"))
    assert "1 member<" in page(other, at(public))
    assert person(public, hugo).role == Role.OBSERVER


def test_an_owner_alone_is_told_why_they_stay(public: Group, leader: Client) -> None:
    answer = leader.post(at(public, "leave"))
    assert answer.status_code == 403 and "a moderator first" in answer.content.decode()


def test_a_private_group_shows_its_door_alone(private: Group, other: Client) -> None:
    for client in (browser(), other):
        shown = page(client, at(private))
        assert "A private group" in shown
        assert "Entre nous" not in shown and "réparons" not in shown and "Gina" not in shown
        for path in ("", "people", "log", "events", "qr.svg", "preview.png", "ledger/", "join"):
            assert client.get(f"/rooms/{private.room.slug}/{path}").status_code in (404, 405)
        assert client.get(f"/j/{private.room.code}").status_code == 404
        assert "Entre nous" not in page(client, "/groups/?q=entre")
    assert other.post(at(private, "join"), {"name": "Hugo"}).status_code == 403


def test_asking_and_being_let_in(
    private: Group, leader: Client, other: Client, gina: User, hugo: User
) -> None:
    other.post(at(private, "ask"), {"name": "Hugo"})
    assert "You have asked to be let in" in page(other, at(private))
    (asking,) = requests_of(private)
    assert "They ask to be let in" in page(leader, at(private))
    # Nobody lets themselves in.
    own = {"participant": asking.pk, "decision": "admit"}
    assert other.post(at(private, "requests"), own).status_code == 404
    leader.post(at(private, "requests"), own)
    assert "Entre nous" in page(other, at(private))
    assert "Entre nous" in page(other, f"/rooms/{private.room.slug}/")
    assert leader.post(at(private, "requests"), own).status_code == 409
    assert leader.post(at(private, "requests"), {"participant": "x"}).status_code == 422


def test_an_invitation_leads_into_the_group(private: Group, gina: User, other: Client) -> None:
    token = make_invite(room=private.room, role=Role.PARTICIPANT, actor=person(private, gina))
    path = f"/rooms/{private.room.slug}/invite/{token}"
    assert browser().get(path)["Location"].startswith("/accounts/login/?next=/rooms/")
    assert other.post(path, {"name": "Hugo"})["Location"] == at(private)
    assert "Entre nous" in page(other, at(private))


def test_who_is_excluded_reads_why_and_nothing_else(
    private: Group, gina: User, hugo: User, other: Client
) -> None:
    member = admit(private, gina, hugo)
    ban_participant(room=private.room, actor=person(private, gina), participant_id=member.pk)
    shown = page(other, at(private))
    assert "You are excluded from this group." in shown and "Entre nous" not in shown
    assert "excluded" in page(other, f"/rooms/{private.room.slug}/decisions/")
    assert other.get(f"/rooms/{private.room.slug}/").status_code == 404


def test_a_debate_in_a_private_group(
    private: Group, gina: User, leader: Client, iris: User, hugo: User, other: Client
) -> None:
    answer = leader.post(at(private, "debate"), {"title": "Quel local ?"})
    room = Room.objects.get(title="Quel local ?")
    assert answer["Location"] == f"/rooms/{room.slug}/"
    assert "Quel local ?" in page(leader, at(private))
    shown = page(leader, f"/rooms/{room.slug}/")
    assert at(private) in shown and room.code not in shown
    assert other.get(f"/rooms/{room.slug}/").status_code == 404
    assert other.get(f"/j/{room.code}").status_code == 404
    assert other.get(at(private, "debate")).status_code == 404
    admit(private, gina, hugo)
    assert "Quel local ?" in page(other, f"/rooms/{room.slug}/")
    other.post(f"/rooms/{room.slug}/join", {"name": "Hugo"})
    assert 'id="composer"' in page(other, f"/rooms/{room.slug}/")
    assert not reads(room, iris)


def test_sections_are_founded_by_who_leads(
    public: Group, leader: Client, other: Client, hugo: User
) -> None:
    path = f"/groups/new?parent={public.room.slug}"
    join_group(group=public, user=hugo, name="Hugo")
    assert other.get(path).status_code == 404
    assert leader.post(path, FORM).status_code == 422
    leader.post(path, {**FORM, "place": "Lyon", "place_code": LYON})
    section = Group.objects.get(parent=public)
    assert "Jardins partagés" in page(browser(), at(public))
    assert public.room.title in page(browser(), at(section))


def test_a_public_section_of_a_private_group_does_not_name_it(
    private: Group, gina: User, leader: Client
) -> None:
    section = found(gina, "Section", LYON, parent=private)
    assert "Entre nous" not in page(browser(), at(section))
    assert "Entre nous" in page(leader, at(section))


def test_describing(public: Group, leader: Client, other: Client, hugo: User) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    assert other.get(at(public, "describe")).status_code == 404
    assert "Nous **réparons** des vélos." in page(leader, at(public, "describe"))
    leader.post(at(public, "describe"), {"title": "Vélos", "brief": "Tout neuf."})
    assert "Tout neuf." in page(browser(), at(public))
    assert "changed what the group says" in page(leader, f"/rooms/{public.room.slug}/")


def test_searching(public: Group, gina: User) -> None:
    found(gina, "Vélos Lyon", LYON, parent=public)
    by_place = page(browser(), f"/groups/?q=velo&place=Lyon&place_code={LYON}")
    assert "Vélos Lyon" in by_place and "Vélos pour toutes" not in by_place
    assert "No group is found" in page(browser(), "/groups/?q=zzz")


def test_an_unknown_group_is_a_404(db: None) -> None:
    assert browser().get("/groups/group-none/").status_code == 404


def test_proposing_in_a_group(public: Group, leader: Client, other: Client) -> None:
    path = f"/initiatives/new?group={public.room.slug}"
    about = {"kind": "petition", "theme": "transport", "scope": "national", "threshold": "50"}
    text = {"title": "Un abri", "brief": "Devant la gare.", "language": "fr", "name": "Gina"}
    leader.post(path, {**about, **text, "propose": "1"})
    initiative = Initiative.objects.get()
    assert initiative.room.group == public.room
    assert "Un abri" in page(browser(), at(public))
    assert at(public) in page(browser(), f"/initiatives/{initiative.room.slug}/")
    # Who is not in the group proposes something of their own.
    assert public.room.title not in page(other, path)


def test_asking_a_second_time_says_so(private: Group, hugo: User, other: Client) -> None:
    ask_to_join(group=private, user=hugo, name="Hugo")
    answer = other.post(at(private, "ask"), {"name": "Hugo"})
    assert answer.status_code == 409 and "You have asked already" in answer.content.decode()


def test_the_action_room_is_told_in_the_chat(public: Group, gina: User) -> None:
    room = open_room_in(group=public, actor=person(public, gina), kind="action", title="Atelier")
    assert f"/rooms/{room.slug}/" in page(browser(), f"/rooms/{public.room.slug}/")
