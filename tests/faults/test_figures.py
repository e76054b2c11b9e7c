"""What a fault cost is read from what clients did while it lasted."""

import pytest

from tests.faults.figures import Figures, Happened, OfFault, of_faults
from tests.faults.history import Ack, AnyRecord, Send


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
        ("daphne 1: SIGKILL", 1.0, 3.0, OfFault(1, 3.9, 3.0)),
        ("PostgreSQL: stop", 2.0, 3.0, OfFault(1, 3.9, 1.5)),
        ("Redis: freeze", 10.0, 12.0, OfFault(1, 21.5, 0.0)),
        ("Redis: freeze", 30.0, 31.0, OfFault(1, 0.0, 0.0)),
    ],
)
def test_a_fault_costs_what_was_not_answered(
    name: str, began: float, ended: float, cost: OfFault
) -> None:
    found = of_faults(HISTORY, [Happened(name, began, ended)])
    ((kind, of),) = found.items()
    assert kind == name.removeprefix("daphne 1: ")
    assert of.times == cost.times
    assert of.silence == pytest.approx(cost.silence) and of.wait == pytest.approx(cost.wait)


def test_workers_share_a_kind() -> None:
    faults = [Happened(f"uvicorn {n}: clients cut", n * 2.0, n * 2.0 + 1.0) for n in range(2)]
    assert [(kind, of.times) for kind, of in of_faults(HISTORY, faults).items()] == [
        ("clients cut", 2)
    ]


def test_the_longest_is_of_all() -> None:
    figures = Figures.of(HISTORY)
    assert figures.wait == pytest.approx(6.0) and figures.silence == pytest.approx(21.5)
