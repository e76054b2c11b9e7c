"""A site with one of everything, so that every address leads to something.

``python -m tests.furnished`` fills an empty database with it and prints where things are.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from tests.addresses import Address

WHO = {"olga": "organiser", "max": "moderator", "alice": "participant", "tina": "site team"}
"""Who walks through the site with an account, and as what; everybody else is a visitor."""


@dataclass
class Furnished:
    """Where things are: ``given`` for all addresses, ``by_name`` for some."""

    given: dict[str, Any] = field(default_factory=dict)
    by_name: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def path(self, address: Address) -> str:
        """Return the path of something that is there."""
        short = address.name.removeprefix("rooms:")
        path = address.path(**{**self.given, **self.by_name.get(short, {})})
        return path + ("?after=0" if address.name == "rooms:events" else "")


def furnish() -> Furnished:
    """Fill an empty site."""
    from allauth.account.models import EmailAddress

    from rooms.people.membership import set_team_member
    from rooms.people.models import User

    people = {
        name: User.objects.create_user(f"{name}@example.org", name=name.capitalize(), language="en")
        for name in (*WHO, "zoe", "noel")
    }
    for user in people.values():
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    set_team_member(user=people["tina"], member=True)
    site = Furnished(sessions={name: _session(user) for name, user in people.items()})
    _furnish_sign_in(site, people["olga"])
    _furnish_room(site, people)
    _furnish_initiative(site, people)
    _furnish_group(site, people)
    _furnish_accounts(site, people)
    return site


def _session(user: Any) -> str:
    from allauth.account.internal.flows.login import (
        _AUTHENTICATION_METHODS_USER_SESSION_KEY,
        AUTHENTICATION_METHODS_SESSION_KEY,
    )
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    session = client.session
    # As after they were asked again who they are, which comes before changing how one signs in.
    asked = {"method": "mfa", "type": "totp", "reauthenticated": True, "at": time.time()}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [asked]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _furnish_sign_in(site: Furnished, olga: Any) -> None:
    """Let somebody have all ways to sign in that there are."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    from tests.passkey import new_credential

    TOTP.activate(olga, "A" * 32)
    RecoveryCodes.activate(olga)
    key = Authenticator.objects.create(
        user=olga,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": new_credential("localhost")},
    )
    site.by_name.update({f"mfa_{deed}_webauthn": {"pk": key.pk} for deed in ("edit", "remove")})


def _furnish_room(site: Furnished, people: dict[str, Any]) -> None:
    from rooms.lifecycle.schedule import create_room
    from rooms.messages.decisions import remove_message
    from rooms.messages.posting import post_message
    from rooms.moderation.policy import set_patterns
    from rooms.moderation.screening import Pattern
    from rooms.people.invites import make_invite
    from rooms.people.membership import find_participant, join_room, set_role
    from rooms.people.roles import Role
    from rooms.redress.appeals import open_appeal
    from rooms.redress.models import Statement
    from rooms.redress.notices import file_notice
    from rooms.redress.reports import report_message

    room = create_room(
        title="Clean the river bank",
        brief="Every first Saturday.",
        kind="action",
        language="en",
        owner_name="Olga",
        user=people["olga"],
    )
    olga = find_participant(room=room, user=people["olga"])
    assert olga
    max_, alice, zoe = (
        join_room(room=room, name=name.capitalize(), user=people[name])
        for name in ("max", "alice", "zoe")
    )
    set_role(room=room, actor=olga, participant_id=max_.pk, role=Role.MODERATOR)
    max_.refresh_from_db()
    said = {
        text: post_message(room=room, author=alice, client_id=text, text=text).number
        for text in ("Who brings gloves?", "What a circus.", "See https://example.org/x")
    }
    stays, goes, _link = said.values()
    report_message(room=room, actor=zoe, number=stays, reason="spam", words="Again.")
    remove_message(room=room, actor=max_, number=goes, reason="insult")
    statement = Statement.objects.get(room=room, number=goes)
    open_appeal(statement=statement, actor=alice, text="It was meant kindly.")
    notice = file_notice(
        room=room,
        number=stays,
        ground="hate",
        explanation="It calls for hatred.",
        name="Nadia",
        email="nadia@example.org",
    )
    set_patterns(room=room, actor=max_, patterns=[Pattern("clown", True)])
    room.refresh_from_db()
    post_message(room=room, author=alice, client_id="held", text="The clown again.")
    site.given.update(slug=room.slug, number=stays, participant_id=alice.pk, decision=statement.seq)
    site.by_name.update(
        by_code={"code": room.code},
        by_invite={"token": make_invite(room=room, role=Role.PARTICIPANT)},
        statement={"token": statement.token},
        contest={"token": statement.token},
        notice={"token": notice.token},
        decide_notice={"seq": notice.seq},
    )
    _furnish_desk(site, room, olga, alice)


