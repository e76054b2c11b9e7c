"""The groups of a sample site, through the functions that everybody's groups take."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from rooms.groups.founding import GroupText, create_group, open_room_in
from rooms.groups.joining import join_group
from rooms.groups.models import Group
from rooms.messages.posting import post_message
from rooms.people.membership import find_participant
from rooms.people.models import Participant, User

FILE = Path(__file__).with_name("groups.toml")


def make_groups() -> list[Group]:
    """Return the sample groups, creating those that are missing."""
    found: dict[str, Group] = {}
    for data in tomllib.loads(FILE.read_text())["group"]:
        mine = Group.objects.select_related("room").filter(
            room__title=data["title"], room__participants__user=_user(data["by"])
        )
        parent = found.get(data.get("parent", ""))
        found[data["title"]] = mine.first() or _make(data, parent)
    return list(found.values())


def _user(name: str) -> User:
    email = f"demo-{slugify(name)}@example.invalid"
    return User.objects.get_or_create(email=email, defaults={"name": name})[0]


@transaction.atomic
def _make(data: dict[str, Any], parent: Group | None) -> Group:
    text = GroupText(data["title"], data["brief"].strip(), data["place"])
    group = create_group(user=_user(data["by"]), name=data["by"], text=text, parent=parent)
    for name in data["members"]:
        join_group(group=group, user=_user(name), name=name)
    for number, (name, said) in enumerate(data["says"]):
        author = _member(group, name)
        post_message(room=group.room, author=author, client_id=f"demo-{number}", text=said)
    if data["debate"]:
        owner = _member(group, data["by"])
        open_room_in(group=group, actor=owner, kind="debate", title=data["debate"])
    return group


def _member(group: Group, name: str) -> Participant:
    person = find_participant(room=group.room, user=_user(name))
    assert person is not None, f"{name} is not in the sample group"
    return person
