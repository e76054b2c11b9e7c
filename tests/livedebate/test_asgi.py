"""A worker that answers is warm: nothing is left to be loaded while people wait."""

import subprocess
import sys

from tests.servers import ROOT

SHOW = """
import sys
import livedebate.asgi
before = set(sys.modules)
from django.urls import reverse
reverse("rooms:react", args=["debate", 1])
print(sorted(name for name in set(sys.modules) - before if name.startswith("rooms")))
"""


def test_no_page_is_imported_by_the_first_event_that_is_shown() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert shown.stdout == "[]\n"
