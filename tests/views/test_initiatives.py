"""Pages of initiatives: what they show to whom, and what their forms lead to."""

from io import BytesIO

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, TestCase

from rooms.eventlog.fold import differences
from rooms.eventlog.models import Room
from rooms.initiatives.binding import open_due_action_rooms
from rooms.initiatives.models import Initiative, InitiativeDraft, Signature
from rooms.initiatives.selectors import promoters_of
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import approve_message
from rooms.messages.models import Message
from rooms.messages.posting import post_message
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from tests.rooms.test_initiatives import (
    BRIEF,
    UNLAWFUL,
    Propose,
    paula,
    promoter,
    propose,
    signed_by,
    tina,
)
from tests.rooms.test_reporting_back import picture

__all__ = ["paula", "propose", "tina"]
FORM = {
    "title": "Un abribus à chaque arrêt",
    "brief": BRIEF,
    "kind": "petition",
    "theme": "transport",
    "scope": "national",
    "threshold": "50",
    "language": "fr",
    "name": "Paula",
}


@pytest.fixture
def author(client: Client, paula: User) -> Client:
    client.force_login(paula, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == status
    return response.content.decode()


def test_who_proposes_signs_in_first(client: Client) -> None:
    response = client.get("/initiatives/new")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/initiatives/new"


def test_a_draft_is_kept_however_wrong(author: Client) -> None:
    response = author.post("/initiatives/new", {**FORM, "title": "", "threshold": "many"})
    draft = InitiativeDraft.objects.get()
    assert response["Location"] == f"/initiatives/drafts/{draft.pk}/#preview"
    assert (draft.brief, draft.threshold) == (BRIEF, 50)
    shown = page(author, f"/initiatives/drafts/{draft.pk}/")
    assert "<strong>couvert</strong>" in shown
    refused = author.post(f"/initiatives/drafts/{draft.pk}/", {**FORM, "title": "", "propose": 1})
    assert refused.status_code == 422 and not Initiative.objects.exists()


def test_drafts_are_nobody_elses(author: Client, tina: User) -> None:
    author.post("/initiatives/new", FORM)
    draft = InitiativeDraft.objects.get()
    other = Client()
    other.force_login(tina, "allauth.account.auth_backends.AuthenticationBackend")
    assert other.get(f"/initiatives/drafts/{draft.pk}/").status_code == 404
    assert other.post(f"/initiatives/drafts/{draft.pk}/delete").status_code == 404
    author.post(f"/initiatives/drafts/{draft.pk}/delete")
    assert not InitiativeDraft.objects.exists()


def test_a_proposal_is_read_found_and_listed(author: Client, client: Client) -> None:
    response = author.post("/initiatives/new", {**FORM, "propose": 1})
    path = response["Location"]
    anybody = Client()
    shown = page(anybody, path)
    assert "Un abribus à chaque arrêt" in shown and "<strong>couvert</strong>" in shown
    assert "For its promoters" not in shown and "For its promoters" in page(author, path)
    for query in ("", "q=ABRIBUS", "q=horaires+affiches", "theme=transport", "order=recent"):
        assert "Un abribus" in page(anybody, f"/initiatives/?{query}"), query
    for query in ("q=mammouth", "theme=health", "kind=project"):
        assert "Un abribus" not in page(anybody, f"/initiatives/?{query}"), query


def test_what_waits_is_read_by_its_promoter_alone(propose: Propose, author: Client) -> None:
    initiative = propose("Une honte", brief=UNLAWFUL)
    path = f"/initiatives/{initiative.room.slug}/"
    assert "A moderator looks at this text" in page(author, path)
    anybody = Client()
    page(anybody, path, 404)
    page(anybody, f"/rooms/{initiative.room.slug}/", 404)
    assert "Une honte" not in page(anybody, "/initiatives/")
    assert "Une honte" not in page(anybody, "/initiatives/?q=honte")


def test_lists_go_on_where_they_ended(propose: Propose, settings: object, client: Client) -> None:
    settings.INITIATIVE_RATE = (100, 86400)  # type: ignore[attr-defined]
    titles = [f"Plus de bancs {number}" for number in range(24)]
    for title in titles:
        propose(title, brief="Oui.")
    for order in ("popular", "recent"):
        seen: list[str] = []
        query = f"order={order}"
        while query:
            response = client.get(f"/initiatives/?{query}")
            seen += [one.room.title for one in response.context["initiatives"]]
            query = response.context["more"]
        assert seen == titles[::-1]


def test_signing_with_an_account(propose: Propose, author: Client) -> None:
    path = f"/initiatives/{propose().room.slug}/"
    response = author.post(f"{path}sign", {"name": "Paula", "is_public": "on", "note": "Enfin !"})
    assert response["Location"] == path, "where it is said, at the top of the page"
    shown = page(author, path)
    assert "You have signed." in shown and "<b>1</b>" in shown
    room = Room.objects.get()
    assert "Enfin !" in page(Client(), f"/rooms/{room.slug}/")
    author.post(f"{path}withdraw")
    assert "<b>0</b>" in page(author, path)


def test_signing_without_an_account(propose: Propose, client: Client) -> None:
    path = f"/initiatives/{propose().room.slug}/"
    bad = client.post(f"{path}sign", {"name": "Sam", "email": "sam"})
    assert bad.status_code == 422 and not Signature.objects.exists()
    client.post(f"{path}sign", {"name": "Sam", "email": "sam@example.org", "is_public": "on"})
    assert "<b>0</b>" in page(client, path)
    link = f"/signatures/{Signature.objects.get().token}/"
    assert "Confirm my signature" in page(client, link)
    assert "<b>0</b>" in page(client, path)
    client.post(link)
    assert "<b>1</b>" in page(client, path) and "Sam" in page(client, path)
    client.post(link, {"withdraw": 1})
    assert "<b>0</b>" in page(client, path)
    page(client, "/signatures/unknown/", 404)
    assert not mail.outbox


def test_a_note_that_is_not_taken_costs_no_signature(propose: Propose, author: Client) -> None:
    initiative = propose()
    path = f"/initiatives/{initiative.room.slug}/"
    form = {"name": "Paula", "note": "Bonne\x07 idée"}
    author.post(f"{path}sign", form, headers={"Accept-Language": "en"})
    assert "What you wrote is not published" in page(author, path)
    assert "You have signed." in page(author, path)


def test_promoters_act_and_others_do_not(propose: Propose, author: Client) -> None:
    initiative = propose()
    path = f"/initiatives/{initiative.room.slug}/"
    stranger = Client()
    for action in ("revise", "debate", "action"):
        assert stranger.get(f"{path}{action}").status_code == 404
        assert author.get(f"{path}{action}").status_code == 200
    for action in ("archive", "leave", "promoters"):
        assert stranger.post(f"{path}{action}").status_code == 404
    author.post(f"{path}revise", {"title": "Deux abribus", "brief": BRIEF})
    assert "Deux abribus" in page(stranger, path)
    room = author.post(f"{path}debate", {"title": "Où ?"})["Location"]
    assert "Deux abribus" in page(stranger, room)
    assert "Où ?" in page(stranger, path)
    assert author.post(f"{path}archive").status_code == 302
    assert "Archived" in page(stranger, path)


def test_an_invitation_makes_a_promoter(propose: Propose, author: Client, tina: User) -> None:
    initiative = propose()
    path = f"/initiatives/{initiative.room.slug}/"
    shown = author.post(f"{path}promoters").content.decode()
    link = shown.split('value="http://testserver')[1].split('"')[0]
    other = Client()
    other.force_login(tina, "allauth.account.auth_backends.AuthenticationBackend")
    assert "You are invited" in page(other, link)
    assert other.post(link, {"name": "Tina"})["Location"] == path
    assert [p.name for p in promoters_of(initiative)] == ["Paula", "Tina"]


def test_a_message_becomes_an_initiative(author: Client, paula: User) -> None:
    room = create_room(title="Bus gratuits ?", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    said = post_message(room=room, author=olga, client_id="1", text="Un abri\npartout.").number
    start = f"/initiatives/new?from={room.slug}&number={said}"
    shown = page(author, start)
    assert "Bus gratuits ?" in shown and "partout" not in shown
    page(author, f"/initiatives/new?from={room.slug}&number={said + 50}", 404)
    response = author.post(
        "/initiatives/new", {**FORM, "from": room.slug, "number": said, "propose": 1}
    )
    made = Initiative.objects.get()
    assert (made.source_room, made.source_number) == (room, said)
    assert f"/rooms/{room.slug}/#m-{said}" in page(author, response["Location"])


def test_moderators_of_the_site_enter_what_waits(propose: Propose, tina: User) -> None:
    initiative = propose("Une honte", brief=UNLAWFUL)
    moderator = Client()
    moderator.force_login(tina, "allauth.account.auth_backends.AuthenticationBackend")
    join_room(room=initiative.room, name="Tina", user=tina)
    shown = page(moderator, f"/rooms/{initiative.room.slug}/")
    assert "Une honte" in shown
    assert promoter(initiative).name == "Paula"


def test_the_sites_moderators_find_what_waits(propose: Propose, tina: User) -> None:
    initiative = propose("Une honte", brief=UNLAWFUL)
    moderator, slug = Client(), initiative.room.slug
    moderator.force_login(tina, "allauth.account.auth_backends.AuthenticationBackend")
    shown = page(moderator, "/team/")
    assert "1 message waits" in shown and f"/team/{slug}" in shown
    assert moderator.post(f"/team/{slug}")["Location"] == f"/rooms/{slug}/#desk"
    assert "Une honte" in page(moderator, f"/rooms/{slug}/desk")
    number = initiative.text_number
    moderator.post(f"/rooms/{slug}/messages/{number}/approve")
    assert "Nothing waits" in page(moderator, "/team/")
    assert "Une honte" in page(Client(), f"/initiatives/{slug}/")


def test_nobody_else_has_that_desk(propose: Propose, author: Client) -> None:
    slug = propose("Une honte", brief=UNLAWFUL).room.slug
    page(author, "/team/", 404)
    assert author.post(f"/team/{slug}").status_code == 404
    assert Client().get("/team/").status_code == 302


def test_a_debate_tells_what_came_of_its_messages(author: Client) -> None:
    room = create_room(title="Bus gratuits ?", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    said = post_message(room=room, author=olga, client_id="1", text="Un abri partout.").number
    form = {**FORM, "from": room.slug, "number": said, "propose": 1}
    with TestCase.captureOnCommitCallbacks(execute=True):
        path = author.post("/initiatives/new", form)["Location"]
    shown = page(Client(), f"/rooms/{room.slug}/")
    assert "became an initiative" in shown and path in shown
    assert path in page(Client(), f"/rooms/{room.slug}/messages/{said}/")
    assert differences(room.pk) == []


def test_home_counts_who_proposed(propose: Propose, client: Client) -> None:
    cache.clear()
    assert "Nobody has proposed" in page(client, "/")
    propose()
    cache.clear()
    assert "1 person has proposed something here." in page(client, "/")


def test_promoters_report_back_with_pictures(propose: Propose, author: Client, tina: User) -> None:
    initiative = propose()
    path = f"/initiatives/{initiative.room.slug}/"
    signed_by(initiative, 5)
    open_due_action_rooms()
    shown = page(author, f"{path}report")
    client_id = shown.split('name="client_id" value="')[1].split('"')[0]
    form = {"client_id": client_id, "text": "Douze **bancs**.", "people": "30", "hours": ""}
    bad = author.post(f"{path}report", {**form, "pictures": BytesIO(b"no picture")})
    assert bad.status_code == 422
    file = picture()
    file.name = "banc.jpg"
    assert author.post(f"{path}report", {**form, "pictures": file})["Location"] == path
    stranger = Client()
    assert "bancs" not in page(stranger, path)
    moderator = join_room(room=initiative.room, name="Tina", user=tina)
    number = Message.objects.get(room=initiative.room, status="held").number
    approve_message(room=initiative.room, actor=moderator, number=number)
    shown = page(stranger, path)
    assert "Douze <strong>bancs</strong>." in shown and "<b>30</b> people took part" in shown
    jpeg = stranger.get(shown.split('<img src="')[1].split('"')[0])
    assert jpeg["Content-Type"] == "image/jpeg" and jpeg.content[:3] == b"\xff\xd8\xff"
    page(stranger, "/pictures/unknown.jpg", 404)


def test_lists_of_signatures_are_the_promoters(propose: Propose, author: Client) -> None:
    initiative = propose()
    path = f"/initiatives/{initiative.room.slug}/"
    signed_by(initiative, 3)
    for kind in ("csv", "pdf"):
        assert Client().get(f"{path}signatures.{kind}").status_code == 404
    listed = author.get(f"{path}signatures.csv")
    assert b"Signer" in b"".join(listed.streaming_content)  # type: ignore[attr-defined]
    assert author.get(f"{path}signatures.pdf").content.startswith(b"%PDF-")
