"""The strokes that pictures are made of, as SVG text.

Colours are named: each is written as an attribute, so that a picture stands alone, and as a class, so that a page can
give it another value (in the dark, say).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

FONT = "Helvetica, Arial, sans-serif"
SIZE = 13


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour by its role: on light paper, and in the dark."""

    name: str
    light: str
    dark: str


INK = Paint("ink", "#1a1a1a", "#ececec")
SOFT = Paint("soft", "#595959", "#b4b4b4")
FAINT = Paint("faint", "#8a8a8a", "#8a8a8a")
RULE = Paint("rule", "#dddddd", "#444444")
PAPER = Paint("paper", "#ffffff", "#17191c")
BLOCK = Paint("block", "#eeeeee", "#2b2f34")
PLUS = Paint("plus", "#1b6ca8", "#6cb6ee")
MINUS = Paint("minus", "#b3401f", "#f08a66")
ON = Paint("on", "#ffffff", "#101214")  # what is written on a decision maker's colour

# One for each decision maker: all at least 4.5 to 1 against the paper, and each with a dash pattern of its own.
OWNERS = (
    Paint("dm0", "#0b5394", "#74b3ef"),
    Paint("dm1", "#a83c12", "#f0916a"),
    Paint("dm2", "#1a7340", "#69c690"),
    Paint("dm3", "#7a3a9c", "#c99be2"),
    Paint("dm4", "#7d5a00", "#d9b44a"),
    Paint("dm5", "#006d75", "#5cc8d0"),
    Paint("dm6", "#a8175a", "#f08bb8"),
    Paint("dm7", "#46525f", "#a9b8c6"),
)
DASHES = ("", "7 3", "2 2.5", "9 3 2 3", "4 2", "12 3 2 3 2 3", "1.5 4", "14 4")
PAINTS = (INK, SOFT, FAINT, RULE, PAPER, BLOCK, PLUS, MINUS, ON, *OWNERS)


def owner(i: int) -> Paint:
    """The colour of the i-th decision maker."""
    return OWNERS[i % len(OWNERS)]


def dash(i: int) -> str:
    """The dash pattern of the i-th decision maker: with the colour unlike that of the first 64."""
    return DASHES[(i + i // len(OWNERS)) % len(DASHES)]


def picture(key: str, width: float, height: float, heading: str, describes: str, parts: Iterable[str]) -> str:
    """A whole picture with its heading; ``describes`` is what it shows, in words, and ``key`` makes its ids its own."""
    top = text(20, 28, heading, size=16, bold=True) if heading else ""
    body = "\n".join(parts)
    role = "group" if "<a " in body else "img"  # what is in an image cannot be reached by keyboard
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' class='standoff' viewBox='0 0 {number(width)} {number(height)}' "
        f"width='{number(width)}' height='{number(height)}' role='{role}' aria-labelledby='{key}-t {key}-d' "
        f"font-family='{FONT}' font-size='{SIZE}'>\n<title id='{key}-t'>{escape(heading)}</title>\n"
        f"<desc id='{key}-d'>{escape(describes)}</desc>\n<rect width='100%' height='100%'{fill(PAPER)}/>\n"
        f"{top}\n{body}\n</svg>\n"
    )


# Attributes


def number(value: float) -> str:
    """A coordinate: one decimal at most, so that machines agree."""
    rounded = round(value, 1) + 0.0
    return f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"


def fill(paint: Paint | None) -> str:
    """The attributes of an area's colour; None for none."""
    return " fill='none'" if paint is None else f" class='f-{paint.name}' fill='{paint.light}'"


def stroke(paint: Paint, width: float = 1, dashes: str = "", inside: Paint | None = None) -> str:
    """The attributes of a line's colour, and of what is inside of it."""
    both = f"s-{paint.name}" + (f" f-{inside.name}" if inside else "")
    within = inside.light if inside else "none"
    dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
    return f" class='{both}' fill='{within}' stroke='{paint.light}' stroke-width='{width:g}'{dashed}"


def escape(text: str) -> str:
    """Text that is only text, whatever is in it; characters that XML has no place for are left out."""
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "￾￿"))
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        kept = kept.replace(mark, entity)
    return kept


# Strokes


def text(
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    size: float = SIZE,
    bold: bool = False,
    paint: Paint = INK,
    halo: bool = False,
) -> str:
    """Words with their base line at (x, y); ``halo``: paper around them, for words that lie on lines."""
    weight = " font-weight='bold'" if bold else ""
    around = f" stroke='{PAPER.light}' stroke-width='4' stroke-linejoin='round' paint-order='stroke'" if halo else ""
    shown = fill(paint).replace("class='", "class='s-paper ") if halo else fill(paint)
    place = f"x='{number(x)}' y='{number(y)}'" + (f" text-anchor='{anchor}'" if anchor != "start" else "")
    return f"<text {place} font-size='{size:g}'{weight}{shown}{around}>{escape(words)}</text>"


