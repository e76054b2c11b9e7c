"""The gazetteer: everything in it is found, nothing that is typed harms it."""

import gzip
import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.places import gazetteer
from rooms.places.folding import fold
from rooms.places.gazetteer import department_of, departments, get_place, near
from rooms.places.geometry import contains, nearest, parse_path, thin, to_path
from rooms.places.outlines import Territory, frames, territories
from rooms.places.place import distance_km
from rooms.places.search import find_places, named_exactly

DATA = Path(gazetteer.__file__).parent / "data"
ROWS = [
    line.split("\t")
    for line in gzip.decompress((DATA / "communes.tsv.gz").read_bytes()).decode().split("\n")
]


def codes(text: str, limit: int = 10) -> list[str]:
    return [place.code for place in find_places(text, limit)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Paris", "75056"),
        ("LYON", "69123"),
        ("st etienne", "42218"),
        ("Saint-Étienne", "42218"),
        ("saint etienne", "42218"),
        ("ste foy les lyon", "69202"),
        ("evry", "91228"),
        ("Ivry sur  Seine", "94041"),
        ("L’Haÿ-les-Roses", "94038"),
        ("l'hay les roses", "94038"),
        ("Œuilly (51)", "51410"),
        ("33000", "33063"),
        ("2A004", "2A004"),
        ("97411", "97411"),
        ("Saint-Denis (974)", "97411"),
        ("saint-denis 93", "93066"),
        ("Lyon 69003", "69123"),
        ("69", "dep-69"),
        ("2b", "dep-2B"),
        ("rhone", "dep-69"),
        ("reunion", "dep-974"),
        ("cotes d armor", "dep-22"),
    ],
)
def test_what_people_type_is_found_first(text: str, code: str) -> None:
    assert codes(text)[0] == code


def test_the_larger_come_first() -> None:
    found = find_places("villeneuve", 50)
    begins = [place.population for place in found if fold(place.name).startswith("villeneuve ")]
    assert len(found) == 50 and len(begins) > 20
    assert begins == sorted(begins, reverse=True)


def test_a_small_commune_is_found_among_larger_ones_by_its_whole_name() -> None:
    assert codes("aix")[0] == "13001", "Aix-en-Provence, not the Aix of 350 people"
    assert "19002" in codes("aix")
    assert "61349" in codes("ri", 5), "170 people"


def test_a_postal_code_may_be_the_insee_code_of_another_commune() -> None:
    assert codes("69003") == ["69123", "69003"], "Lyon has it as a postal code"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paris", ["75056"]),
        ("Rhône", ["dep-69"]),
        ("Montreuil (93)", ["93048"]),
        ("dep-69", []),
        ("Nowhere", []),
    ],
)
def test_whole_names_decide(text: str, expected: list[str]) -> None:
    assert [place.code for place in named_exactly(text)] == expected


def test_namesakes_are_all_told() -> None:
    assert {"93048", "85148", "28267"} <= {place.code for place in named_exactly("montreuil")}


def test_every_commune_is_found_by_its_name_and_by_its_code() -> None:
    assert len(ROWS) > 34_000
    # All of them, through the same text that searches look at; some of them all the way.
    lost = [row for row in ROWS if f"| {fold(row[1])} |" not in gazetteer.commune_index().text]
    assert lost == []
    for row in ROWS[::61]:
        assert row[0] in codes(f"{row[1]} ({_department(row[0])})", 50), row
        assert row[0] in codes(row[0])
        place = get_place(row[0])
        assert place is not None and place.name == row[1]
        assert row[0] in codes(row[1], 400), row


