"""Maps: nothing is lost in a cluster, dots keep their distance, everything is on its sheet."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.places.clusters import APART, LARGEST, Mark, Spot, cluster, size
from rooms.places.gazetteer import commune_index, departments, get_place
from rooms.places.local import local_map
from rooms.places.maps import STEPS, Shade, country_map
from rooms.places.outlines import Territory, frames, territories
from rooms.places.place import Place


def mark(code: str, count: int = 1) -> Mark:
    place = get_place(code)
    assert place is not None
    return Mark(place, count, f"/there/{code}", place.name)


POINTS = st.tuples(st.floats(0, 1200), st.floats(0, 1200))
LYON = mark("69123")


@given(st.lists(st.tuples(POINTS, st.integers(0, 10**7)), max_size=60))
def test_spots_keep_their_distance_and_lose_nothing(
    rows: list[tuple[tuple[float, float], int]],
) -> None:
    marks = [(at, Mark(LYON.place, count, "", "")) for at, count in rows]
    spots = cluster(marks)
    size(spots)
    assert sum(spot.count for spot in spots) == sum(count for _at, count in rows)
    assert sum(len(spot.marks) for spot in spots) == len(rows)
    apart = [math.dist(a.at, b.at) for a in spots for b in spots if a is not b]
    assert all(far >= APART >= 2 * LARGEST for far in apart)
    assert all(spot.radius <= LARGEST and len(spot.short_count) <= 4 for spot in spots)
    assert all(spot.marks[0].count == max(one.count for one in spot.marks) for spot in spots)


@pytest.mark.parametrize(
    ("count", "short"), [(0, "0"), (999, "999"), (1000, "1k"), (1_999_999, "1M"), (10**13, "999G")]
)
def test_counts_stay_short(count: int, short: str) -> None:
    assert Spot((0, 0), [Mark(LYON.place, count, "", "")]).short_count == short


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 34_000), max_size=40))
def test_every_mark_is_listed_once_and_on_its_sheet(indices: list[int]) -> None:
    places: list[Place] = [commune_index().place(index) for index in indices]
    drawn = country_map([Mark(place, 1, "", place.name) for place in places])
    listed = [one.place for spot in drawn.listed for one in spot.marks]
    assert sorted(one.code for one in listed) == sorted(place.code for place in places)
    assert [spot.number for spot in drawn.listed] == list(range(1, len(drawn.listed) + 1))
    for sheet in drawn.sheets:
        # A harbour may lie a little off its thinned island, never off the paper.
        assert all(frames()[sheet.name].holds(spot.at) for spot in sheet.spots)


def test_paris_and_around_is_shown_again_and_closer() -> None:
    drawn = country_map([mark("75056", 5), mark("93005", 3), mark("94028", 2), mark("92050", 1)])
    metro, paris = drawn.sheets[:2]
    assert [spot.count for spot in metro.spots] == [11]
    assert [spot.count for spot in paris.spots] == [5, 3, 2, 1]
    assert {spot.number for spot in paris.spots} == {1}, "all lead to the entry in the list"


def test_what_is_overseas_is_always_there_and_collectivities_when_needed() -> None:
    assert [sheet.name for sheet in country_map().sheets] == [
        *("metro", "paris", "971", "972", "973", "974", "976")
    ]
    drawn = country_map([mark("98818")], {"987": Shade(3)})
    assert [sheet.name for sheet in drawn.sheets][-2:] == ["987", "988"]
    assert [spot.count for spot in drawn.sheets[-1].spots] == [1]


@given(st.dictionaries(st.sampled_from([one.department for one in departments()]), st.integers(0)))
def test_shades_follow_the_counts(counts: dict[str, int]) -> None:
    drawn = country_map(shades={code: Shade(count) for code, count in counts.items()})
    areas = {area.place.department: area for sheet in drawn.sheets for area in sheet.areas}
    assert {area.place.department for area in drawn.shaded} == {c for c, n in counts.items() if n}
    steps = sorted((count, areas[code].step) for code, count in counts.items())
    assert [step for _count, step in steps] == sorted(step for _count, step in steps)
    assert all((step == 0) == (count == 0) and step <= STEPS for count, step in steps)
    assert all(low <= high for _step, low, high in drawn.legend)
    assert not any(counts.values()) or drawn.legend[-1][2] == max(counts.values())


def test_one_with_very_many_does_not_make_all_others_alike() -> None:
    drawn = country_map(shades={"01": Shade(1), "02": Shade(2), "03": Shade(3), "04": Shade(9999)})
    assert [row[0] for row in drawn.legend] == [1, 2, 3, 4]


@pytest.mark.parametrize("territory", territories().values(), ids=lambda one: one.code)
def test_every_seat_is_on_its_small_map(territory: Territory) -> None:
    seat = get_place(territory.seat)
    assert seat is not None
    drawn = local_map(seat)
    left, top, width, height = drawn.sheet.view
    assert drawn.at is not None
    assert left < drawn.at[0] < left + width and top < drawn.at[1] < top + height
    assert [area.place for area in drawn.sheet.areas if area.is_own] == [territory.place]
    assert local_map(territory.place).at is None


def test_the_neighbours_are_on_the_small_map() -> None:
    drawn = local_map(LYON.place)
    codes = {area.place.department for area in drawn.sheet.areas}
    assert {"69", "01", "38", "42", "71"} <= codes and "75" not in codes
