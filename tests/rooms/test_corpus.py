"""Viewpoint neutrality: what is lawful passes however harsh it is, what is unlawful is held.

Both rates are printed at the end of every run, so that nobody has to take our word for it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from rooms.moderation.screeners.personal_data import PersonalData
from rooms.moderation.screeners.unlawful import Unlawful
from rooms.moderation.screening import ALLOW, Submission
from tests.conftest import RATES

CORPUS = Path("tests/corpus")
LEAST = {"lawful": 0.99, "unlawful": 0.85}
"""Shares that must be judged right; what is measured stands in docs/screening.md."""


def held(text: str) -> bool:
    submission = Submission(text, timezone.now())
    return any(s.screen(submission) is not ALLOW for s in (Unlawful(), PersonalData()))


def sentences(kind: str, language: str) -> Iterator[tuple[str, str]]:
    for line in (CORPUS / f"{kind}.{language}.tsv").read_text().splitlines()[1:]:
        functionality, text = line.split("\t")
        yield functionality, text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["lawful", "unlawful"])
def test_the_corpus_is_judged_as_it_should_be(
    kind: str, language: str, request: pytest.FixtureRequest
) -> None:
    found = list(sentences(kind, language))
    wrong = [f"{what}: {text}" for what, text in found if held(text) == (kind == "lawful")]
    right = 1 - len(wrong) / len(found)
    request.config.stash.setdefault(RATES, []).append(
        f"{kind} {language}: {len(found) - len(wrong)} of {len(found)} judged right, {right:.1%}"
    )
    assert len(found) > 150
    assert right >= LEAST[kind], wrong
