"""How one wants to be told: a row for each topic, and where "near" is."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rooms.notifications.choices import Way, choose
from rooms.notifications.kinds import Topic
from rooms.notifications.models import Pace
from rooms.notifications.nearby import set_neighbourhood
from rooms.people.models import User
from rooms.views.place_field import PlaceField

CHOSEN = [topic for topic in Topic if topic != Topic.MINE]
"""Topics that one chooses about; decisions on oneself are always told."""


class ChoicesForm(forms.Form):
    """Named by topics: ``actions`` is the pace of letters, ``actions_push`` if devices tell."""

    place = PlaceField(label=_("Near which place?"), required=False, free_text=False)

    def __init__(self, *args: Any, ways: Mapping[str, Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in CHOSEN:
            way = ways[topic]
            self.fields[topic] = forms.ChoiceField(
                label=topic.label, choices=Pace.choices, initial=way.pace
            )
            self.fields[f"{topic}_push"] = forms.BooleanField(required=False, initial=way.push)

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Yield the two fields of each topic."""
        return ((self[topic], self[f"{topic}_push"]) for topic in CHOSEN)

    @transaction.atomic
    def save(self, user: User) -> None:
        """Set what was chosen."""
        sent = self.cleaned_data
        for topic in CHOSEN:
            choose(user=user, topic=topic, way=Way(sent[topic], sent[f"{topic}_push"]))
        set_neighbourhood(user=user, place_code=sent["place"].code)
