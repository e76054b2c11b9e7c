"""Places on the web: the answers for the combobox, the pages, the form field without scripts."""

from html import unescape

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from rooms.places.clusters import Mark
from rooms.places.gazetteer import get_place
from rooms.places.maps import Shade
from rooms.views.place_field import ChosenPlace, PlaceField
from tests.views.conftest import browser

JSON = {"Accept": "application/json"}


def test_the_combobox_is_answered_and_anything_between_may_keep_it(client: Client) -> None:
    answer = client.get("/places/", {"q": "st etienne"}, headers=JSON)
    assert answer.json()["places"][0] == {
        "code": "42218",
        "label": "Saint-Étienne (42)",
        "note": "Loire",
    }
    assert "public" in answer["Cache-Control"] and "max-age=86400" in answer["Cache-Control"]
    assert "Accept" in answer["Vary"] and "Cookie" not in answer["Vary"]
    assert not answer.cookies


@pytest.mark.parametrize("text", ["", "  ", "\x00", "é" * 5000, "%", "|", "\ud800", "'--"])
def test_any_question_has_an_answer(client: Client, text: str) -> None:
    query = {"q": text.encode("utf-8", "surrogatepass")}
    assert client.get("/places/", query, headers=JSON).json() == {"places": []}


@pytest.mark.django_db
def test_pages_find_and_show_places_without_scripts() -> None:
    client = browser()
    page = client.get("/places/", {"q": "montreuil"}).content.decode()
    assert 'href="/places/93048/"' in page and 'href="/places/85148/"' in page
    assert 'href="/places/dep-974/"' in page, "the map leads to every département"
    chosen = client.get("/places/", {"q": "Montreuil (93)", "q_code": "93048"})
    assert chosen["Location"] == "/places/93048/"
    page = client.get("/places/69123/").content.decode()
    assert "Lyon (69)" in page and "Villeurbanne (69)" in page and "<svg" in page
    assert "known roughly" not in page
    assert "known roughly" in client.get("/places/61349/").content.decode()
    assert "no such place" in client.get("/places/", {"q": "Xyzzyx"}).content.decode()


@pytest.mark.django_db
def test_a_place_has_one_address() -> None:
    client = browser()
    assert client.get("/places/2a004/")["Location"] == "/places/2A004/"
    assert client.get("/places/dep-2a/")["Location"] == "/places/dep-2A/"
    assert client.get("/places/00000/").status_code == 404
    assert client.post("/places/").status_code == 405


class TripForm(forms.Form):
    goal = PlaceField(label="Where to")


class StrictForm(forms.Form):
    goal = PlaceField(label="Where to", free_text=False, required=False)


def sent(text: str, *codes: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data["goal"] = text
    data.setlist("goal_code", list(codes))
    return data


@pytest.mark.parametrize(
    ("data", "chosen"),
    [
        (sent("Lyon"), ChosenPlace("69123", "Lyon (69)")),
        (sent("paris", ""), ChosenPlace("75056", "Paris (75)")),
        (sent("montreuil", "", "85148"), ChosenPlace("85148", "Montreuil (85)")),
        (sent("Montreuil (93)", "93048"), ChosenPlace("93048", "Montreuil (93)")),
        (sent("Rhône"), ChosenPlace("dep-69", "Rhône (69)")),
        (sent("Lyon", "75056"), ChosenPlace("69123", "Lyon (69)")),
        (sent("Lyon", "nonsense"), ChosenPlace("69123", "Lyon (69)")),
        (sent("Xyzzyx"), ChosenPlace("", "Xyzzyx")),
        (sent("Montreuil", "", "-"), ChosenPlace("", "Montreuil")),
    ],
)
def test_what_is_meant_is_taken(data: QueryDict, chosen: ChosenPlace) -> None:
    form = TripForm(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["goal"] == chosen


def test_namesakes_are_asked_about_and_the_answer_is_taken() -> None:
    form = TripForm(sent("montreuil"))
    assert form.errors["goal"].as_data()[0].code == "choose"
    shown = str(form["goal"])
    assert 'type="radio" name="goal_code" value="93048"' in shown
    assert 'type="radio" name="goal_code" value="-"' in shown
    assert 'value="montreuil"' in shown, "what was typed is still there"
    assert "85148" not in str(TripForm()["goal"]), "other forms do not have these choices"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (TripForm(sent("")), "required"),
        (TripForm(sent("x" * 81)), "too_long"),
        (StrictForm(sent("Xyzzyx")), "unknown"),
        (StrictForm(sent("Montreuil", "-")), "choose"),
    ],
)
def test_what_is_not_clear_is_refused(form: forms.Form, code: str) -> None:
    assert form.errors["goal"].as_data()[0].code == code


def test_nothing_is_a_choice_where_it_may_be() -> None:
    form = StrictForm(QueryDict())
    assert form.is_valid() and not form.cleaned_data["goal"]


@given(st.text(max_size=100), st.text(max_size=8))
def test_any_text_is_taken_or_refused(text: str, code: str) -> None:
    form = TripForm(sent(text, code))
    if form.is_valid():
        assert form.cleaned_data["goal"].name
    str(form["goal"])


@pytest.mark.parametrize("initial", ["69123", "Lyon (69)", ChosenPlace("69123", "Lyon (69)")])
def test_a_stored_place_is_shown_by_its_name(initial: object) -> None:
    assert 'value="Lyon (69)"' in str(TripForm(initial={"goal": initial})["goal"])


def test_markup_in_a_place_is_text() -> None:
    assert "<b>" not in str(TripForm(sent("<b>x</b>"))["goal"])


def test_a_map_tells_in_words_what_it_shows() -> None:
    lyon, villeurbanne, brest = map(get_place, ("69123", "69266", "29019"))
    assert lyon and villeurbanne and brest
    marks = [
        Mark(lyon, 12, "/a", "Lyon"),
        Mark(villeurbanne, 3, "/b", "Villeur<b>anne"),
        Mark(brest, 1, "/c", "Brest"),
    ]
    template = engines["django"].from_string(
        '{% load places %}{% country_map "Where" marks shades %}'
    )
    raw = template.render({"marks": marks, "shades": {"69": Shade(15, "/rhone")}})
    assert "Villeur<b>" not in raw
    page = unescape(raw)
    assert 'aria-label="Lyon and one other place: 15"' in page and 'href="#map-1"' in page
    assert 'id="map-1"' in page
    assert 'class="spot" href="/c" aria-label="Brest: 1"' in page
    assert 'href="/rhone" class="area step-4" aria-label="Rhône: 15"' in page
    assert reverse("rooms:places") + "#credits" in page
    assert "style=" not in page, "the content policy allows no inline style"
