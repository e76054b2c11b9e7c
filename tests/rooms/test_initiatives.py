"""Initiatives: proposing, screening, changing and ending them, and who promotes them."""

from collections.abc import Callable
from typing import Any

import pytest

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.initiatives.binding import initiative_bound_to, open_bound_room, rooms_of
from rooms.initiatives.checks import LOCKED_AT
from rooms.initiatives.models import Initiative, InitiativeDraft, Stage
from rooms.initiatives.promotion import is_promoter, make_promotion
from rooms.initiatives.proposing import (
    accept_promotion,
    archive_initiative,
    leave_promotion,
    propose_initiative,
    revise_initiative,
    save_draft,
)
from rooms.initiatives.selectors import promoters_of
from rooms.initiatives.signing import Signer, sign_as
from rooms.initiatives.text import split, text_of
from rooms.lifecycle.selectors import live_rooms
from rooms.markdown import to_html
from rooms.messages.decisions import approve_message, reject_message, remove_message
from rooms.messages.editing import edit_message
from rooms.moderation.sanctions import ban_participant
from rooms.people.membership import can_read, find_participant, join_room, set_team_member
from rooms.people.models import Participant, User
from tests.rooms.test_messages import refusal

BRIEF = "Un quai **couvert**, des horaires affichés, et un bus toutes les dix minutes."
UNLAWFUL = "Les Arabes sont des rats, il faut les exterminer."

Propose = Callable[..., Initiative]


@pytest.fixture
def paula(db: None) -> User:
    return User.objects.create_user("paula@example.org", name="Paula")


@pytest.fixture
def tina(db: None) -> User:
    user = User.objects.create_user("tina@example.org", name="Tina")
    set_team_member(user=user, member=True)
    return user


@pytest.fixture
def propose(paula: User) -> Propose:
    def make(
        title: str = "Un abribus à chaque arrêt", user: User = paula, **fields: Any
    ) -> Initiative:
        given = {"brief": BRIEF, "language": "fr", "threshold": 5, **fields}
        draft = save_draft(user=user, title=title, **given)
        return propose_initiative(draft=draft, name=user.name or "Paula")

    return make


def promoter(initiative: Initiative) -> Participant:
    return promoters_of(initiative)[0]


def signed_by(initiative: Initiative, count: int) -> None:
    first = User.objects.count()
    for number in range(first, first + count):
        user = User.objects.create_user(f"s{number}@example.org")
        sign_as(initiative=initiative, user=user, signer=Signer(f"Signer {number}"))
    initiative.refresh_from_db()


def test_what_is_lawful_is_published_at_once(propose: Propose) -> None:
    initiative = propose()
    assert (initiative.stage, initiative.is_visible) == (Stage.PUBLISHED, True)
    assert initiative.room.title == "Un abribus à chaque arrêt"
    assert split(text_of(initiative)) == ("Un abribus à chaque arrêt", BRIEF)
    assert promoter(initiative).name == "Paula"
    assert promoter(initiative).role == "participant"
    assert not InitiativeDraft.objects.exists()
    assert can_read(room=initiative.room, participant=None)
    assert not live_rooms().exists()
    assert differences(initiative.room.pk) == []


def test_what_must_be_looked_at_is_read_by_nobody_until_a_moderator_decides(
    propose: Propose, tina: User
) -> None:
    initiative = propose("Une honte", brief=UNLAWFUL)
    room = initiative.room
    assert (initiative.stage, initiative.is_visible) == (Stage.SCREENED, False)
    assert "honte" not in room.title
    assert not can_read(room=room, participant=None)
    moderator = join_room(room=room, name="Tina", user=tina)
    assert moderator.role == "moderator"
    approve_message(room=room, actor=moderator, number=initiative.text_number or 0)
    initiative.refresh_from_db()
    assert (initiative.stage, initiative.room.title) == (Stage.PUBLISHED, "Une honte")
    assert can_read(room=initiative.room, participant=None)
    assert differences(initiative.room.pk) == []


def test_what_a_moderator_rejects_is_never_shown(propose: Propose, tina: User) -> None:
    initiative = propose("Une honte", brief=UNLAWFUL)
    room = initiative.room
    moderator = join_room(room=room, name="Tina", user=tina)
    reject_message(room=room, actor=moderator, number=initiative.text_number or 0, reason="hate")
    initiative.refresh_from_db()
    assert (initiative.stage, initiative.is_visible) == (Stage.SCREENED, False)
    assert text_of(initiative) == ""


