"""Names that formulas can use, from the names that formats of others allow: any text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from standoff.conflict.letters import composed
from standoff.conflict.syntax import is_name

MAX_LENGTH = 40


def identifiers(texts: Iterable[str], kind: str) -> list[tuple[str, str | None]]:
    """For each text a name, none twice, and the text as a title where it is another: ``United States``, ``dm_3rd``.

    ``kind`` begins the names of texts that no name can begin with, and with a number it names those without letters.
    """
    taken: set[str] = set()
    suffixes: dict[str, count[int]] = {}
    found = []
    for number, text in enumerate(texts, start=1):
        base = name = _name(text, kind) or f"{kind}{number}"
        while name in taken:
            suffix = f"_{next(suffixes.setdefault(base, count(2)))}"
            name = base[: MAX_LENGTH - len(suffix)] + suffix
        taken.add(name)
        found.append((name, text if text.strip() and text != name else None))
    return found


def _name(text: str, kind: str) -> str:
    """What is left of a text in a name; nothing where there is nothing."""
    kept = "".join(c if is_name(f"a{c}") else " " for c in composed(text))
    name = "_".join(kept.split())[:MAX_LENGTH].strip("_")
    if not name or is_name(name):
        return name
    return f"{kind}_{name}"[:MAX_LENGTH].rstrip("_")
