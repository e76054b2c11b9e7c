"""Static files in production: hashed, compressed, and bundled, so that a page asks for few."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

# Each script keeps a scope of its own, and one that fails stops none of the others: as separate
# modules have it.
SCRIPT = "try {{\n{text}\n}} catch (error) {{\n  reportError(error);\n}}\n"
COMMENT = re.compile(r"^ *(?://[^\n]*|/\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
"""One that has its lines to itself."""


def without_comments(text: str) -> str:
    """Return a script or a style sheet without what only its readers need."""
    return COMMENT.sub("", text)


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Adds each of ``settings.BUNDLES`` to the files that were collected."""

    has_bundles = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Make the bundles first: they are then hashed and compressed like all others."""
        if not options.get("dry_run"):
            for name, parts in settings.BUNDLES.items():
                self._bundle(name, [self._text(part) for part in parts])
                paths[name] = (self, name)
        yield from super().post_process(paths, **options)

    def _text(self, part: str) -> str:
        with self.open(part) as file:
            text = without_comments(file.read().decode())
        return SCRIPT.format(text=text) if part.endswith(".js") else text

    def _bundle(self, name: str, texts: list[str]) -> None:
        self.delete(name)
        self._save(name, ContentFile("\n".join(texts).encode()))
