"""How lists order initiatives: by how many have signed, coarsely."""

from bisect import bisect_right

_STEPS = sorted(
    {round(factor * 10**power) for power in range(8) for factor in (1, 1.5, 2, 3, 4, 5, 6, 8)}
)


def rank_of(signatures: int) -> int:
    """Return how many of 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30… so many signatures are.

    A rank changes a few dozen times in an initiative's life and signatures at every moment, so
    signing hardly ever moves a row in the indexes that lists are read by.
    """
    return bisect_right(_STEPS, signatures)
