"""What a fault cost is read from what clients did while it lasted."""

import pytest

from tests.faults.figures import Figures, Happened, OfFault, of_faults
from tests.faults.history import (
    Ack,
    AnyRecord,
    Close,
    Connect,
    Nack,
    Receive,
    Resume,
    Seen,
    Send,
)


def said(client: str, number: int, at: float, answered: float) -> list[AnyRecord]:
    sent = Send(at=at, client=client, command="post", id=f"{number}", about=0)
    return [sent, Ack(at=answered, client=client, id=f"{number}", seq=number, status="posted")]


HISTORY = sorted(
    [
        *said("A", 1, 0.0, 0.1),
        *said("A", 2, 1.5, 4.5),
        *said("B", 3, 2.5, 4.0),
        *said("A", 4, 20.0, 26.0),
    ],
    key=lambda record: record.at,
)


@pytest.mark.parametrize(
    ("name", "began", "ended", "cost"),
    [
        ("daphne 1: SIGKILL", 1.0, 3.0, OfFault(1, acknowledged=2, silence=3.9, wait=3.0)),
        ("PostgreSQL: stop", 2.0, 3.0, OfFault(1, acknowledged=2, silence=3.9, wait=1.5)),
        ("Redis: freeze", 10.0, 12.0, OfFault(1, silence=21.5)),
        ("Redis: freeze", 30.0, 31.0, OfFault(1)),
    ],
)
def test_a_fault_costs_what_was_not_answered(
    name: str, began: float, ended: float, cost: OfFault
) -> None:
    found = of_faults(HISTORY, [Happened(name, began, ended)])
    ((kind, of),) = found.items()
    assert kind == name.removeprefix("daphne 1: ")
    assert (of.times, of.acknowledged) == (cost.times, cost.acknowledged)
    assert of.silence == pytest.approx(cost.silence) and of.wait == pytest.approx(cost.wait)


def test_what_it_tried_is_counted_until_some_time_after() -> None:
    """B loses the connection before the answer, and comes back to what happened meanwhile."""
    seen = (Seen(1, "message.posted"), Seen(2, "message.posted"))
    history: list[AnyRecord] = [
        Connect(at=0.0, client="A", url="one"),
        Resume(at=0.0, client="A", after=0),
        Connect(at=0.0, client="B", url="one"),
        Resume(at=0.0, client="B", after=0),
        Send(at=1.0, client="B", command="post", id="1", about=0),
        Close(at=1.1, client="B", code=1006),
        *said("A", 2, 1.2, 1.4),
        Connect(at=2.0, client="B", url="two"),
        Resume(at=2.1, client="B", after=0),
        Receive(at=2.2, client="B", events=seen),
        Receive(at=3.0, client="A", events=seen),
        Ack(at=3.1, client="B", id="1", seq=1, status="posted"),
        Send(at=3.2, client="A", command="post", id="3", about=0),
        Nack(at=3.3, client="A", id="3", code="retry_later"),
        Nack(at=4.3, client="A", id="3", code="muted"),
        Send(at=4.4, client="A", command="remove", id="4", about=2),
        Ack(at=4.5, client="A", id="4", seq=3, status="removed"),
        Send(at=9.0, client="A", command="remove", id="5", about=1),
        Ack(at=9.1, client="A", id="5", seq=4, status="removed"),
    ]
    (of,) = of_faults(history, [Happened("daphne 1: SIGKILL", 1.05, 2.0)]).values()
    assert (of.acknowledged, of.again, of.delivered, of.resumed) == (3, 2, 4, 1)
    assert (of.muted, of.removed) == (1, 1)
    # A heard of the second 1.6 s after it was acknowledged; B had not been there for so long.
    assert of.late == pytest.approx(1.6)


def test_workers_share_a_kind() -> None:
    faults = [Happened(f"uvicorn {n}: clients cut", n * 2.0, n * 2.0 + 1.0) for n in range(2)]
    assert [(kind, of.times) for kind, of in of_faults(HISTORY, faults).items()] == [
        ("clients cut", 2)
    ]


def test_the_longest_is_of_all() -> None:
    figures = Figures.of(HISTORY)
    assert figures.wait == pytest.approx(6.0) and figures.silence == pytest.approx(6.0)
