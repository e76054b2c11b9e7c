"""What people read is there in French and English, completely, and compiled."""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polib
import pytest
from django.template import Engine
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def french() -> polib.POFile:
    assert CATALOGUE.exists()
    return polib.pofile(str(CATALOGUE))


def in_code() -> Iterator[tuple[str, str]]:
    """Yield every translated string of the Python code, and where it stands."""
    for path in [*Path("rooms").rglob("*.py"), *Path("consumers").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in FUNCTIONS:
                first = node.args[1 if _name(node.func) == "pgettext" else 0]
                assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: not a literal"
                yield str(first.value), f"{path}:{node.lineno}"


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def in_templates() -> Iterator[tuple[str, str]]:
    """Yield every translated string of the templates, and where it stands."""
    for path in Path("templates").rglob("*.*"):
        template = Engine.get_default().from_string(path.read_text())
        for node in template.nodelist.get_nodes_by_type(Node):
            if isinstance(node, TranslateNode) and isinstance(node.filter_expression.var, str):
                yield node.filter_expression.var, str(path)
            elif isinstance(node, TranslateNode):
                yield node.filter_expression.var.literal, str(path)
            elif isinstance(node, BlockTranslateNode):
                text, _variables = node.render_token_list(node.singular)
                yield (" ".join(text.split("\n")) if node.trimmed else text), str(path)


def test_the_catalogue_holds_what_is_shown_and_nothing_else(french: polib.POFile) -> None:
    shown = dict((*in_code(), *in_templates()))
    known = {entry.msgid for entry in french if not entry.obsolete}
    assert {text: where for text, where in shown.items() if text not in known} == {}
    assert known - shown.keys() == set()


def test_no_translation_is_missing_or_doubtful(french: polib.POFile) -> None:
    assert [e.msgid for e in (*french.untranslated_entries(), *french.fuzzy_entries())] == []
    assert french.obsolete_entries() == []


def test_translations_keep_the_placeholders(french: polib.POFile) -> None:
    for entry in french:
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            if text:
                assert set(PLACEHOLDER.findall(text)) <= set(
                    PLACEHOLDER.findall(entry.msgid + entry.msgid_plural)
                ), entry.msgid


def test_french_marks_are_never_alone_on_a_line(french: polib.POFile) -> None:
    alone = re.compile(r"\S [:;?!»]|« ")
    texts = [text for e in french for text in (e.msgstr, *e.msgstr_plural.values())]
    assert [text for text in texts if alone.search(text)] == []


def test_the_compiled_catalogue_is_fresh(french: polib.POFile) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        assert strings(file) == strings(io.BytesIO(french.to_binary()))


def strings(compiled: IO[bytes]) -> dict[object, str]:
    catalogue: dict[object, str] = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in catalogue.items() if key}