def test_what_is_removed_is_found_and_read_no_more(propose: Propose, tina: User) -> None:
    initiative = propose()
    moderator = join_room(room=initiative.room, name="Tina", user=tina)
    number = initiative.text_number or 0
    remove_message(room=initiative.room, actor=moderator, number=number, reason="insult")
    initiative.refresh_from_db()
    assert not initiative.is_visible and text_of(initiative) == ""
    assert "abribus" not in initiative.room.title
    assert not can_read(room=initiative.room, participant=None)
    assert differences(initiative.room.pk) == []


def test_a_draft_that_is_not_complete_stays(paula: User) -> None:
    draft = save_draft(user=paula, title="Un titre", brief=" ", language="fr")
    assert refusal(propose_initiative, draft=draft, name="Paula").code is Code.EMPTY
    draft.brief, draft.scope = BRIEF, "local"
    assert refusal(propose_initiative, draft=draft, name="Paula").code is Code.BAD_SHAPE
    draft.scope, draft.threshold = "national", 2
    assert refusal(propose_initiative, draft=draft, name="Paula").code is Code.BAD_SHAPE
    assert InitiativeDraft.objects.get() == draft
    assert not Room.objects.exists()


def test_a_draft_is_proposed_once(paula: User) -> None:
    draft = save_draft(user=paula, title="Un titre", brief=BRIEF, language="fr")
    again = InitiativeDraft.objects.get()
    propose_initiative(draft=draft, name="Paula")
    assert refusal(propose_initiative, draft=again, name="Paula").code is Code.STALE
    assert Initiative.objects.count() == 1


def test_drafts_of_others_are_not_saved(paula: User, tina: User) -> None:
    draft = save_draft(user=paula, title="Un titre", language="fr")
    assert refusal(save_draft, user=tina, draft=draft, title="x").code is Code.FORBIDDEN


def test_one_account_proposes_only_so_much(propose: Propose, settings: object) -> None:
    settings.INITIATIVE_RATE = (1, 86400)  # type: ignore[attr-defined]
    propose()
    assert refusal(propose, "Tout autre chose").code is Code.SLOW_DOWN
    assert InitiativeDraft.objects.get().title == "Tout autre chose"


def test_a_flood_of_proposals_that_say_the_same_is_held(propose: Propose) -> None:
    parody = "Rendez-nous le mammouth laineux dans chaque square de la République"
    users = [User.objects.create_user(f"p{n}@example.org", name=f"P {n}") for n in range(4)]
    made = [propose(parody, brief=f"{parody} {'!' * n}", user=u) for n, u in enumerate(users)]
    assert [one.is_visible for one in made] == [True, True, False, False]


def test_the_text_changes_until_many_have_signed_it(propose: Propose) -> None:
    initiative = propose(threshold=100)
    paula = promoter(initiative)
    revised = {"title": "Deux abribus", "brief": BRIEF}
    revise_initiative(initiative=initiative, actor=paula, **revised)
    initiative.room.refresh_from_db()
    assert initiative.room.title == "Deux abribus"
    signed_by(initiative, LOCKED_AT)
    initiative.room.refresh_from_db()
    late = refusal(revise_initiative, initiative=initiative, actor=paula, title="X", brief=BRIEF)
    assert late.code is Code.TOO_LATE
    number = initiative.text_number
    short = refusal(edit_message, room=initiative.room, actor=paula, number=number, text="Bref.")
    assert short.code is Code.TOO_LATE
    assert split(text_of(initiative))[0] == "Deux abribus"


def test_only_who_proposed_it_changes_the_text(propose: Propose, tina: User) -> None:
    initiative = propose()
    moderator = join_room(room=initiative.room, name="Tina", user=tina)
    call = {"initiative": initiative, "actor": moderator, "title": "X", "brief": "Y"}
    assert refusal(revise_initiative, **call).code is Code.FORBIDDEN


