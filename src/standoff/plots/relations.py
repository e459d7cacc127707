"""Measured relations: a dyad over time, the signed network of a period, blocs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from standoff.plots.svg import (
    FAINT,
    INK,
    MINUS,
    PAPER,
    PLUS,
    RULE,
    SOFT,
    box,
    circle,
    fitted,
    group,
    line,
    picture,
    text,
    width,
    wrapped,
)
from standoff.relations.affinity import Fit
from standoff.relations.readers.countries import country_title as title
from standoff.relations.study import Relations
from standoff.wording.words import count, joined

SIGNS = {"plus": "closer than to the rest", "minus": "further apart than from the rest"}
UNSETTLED = "the data do not tell how close"
SHADE, CLEAR = 0.35, 0.9  # the darkest ground on which words can be read; a share from which on a side is clear


def of_relations(found: Relations) -> dict[str, str]:
    """File names and pictures: the signed network of the last period, and what else was asked for."""
    pictures = {"network.svg": network(found)}
    if found.series is not None:
        pictures["series.svg"] = series_picture(found)
    if found.blocs is not None:
        pictures["blocs.svg"] = blocs_picture(found)
    return pictures


# One dyad over time


def series_picture(found: Relations) -> str:
    """The affinity of a dyad: points with 90 % intervals, filled where the sign is determined.

    Beside each, dashed, the range without each third actor.
    """
    assert found.options.dyad is not None
    width, height, left, right, top, bottom = 760, 400, 60, 20, 70, 60
    d, fits = found.panel.dyad(*found.options.dyad), found.fits
    lows, highs = found.third.low[:, d], found.third.high[:, d]
    values = [v for t, f in enumerate(fits) for v in (f.low[d], f.high[d], lows[t], highs[t]) if not math.isnan(v)]
    least, most = min([*values, -0.5]), max([*values, 0.5])
    least, most = math.floor(least * 2) / 2, math.ceil(most * 2) / 2

    def across(t: float) -> float:
        return left + (width - left - right) * (t + 0.5) / len(fits)

    def up(value: float) -> float:
        return float(top + (height - top - bottom) * (most - value) / (most - least))

    def parts() -> Iterator[str]:
        scale = "Affinity: above 0 the two are closer than each is to the rest of the panel, below 0 further apart"
        yield text(20, 48, scale, size=12, paint=SOFT)
        for k in range(int((most - least) * 2) + 1):
            value = least + k / 2
            yield line(left, up(value), width - right, up(value), INK if value == 0 else RULE, 1)
            yield text(left - 8, up(value) + 4, f"{value:+.1f}".replace("-", "−") if value else "0", "end", 12)
        every = -(-len(fits) // 16)
        for t, fit in enumerate(fits):
            if t % every == 0:
                yield text(across(t), height - bottom + 20, fit.period, "middle", 12)
            if math.isnan(fit.affinity[d]):
                yield text(across(t), up(0) - 6, "?", "middle", 13, paint=FAINT)
                continue
            if not math.isnan(lows[t]):
                yield line(across(t) + 6, up(lows[t]), across(t) + 6, up(highs[t]), FAINT, 1.5, "2 2")
            yield line(across(t), up(fit.low[d]), across(t), up(fit.high[d]), INK, 2)
            yield circle(across(t), up(fit.affinity[d]), 4.5, INK, INK if fit.sign[d] in ("plus", "minus") else PAPER)
        note = "filled: the 90 % interval excludes 0; dotted: range without any one of the others; ?: too little data"
        yield text(20, height - 14, note, size=12, paint=SOFT)

    names = " and ".join(map(title, found.options.dyad))
    describes = "; ".join(_told(fit, d) for fit in fits)
    last = next((fit for fit in reversed(fits) if not math.isnan(fit.affinity[d])), fits[-1])
    heading = f"{names}: {SIGNS.get(last.sign[d], UNSETTLED)} in {last.period}"
    return picture("series", width, height, fitted(heading, width - 40, 16, bold=True), describes, parts())


def _told(fit: Fit, d: int) -> str:
    if math.isnan(fit.affinity[d]):
        return f"{fit.period}: too little data"
    return f"{fit.period}: {fit.affinity[d]:+.2f} [{fit.low[d]:+.2f}, {fit.high[d]:+.2f}]"


# All dyads of a period


def network(found: Relations) -> str:
    """The dyads whose sign is determined in the last period: plus solid, minus dashed, thicker the larger."""
    panel, fit = found.panel, found.fits[-1]
    n, size = len(panel.actors), 680
    order = _around(found)
    angle = {i: 2 * math.pi * k / n - math.pi / 2 for k, i in enumerate(order)}
    centre, radius = size / 2, size / 2 - 140

    def at(i: int, r: float) -> tuple[float, float]:
        return centre + r * math.cos(angle[i]), centre - 30 + r * math.sin(angle[i])

    signed = [d for d, sign in enumerate(fit.sign) if sign in ("plus", "minus")]

    def parts() -> Iterator[str]:
        for d in sorted(signed, key=lambda d: abs(fit.affinity[d])):
            (x, y), (u, v) = (at(i, radius) for i in panel.dyads[d])
            plus = fit.sign[d] == "plus"
            yield line(x, y, u, v, PLUS if plus else MINUS, 1 + 2 * abs(fit.affinity[d]), "" if plus else "7 5")
        for i in range(n):
            x, y = at(i, radius)
            yield circle(x, y, 6, INK, INK)
            x, y = at(i, radius + 18)
            anchor = "middle" if abs(math.cos(angle[i])) < 0.3 else "start" if math.cos(angle[i]) > 0 else "end"
            yield text(x, y + 4, fitted(title(panel.actors[i]), 118), anchor)
        y = centre + radius + 62
        yield line(20, y, 50, y, PLUS, 3)
        yield text(56, y + 4, "closer than the two are to the rest", size=12)
        yield line(300, y, 330, y, MINUS, 3, "7 5")
        yield text(336, y + 4, "further apart; thicker: more so", size=12)
        if less := len(panel.dyads) - len(signed):
            yield text(
                20,
                y + 24,
                f"Not drawn: {count(less, 'pair')} of which the data do not tell which it is.",
                size=12,
                paint=SOFT,
            )

    pairs = [f"{_pair(found, d)} {fit.sign[d]}" for d in signed]
    headings = _network_headings(found, signed)
    heading = next((one for one in headings if width(one, 16, bold=True) <= size - 40), headings[-1])
    return picture("network", size, centre + radius + 104, heading, "; ".join(pairs) or "none is determined", parts())


def _pair(found: Relations, d: int) -> str:
    return " and ".join(title(found.panel.actors[i]) for i in found.panel.dyads[d])


def _network_headings(found: Relations, signed: Sequence[int]) -> list[str]:
    """Who is closest and who furthest apart, of those of whom the data tell; shorter and shorter."""
    fit = found.fits[-1]
    near = max((d for d in signed if fit.sign[d] == "plus"), key=lambda d: fit.affinity[d], default=None)
    far = min((d for d in signed if fit.sign[d] == "minus"), key=lambda d: fit.affinity[d], default=None)
    told = [f"{_pair(found, near)} were closest"] if near is not None else []
    told += [f"{_pair(found, far)} furthest apart"] if far is not None else []
    short = f"Relations in {fit.period}"
    brief = [one.replace(" and ", "–").replace(" were", "").replace(" furthest apart", " furthest") for one in told]
    return [*(f"{fit.period}: {', '.join(one)}" for one in (told, brief, told[:1])), short] if told else [short]


def _around(found: Relations) -> list[int]:
    """Actors round the circle, those on one side of the split beside one another where it was asked for."""
    last = next((one for one in reversed(found.blocs or []) if one is not None), None)
    names = found.panel.actors
    if last is None:
        return list(range(len(names)))
    side = set(last.sides()[0][0])
    return sorted(range(len(names)), key=lambda i: (names[i] not in side, names[i]))


# Blocs over time


def blocs_picture(found: Relations) -> str:
    """The share of draws in which each actor is on the side of the reference, by period."""
    assert found.blocs is not None
    reference = found.options.reference or (found.options.dyad[0] if found.options.dyad else found.panel.actors[0])
    others = [name for name in found.panel.actors if name != reference]
    cell, tall, left, top = 52, 26, 150, 94
    wide = max(left + cell * len(found.fits) + 20, 420)
    measure = f"Share of draws in which each is on the side of {title(reference)}"
    notes = wrapped(
        "Two sides are always found, even where there are none: compare with random panels. –: too little data.",
        wide - 40,
        3,
        12,
    )
    height = top + tall * len(others) + 24 + 16 * len(notes)

    def parts() -> Iterator[str]:
        yield text(20, 50, measure, size=12, paint=SOFT)
        for t, fit in enumerate(found.fits):
            yield text(left + cell * (t + 0.5), top - 10, fit.period, "middle", 12)
        for k, name in enumerate(others):
            yield text(left - 10, top + tall * (k + 0.65), fitted(title(name), left - 24), "end")
            for t, one in enumerate(found.blocs or ()):
                x, y = left + cell * t, top + tall * k
                if one is None or reference not in one.actors or name not in one.actors:
                    yield text(x + cell / 2, y + tall * 0.65, "–", "middle", 12, paint=FAINT)
                    continue
                share = one.with_reference(reference)[name]
                yield box(x, y, cell - 2, tall - 2, RULE, PAPER, r=0)
                shade = box(x, y, cell - 2, tall - 2, None, INK, r=0)
                yield group([shade], attributes=f" opacity='{share * SHADE:.2f}'")
                yield text(x + cell / 2 - 1, y + tall * 0.65, f"{share:.2f}", "middle", 12)
        for k, words in enumerate(notes):
            yield text(20, height - 14 - 16 * (len(notes) - 1 - k), words, size=12, paint=SOFT)

    heading = _blocs_heading(found, reference, wide - 40)
    return picture("blocs", wide, height, heading, f"{heading}. {measure}.", parts())


def _blocs_heading(found: Relations, reference: str, room: float) -> str:
    """Who is on its side in the last period of which there is a split, most of all."""
    pairs = zip(found.fits, found.blocs or (), strict=True)
    told = [(fit, one) for fit, one in pairs if one is not None and reference in one.actors]
    if not told:
        return fitted(f"Who is on the side of {title(reference)}", room, 16, bold=True)
    fit, one = told[-1]
    shares = {name: share for name, share in one.with_reference(reference).items() if name != reference}
    near = sorted((name for name in shares if shares[name] >= CLEAR), key=lambda name: -shares[name])
    words = joined(map(title, near)) if near else "nobody clearly"
    return fitted(f"{fit.period}: {words} on the side of {title(reference)}", room, 16, bold=True)
