"""Which steps lead from one state to the next, and who may take them: one table."""

from rooms.organizing.models import AHEAD, State

NEW = ""
"""The state of somebody who has nothing to do with a task yet."""

MINE: dict[State, frozenset[str]] = {
    State.OFFERED: frozenset({NEW, State.WITHDRAWN}),
    State.CONFIRMED: frozenset({State.ASKED}),
    State.ON_WAY: frozenset({State.CONFIRMED}),
    State.HERE: frozenset({State.CONFIRMED, State.ON_WAY}),
    State.DONE: frozenset({State.HERE}),
    State.WITHDRAWN: frozenset(AHEAD),
}
"""Each step that people take themselves, with the states that it leads from."""

THEIRS: dict[State, frozenset[str]] = {
    State.ASKED: frozenset({NEW, State.WITHDRAWN, State.NO_SHOW}),
    State.CONFIRMED: frozenset({State.OFFERED}),
    State.HERE: frozenset({State.OFFERED, State.CONFIRMED, State.ON_WAY, State.NO_SHOW}),
    State.DONE: frozenset({State.HERE}),
    State.NO_SHOW: frozenset({State.CONFIRMED, State.ON_WAY}),
    State.WITHDRAWN: frozenset(AHEAD),
}
"""Each step that organisers take for people, themselves among them."""


def leads(state: State, before: str, *, mine: bool, organises: bool) -> bool:
    """Tell whether somebody may take a step from a state."""
    return (mine and before in MINE.get(state, ())) or (
        organises and before in THEIRS.get(state, ())
    )
