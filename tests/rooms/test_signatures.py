"""Signing: once each, by an account or a confirmed address, and taking it back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event
from rooms.initiatives.letters import send_confirmations
from rooms.initiatives.models import Initiative, InitiativeDraft, Signature, Stage
from rooms.initiatives.proposing import archive_initiative, save_draft
from rooms.initiatives.ranking import rank_of
from rooms.initiatives.selectors import promoters_of, public_signatures
from rooms.initiatives.signing import (
    AGAIN,
    LETTERS,
    Signer,
    ask_to_confirm,
    confirm_signature,
    find_signature,
    forget_sources,
    sign_as,
    signer_key,
    withdraw_signature,
)
from rooms.people.models import User
from rooms.privacy.erasure import erase_person
from rooms.privacy.export import export_person
from tests.rooms.test_initiatives import Propose, paula, propose, tina
from tests.rooms.test_messages import refusal

__all__ = ["paula", "propose", "tina"]
SAM = Signer("Sam", place_name="Évry")
Status = Signature.Status


@pytest.fixture
def initiative(propose: Propose) -> Initiative:
    return propose(threshold=5)


def count(initiative: Initiative) -> int:
    initiative.room.refresh_from_db()
    return initiative.room.signature_count


def ask(initiative: Initiative, email: str = "sam@example.org", address: str = "") -> Signature:
    return ask_to_confirm(initiative=initiative, email=email, signer=SAM, address=address)


def test_an_account_signs_once(initiative: Initiative, tina: User) -> None:
    first = sign_as(initiative=initiative, user=tina, signer=SAM)
    again = sign_as(initiative=initiative, user=tina, signer=Signer("T.", is_public=False))
    assert first == again and count(initiative) == 1
    assert (again.name, again.is_public, again.status) == ("T.", False, Status.COUNTED)
    assert public_signatures(initiative) == []
    assert find_signature(initiative, tina) == again


def test_an_address_counts_once_it_is_confirmed(initiative: Initiative) -> None:
    signature = ask(initiative)
    assert count(initiative) == 0 and signature.letter_at is not None
    confirm_signature(signature)
    confirm_signature(signature)
    assert count(initiative) == 1
    assert [one.name for one in public_signatures(initiative)] == ["Sam"]
    assert ask(initiative, "SAM+petitions@example.org").status == Status.COUNTED
    assert count(initiative) == 1
    assert differences(initiative.room.pk) == []


def test_an_account_takes_up_what_its_address_has_signed(initiative: Initiative) -> None:
    confirm_signature(ask(initiative))
    sam = User.objects.create_user("sam@example.org")
    assert find_signature(initiative, sam) is not None
    signature = sign_as(initiative=initiative, user=sam, signer=SAM)
    assert count(initiative) == 1 and (signature.user, signature.email) == (sam, "")


def test_who_withdraws_may_sign_again(initiative: Initiative, tina: User) -> None:
    signature = sign_as(initiative=initiative, user=tina, signer=SAM)
    withdraw_signature(signature)
    withdraw_signature(signature)
    assert count(initiative) == 0 and signature.status == Status.WITHDRAWN
    sign_as(initiative=initiative, user=tina, signer=SAM)
    assert count(initiative) == 1
    assert differences(initiative.room.pk) == []


def test_what_was_not_confirmed_cannot_be_withdrawn(initiative: Initiative) -> None:
    assert refusal(withdraw_signature, ask(initiative)).code is Code.STALE


def test_the_threshold_is_reached_once(initiative: Initiative) -> None:
    signatures = [ask(initiative, f"s{n}@example.org") for n in range(7)]
    for signature in signatures:
        confirm_signature(signature)
    withdraw_signature(signatures[0])
    confirm_signature(ask(initiative, "late@example.org"))
    initiative.refresh_from_db()
    assert initiative.stage == Stage.REACHED and initiative.reached_at is not None
    reached = Event.objects.filter(room=initiative.room, type="initiative.reached")
    fifth = Event.objects.filter(room=initiative.room, type="initiative.signed").order_by("seq")[4]
    assert reached.get().seq == fifth.seq + 1
    assert differences(initiative.room.pk) == []


def test_a_waiting_letter_finds_the_initiative_closed(initiative: Initiative) -> None:
    signature = ask(initiative)
    archive_initiative(initiative=initiative, actor=promoters_of(initiative)[0])
    assert refusal(confirm_signature, signature).code is Code.CLOSED
    assert count(initiative) == 0


@pytest.mark.parametrize("email", ["", "sam", "sam@", "@example.org", "a b@example.org"])
def test_an_address_must_be_one(initiative: Initiative, email: str) -> None:
    assert refusal(ask, initiative, email).code is Code.BAD_SHAPE


def test_a_shared_address_is_slowed_and_never_blocked(
    initiative: Initiative, settings: object
) -> None:
    settings.SIGNATURE_PACE = (3, 3600)  # type: ignore[attr-defined]
    hall = [ask(initiative, f"h{n}@example.org", address="198.51.100.7") for n in range(6)]
    now = timezone.now()
    waits = [(one.letter_at - now).total_seconds() for one in hall if one.letter_at]
    assert len(waits) == 6
    assert [wait > 5 for wait in waits] == [False, False, False, True, True, True]
    assert max(waits) < 120
    elsewhere = ask(initiative, "e@example.org", address="203.0.113.9")
    assert elsewhere.letter_at is not None and elsewhere.letter_at <= timezone.now()


def test_a_mailbox_is_not_filled(propose: Propose, settings: object) -> None:
    settings.INITIATIVE_RATE = (100, 86400)  # type: ignore[attr-defined]
    titles = ["Un pont neuf", "Du pain bio", "Moins de bruit la nuit", "Plus d'arbres"]
    initiatives = [propose(title, brief=f"{title} dans chaque commune.") for title in titles]
    for one in initiatives[:LETTERS]:
        signature = ask(one, "victim@example.org")
        Signature.objects.filter(pk=signature.pk).update(letters=1, letter_at=None)
    assert refusal(ask, initiatives[-1], "victim@example.org").code is Code.SLOW_DOWN


def test_asking_again_sends_no_second_letter_at_once(initiative: Initiative) -> None:
    signature = ask(initiative)
    Signature.objects.update(letters=1, letter_at=None)
    assert ask(initiative).letter_at is None
    Signature.objects.update(at=timezone.now() - AGAIN - timedelta(seconds=1))
    assert ask(initiative).letter_at is not None
    assert Signature.objects.get() == signature


def test_network_addresses_are_forgotten(initiative: Initiative) -> None:
    signature = ask(initiative, address="198.51.100.7")
    assert signature.source and "198" not in signature.source
    Signature.objects.update(letter_at=None, at=timezone.now() - timedelta(days=2))
    forget_sources()
    assert Signature.objects.get().source == ""


@given(st.sampled_from(["sam", "s.a.m", "Sam+x", "SAM"]))
def test_spellings_of_one_address_are_one(local: str) -> None:
    assert signer_key(f"{local}@GMail.com") == signer_key("sam@googlemail.com")


def test_other_addresses_are_others() -> None:
    assert signer_key("s.am@example.org") != signer_key("sam@example.org")
    assert signer_key("sam@example.org") != signer_key("sam@example.net")


@given(st.integers(0, 10**8), st.integers(0, 10**6))
def test_a_rank_grows_with_signatures(signatures: int, more: int) -> None:
    assert rank_of(signatures) <= rank_of(signatures + more)


def test_ranks_are_few() -> None:
    assert rank_of(0) == 0 and rank_of(1) == 1
    assert len({rank_of(n) for n in range(100_000)}) < 45


def test_nothing_of_a_signer_is_left(initiative: Initiative) -> None:
    sam = User.objects.create_user("sam@example.org", name="Sam")
    confirm_signature(ask(initiative, "s.am+x@example.org"))
    sign_as(initiative=initiative, user=sam, signer=SAM)
    save_draft(user=sam, title="À moi", brief="Secret", language="fr")
    exported = export_person(sam)
    assert [one["name"] for one in exported["signatures"]] == ["Sam"]
    assert [one["title"] for one in exported["initiative_drafts"]] == ["À moi"]
    erase_person(sam)
    assert not InitiativeDraft.objects.exists()
    left = Signature.objects.get(user=None, email="")
    assert (left.name, left.place_name, left.status) == ("", "", Status.WITHDRAWN)
    assert find_signature(initiative, User(email="sam@example.org")) is None
    assert count(initiative) == 1
    assert differences(initiative.room.pk) == []


def test_a_letter_asks_to_confirm_and_leaves_once(initiative: Initiative) -> None:
    signature = ask(initiative)
    assert (send_confirmations(), send_confirmations()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.to == ["sam@example.org"] and initiative.room.title in letter.subject
    link = f"http://127.0.0.1:8000/signatures/{signature.token}/"
    assert link in str(letter.body) and "Sam" in str(letter.body)
    assert Signature.objects.get().letters == 1


def test_no_letter_leaves_before_its_turn_or_for_nothing(initiative: Initiative) -> None:
    signature = ask(initiative)
    Signature.objects.update(letter_at=timezone.now() + timedelta(minutes=1))
    assert send_confirmations() == 0
    confirm_signature(signature)
    Signature.objects.update(letter_at=timezone.now())
    assert send_confirmations() == 0 and mail.outbox == []
    later = ask(initiative, "late@example.org")
    archive_initiative(initiative=initiative, actor=promoters_of(initiative)[0])
    assert later.letter_at is not None and send_confirmations() == 0


@pytest.mark.parametrize(("language", "words"), [("fr", "Bonjour Sam"), ("en", "Hello Sam")])
def test_a_letter_is_in_the_signers_language(
    initiative: Initiative, language: str, words: str
) -> None:
    with translation.override(language):
        ask(initiative)
    send_confirmations()
    assert words in str(mail.outbox[0].body)
