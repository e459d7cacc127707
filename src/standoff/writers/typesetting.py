"""What typst is given, and what it makes of it."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Literal

from standoff.errors import MissingExtra
from standoff.writers.paged import one_line

_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def literal(text: str) -> str:
    """Text as a string of the typst language: only ever text, whatever is in it."""
    return '"' + "".join(_ESCAPED.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in text) + '"'


def typst_string(text: str) -> str:
    """Text on one line, as a string of the typst language."""
    return literal(one_line(text))


def compiled(source: str, kind: Literal["pdf", "png"], ppi: float = 144) -> bytes:
    """The document that a source describes, typeset out of reach of any file. Raises MissingExtra."""
    try:
        import typst
    except ImportError:
        raise MissingExtra("typesetting", "pdf") from None
    with TemporaryDirectory() as nothing:
        made = typst.Compiler(source.encode(), root=nothing).compile(format=kind, ppi=ppi)
    assert isinstance(made, bytes), "more than one page as a picture"
    return made
