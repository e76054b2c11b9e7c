"""A target and what is said of it: pairs of texts that differ in one thing are judged apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.moderation.screeners import personal_data
from rooms.moderation.speech.clauses import LONGEST, sentences
from rooms.moderation.speech.normal import plain, words
from rooms.moderation.speech.rules import find_unlawful

PAIRS = [
    # the target: a group, and not a thing, a doctrine, or those in power
    ("Les musulmans sont des parasites.", "Les actionnaires sont des parasites."),
    ("Muslims are disgusting.", "This law is disgusting."),
    ("I hate immigrants.", "I hate this government."),
    ("Catholics are idiots.", "Catholicism is idiotic."),
    # what is said of it
    ("Immigrants are vermin.", "Immigrants are workers."),
    ("Women are inferior to men.", "Women are paid less than men."),
    ("Il faut expulser tous les Arabes.", "Il faut accueillir tous les Arabes."),
    # who says so
    ("Women are inferior.", "Saying that women are inferior is unacceptable."),
    ("Je déteste les Juifs.", "Je dénonce ceux qui disent : « je déteste les Juifs »."),
    ("Les femmes sont stupides.", "Ceux qui disent que les femmes sont stupides ont tort."),
    # negation, either way
    ("Jews are parasites.", "Jews are not parasites."),
    ("No Muslim deserves to live.", "No Muslim deserves to be insulted."),
    ("We should kill all gays.", "We should never kill anybody, gays or not."),
    # persons: a threat, and not a harsh word or an image
    ("Il faut pendre le ministre.", "Il faut virer le ministre."),
    ("Somebody should shoot the president.", "Somebody should impeach the president."),
    ("Je vais te tuer.", "Cette réforme va tuer l'hôpital."),
    ("We will hang the mayor.", "We will hang the pictures in the town hall."),
    # one sentence after the other
    ("Migrants are everywhere. They are rats.", "Lobbyists are everywhere. They are rats."),
    # words that are slurs in one place only
    ("Sale pédale !", "La pédale de frein est cassée."),
    ("You are a dyke.", "The dyke along the river must be raised."),
]


@pytest.mark.parametrize(("unlawful", "lawful"), PAIRS)
def test_one_difference_decides(unlawful: str, lawful: str) -> None:
    assert find_unlawful(unlawful) is not None, unlawful
    assert find_unlawful(lawful) is None, lawful


@pytest.mark.parametrize(
    "text",
    [
        "I h4te immigrants",
        "I hate immmigrants",
        "I hate immi grants",
        "Ihateimmigrants",
        "I hаte immigrаnts",  # Cyrillic а
        "I hate i m m i g r a n t s",
        "I hate immi\u200bgrants",
        "I hate imimgrants",
        "Ｉ ｈａｔｅ ｉｍｍｉｇｒａｎｔｓ",
        "f*ggot",
        "f.a.g.g.o.t",
        "faaaaggot",
    ],
)
def test_disguises_are_undone(text: str) -> None:
    found = find_unlawful(text)
    assert found is not None
    assert 0 <= found.span[0] < found.span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "En 1905, 34 % des 4 000 € ; la loi n° 2016-1088, G7, covid19, 12h30 le 3/5.",
        "Call 112, write to contact@mairie.example before 30/06/2026.",
        "Le standard de la mairie : 01 99 00 10 00.",
    ],
)
def test_figures_of_public_life_pass(text: str) -> None:
    assert personal_data.find(text) is None and find_unlawful(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "appelez-la au 06 39 98 12 45",
        "reach her on +44 7700 900123",
        "jane.doe84 (at) mail.example",
        "il habite 12 bis rue des Lilas",
        "she lives at 27 Acacia Road",
        "FR76 3000 6000 0112 3456 7890 189",
    ],
)
def test_personal_data_is_found(text: str) -> None:
    found = personal_data.find(text)
    assert found is not None and 0 <= found[0] < found[1] <= len(text)


@given(st.text(max_size=300))
def test_any_text_can_be_judged_and_spans_lie_inside_it(text: str) -> None:
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
    found = find_unlawful(text)
    assert found is None or 0 <= found.span[0] < found.span[1] <= len(text)
    assert personal_data.find(text) is None or personal_data.find(text)


@given(st.text(max_size=100))
def test_the_plain_form_is_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    "piece", ["a ", "a.", "'", "les femmes ", "@1", "kill ", "women are ", "-a"]
)
def test_long_and_odd_texts_take_no_longer_than_their_length_asks(piece: str) -> None:
    find_unlawful((piece * 2000)[:2000])


def test_a_sentence_without_an_end_is_looked_at_in_parts() -> None:
    for before in range(60, 100):
        text = "le bus passe " * before + "il faut tuer tous les Arabes " + "et le bus passe " * 40
        assert max(len(one.words) for one in sentences(text)) <= LONGEST
        assert find_unlawful(text) is not None, before