def line(x: float, y: float, u: float, v: float, paint: Paint, width: float = 1, dashes: str = "") -> str:
    """A straight line."""
    ends = f"x1='{number(x)}' y1='{number(y)}' x2='{number(u)}' y2='{number(v)}'"
    return f"<line {ends}{stroke(paint, width, dashes)}/>"


def curve(data: str, paint: Paint, width: float = 1, dashes: str = "") -> str:
    """A path that is a line."""
    return f"<path d='{data}'{stroke(paint, width, dashes)}/>"


def circle(x: float, y: float, r: float, paint: Paint, inside: Paint | None = None, width: float = 1) -> str:
    """A circle, filled where ``inside`` is given."""
    return f"<circle cx='{number(x)}' cy='{number(y)}' r='{number(r)}'{stroke(paint, width, inside=inside)}/>"


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    paint: Paint | None,
    inside: Paint | None = None,
    thick: float = 1,
    dashes: str = "",
    r: float = 3,
) -> str:
    """A rectangle with round corners; no outline where ``paint`` is None."""
    look = fill(inside) if paint is None else stroke(paint, thick, dashes, inside)
    size = f"width='{number(width)}' height='{number(height)}'" + (f" rx='{number(r)}'" if r else "")
    return f"<rect x='{number(x)}' y='{number(y)}' {size}{look}/>"


def head(x: float, y: float, dx: float, dy: float, paint: Paint, filled: bool = True, size: float = 7) -> str:
    """The head of an arrow that comes to (x, y) in the direction (dx, dy): filled, or two open strokes."""
    length = math.hypot(dx, dy) or 1
    ux, uy = dx / length, dy / length
    corners = [(x - size * ux + side * size * 0.5 * uy, y - size * uy - side * size * 0.5 * ux) for side in (1, -1)]
    (a, b), (c, d) = corners
    points = f"M{number(a)} {number(b)}L{number(x)} {number(y)}L{number(c)} {number(d)}"
    return f"<path d='{points}Z'{fill(paint)}/>" if filled else f"<path d='{points}'{stroke(paint, 1.2)}/>"


def group(parts: Iterable[str], hint: str = "", link: str = "", attributes: str = "") -> str:
    """Parts that are one thing, with a hint for whoever points at it and, perhaps, a link."""
    told = f"<title>{escape(hint)}</title>" if hint else ""
    tag, where = ("a", f" href='{escape(link)}'") if link else ("g", "")
    return f"<{tag}{where}{attributes}>{told}" + "".join(parts) + f"</{tag}>"


# How much room words take


_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]{}/\\ ·-"), frozenset("mwMWQO@%—…")
_MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def width(words: str, size: float = SIZE, bold: bool = False) -> float:
    """About how wide words are (in Helvetica), rather too wide than too narrow."""
    total = 0.0
    for c in words:
        if unicodedata.combining(c) or _MARKS.match(c):
            continue
        if unicodedata.east_asian_width(c) in "WF":
            total += 1.05
        else:
            total += 0.33 if c in _NARROW else 0.9 if c in _WIDE else 0.7 if c.isupper() else 0.57
    return total * size * (1.06 if bold else 1)


def fitted(words: str, room: float, size: float = SIZE, bold: bool = False) -> str:
    """The words, cut where they do not fit."""
    if len(words) > (longest := int(room / size * 4) + 100):  # letters are wider; marks on them are few
        words = words[:longest] + "…"
    if width(words, size, bold) <= room:
        return words
    upto = accumulate(width(c, size, bold) for c in words)
    kept = sum(1 for _ in takewhile(lambda wide: wide <= room - width("…", size, bold), upto))
    return words[:kept].rstrip() + "…"


def wrapped(words: str, room: float, most: int = 3, size: float = SIZE) -> Sequence[str]:
    """The words in at most so many lines that fit; what is left over is cut."""
    lines: list[str] = []
    left = words[: int(room / size * 4 + 100) * most].split()  # letters are wider than that
    while left and len(lines) < most:
        taken = 1
        while taken < len(left) and width(" ".join(left[: taken + 1]), size) <= room:
            taken += 1
        if len(lines) == most - 1:
            taken = len(left)
        lines.append(fitted(" ".join(left[:taken]), room, size))
        left = left[taken:]
    return lines


def paragraph(
    x: float, y: float, words: str, room: float, most: int = 3, paint: Paint = INK, hang: float = 0
) -> tuple[str, float]:
    """The words in lines that fit, the first with its base line at y; and the base line of what may come below.

    ``hang``: how far further lines stand in.
    """
    lines = wrapped(words, room - hang, most)
    told = (text(x + hang * (k > 0), y + 18 * k, one, paint=paint) for k, one in enumerate(lines))
    return "".join(told), y + 18 * max(len(lines), 1)
