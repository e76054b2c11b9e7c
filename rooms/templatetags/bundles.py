"""Styles and scripts of a page: in production one file for all of a bundle."""

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
TAGS = {
    "css": '<link rel="stylesheet" href="{}">',
    "js": '<script type="module" src="{}"></script>',
}


@register.simple_tag
def bundle(name: str) -> SafeString:
    """Link to a file, or to a bundle of ``settings.BUNDLES``: to its parts where none are made."""
    has_bundles = getattr(staticfiles_storage, "has_bundles", False)
    parts = [name] if has_bundles else settings.BUNDLES.get(name, [name])
    tag = TAGS[name.rpartition(".")[2]]
    return format_html_join("\n  ", "{}", ([_link(tag, part)] for part in parts))


def _link(tag: str, path: str) -> SafeString:
    return format_html(tag, staticfiles_storage.url(path))