def _furnish_desk(site: Furnished, room: Any, olga: Any, alice: Any) -> None:
    from django.utils import timezone

    from rooms.organizing.announcements import announce
    from rooms.organizing.calendars import renew_key
    from rooms.organizing.meetups import MeetupPlan, call_meetup
    from rooms.organizing.tasks import TaskWords, add_shift, create_task

    soon = timezone.now() + timedelta(days=2)
    words = TaskWords("Carry bags", "Green bridge", "strong arms")
    task = create_task(room=room, actor=olga, client_id="t", words=words, starts_at=soon)
    add_shift(room=room, actor=olga, client_id="s", number=task.number, starts_at=soon)
    plan = MeetupPlan("Get to know each other", soon, place="69123", town="Lyon (69)")
    meetup = call_meetup(room=room, actor=olga, client_id="m", plan=plan)
    told = announce(room=room, actor=olga, client_id="a", text="Bring water.")
    tasks = ("task", "edit_task", "task_step", "task_give", "new_shift", "task_cancel")
    meetups = ("meetup", "edit_meetup", "rsvp", "cancel_meetup")
    announcements = ("edit_announcement", "acknowledge")
    for names, number in (
        (tasks, task.number),
        (meetups, meetup.number),
        (announcements, told.seq),
    ):
        site.by_name.update({name: {"number": number} for name in names})
    site.by_name["calendar"] = {"key": renew_key(alice).key, "which": "mine"}


def _furnish_initiative(site: Furnished, people: dict[str, Any]) -> None:
    from PIL import Image

    from rooms.initiatives.binding import open_due_action_rooms
    from rooms.initiatives.models import Picture
    from rooms.initiatives.pictures import remake
    from rooms.initiatives.promotion import make_promotion
    from rooms.initiatives.proposing import propose_initiative, save_draft
    from rooms.initiatives.reporting import report_back
    from rooms.initiatives.signing import Signer, ask_to_confirm, confirm_signature
    from rooms.messages.decisions import approve_message
    from rooms.people.membership import find_participant, join_room

    about: dict[str, Any] = {
        "brief": "There are none at the quay.",
        "language": "en",
        "threshold": 5,
    }
    where: dict[str, Any] = {"scope": "local", "place_code": "69123", "place_name": "Lyon (69)"}
    draft = save_draft(user=people["olga"], title="More benches", **about, **where)
    initiative = propose_initiative(draft=draft, name="Olga")
    promoter = find_participant(room=initiative.room, user=people["olga"])
    assert promoter
    for number in range(5):
        email, signer = f"signer-{number}@example.org", Signer(f"Signer {number}")
        signature = ask_to_confirm(initiative=initiative, email=email, signer=signer)
        confirm_signature(signature)
    open_due_action_rooms()
    initiative.refresh_from_db()
    photo = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(photo, "PNG")
    made = report_back(
        initiative=initiative,
        actor=promoter,
        client_id="r",
        text="Twelve benches stand.",
        pictures=[(remake(photo, len(photo.getvalue())), "A bench")],
    )
    tina = join_room(room=initiative.room, name="Tina", user=people["tina"])
    approve_message(room=initiative.room, actor=tina, number=made.number)
    other = save_draft(user=people["olga"], title="Fewer cars", **about)
    still_open = propose_initiative(draft=other, name="Olga")
    asked = ask_to_confirm(initiative=still_open, email="sam@example.org", signer=Signer("Sam"))
    begun = save_draft(user=people["olga"], title="Trees", **about)
    there = {"slug": initiative.room.slug}
    names = (
        *("initiative", "initiative_preview", "sign", "withdraw", "revise", "open_debate"),
        *("open_action", "report_back", "signatures_csv", "signatures_pdf", "archive"),
        *("leave_promotion", "invite_promoter"),
    )
    site.by_name.update(dict.fromkeys(names, there))
    token = make_promotion(initiative=initiative, actor=promoter)
    site.by_name.update(
        revise={"slug": still_open.room.slug},
        promote={**there, "token": token},
        signature={"token": asked.token},
        picture={"token": Picture.objects.get().token},
        draft={"pk": begun.pk},
        drop_draft={"pk": begun.pk},
    )


