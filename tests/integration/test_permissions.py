"""The table of permissions, by the sockets of real servers."""

import pytest
from django.test import override_settings

from consumers.close_codes import CloseCode
from tests.permissions import BY_SOCKET, OUTSIDE, STATES, WHO, expected
from tests.servers import Server
from tests.sockets import Client, connected, raw
from tests.staged import Deed, Staged

pytestmark = pytest.mark.django_db(transaction=True)

OWNERS_STATE = "open"
"""What an owner may and moderators may cannot be done twice: for owners, in one state alone."""


@pytest.fixture
def staged(request: pytest.FixtureRequest) -> Staged:
    with override_settings(RATE_LIMITS=[]):
        return Staged(request.param)


async def answers(server: Server, staged: Staged, who: str) -> dict[str, str]:
    """Return what one person's commands are answered, all at one socket."""
    deeds = {name: deed for name, deed in staged.deeds_of(who).items() if deed.frame}
    session = staged.sessions[who]
    if who in OUTSIDE and staged.room.access != "open":
        async with raw(server, staged.room.slug, session) as socket:
            await socket.receive()
            assert socket.close_code == CloseCode.NO_SUCH_ROOM
        return dict.fromkeys(deeds, "unseen")
    async with connected(server, staged.room.slug, session) as client:
        return {name: await ask(client, deed) for name, deed in deeds.items()}


async def ask(client: Client, deed: Deed) -> str:
    assert deed.frame
    answer = await client.ask(**deed.frame)
    return "yes" if answer["type"] == "ack" else str(answer["code"])


def table(who: str, state: str) -> dict[str, str]:
    return dict(expected(who, state))


@pytest.mark.parametrize("staged", STATES, indirect=True)
async def test_the_socket_answers_as_the_table_says(
    server: Server, staged: Staged, request: pytest.FixtureRequest
) -> None:
    state = request.node.callspec.params["staged"]
    wrong: dict[tuple[str, str], tuple[str, str]] = {}
    for who in (one for one in WHO if one != "owner"):
        found = await answers(server, staged, who)
        said = table(who, state)
        wrong |= {(who, name): (a, said[name]) for name, a in found.items() if a != said[name]}
    assert wrong == {}


@pytest.mark.parametrize("staged", [OWNERS_STATE], indirect=True)
async def test_the_socket_answers_owners_as_the_table_says(server: Server, staged: Staged) -> None:
    found = await answers(server, staged, "owner")
    said = table("owner", OWNERS_STATE)
    assert found == {name: said[name] for name in found}
    frames = [deed.frame for deed in staged.deeds_of("owner").values() if deed.frame]
    assert {frame["type"] for frame in frames} == BY_SOCKET
