"""What chance is drawn from in tests: another seed every day, or the one that is asked for."""

import os
from datetime import UTC, datetime

VARIABLE = "FAULTS_SEED"


def seed() -> int:
    """Return the number that ``FAULTS_SEED`` names, today's where it names none."""
    return int(os.environ.get(VARIABLE) or datetime.now(UTC).toordinal())
