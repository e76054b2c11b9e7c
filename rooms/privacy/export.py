"""Everything that is known of a person, for that person: GDPR, Articles 15 and 20."""

import json
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from rooms.eventlog.models import Event
from rooms.groups.selectors import candidate_status
from rooms.initiatives.models import InitiativeDraft
from rooms.initiatives.signing import signatures_of
from rooms.messages.models import Message, MessageBody, Reaction, VaultedBody
from rooms.notifications.models import Choice, Device, Notification
from rooms.notifications.nearby import neighbourhood_of
from rooms.people.membership import can_read
from rooms.people.models import Participant, User
from rooms.privacy.export_actions import actions_of
from rooms.privacy.export_people import people_of
from rooms.redress.models import (
    Appeal,
    AppealMessage,
    Notice,
    NoticeText,
    Report,
    ReportWords,
    Statement,
)


def export_person(user: User) -> dict[str, Any]:
    """Return all about an account and all it did, also as the guest it was, as JSON values.

    Of others it says no more than their role: who decided is "moderator" or "machine".
    """
    people = Participant.objects.filter(user=user)
    return {
        "account": _account(user),
        "rooms": _rooms(people),
        "notices": _notices(user),
        "initiative_drafts": _drafts(user),
        "signatures": _signatures(user),
        "notifications": _notifications(user),
        **people_of(user),
    }


def export_guest(guest_key: str) -> dict[str, Any]:
    """Return all that a browser session did as a guest."""
    return {"rooms": _rooms(Participant.objects.filter(guest_key=guest_key, user=None))}


def _account(user: User) -> dict[str, Any]:
    keys = Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    return {
        "email": user.email,
        "name": user.name,
        "joined_at": user.date_joined,
        "last_login": user.last_login,
        "addresses": list(addresses),
        "sign_in_keys": list(keys),
    }


def _rooms(people: QuerySet[Participant]) -> list[dict[str, Any]]:
    return [_room(person) for person in people.select_related("room", "user").order_by("joined_at")]


def _room(person: Participant) -> dict[str, Any]:
    room = person.room
    # Who only asked to be let into a private group is not told here what it is called.
    may_read = can_read(room=room, participant=person, user=person.user)
    log = Event.objects.filter(room=room, actor=person).order_by("seq")
    reactions = Reaction.objects.filter(participant=person).order_by("number", "emoji")
    answers = AppealMessage.objects.filter(author=person, is_moderators=True).order_by("seq")
    return {
        "room": {"slug": room.slug, "title": room.title if may_read else ""},
        "participant": person.pk,
        "name": person.name,
        "role": person.role,
        "joined_at": person.joined_at,
        "group_request": candidate_status(person),
        "muted_until": person.muted_until,
        "is_banned": person.is_banned,
        "slow_seconds": person.slow_seconds,
        "messages": _messages(person),
        "reactions": list(reactions.values("number", "emoji")),
        "decisions_about_you": _decisions(person),
        "reports": _reports(person),
        **actions_of(person),
        "written_as_moderator": list(answers.values("decision", "at", "text")),
        "log": list(log.values("seq", "type", "at", "payload")),
    }


def _messages(person: Participant) -> list[dict[str, Any]]:
    """Return a person's messages with every text of theirs that is still kept, oldest first."""
    mine = Message.objects.filter(author=person)
    texts: dict[int, list[dict[str, Any]]] = {}
    for model in (VaultedBody, MessageBody):
        rows = model.objects.filter(room=person.room_id, number__in=mine.values("number"))
        for number, revision, text in rows.values_list("number", "revision", "text"):
            texts.setdefault(number, []).append({"revision": revision, "text": text})
    for several in texts.values():
        several.sort(key=lambda one: int(one["revision"]))
    fields = ("number", "at", "side", "reply_to", "status", "rule", "reason")
    return [
        {**row, "texts": texts.get(row["number"], [])}
        for row in mine.order_by("number").values(*fields)
    ]


def _decisions(person: Participant) -> list[dict[str, Any]]:
    """Return the restrictions of somebody, each with their appeal and what both sides wrote."""
    found = []
    for statement in Statement.objects.filter(participant=person).order_by("seq"):
        where = {"room": person.room_id, "decision": statement.seq}
        turns = AppealMessage.objects.filter(**where).order_by("seq")
        appeal = Appeal.objects.filter(**where).values("opened_at", "outcome", "decided_at").first()
        found.append(
            {
                "seq": statement.seq,
                "kind": statement.kind,
                "message": statement.number,
                "reason": statement.reason,
                "rule": statement.rule,
                "decided_by": "machine" if statement.is_automated else "moderator",
                "at": statement.at,
                "until": statement.until,
                "seconds": statement.seconds,
                "was_lifted": statement.lifted_seq is not None,
                "appeal": appeal,
                "dialogue": list(turns.values("at", "is_moderators", "text")),
            }
        )
    return found


def _reports(person: Participant) -> list[dict[str, Any]]:
    filed = Report.objects.filter(reporter=person).order_by("seq")
    words = ReportWords.objects.filter(room=person.room_id, seq__in=filed.values("seq"))
    said = dict(words.values_list("seq", "text"))
    rows = filed.values("seq", "number", "reason", "at", "outcome")
    return [{**row, "words": said.get(row["seq"], "")} for row in rows]


def _notices(user: User) -> list[dict[str, Any]]:
    """Return the notices of illegal content that were sent with the account's address."""
    found = []
    sent = NoticeText.objects.filter(email__iexact=user.email).select_related("room")
    for text in sent.order_by("pk"):
        notice = Notice.objects.filter(room=text.room_id, seq=text.seq)
        (fields,) = notice.values("number", "ground", "at", "outcome", "reason", "decided_at")
        words = {"name": text.name, "explanation": text.explanation, "answer": text.answer}
        found.append({"room": text.room.slug, **fields, **words})
    return found


def _drafts(user: User) -> list[dict[str, Any]]:
    mine = InitiativeDraft.objects.filter(user=user).order_by("pk")
    about = ("kind", "scope", "theme", "place_name", "threshold")
    return list(mine.values("title", "brief", "language", "saved_at", *about))


def _signatures(user: User) -> list[dict[str, Any]]:
    """Return what was signed with the account or with its address."""
    about = ("name", "is_public", "place_name", "language", "status", "note", "at", "seq")
    return list(signatures_of(user.email).values("initiative__room__slug", "email", *about))


def _notifications(user: User) -> dict[str, Any]:
    """Return what an account was told, and how and where it wants to be told."""
    told = Notification.objects.filter(user=user).order_by("pk")
    return {
        "language": user.language,
        "near": neighbourhood_of(user),
        "chosen": list(Choice.objects.filter(user=user).values("topic", "pace", "push")),
        "devices": list(Device.objects.filter(user=user).values("endpoint", "at")),
        "told": list(told.values("kind", "args", "at", "read_at")),
    }


def as_json(exported: dict[str, Any]) -> str:
    """Return an export as JSON that people can read, too."""
    return json.dumps(exported, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"