def test_promoters_invite_others_and_leave(propose: Propose, tina: User) -> None:
    initiative = propose()
    paula = promoter(initiative)
    outsider = join_room(room=initiative.room, name="Eve", guest_key="eve")
    assert refusal(make_promotion, initiative=initiative, actor=outsider).code is Code.FORBIDDEN
    assert refusal(leave_promotion, initiative=initiative, actor=paula).code is Code.FORBIDDEN
    token = make_promotion(initiative=initiative, actor=paula)
    second = accept_promotion(initiative=initiative, user=tina, name="Tina", token=token)
    assert [p.name for p in promoters_of(initiative)] == ["Paula", "Tina"]
    again = {"initiative": initiative, "user": tina, "name": "Tina", "token": token}
    assert refusal(accept_promotion, **again).code is Code.STALE
    leave_promotion(initiative=initiative, actor=paula)
    assert not is_promoter(initiative, paula) and is_promoter(initiative, second)
    bad = {**again, "token": token + "x"}
    assert refusal(accept_promotion, **bad).code is Code.FORBIDDEN
    assert differences(initiative.room.pk) == []


@pytest.mark.parametrize("kind", ["debate", "action"])
def test_a_promoter_opens_rooms_for_it(propose: Propose, kind: str) -> None:
    initiative = propose()
    room = open_bound_room(initiative=initiative, actor=promoter(initiative), kind=kind)
    assert (room.title, room.kind, room.status) == (initiative.room.title, kind, "open")
    assert rooms_of(initiative, kind) == [room]
    assert initiative_bound_to(room) == initiative
    owner = Participant.objects.get(room=room)
    assert (owner.role, owner.user) == ("owner", promoter(initiative).user)
    initiative.refresh_from_db()
    assert initiative.stage == (Stage.IN_ACTION if kind == "action" else Stage.PUBLISHED)
    assert differences(initiative.room.pk) == []


def test_others_open_no_rooms_for_it(propose: Propose) -> None:
    initiative = propose()
    eve = join_room(room=initiative.room, name="Eve", guest_key="eve")
    call = {"initiative": initiative, "actor": eve, "kind": "debate"}
    assert refusal(open_bound_room, **call).code is Code.FORBIDDEN
    call = {"initiative": initiative, "actor": promoter(initiative), "kind": "initiative"}
    assert refusal(open_bound_room, **call).code is Code.FORBIDDEN
    assert Room.objects.count() == 1


def test_an_archived_initiative_takes_nothing_more(propose: Propose, tina: User) -> None:
    initiative = propose()
    paula = promoter(initiative)
    archive_initiative(initiative=initiative, actor=paula)
    initiative.refresh_from_db()
    late = refusal(sign_as, initiative=initiative, user=tina, signer=Signer("Tina"))
    assert late.code is Code.CLOSED
    assert refusal(archive_initiative, initiative=initiative, actor=paula).code is Code.STALE
    closed = refusal(open_bound_room, initiative=initiative, actor=paula, kind="debate")
    assert closed.code is Code.CLOSED
    assert differences(initiative.room.pk) == []


def test_a_banned_promoter_does_nothing(propose: Propose, tina: User) -> None:
    initiative = propose()
    paula = promoter(initiative)
    moderator = join_room(room=initiative.room, name="Tina", user=tina)
    ban_participant(room=initiative.room, actor=moderator, participant_id=paula.pk, reason="spam")
    assert refusal(archive_initiative, initiative=initiative, actor=paula).code is Code.BANNED


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Titre\n\nUn **mot**", "<h3>Titre</h3>\n<p>Un <strong>mot</strong></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("![x](https://evil.example/p.png)", "<p></p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        (
            "[x](https://example.org)",
            '<p><a href="https://example.org" rel="nofollow noopener noreferrer ugc">x</a></p>',
        ),
    ],
)
def test_markdown_is_made_safe(markdown: str, html: str) -> None:
    assert to_html(markdown).strip() == html


def test_every_event_of_an_initiative_names_nobody(propose: Propose) -> None:
    initiative = propose(threshold=5)
    signed_by(initiative, 5)
    payloads = str(list(Event.objects.filter(room=initiative.room).values_list("payload")))
    assert "Signer" not in payloads and "example.org" not in payloads


def test_a_promoter_is_found_in_the_room(propose: Propose, paula: User) -> None:
    initiative = propose()
    assert find_participant(room=initiative.room, user=paula) == promoter(initiative)
