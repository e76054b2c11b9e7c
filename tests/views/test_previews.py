"""What a link shows elsewhere, and that what not everybody may read shows nothing."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from rooms.eventlog.models import Room
from rooms.groups.models import Group
from rooms.initiatives.selectors import promoters_of
from rooms.messages.decisions import remove_message
from rooms.people.models import User
from rooms.profiles.showing import show_profile
from rooms.views.previews import SIZE, draw
from tests.rooms.test_groups import gina, private, public
from tests.rooms.test_initiatives import UNLAWFUL, Propose, paula, propose
from tests.views.conftest import address, browser, join, make_room, page

__all__ = ["gina", "paula", "private", "propose", "public"]
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


def previewed(path: str) -> str:
    """Return the page that everybody gets; its picture must be there as well."""
    html = page(browser(), path)
    assert f'<meta property="og:image" content="http://testserver{path}preview.png">' in html
    assert browser().get(f"{path}preview.png")["Content-Type"] == "image/png"
    return html


def tells_nothing(path: str, client: Client) -> None:
    assert "og:" not in client.get(path).content.decode()
    for one in (client, browser()):
        assert one.get(f"{path}preview.png").status_code == 404


def test_an_initiative_is_previewed_in_plain_words(propose: Propose) -> None:
    initiative = propose()
    html = previewed(f"/initiatives/{initiative.room.slug}/")
    assert f'<meta property="og:title" content="{initiative.room.title}">' in html
    description = html.partition('property="og:description" content="')[2].partition('">')[0]
    assert description and "*" not in description and "&lt;" not in description


def test_an_initiative_that_waits_or_was_removed_tells_nothing(
    propose: Propose, client: Client, paula: User
) -> None:
    client.force_login(paula, "allauth.account.auth_backends.AuthenticationBackend")
    held = propose(brief=UNLAWFUL)
    tells_nothing(f"/initiatives/{held.room.slug}/", client)
    shown = propose(title="Un banc au soleil")
    remove_message(room=shown.room, actor=promoters_of(shown)[0], number=shown.text_number or 0)
    tells_nothing(f"/initiatives/{shown.room.slug}/", client)


def test_a_public_group_is_previewed_and_a_private_one_is_not(
    public: Group, private: Group, gina: User, client: Client
) -> None:
    client.force_login(gina, "allauth.account.auth_backends.AuthenticationBackend")
    html = previewed(f"/groups/{public.room.slug}/")
    assert f'<meta property="og:title" content="{public.room.title}">' in html
    assert client.get(f"/groups/{private.room.slug}/").status_code == 200
    tells_nothing(f"/groups/{private.room.slug}/", client)


def test_a_profile_is_previewed_as_strangers_see_it(client: Client) -> None:
    zoe = User.objects.create_user("zoe@example.org", name="Zoé", language="en")
    client.force_login(zoe, "allauth.account.auth_backends.AuthenticationBackend")
    seen = {"about": "contacts", "place": "contacts"}
    shown = {"name": "Zoé", "about": "I teach physics.", "place_code": "69123"}
    profile = show_profile(user=zoe, is_public=True, seen=seen, **shown)  # type: ignore[arg-type]
    html = previewed(f"/people/{profile.token}/")
    assert '<meta property="og:title" content="Zoé">' in html
    assert "og:description" not in html
    show_profile(user=zoe, is_public=False, seen=seen, **shown)  # type: ignore[arg-type]
    tells_nothing(f"/people/{profile.token}/", client)
