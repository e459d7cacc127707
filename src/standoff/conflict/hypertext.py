"""The text of a page of HTML: what a reader sees, blocks apart, for quotes to be looked up in.

The parser tells of tags and text one after another and nothing is built of them, so that time and memory are linear in
the page; how deep tags are nested and how many there are is bounded all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from standoff.errors import MissingExtra, UnreadableFile, shorten

MAX_DEPTH = 500
MAX_TAGS = 1_000_000

_PIECE = 2**16
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_KEPT = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})  # white space is as it is written
_BLOCKS = """
    address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup option p section select summary
    table tbody td tfoot th thead tr ul
"""
_APART = frozenset(_BLOCKS.split()) | _KEPT


class _Page:
    """Takes what the parser tells, and keeps the text that is seen."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.tags = self.depth = self.unseen = self.kept = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        self.tags += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableFile(f"tags nested more than {MAX_DEPTH} deep")
        if self.tags > MAX_TAGS:
            raise UnreadableFile(f"more than {MAX_TAGS:,} tags")
        self.unseen += tag in _UNSEEN
        self.kept += tag in _KEPT
        self._part(tag)

    def end(self, tag: str) -> None:
        """A tag ends, by itself or because of what follows."""
        self.depth -= 1
        self.unseen -= tag in _UNSEEN
        self.kept -= tag in _KEPT
        self._part(tag)

    def data(self, text: str) -> None:
        """Text between tags."""
        if not self.unseen:
            self.parts.append(text if self.kept else re.sub(r"\s+", " ", text))

    def close(self) -> str:
        """The text of the whole page."""
        return "".join(self.parts)

    def _part(self, tag: str) -> None:
        if tag in _APART and self.parts and self.parts[-1] != "\n":
            self.parts.append("\n")


def text_of(html: str) -> str:
    """All text of a page that is seen, blocks and cells on lines of their own; whatever the markup is like.

    Raises UnreadableFile where tags are nested too deep or too many, MissingExtra.
    """
    try:
        from lxml.etree import HTMLParser, LxmlError
    except ImportError:
        raise MissingExtra("reading HTML", "html") from None
    if not html.strip():
        return ""
    parser = HTMLParser(target=_Page(), huge_tree=True)
    try:
        for start in range(0, len(html), _PIECE):  # so that it ends where something is refused
            parser.feed(html[start : start + _PIECE])
        return str(parser.close())
    except (LxmlError, ValueError) as error:
        raise UnreadableFile(f"not HTML that can be read ({shorten(str(error))})") from None