def _furnish_group(site: Furnished, people: dict[str, Any]) -> None:
    from rooms.groups.founding import GroupText, create_group
    from rooms.groups.joining import join_group

    text = GroupText("Friends of the river", "We meet on Saturdays.", "69123")
    group = create_group(user=people["olga"], name="Olga", text=text, language="en")
    join_group(group=group, user=people["alice"], name="Alice")
    names = (
        *("group", "group_preview", "join_group", "ask_group", "leave_group", "answer_request"),
        *("describe_group", "group_debate", "group_action"),
    )
    site.by_name.update({name: {"slug": group.room.slug} for name in names})


def _furnish_accounts(site: Furnished, people: dict[str, Any]) -> None:
    from django.utils import timezone

    from rooms.eventlog.models import Room
    from rooms.messages.posting import post_message
    from rooms.notifications.models import Notification
    from rooms.notifications.tell import tell
    from rooms.notifications.unsubscribing import unsubscribe_path
    from rooms.people.membership import find_participant
    from rooms.profiles.contacts import accept_contact, ask_contact
    from rooms.profiles.direct import begin_conversation
    from rooms.profiles.models import Tie
    from rooms.profiles.showing import show_profile
    from rooms.redress.reports import report_message

    alice, zoe = people["alice"], people["zoe"]
    profile = show_profile(user=alice, name="Alice", about="I like rivers.", is_public=True)
    ask_contact(asker=zoe, asked=alice)
    accept_contact(user=alice, other=zoe)
    direct = begin_conversation(user=zoe, other=alice)
    writer, reader = (find_participant(room=direct, user=one) for one in (zoe, alice))
    assert writer and reader
    number = post_message(room=direct, author=writer, client_id="d", text="Go away.").number
    report_message(room=direct, actor=reader, number=number, reason="insult", words="It hurts.")
    room = Room.objects.get(slug=site.given["slug"])
    tell("room.opened", to=[alice], args={"room": room.pk}, key="furnished")
    story = Notification.objects.filter(user=alice, kind="room.opened").latest("pk")
    token = unsubscribe_path(alice, ["debates"]).strip("/").split("/")[-1]
    shown = {"token": profile.token}
    tie = Tie.objects.get().pk
    names = ("profile", "profile_preview", "ask_contact", "block_profile")
    site.by_name.update(dict.fromkeys(names, shown))
    site.by_name.update(
        story={"number": story.pk},
        unsubscribe={"token": token},
        read_direct={"slug": direct.slug},
        write_to={"tie": tie},
        answer_contact={"tie": tie, "deed": "remove"},
        unblock={"number": zoe.pk},
        private_report={"slug": direct.slug, "number": number},
        place={"code": "69123"},
    )
    year = timezone.localdate().year
    for name in ("transparency", "transparency_json", "transparency_csv"):
        site.by_name[name] = {"year": year}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(asdict(furnish())))
