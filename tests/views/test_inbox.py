"""The inbox on the web, what one is told, and leaving letters by one click."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from rooms.eventlog.models import Room
from rooms.management.commands.runclock import send_post
from rooms.notifications.choices import choices_of
from rooms.notifications.models import Contact, Device, Notification, Pace
from rooms.notifications.nearby import neighbourhood_of
from rooms.notifications.tell import tell
from rooms.people.models import User
from tests.views.conftest import browser, page

INBOX, CHOICES, DEVICE = (reverse(f"rooms:{name}") for name in ("inbox", "choices", "device"))


@pytest.fixture
def zoe(db: None) -> User:
    return User.objects.create_user("zoe@example.org", name="Zoé", language="en")


@pytest.fixture
def client(zoe: User) -> Client:
    client = browser()
    client.force_login(zoe)
    return client


def opened(room: Room, user: User | Contact, key: str = "k") -> None:
    tell("room.opened", to=[user], args={"room": room.pk}, key=key)


def test_what_is_told_is_counted_read_and_opened(room: Room, zoe: User, client: Client) -> None:
    assert "Nothing yet" in page(client, INBOX)
    opened(room, zoe)
    html = page(client, reverse("rooms:home"))
    assert '<b class="count">1<span' in html
    assert f"It starts: {room.title}" in page(client, INBOX)
    number = Notification.objects.get().pk
    answer = client.get(reverse("rooms:story", args=[number]))
    assert answer.status_code == 302 and answer["Location"] == f"/rooms/{room.slug}/"
    assert 'class="count"' not in page(client, INBOX)


def test_all_is_read_in_one_go_and_pages_follow(room: Room, zoe: User, client: Client) -> None:
    for number in range(31):
        opened(room, zoe, str(number))
    html = page(client, INBOX)
    assert html.count('class="unread"') == 30
    (last,) = Notification.objects.order_by("pk")[:1]
    assert page(client, f"{INBOX}?before={last.pk + 1}").count('class="unread"') == 1
    assert client.post(reverse("rooms:everything_read")).status_code == 302
    assert 'class="unread"' not in page(client, INBOX)


def test_others_read_ones_inbox_not(room: Room, zoe: User) -> None:
    opened(room, zoe)
    assert "/accounts/login/" in browser().get(INBOX)["Location"]
    other = browser()
    other.force_login(User.objects.create_user("yann@example.org"))
    answer = other.get(reverse("rooms:story", args=[Notification.objects.get().pk]), follow=True)
    assert "is not here any more" in answer.content.decode()
    assert Notification.objects.get().read_at is None


def test_choices_are_kept(zoe: User, client: Client) -> None:
    assert "Decisions about you and your appeals are always told" in page(client, CHOICES)
    topics = ("actions", "debates", "initiatives", "reports", "messages", "groups", "nearby")
    sent = dict.fromkeys(topics, "weekly")
    sent |= {"debates": "never", "debates_push": "on", "place": "Évry-Courcouronnes"}
    assert client.post(CHOICES, sent).status_code == 302
    ways = choices_of(zoe)
    assert (ways["debates"].pace, ways["debates"].push) == (Pace.NEVER, True)
    assert (ways["groups"].pace, ways["groups"].push) == (Pace.WEEKLY, False)
    assert neighbourhood_of(zoe) == "91228"
    assert "Évry-Courcouronnes (91)" in page(client, CHOICES)
    answer = client.post(CHOICES, {**sent, "place": "Atlantis", "groups": "hourly"})
    assert answer.status_code == 422 and "We know no such place" in answer.content.decode()


def test_a_device_is_added_and_dropped(zoe: User, client: Client) -> None:
    key = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
    sent = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": key, "auth": "A" * 22}
    assert client.post(DEVICE, sent).status_code == 204
    assert Device.objects.get().user == zoe
    assert client.post(DEVICE, {**sent, "drop": "1"}).status_code == 204
    assert not Device.objects.exists()
    answer = client.post(DEVICE, {**sent, "endpoint": "http://127.0.0.1/"})
    assert answer.status_code == 422 and "E-mail is." in answer.content.decode()


def test_a_letter_is_left_without_signing_in(room: Room, zoe: User) -> None:
    opened(room, zoe)
    send_post()
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("http://127.0.0.1:8000")
    stranger = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    assert "Debates and action rooms that open" in page(stranger, path)
    assert choices_of(zoe)["debates"].pace == Pace.ONCE, "looking changes nothing"
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "No more letters" in answer.content.decode()
    assert choices_of(zoe)["debates"].pace == Pace.NEVER
    assert stranger.get("/unsubscribe/made-up/").status_code == 404


def test_the_language_one_reads_in_is_written_in(zoe: User, client: Client) -> None:
    client.post(reverse("rooms:language"), {"language": "fr"})
    zoe.refresh_from_db()
    assert zoe.language == "fr"
    client.post(reverse("rooms:language"), {"language": "xx"})
    zoe.refresh_from_db()
    assert zoe.language == "fr"
    new = User.objects.create_user("yann@example.org")
    with translation.override("en"):
        browser().force_login(new)
    new.refresh_from_db()
    assert new.language == "en"
