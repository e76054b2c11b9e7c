"""Contacts: both have to want it, and either can end it."""

import pytest

from rooms.eventlog.errors import Code, Refused
from rooms.notifications.inbox import inbox
from rooms.people.models import User
from rooms.profiles.contacts import (
    ASKED_A_DAY,
    accept_contact,
    are_contacts,
    ask_contact,
    asked_by,
    asking,
    block,
    blocks_of,
    contacts_of,
    decline_contact,
    is_blocked,
    remove_contact,
    unblock,
)
from rooms.profiles.models import Tie

pytestmark = pytest.mark.django_db


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", name=name)


@pytest.fixture
def zoe() -> User:
    return person("Zoe")


@pytest.fixture
def yann() -> User:
    return person("Yann")


def told(user: User) -> list[str]:
    return [one.story.title for one in inbox(user)]


def test_asked_then_accepted_and_both_are_told(zoe: User, yann: User) -> None:
    ask_contact(asker=zoe, asked=yann)
    ask_contact(asker=zoe, asked=yann)
    assert not are_contacts(zoe, yann)
    assert len(told(yann)) == 1 and "Zoe" in told(yann)[0]
    accept_contact(user=yann, other=zoe)
    accept_contact(user=yann, other=zoe)
    assert are_contacts(zoe, yann) and are_contacts(yann, zoe)
    assert [one.user for one in contacts_of(zoe)] == [yann]
    assert [one.user for one in contacts_of(yann)] == [zoe]
    assert len(told(zoe)) == 1 and "Yann" in told(zoe)[0]
    assert told(yann) == [], "what was answered is told no more"


def test_who_asks_each_other_are_contacts(zoe: User, yann: User) -> None:
    ask_contact(asker=zoe, asked=yann)
    ask_contact(asker=yann, asked=zoe)
    assert are_contacts(zoe, yann) and Tie.objects.count() == 1


def test_who_is_declined_is_not_told_and_asks_in_vain(zoe: User, yann: User) -> None:
    ask_contact(asker=zoe, asked=yann)
    decline_contact(user=yann, other=zoe)
    ask_contact(asker=zoe, asked=yann)
    assert not asking(yann).exists() and told(yann) == [] and told(zoe) == []
    assert [tie.asked for tie in asked_by(zoe)] == [yann], "it looks as before"
    ask_contact(asker=yann, asked=zoe)
    assert are_contacts(zoe, yann), "who declined can think again"


def test_declining_does_not_undo_what_was_accepted(zoe: User, yann: User) -> None:
    ask_contact(asker=zoe, asked=yann)
    accept_contact(user=yann, other=zoe)
    decline_contact(user=yann, other=zoe)
    assert are_contacts(zoe, yann)


@pytest.mark.parametrize("who", ["asker", "asked"])
def test_either_can_end_it_and_both_can_ask_again(zoe: User, yann: User, who: str) -> None:
    ask_contact(asker=zoe, asked=yann)
    accept_contact(user=yann, other=zoe)
    one, other = (zoe, yann) if who == "asker" else (yann, zoe)
    remove_contact(user=one, other=other)
    assert not are_contacts(zoe, yann)
    ask_contact(asker=other, asked=one)
    assert asking(one).count() == 1


def test_who_is_blocked_cannot_ask_until_unblocked(zoe: User, yann: User) -> None:
    ask_contact(asker=zoe, asked=yann)
    accept_contact(user=yann, other=zoe)
    block(user=yann, other=zoe)
    block(user=yann, other=zoe)
    assert is_blocked(zoe, by=yann) and not is_blocked(yann, by=zoe)
    assert not are_contacts(zoe, yann)
    for asker, asked in ((zoe, yann), (yann, zoe)):
        with pytest.raises(Refused) as refusal:
            ask_contact(asker=asker, asked=asked)
        assert refusal.value.code is Code.FORBIDDEN
    assert [one.blocked for one in blocks_of(yann)] == [zoe]
    unblock(user=yann, other=zoe)
    ask_contact(asker=zoe, asked=yann)
    assert asking(yann).count() == 1


def test_nobody_asks_or_blocks_themselves_or_without_a_name(zoe: User, yann: User) -> None:
    for deed in (
        lambda: ask_contact(asker=zoe, asked=zoe),
        lambda: block(user=zoe, other=zoe),
        lambda: accept_contact(user=zoe, other=yann),
        lambda: ask_contact(asker=User.objects.create_user("x@example.org"), asked=zoe),
    ):
        with pytest.raises(Refused):
            deed()
    assert not Tie.objects.exists()


def test_nobody_asks_the_whole_site(zoe: User) -> None:
    for number in range(ASKED_A_DAY):
        ask_contact(asker=zoe, asked=person(f"P{number}"))
    with pytest.raises(Refused) as refusal:
        ask_contact(asker=zoe, asked=person("Last"))
    assert refusal.value.code is Code.SLOW_DOWN
