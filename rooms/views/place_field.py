"""A form field for a place: a combobox with JavaScript, a choice among matches without."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from rooms.places.folding import fold
from rooms.places.gazetteer import get_place
from rooms.places.place import Place
from rooms.places.search import find_places, named_exactly

NAME_LENGTH = 80
OFFERED = 8
AS_TYPED = "-"
"""The code by which somebody says that none of the known places is meant."""


@dataclass(frozen=True)
class ChosenPlace:
    """What was chosen. Without a code it is a place the site does not know: free text.

    Free text is not screened here: who stores it where others read it has to do that.
    """

    code: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True)
class TypedPlace:
    """What was sent: the text, and the code of what was chosen in the list, if it was."""

    text: str = ""
    code: str = ""


class PlaceWidget(forms.Widget):
    """A text field with a list below it. ``offered`` are the matches somebody has to choose of."""

    offered: list[Place] = []
    free_text = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> TypedPlace:
        """Return what was sent; a choice by radio button counts before the hidden code."""
        key = f"{name}_code"
        codes = data.getlist(key) if hasattr(data, "getlist") else [data.get(key, "")]
        chosen = next((code for code in reversed(codes) if code), "")
        return TypedPlace(data.get(name, "").strip(), chosen)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Say whether nothing was sent."""
        return name not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the field as HTML. ``value`` is a ``TypedPlace``, a ``ChosenPlace`` or a code."""
        context = {
            "name": name,
            "attrs": self.build_attrs(self.attrs, attrs),
            "offered": self.offered,
            "free_text": self.free_text,
            "as_typed": AS_TYPED,
            "length": NAME_LENGTH,
            **_shown(value),
        }
        return render_to_string("rooms/pieces/place_input.html", context)


def _shown(value: Any) -> dict[str, str]:
    if isinstance(value, TypedPlace):
        return {"text": value.text, "code": value.code}
    if isinstance(value, ChosenPlace):
        return {"text": value.name, "code": value.code}
    place = get_place(value) if isinstance(value, str) else None
    return {"text": str(place or value or ""), "code": place.code if place else ""}


class PlaceField(forms.Field):
    """A place of the gazetteer, or with ``free_text`` any other as text.

    The field is named x, and so is its text; the code is sent as x_code. ``clean`` gives a
    ``ChosenPlace``. A name that several places bear is not guessed: the form comes back with
    the matches to choose of. Show it by ``rooms/pieces/place_field.html``.
    """

    widget = PlaceWidget
    default_error_messages = {
        "required": _("Type the name of a town or of a département."),
        "choose": _("Which of these do you mean?"),
        "unknown": _("We know no such place in France."),
        "too_long": _("This is too long for the name of a place."),
    }

    def __init__(self, *, free_text: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.free_text = self.widget.free_text = free_text

    def clean(self, value: TypedPlace | None) -> ChosenPlace:
        """Return what is meant; raise ``ValidationError`` where that is not clear."""
        typed = value or TypedPlace()
        if not typed.text:
            if self.required:
                self._refuse("required")
            return ChosenPlace()
        if len(typed.text) > NAME_LENGTH:
            self._refuse("too_long")
        if typed.code == AS_TYPED and self.free_text:
            return ChosenPlace("", typed.text)
        return self._resolve(typed)

    def _resolve(self, typed: TypedPlace) -> ChosenPlace:
        chosen = get_place(typed.code)
        if chosen and (chosen in find_places(typed.text, 100) or _bears(chosen, typed.text)):
            return ChosenPlace(chosen.code, str(chosen))
        exact = named_exactly(typed.text)
        if len(exact) == 1:
            return ChosenPlace(exact[0].code, str(exact[0]))
        self.widget.offered = (exact or find_places(typed.text, OFFERED))[:OFFERED]
        if self.widget.offered:
            self._refuse("choose")
        if not self.free_text:
            self._refuse("unknown")
        return ChosenPlace("", typed.text)

    def _refuse(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)


def _bears(place: Place, text: str) -> bool:
    return fold(text) in (fold(place.name), fold(str(place)))
