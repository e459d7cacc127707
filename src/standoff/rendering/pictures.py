"""Pictures of relations as SVG, drawn by ourselves: legible in print and without colour, and nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from html import escape

from standoff.relations.affinity import Fit
from standoff.rendering.relations import Told

INK, FAINT, PLUS, MINUS = "#1a1a1a", "#8a8a8a", "#1b6ca8", "#b3401f"
FONT = "font-family='Helvetica, Arial, sans-serif'"


def of_relations(told: Told) -> dict[str, str]:
    """File names and pictures: the signed network of the last period, and what else was asked for."""
    pictures = {"network.svg": network(told)}
    if told.series is not None:
        pictures["series.svg"] = series(told)
    if told.blocs is not None:
        pictures["blocs.svg"] = blocs(told)
    return pictures


def _picture(width: float, height: float, heading: str, describes: str, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' role='img' "
        f"aria-labelledby='t d' {FONT} font-size='13'>\n<title id='t'>{escape(heading)}</title>\n"
        f"<desc id='d'>{escape(describes)}</desc>\n<rect width='100%' height='100%' fill='white'/>\n"
        f"{_text(20, 28, heading, size=16, weight='bold')}\n{body}\n</svg>\n"
    )


def _text(
    x: float, y: float, text: str, anchor: str = "start", size: int = 13, weight: str = "", fill: str = INK
) -> str:
    bold = f" font-weight='{weight}'" if weight else ""
    return (
        f"<text x='{x:g}' y='{y:g}' text-anchor='{anchor}' font-size='{size}'{bold} fill='{fill}'>{escape(text)}</text>"
    )


def _line(x: float, y: float, u: float, v: float, stroke: str, width: float = 1, dash: str = "") -> str:
    dashed = f" stroke-dasharray='{dash}'" if dash else ""
    ends = f"x1='{x:.1f}' y1='{y:.1f}' x2='{u:.1f}' y2='{v:.1f}'"
    return f"<line {ends} stroke='{stroke}' stroke-width='{width:.2g}'{dashed}/>"


# One dyad over time


def series(told: Told) -> str:
    """The affinity of a dyad: points with 90 % intervals, filled where the sign is determined.

    Beside each, dashed, the range without each third actor.
    """
    assert told.question.dyad is not None
    width, height, left, right, top, bottom = 760, 380, 60, 20, 50, 60
    d, fits = told.panel.dyad(*told.question.dyad), told.fits
    lows, highs = told.third.low[:, d], told.third.high[:, d]
    values = [v for t, f in enumerate(fits) for v in (f.low[d], f.high[d], lows[t], highs[t]) if not math.isnan(v)]
    least, most = min([*values, -0.5]), max([*values, 0.5])
    least, most = math.floor(least * 2) / 2, math.ceil(most * 2) / 2

    def across(t: float) -> float:
        return left + (width - left - right) * (t + 0.5) / len(fits)

    def up(value: float) -> float:
        return float(top + (height - top - bottom) * (most - value) / (most - least))

    def parts() -> Iterator[str]:
        for k in range(int((most - least) * 2) + 1):
            value = least + k / 2
            yield _line(left, up(value), width - right, up(value), INK if value == 0 else "#e4e4e4", 1)
            yield _text(left - 8, up(value) + 4, f"{value:+.1f}", "end", 12)
        every = -(-len(fits) // 16)
        for t, fit in enumerate(fits):
            if t % every == 0:
                yield _text(across(t), height - bottom + 20, fit.period, "middle", 12)
            if math.isnan(fit.affinity[d]):
                yield _text(across(t), up(0) - 6, "?", "middle", 13, fill=FAINT)
                continue
            if not math.isnan(lows[t]):
                yield _line(across(t) + 6, up(lows[t]), across(t) + 6, up(highs[t]), FAINT, 1.5, "2 2")
            yield _line(across(t), up(fit.low[d]), across(t), up(fit.high[d]), INK, 2)
            fill = INK if fit.sign[d] in ("plus", "minus") else "white"
            yield f"<circle cx='{across(t):.1f}' cy='{up(fit.affinity[d]):.1f}' r='4.5' fill='{fill}' stroke='{INK}'/>"
        note = "filled: the 90 % interval excludes zero; dashed: range without each third actor; ?: too little data"
        yield _text(left, height - 14, note, size=12, fill="#555555")

    names = " and ".join(told.question.dyad)
    describes = "; ".join(_told(fit, d) for fit in fits)
    return _picture(width, height, f"Affinity of {names}, relative to the panel", describes, parts())


def _told(fit: Fit, d: int) -> str:
    if math.isnan(fit.affinity[d]):
        return f"{fit.period}: too little data"
    return f"{fit.period}: {fit.affinity[d]:+.2f} [{fit.low[d]:+.2f}, {fit.high[d]:+.2f}]"


# All dyads of a period


def network(told: Told) -> str:
    """The dyads whose sign is determined in the last period: plus solid, minus dashed, thicker the larger."""
    panel, fit = told.panel, told.fits[-1]
    n, size = len(panel.actors), 560
    order = _around(told)
    angle = {i: 2 * math.pi * k / n - math.pi / 2 for k, i in enumerate(order)}
    centre, radius = size / 2, size / 2 - 90

    def at(i: int, r: float) -> tuple[float, float]:
        return centre + r * math.cos(angle[i]), centre + 20 + r * math.sin(angle[i])

    def parts() -> Iterator[str]:
        signed = [d for d, sign in enumerate(fit.sign) if sign in ("plus", "minus")]
        for d in sorted(signed, key=lambda d: abs(fit.affinity[d])):
            (x, y), (u, v) = (at(i, radius) for i in panel.dyads[d])
            plus = fit.sign[d] == "plus"
            yield _line(x, y, u, v, PLUS if plus else MINUS, 1 + 2 * abs(fit.affinity[d]), "" if plus else "7 5")
        for i in range(n):
            x, y = at(i, radius)
            yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='6' fill='{INK}'/>"
            x, y = at(i, radius + 18)
            anchor = "middle" if abs(math.cos(angle[i])) < 0.3 else "start" if math.cos(angle[i]) > 0 else "end"
            yield _text(x, y + 4, panel.actors[i], anchor)
        yield _line(20, size + 22, 50, size + 22, PLUS, 3)
        yield _text(56, size + 26, "closer than the two are to the rest", size=12)
        yield _line(300, size + 22, 330, size + 22, MINUS, 3, "7 5")
        yield _text(336, size + 26, "further apart", size=12)

    pairs = [
        f"{panel.actors[i]} and {panel.actors[j]} {fit.sign[d]}"
        for d, (i, j) in enumerate(panel.dyads)
        if fit.sign[d] in ("plus", "minus")
    ]
    heading = f"Determined relations in {fit.period}"
    return _picture(size, size + 44, heading, "; ".join(pairs) or "none is determined", parts())


def _around(told: Told) -> list[int]:
    """Actors round the circle, those on one side of the split beside one another where it was asked for."""
    last = next((one for one in reversed(told.blocs or []) if one is not None), None)
    names = told.panel.actors
    if last is None:
        return list(range(len(names)))
    side = set(last.sides()[0][0])
    return sorted(range(len(names)), key=lambda i: (names[i] not in side, names[i]))


# Blocs over time


def blocs(told: Told) -> str:
    """The share of draws in which each actor is on the side of the reference, by period."""
    assert told.blocs is not None
    reference = told.question.reference or (told.question.dyad[0] if told.question.dyad else told.panel.actors[0])
    others = [name for name in told.panel.actors if name != reference]
    cell, tall, left, top = 52, 26, 90, 80
    width, height = left + cell * len(told.fits) + 20, top + tall * len(others) + 40

    def parts() -> Iterator[str]:
        for t, fit in enumerate(told.fits):
            yield _text(left + cell * (t + 0.5), top - 10, fit.period, "middle", 12)
        for k, name in enumerate(others):
            yield _text(left - 10, top + tall * (k + 0.65), name, "end")
            for t, one in enumerate(told.blocs or ()):
                x, y = left + cell * t, top + tall * k
                if one is None or reference not in one.actors or name not in one.actors:
                    yield _text(x + cell / 2, y + tall * 0.65, "–", "middle", 12, fill=FAINT)
                    continue
                share = one.with_reference(reference)[name]
                shade = round(255 - 170 * share)
                fill, ink = f"rgb({shade},{shade},{shade})", "white" if share > 0.7 else INK
                yield f"<rect x='{x}' y='{y}' width='{cell - 2}' height='{tall - 2}' fill='{fill}' stroke='#cccccc'/>"
                yield _text(x + cell / 2 - 1, y + tall * 0.65, f"{share:.2f}", "middle", 12, fill=ink)
        yield _text(left, height - 12, "A split into two sides always exists: see the share of random panels.", size=12)

    heading = f"On the side of {reference}: share of draws"
    return _picture(max(width, 420), height, heading, heading, parts())