def _department(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def test_every_code_is_one_place() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert {_department(row[0]) for row in ROWS} == set(territories())


@pytest.mark.parametrize(
    "code", ["", "dep-", "dep-99", "75", "99999", "75056 ", "| |", "\n", "²²²²²"]
)
def test_an_unknown_code_is_no_place(code: str) -> None:
    assert get_place(code) is None


@given(st.text(), st.integers(-2, 30))
def test_any_text_is_answered(text: str, limit: int) -> None:
    assert len(find_places(text, limit)) <= max(limit, 0)
    get_place(text)


@given(st.text(max_size=40))
def test_folding_is_stable_and_plain(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 \n")


@settings(max_examples=40)
@given(st.integers(0, len(ROWS) - 1), st.booleans(), st.booleans())
def test_case_accents_and_hyphens_do_not_matter(index: int, upper: bool, spaced: bool) -> None:
    name = ROWS[index][1]
    typed = name.replace("-", " ") if spaced else name
    assert codes(typed.upper() if upper else fold(typed)) == codes(name)


def test_departments_are_all_there_with_those_overseas() -> None:
    every = {place.code: place for place in departments()}
    assert len([code for code in every if len(code) == 6]) == 96
    assert {"dep-2A", "dep-971", "dep-972", "dep-973", "dep-974", "dep-976"} <= set(every)
    assert sum(place.population for place in every.values()) == sum(int(row[2]) for row in ROWS)
    lyon = get_place("69123")
    assert lyon is not None and department_of(lyon) == every["dep-69"] == get_place("dep-69")


def test_distances_are_those_on_the_ground() -> None:
    paris, lyon = get_place("75056"), get_place("69123")
    assert paris and lyon
    assert distance_km(paris, lyon) == pytest.approx(392, abs=5)
    assert distance_km((0, 179.9), (0, -179.9)) == pytest.approx(22.2, abs=0.1)


def test_near_finds_what_is_near_the_nearest_first() -> None:
    lyon = get_place("69123")
    assert lyon is not None
    found = near(lyon, 10)
    assert found[0] == lyon
    assert {"69266", "69259"} <= {place.code for place in found}, "Villeurbanne, Vénissieux"
    away = [distance_km(lyon, place) for place in found]
    assert away == sorted(away) and away[-1] <= 10
    assert near(lyon, 10, limit=3) == found[:3]


@settings(max_examples=20, deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 60))
def test_near_leaves_nothing_out(latitude: float, longitude: float, km: float) -> None:
    at = latitude, longitude
    found = {place.code for place in near(at, km)}
    assert found == {
        row[0] for row in ROWS if distance_km(at, (float(row[3]), float(row[4]))) <= km
    }


def _off(territory: Territory) -> float:
    """Return how many kilometres a prefecture falls outside of its own département."""
    seat = get_place(territory.seat)
    assert seat is not None
    if territory.contains(seat.at):
        return 0.0
    point = territory.frame.place(*seat.at)
    units = math.dist(point, nearest(territory.rings, point))
    return units / territory.frame.per_degree * 111.3 * math.cos(math.radians(seat.latitude))


def test_every_prefecture_falls_into_its_own_departement() -> None:
    off = {territory.code: _off(territory) for territory in territories().values()}
    outside = {code for code, km in off.items() if km}
    # By the sea, or on the border (Alençon): thinned outlines are no better than that.
    assert outside == {"2A", "61", "83", "971", "972", "976"}
    assert max(off.values()) < 1.5


def test_the_country_is_where_the_projection_says() -> None:
    """A hundredth of the country's width to any side would put prefectures elsewhere."""
    metro = [one for one in territories().values() if one.frame.name == "metro"]

    def outside(north: float, east: float) -> int:
        seats = [(one, get_place(one.seat)) for one in metro]
        return sum(
            not one.contains((seat.latitude + north, seat.longitude + east))
            for one, seat in seats
            if seat
        )

    here = outside(0, 0)
    assert all(outside(*step) > here for step in [(0.1, 0), (-0.1, 0), (0, 0.15), (0, -0.15)])


def test_nearly_all_communes_fall_into_their_own_departement() -> None:
    rows = [row for row in ROWS[::7] if len(row[3].partition(".")[2]) == 4]
    inside = [
        territories()[_department(row[0])].contains((float(row[3]), float(row[4]))) for row in rows
    ]
    assert len(rows) > 1500
    assert sum(inside) / len(inside) > 0.95


def test_outlines_are_on_their_paper() -> None:
    for one in territories().values():
        assert one.frame.holds(one.box[:2]) and one.frame.holds(one.box[2:]), one.code
        assert contains(one.rings, one.middle) or one.middle == nearest(one.rings, one.middle)
    assert set(frames()) >= {"metro", "paris", "971", "972", "973", "974", "976"}
    assert [one.code for one in territories().values() if one.close] == ["75", "92", "93", "94"]


def test_paths_are_read_as_they_are_written() -> None:
    rings = [[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], [(-5.0, 3.0), (4.0, 4.0), (1.0, 9.0)]]
    assert parse_path(to_path(rings)) == rings
    assert thin([(0, 0), (0.2, 0.1), (5, 0), (10, 0), (10, 10), (0, 0)]) == rings[0]


def test_what_is_bundled_is_small() -> None:
    assert (DATA / "communes.tsv.gz").stat().st_size < 1_000_000
    assert (DATA / "outlines.json").stat().st_size < 100_000
    assert json.loads((DATA / "outlines.json").read_text())["frames"]
