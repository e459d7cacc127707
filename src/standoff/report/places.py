"""Where a judgement stands in a conflict, as people say it: counted from 1, and without brackets."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.errors import Path, shorten

PART_WORDS = {
    "prefers": "aim",
    "infeasible": "rule",
    "define": "definition",
    "options": "option",
    "weights": "weight",
    "as_in_truth_except": "difference",
}


def place_words(path: Path) -> str:
    """Where a judgement stands, as people count: ``US aim 8``, ``US on Russia aim 3``, ``rule 2``."""
    match path:
        case ("decision_makers", str(name), *rest):
            return f"{name} {_part_words(rest)}"
        case ("views", str(by), str(of), "views", *rest):
            return place_words(("views", f"{by} on {of}", *rest))
        case ("views", str(by), str(of), *rest):
            return f"{by} on {of} {_part_words(rest)}"
    return _part_words(path)


def _part_words(rest: Sequence[str | int]) -> str:
    match list(rest):
        case [str(what), int(k)]:
            return f"{PART_WORDS.get(what, what)} {k + 1}"
        case [str(what), str(name)]:
            return f"{PART_WORDS.get(what, what)} {shorten(' '.join(name.split()))}"
        case [str(what)] if what in PART_WORDS:
            return f"{PART_WORDS[what]}s"
    return " ".join(str(part) for part in rest).replace("_", " ")


def part_of(rest: str) -> str:
    """What of a judgement is meant, by what its path has beyond that of the whole: an option.

    Nothing of a place in a ranking: what is said of it names the states.
    """
    part = rest.strip('[]".')
    return "" if part.isdecimal() else part
