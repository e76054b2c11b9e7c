"""Where initiatives are: what is kept of a place, what is near, and how many there are where."""

import pytest
from django.core.cache import cache

from rooms.eventlog.errors import Code
from rooms.initiatives.binding import open_bound_room
from rooms.initiatives.models import Initiative, InitiativeDraft, Signature
from rooms.initiatives.nearby import actions_under_way, count_by_department, tallies
from rooms.initiatives.selectors import Wanted, find_initiatives
from rooms.initiatives.signing import Signer, ask_to_confirm, sign_as
from rooms.lifecycle.schedule import close_room
from rooms.messages.decisions import remove_message
from rooms.people.membership import join_room
from rooms.people.models import User
from rooms.places.gazetteer import get_place
from tests.rooms.test_initiatives import (
    UNLAWFUL,
    Propose,
    paula,
    promoter,
    propose,
    signed_by,
    tina,
)
from tests.rooms.test_messages import refusal

__all__ = ["paula", "propose", "tina"]
EVRY, CORBEIL, MELUN, LYON, ROMANS = "91228", "91174", "77288", "69123", "26281"


@pytest.fixture(autouse=True)
def _many(settings: object) -> None:
    settings.INITIATIVE_RATE = (100, 86400)  # type: ignore[attr-defined]
    cache.clear()


def local(propose: Propose, title: str, code: str) -> Initiative:
    return propose(title, brief="Oui.", scope="local", place_code=code)


def titles(wanted: Wanted) -> list[str]:
    return [one.room.title for one in find_initiatives(wanted)]


def at(code: str, **fields: str) -> Wanted:
    place = get_place(code)
    assert place
    return Wanted(order="near", at=place.at, **fields)


def test_a_known_place_is_kept_as_the_gazetteer_has_it(propose: Propose) -> None:
    made = propose(scope="local", place_code=EVRY, place_name="<b>somewhere else</b>")
    place = get_place(EVRY)
    assert place
    assert (made.place_code, made.place_name) == (EVRY, "Évry-Courcouronnes (91)")
    assert (made.department, made.latitude, made.longitude) == ("91", *place.at)


def test_a_whole_departement_is_a_place(propose: Propose) -> None:
    made = local(propose, "Des trains", "dep-2A")
    assert (made.department, made.place_name) == ("2A", "Corse-du-Sud (2A)")


def test_an_unknown_place_is_its_name_alone(propose: Propose) -> None:
    made = propose(scope="local", place_name="  Le port de Bruxelles ", place_code="99999")
    assert (made.place_code, made.place_name) == ("", "Le port de Bruxelles")
    assert (made.department, made.latitude, made.longitude) == ("", None, None)


def test_what_is_national_has_no_place(propose: Propose) -> None:
    made = propose(scope="national", place_name="Évry", place_code=EVRY)
    assert (made.place_code, made.place_name, made.department) == ("", "", "")


def test_the_name_of_a_place_is_screened(propose: Propose) -> None:
    assert refusal(propose, scope="local", place_name=UNLAWFUL).code == Code.REJECTED
    assert not Initiative.objects.exists() and InitiativeDraft.objects.exists()


@pytest.mark.parametrize("name", ["Romans-sur-Isère", "romans", "Romans-sur-Isère (26)"])
def test_what_a_commune_is_called_may_stand(propose: Propose, name: str) -> None:
    assert propose(scope="local", place_name=name).place_name == name


@pytest.mark.parametrize("signer", [Signer(UNLAWFUL[:40]), Signer("Sam", place_name=UNLAWFUL)])
def test_what_signers_say_of_themselves_is_screened(
    propose: Propose, tina: User, signer: Signer
) -> None:
    initiative = propose()
    given = {"initiative": initiative, "signer": signer}
    assert refusal(sign_as, user=tina, **given).code == Code.REJECTED
    assert refusal(ask_to_confirm, email="sam@example.org", **given).code == Code.REJECTED
    assert not Signature.objects.exists()


def test_a_signer_may_live_in_romans(propose: Propose, tina: User) -> None:
    signer = Signer("Tina", place_name="Romans-sur-Isère")
    assert sign_as(initiative=propose(), user=tina, signer=signer).place_name == signer.place_name


def test_what_is_near_is_found_the_nearest_first(propose: Propose) -> None:
    for title, code in (("Lyon", LYON), ("Melun", MELUN), ("Corbeil", CORBEIL), ("Évry", EVRY)):
        local(propose, title, code)
    propose("Partout", brief="Oui.")
    assert titles(at(EVRY)) == ["Évry", "Corbeil", "Melun"]
    assert titles(at(MELUN))[0] == "Melun"
    assert titles(at(LYON)) == ["Lyon"]
    assert titles(at(EVRY, theme="health")) == []
    assert titles(at(EVRY, query="corbeil")) == ["Corbeil"]


def test_in_one_town_the_most_signed_come_first(propose: Propose) -> None:
    first = local(propose, "Beaucoup", EVRY)
    local(propose, "Peu", EVRY)
    signed_by(first, 3)
    assert titles(at(EVRY)) == ["Beaucoup", "Peu"]


def test_a_town_with_more_than_a_page_is_the_whole_page(propose: Propose) -> None:
    for number in range(4):
        local(propose, f"Évry {number}", EVRY)
        local(propose, f"Corbeil {number}", CORBEIL)
    found = [one.room.title for one in find_initiatives(at(EVRY), limit=3)]
    assert found == ["Évry 3", "Évry 2", "Évry 1"]
    assert len(find_initiatives(at(EVRY), limit=6)) == 6


def test_each_departement_is_counted(propose: Propose, tina: User) -> None:
    local(propose, "Évry", EVRY)
    gone = local(propose, "Corbeil", CORBEIL)
    local(propose, "Lyon", LYON)
    propose("Partout", brief="Oui.")
    assert count_by_department() == {"91": 2, "69": 1, "": 1} == tallies()
    moderator = join_room(room=gone.room, name="Tina", user=tina)
    number = gone.text_number or 0
    remove_message(room=gone.room, actor=moderator, number=number, reason="spam")
    assert count_by_department() == {"91": 1, "69": 1, "": 1}
    assert titles(at(CORBEIL)) == ["Évry"]


def test_actions_under_way_are_open_and_somewhere(propose: Propose) -> None:
    here, nowhere = local(propose, "Évry", EVRY), propose("Partout", brief="Oui.")
    rooms = []
    for initiative in (here, nowhere):
        actor = promoter(initiative)
        made = open_bound_room(initiative=initiative, actor=actor, kind="action", title="On y va")
        rooms.append(made)
    assert actions_under_way() == [here]
    owner = rooms[0].participants.get(role="owner")
    close_room(room=rooms[0], actor=owner)
    assert actions_under_way() == []
