"""Places of initiatives on the web: the form without scripts, lists by place, and the map."""

from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from rooms.initiatives.binding import open_bound_room
from rooms.initiatives.models import Initiative, InitiativeDraft, Signature
from rooms.notifications.nearby import set_neighbourhood
from rooms.people.models import User
from tests.rooms.test_initiatives import UNLAWFUL, Propose, paula, promoter, propose, tina
from tests.views.test_initiatives import FORM, author, page

__all__ = ["author", "paula", "propose", "tina"]
EVRY, CORBEIL, LYON = "91228", "91174", "69123"
NEAR = "/initiatives/?order=near&place=%C3%89vry-Courcouronnes&place_code=91228"


@pytest.fixture
def everywhere(propose: Propose) -> None:
    for title, code in (("À Évry", EVRY), ("À Corbeil", CORBEIL), ("À Lyon", LYON)):
        propose(title, brief="Oui.", scope="local", place_code=code)
    propose("Partout", brief="Oui.")
    cache.clear()


def listed(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [one.room.title for one in response.context["initiatives"]]


def test_a_place_is_proposed_by_its_name(author: Client) -> None:
    sent = {**FORM, "scope": "local", "place": "évry-courcouronnes", "place_code": "", "propose": 1}
    assert author.post("/initiatives/new", sent).status_code == 302
    made = Initiative.objects.get()
    assert (made.place_code, made.department) == (EVRY, "91")


def test_without_scripts_namesakes_are_asked_about_and_the_draft_keeps_the_text(
    author: Client,
) -> None:
    sent = {**FORM, "scope": "local", "place": "Montreuil", "place_code": "", "propose": 1}
    asked = author.post("/initiatives/new", sent)
    assert asked.status_code == 422
    assert 'name="place_code" value="93048"' in asked.content.decode()
    draft = InitiativeDraft.objects.get()
    assert (draft.place_name, draft.place_code) == ("Montreuil", "")
    path = f"/initiatives/drafts/{draft.pk}/"
    assert 'value="Montreuil"' in page(author, path)
    author.post(path, {**sent, "place_code": ["", "85148"]})
    assert Initiative.objects.get().place_name == "Montreuil (85)"


def test_a_draft_keeps_its_place(author: Client) -> None:
    author.post("/initiatives/new", {**FORM, "place": "Lyon", "place_code": LYON})
    draft = InitiativeDraft.objects.get()
    assert (draft.place_code, draft.place_name) == (LYON, "Lyon (69)")
    shown = page(author, f"/initiatives/drafts/{draft.pk}/")
    assert 'value="Lyon (69)"' in shown and f'name="place_code" value="{LYON}"' in shown


def test_a_place_that_cannot_stand_is_refused_with_the_reason(author: Client) -> None:
    sent = {**FORM, "scope": "local", "place": UNLAWFUL, "propose": 1}
    refused = author.post("/initiatives/new", sent, headers={"Accept-Language": "en"})
    assert refused.status_code == 422 and "Choose other words" in refused.content.decode()
    assert not Initiative.objects.exists()


def test_a_signer_who_gives_an_unfit_name_or_town_is_told(propose: Propose, client: Client) -> None:
    path = f"/initiatives/{propose().room.slug}/sign"
    good = {"name": "Sam", "email": "sam@example.org", "place_name": "Romans-sur-Isère"}
    for bad in ({"name": UNLAWFUL[:40]}, {"place_name": UNLAWFUL}):
        refused = client.post(path, {**good, **bad}, headers={"Accept-Language": "en"})
        assert refused.status_code == 422 and "Choose other words" in refused.content.decode()
    assert not Signature.objects.exists()
    assert client.post(path, good).status_code == 302


@pytest.mark.usefixtures("everywhere")
def test_lists_by_departement(client: Client) -> None:
    assert listed(client, "/initiatives/?department=91") == ["À Corbeil", "À Évry"]
    assert listed(client, "/initiatives/?department=91&order=recent&q=evry") == ["À Évry"]
    shown = page(client, "/initiatives/?department=91")
    assert '<option value="91" selected>Essonne (91)</option>' in shown


@pytest.mark.usefixtures("everywhere")
def test_what_is_near_a_place_and_that_place_again(client: Client) -> None:
    assert len(listed(client, "/initiatives/")) == 4
    assert "Nearest to" not in page(client, "/initiatives/")
    assert listed(client, NEAR) == ["À Évry", "À Corbeil"]
    shown = unescape(page(client, NEAR))
    assert "Near Évry-Courcouronnes (91)" in shown and "Corbeil-Essonnes (91)</bdi> · 3 km" in shown
    assert listed(client, "/initiatives/?order=near") == ["À Évry", "À Corbeil"], "remembered"
    assert "Nearest to Évry-Courcouronnes (91)" in page(client, "/initiatives/")
    assert listed(Client(), "/initiatives/?order=near&place=lyon") == ["À Lyon"]


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("order=near", "Type the name of a town"),
        ("order=near&place=Xyzzyx", "no such place"),
        ("order=near&place=montreuil", "Which of these do you mean?"),
        ("order=near&place=%00", "no such place"),
    ],
)
def test_an_unclear_place_is_asked_about(client: Client, query: str, words: str) -> None:
    assert words in page(client, f"/initiatives/?{query}")
    assert len(listed(client, f"/initiatives/?{query}")) == 4


@pytest.mark.usefixtures("everywhere")
def test_an_account_s_own_place_is_where_near_begins(author: Client, paula: User) -> None:
    set_neighbourhood(user=paula, place_code=LYON)
    assert listed(author, "/initiatives/?order=near") == ["À Lyon"]


@pytest.mark.usefixtures("everywhere")
def test_where_a_device_is_becomes_a_commune_and_is_not_kept(client: Client) -> None:
    response = client.post("/initiatives/near", {"latitude": "48.63", "longitude": "2.44"})
    assert response["Location"].startswith("/initiatives/?order=near&place=")
    assert "48.6" not in response["Location"] and not client.session.keys()
    assert set(listed(client, response["Location"])) == {"À Évry", "À Corbeil"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("", ""), ("nan", "2"), ("inf", "2"), ("1e999", "2"), ("90.1", "2"), ("0", "0"), ("x", "y")],
)
def test_nowhere_is_answered_kindly(client: Client, latitude: str, longitude: str) -> None:
    sent = {"latitude": latitude, "longitude": longitude}
    response = client.post("/initiatives/near", sent, headers={"Accept-Language": "en"})
    assert response["Location"] == "/initiatives/"
    assert "Type the name of one" in page(client, "/initiatives/")


@pytest.mark.usefixtures("everywhere")
def test_the_map_tells_in_words_what_it_shows(client: Client, propose: Propose) -> None:
    acting = Initiative.objects.get(place_code=LYON)
    open_bound_room(initiative=acting, actor=promoter(acting), kind="action", title="On y va")
    shown = unescape(page(client, "/initiatives/map"))
    assert 'href="/initiatives/?department=91" class="area step-4" aria-label="Essonne: 2"' in shown
    assert '<a href="/initiatives/?department=91">Essonne (91)</a> <b>2</b>' in shown
    assert "1 more initiative is national" in shown
    assert f'class="spot" href="/initiatives/{acting.room.slug}/"' in shown
    assert "Actions under way" in shown and "<bdi>À Lyon</bdi>" in shown


@pytest.mark.django_db
def test_an_empty_map_is_a_map(client: Client) -> None:
    cache.clear()
    assert "No initiative has a place yet." in page(client, "/initiatives/map")
    assert client.post("/initiatives/map").status_code == 405
    assert client.get("/initiatives/near").status_code == 405
