"""Private conversations on the web: for the two, and for a moderator what was reported."""

import pytest
from django.test import Client
from django.urls import reverse

from rooms.eventlog.models import Room
from rooms.messages.models import Message
from rooms.people.models import User
from rooms.profiles.contacts import accept_contact, ask_contact
from rooms.profiles.models import Tie
from rooms.redress.appeals import open_appeal
from rooms.redress.models import Appeal, Statement
from tests.views.conftest import address, browser, page
from tests.views.test_profiles import signed_in

pytestmark = pytest.mark.django_db
MESSAGES = reverse("rooms:conversations")
PAGES = ("room", "earlier", "events", "qr_code", "preview", "people", "ledger", "desk", "decisions")


class Two:
    """Zoe and Yann, who are contacts, and the conversation that Zoe began by the form."""

    def __init__(self) -> None:
        self.zoe, self.zoe_user = signed_in("Zoe")
        self.yann, self.yann_user = signed_in("Yann")
        ask_contact(asker=self.zoe_user, asked=self.yann_user)
        accept_contact(user=self.yann_user, other=self.zoe_user)
        self.tie = Tie.objects.get().pk
        answer = self.zoe.post(reverse("rooms:write_to", args=[self.tie]))
        assert answer.status_code == 302
        self.room = Room.objects.get(kind=Room.Kind.DIRECT)

    def write(self, client: Client, text: str) -> int:
        number = Message.objects.count()
        sent = {"text": text, "client_id": f"c{number}"}
        answer = client.post(
            address("post", self.room), sent, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.content
        return int(answer.json()["number"])


@pytest.fixture
def two() -> Two:
    return Two()


def moderator() -> tuple[Client, User]:
    client, user = signed_in("Tim")
    user.is_team = True
    user.save()
    return client, user


def test_each_sees_the_other_and_what_is_new(two: Two) -> None:
    two.write(two.zoe, "Shall we meet?")
    html = page(two.yann, MESSAGES)
    assert "Zoe" in html and "1 new message" in html
    html = page(two.yann, address("room", two.room))
    assert "Shall we meet?" in html and "<title>Zoe" in html
    assert two.room.code not in html and "og:" not in html
    assert "<title>Yann" in page(two.zoe, address("room", two.room))
    assert "new message" not in page(two.yann, MESSAGES)
    head = two.write(two.zoe, "On Monday?")
    assert "1 new message" in page(two.yann, MESSAGES)
    read = reverse("rooms:read_direct", args=[two.room.slug])
    assert two.yann.post(read, {"head": "x"}).status_code == 404
    assert two.yann.post(read, {"head": str(head)}).status_code == 204
    assert "new message" not in page(two.yann, MESSAGES)


def test_nobody_else_finds_anything_of_it(two: Two, room: Room) -> None:
    number = two.write(two.zoe, "Between us")
    outsider, _user = signed_in("Outsider")
    team, _team = moderator()
    for client in (browser(), outsider, team):
        for name in PAGES:
            assert client.get(address(name, two.room)).status_code == 404, name
        for name in ("message", "report"):
            assert client.get(address(name, two.room, number)).status_code == 404
        assert client.post(address("post", two.room), {"text": "x"}).status_code == 404
        assert client.post(address("join", two.room), {"name": "x"}).status_code == 404
        code = reverse("rooms:by_code", args=[two.room.code])
        assert client.get(code).status_code == client.post(code, {"name": "x"}).status_code == 404
        assert two.room.slug not in page(client, reverse("rooms:home"))
        read = reverse("rooms:read_direct", args=[two.room.slug])
        assert client.post(read, {"head": "1"}).status_code in (302, 404)
    assert (
        team.get(reverse("rooms:private_report", args=[two.room.slug, number])).status_code == 404
    )
    assert team.post(reverse("rooms:team_enter", args=[two.room.slug])).status_code == 404
    assert outsider.post(reverse("rooms:write_to", args=[two.tie])).status_code == 404
    assert two.room.slug not in page(two.zoe, reverse("rooms:home"))


def test_a_private_message_becomes_no_initiative_and_no_notice(two: Two) -> None:
    number = two.write(two.zoe, "Between us")
    start = f"{reverse('rooms:new_initiative')}?from={two.room.slug}&number={number}"
    assert two.yann.get(start).status_code == 404
    sheet = page(two.yann, address("message", two.room, number))
    assert "Make an initiative of it" not in sheet and "Report this message" in sheet
    form = f"{reverse('rooms:notice_form')}?room={two.room.slug}&message={number}"
    assert "Between us" not in page(two.yann, form)


def test_a_moderator_decides_on_what_was_reported_and_on_the_appeal(two: Two) -> None:
    writers = two.yann, two.zoe
    first = [two.write(writers[part % 2], f"Part {part} of it") for part in range(6)]
    report = address("report", two.room, first[-1])
    answer = two.yann.post(report, {"reason": "other", "words": "It hurts"})
    assert "Thank you" in answer.content.decode()
    team, _user = moderator()
    path = reverse("rooms:private_report", args=[two.room.slug, first[-1]])
    assert path in page(team, reverse("rooms:team"))
    html = page(team, path)
    assert "Part 5" in html and "Part 2" in html and "It hurts" in html
    assert "Part 1" not in html, "the rest stays between the two"
    outsider, _outsider = signed_in("Outsider")
    assert outsider.get(path).status_code == two.zoe.get(path).status_code == 404
    assert team.post(path, {"reason": "other"}).status_code == 302
    assert Message.objects.get(number=first[-1]).status == Message.Status.REMOVED
    assert team.get(path).status_code == team.get(address("room", two.room)).status_code == 404
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=statement.participant, text="It was a joke.")
    appeal = address("appeal", two.room, statement.seq)
    assert appeal in page(team, reverse("rooms:team"))
    html = page(team, appeal)
    assert "It was a joke." in html and "Part 4" not in html
    assert outsider.get(appeal).status_code == two.yann.get(appeal).status_code == 404
    team.post(appeal, {"text": "Granted.", "outcome": "reversed"})
    assert Appeal.objects.get().outcome == "reversed"
    assert Message.objects.get(number=first[-1]).status == Message.Status.VISIBLE
