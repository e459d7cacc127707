"""The four ways to stand still as they are drawn: a mark and a frame for each, told apart without colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.concepts import Standing
from standoff.plots.svg import BLOCK, FAINT, INK, PAPER, Paint, box, circle, fill, group, head, number, text, width

OF_STATES: Mapping[Standing, str] = {
    Standing.AT_REST: "nobody can move to anything better",
    Standing.DETERRED: "somebody could gain, but others would gladly answer",
    Standing.DETERRED_AT_COST: "others could answer, but only at their own cost",
    Standing.WILL_MOVE: "somebody gains, and nothing holds it",
}
FRAMES: Mapping[Standing, tuple[Paint, float, str]] = {
    Standing.AT_REST: (INK, 2.6, ""),
    Standing.DETERRED: (INK, 1.3, ""),
    Standing.DETERRED_AT_COST: (INK, 1.2, "4 3"),
    Standing.WILL_MOVE: (FAINT, 0.8, ""),
}


def sign(standing: Standing, x: float, y: float, r: float = 4.5) -> str:
    """The mark of a standing around (x, y): full, half full, open and dashed, or an arrow that leaves."""
    match standing:
        case Standing.AT_REST:
            return circle(x, y, r, INK, INK, 1.2)
        case Standing.DETERRED:
            top, bottom, radius = number(y - r), number(y + r), number(r)
            half = f"<path d='M{number(x)} {top}A{radius} {radius} 0 0 0 {number(x)} {bottom}Z'{fill(INK)}/>"
            return circle(x, y, r, INK, PAPER, 1.2) + half
        case Standing.DETERRED_AT_COST:
            return circle(x, y, r, INK, PAPER, 1.2)
    return head(x + r, y, 1, 0, INK, filled=False, size=2 * r)


def frame(standing: Standing, x: float, y: float, wide: float, high: float) -> str:
    """The frame of a state that stands so."""
    paint, thick, dashes = FRAMES[standing]
    return box(x, y, wide, high, paint, BLOCK if standing is Standing.AT_REST else PAPER, thick, dashes, 5)


def meanings(standings: Sequence[Standing], left: float, top: float, across: float) -> tuple[list[str], float]:
    """What the marks of these mean, the firmest first, side by side where they fit; and where that ends."""
    parts, x, y = list[str](), left, top
    for standing in sorted(set(standings), reverse=True):
        words = f"{standing.words}: {OF_STATES[standing]}"
        room = 20 + width(words, 11) + 22
        if x + room - 22 > left + across and x > left:
            x, y = left, y + 18
        parts.append(group(_sample(standing, words, x, y), attributes=" class='standing'"))
        x += room
    return parts, y + 18


def _sample(standing: Standing, words: str, x: float, y: float) -> Iterator[str]:
    yield sign(standing, x + 6, y - 4)
    yield text(x + 18, y, words, size=11)
