"""Unicode forms, in time that is linear in the text.

``unicodedata.normalize`` sorts the marks that stand on one letter in quadratic time, so that a few thousand of them
take minutes. No script has more than a handful; UAX #15 (Stream-Safe Text Format) allows 30.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Literal

MOST_MARKS = 128  # on one letter, up to which they are sorted together


def composed(text: str, form: Literal["NFC", "NFKD"] = "NFC") -> str:
    """The text in a Unicode form. Where it is full of marks in a row, ``MOST_MARKS`` are sorted at a time."""
    if not _has_many(text):
        return unicodedata.normalize(form, text)
    runs = re.finditer(f"[{''.join(sorted(_marks()))}]{{{MOST_MARKS}}}", text)
    cuts = [0, *(run.end() for run in runs), len(text)]
    return "".join(unicodedata.normalize(form, text[start:end]) for start, end in pairwise(cuts))


def _has_many(text: str) -> bool:
    """Whether so many marks are in a row; twice as many always are seen."""
    if text.isascii() or len(text) <= MOST_MARKS:
        return False
    marks = _marks()
    return any(
        character in marks and all(one in marks for one in text[k * MOST_MARKS : (k + 1) * MOST_MARKS])
        for k, character in enumerate(text[::MOST_MARKS])
    )


@lru_cache(maxsize=1)
def _marks() -> frozenset[str]:
    """What stands on the letter before it, by itself or decomposed."""
    marks = (c for c in map(chr, range(0x300, 0x20000)) if unicodedata.category(c)[0] == "M")
    return frozenset(c for c in marks if unicodedata.combining(unicodedata.normalize("NFD", c)[0]))
