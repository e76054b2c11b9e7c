"""Longer texts as people write them, in Markdown, and how they are shown."""

from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_TAGS = {
    *("p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "hr", "code", "pre"),
    *("h3", "h4", "h5", "h6"),
}


@lru_cache(maxsize=512)
def to_html(text: str) -> str:
    """Return Markdown as HTML that is safe to show: no pictures, no scripts, no styles.

    A heading begins at the third level, beneath those of the page.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer ugc",
    )


def to_text(text: str) -> str:
    """Return the words of Markdown, without its signs and addresses."""
    return unescape(nh3.clean(to_html(text), tags=set()))
