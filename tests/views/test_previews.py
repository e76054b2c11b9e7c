"""What a link to a room shows elsewhere, and that a room with a code shows nothing."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from rooms.eventlog.models import Room
from rooms.views.previews import SIZE, draw
from tests.views.conftest import address, browser, join, make_room, page

pytestmark = pytest.mark.django_db


def test_an_open_room_is_previewed_with_its_title_brief_and_picture(olga: Client) -> None:
    room = make_room(olga, title='Free "buses"?', brief="Who\npays <them>?")
    html = page(browser(), address("room", room))
    assert '<meta property="og:title" content="Free &quot;buses&quot;?">' in html
    assert '<meta property="og:description" content="Who pays &lt;them&gt;?">' in html
    assert f'content="http://testserver{address("preview", room)}"' in html


def test_its_picture_is_a_png_of_the_right_size_and_cheap(
    room: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser()
    with django_assert_max_num_queries(3):
        answer = client.get(address("preview", room))
    assert answer["Content-Type"] == "image/png"
    picture = Image.open(BytesIO(answer.content), formats=["PNG"])
    assert picture.size == SIZE
    assert len(picture.getcolors(1 << 20) or []) > 3, "words are drawn"


def test_a_room_with_a_code_tells_nothing_even_to_those_inside(olga: Client) -> None:
    room = make_room(olga, access="code")
    guest = join(room, "Alice")
    assert "og:" not in page(guest, address("room", room))
    for client in (guest, browser()):
        assert client.get(address("preview", room)).status_code == 404


@pytest.mark.parametrize(
    "title", ["", "x" * 140, "W" * 140, "\ufdfd" * 140, "Un très long titre " * 7]
)
def test_any_title_is_drawn_inside_the_picture(title: str) -> None:
    picture = Image.open(BytesIO(draw(title, "Debate · 3 people"))).convert("L")
    margin = picture.crop((SIZE[0] - 20, 0, *SIZE))
    assert min(margin.tobytes()) > 200
