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
    wrapped,
)
from standoff.relations.affinity import Fit
from standoff.relations.readers.countries import country_title as title
from standoff.relations.study import Relations
from standoff.wording.words import count, joined


def of_relations(found: Relations) -> dict[str, str]:
    """File names and pictures: the signed network of the last period, and what else was asked for."""
    pictures = {"network.svg": network(found)}
    if found.series is not None:
        pictures["series.svg"] = series_picture(found)
    if found.blocs is not None:
        pictures["blocs.svg"] = blocs_picture(found)
    return pictures


# One dyad over time

WIDTH = 720
FILLED, OPEN = "filled: the 90 % interval (line) excludes 0", "open: it does not"
GREY, THIRD, MISSING = (
    "grey: it does, but not without some third actor",
    "dashed: range without each third actor",
    "?: too little data",
)
NOTES = (FILLED, GREY, OPEN, THIRD, MISSING)


def series_picture(found: Relations) -> str:
    """The affinity of a dyad: points with 90 % intervals, filled where the sign is determined.

    Beside each, dashed, the range without each third actor; grey where the sign hangs on one of these.
    """
    assert found.options.dyad is not None
    d = found.panel.dyad(*found.options.dyad)
    heading = _series_heading(found, d)
    describes = "; ".join(_told(fit, d) for fit in found.fits)
    return picture("series", WIDTH, _Scale.HEIGHT, heading, describes, _series_parts(found, d))


def _series_heading(found: Relations, d: int) -> str:
    """What the data tell of the last period that they tell anything of."""
    assert found.options.dyad is not None
    names = " and ".join(map(title, found.options.dyad))
    last = next((fit for fit in reversed(found.fits) if not math.isnan(fit.affinity[d])), None)
    if last is None:
        return fitted(f"{names}: too little data", WIDTH - 40, 16, bold=True)
    says = {"plus": "closer than to the others", "minus": "further apart than from the others"}
    told = f"{names}, {last.period}: {says.get(last.sign[d], 'the data do not tell')}"
    return fitted(told, WIDTH - 40, 16, bold=True)


class _Scale:
    """Where periods and affinities are in the picture of a dyad."""

    HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 390, 60, 20, 72, 72

    def __init__(self, periods: int, values: Sequence[float]) -> None:
        self.periods = periods
        self.least = math.floor(min([*values, -0.5]) * 2) / 2
        self.most = math.ceil(max([*values, 0.5]) * 2) / 2

    def across(self, t: float) -> float:
        return self.LEFT + (WIDTH - self.LEFT - self.RIGHT) * (t + 0.5) / self.periods

    def up(self, value: float) -> float:
        high = self.HEIGHT - self.TOP - self.BOTTOM
        return float(self.TOP + high * (self.most - value) / (self.most - self.least))

    def parts(self, fits: Sequence[Fit]) -> Iterator[str]:
        """Lines and numbers at the left, periods below, and what up and down mean."""
        for k in range(int((self.most - self.least) * 2) + 1):
            value = self.least + k / 2
            yield line(self.LEFT, self.up(value), WIDTH - self.RIGHT, self.up(value), INK if value == 0 else RULE, 1)
            yield text(
                self.LEFT - 8, self.up(value) + 4, f"{value:+.1f}".replace("-", "−") if value else "0", "end", 12
            )
        every = -(-len(fits) // 13)
        for t in range(0, len(fits), every):
            yield text(self.across(t), self.HEIGHT - self.BOTTOM + 20, fits[t].period, "middle", 12)
        says = (
            "Affinity: above 0 the two are closer to one another than to the rest of the panel, below it further apart"
        )
        yield text(20, 50, says, size=12, paint=SOFT)


def _series_parts(found: Relations, d: int) -> Iterator[str]:
    fits, robust = found.fits, found.third.robust[:, d]
    lows, highs = found.third.low[:, d], found.third.high[:, d]
    values = [v for t, f in enumerate(fits) for v in (f.low[d], f.high[d], lows[t], highs[t]) if not math.isnan(v)]
    scale, seen = _Scale(len(fits), values), set[str]()
    yield from scale.parts(fits)
    for t, fit in enumerate(fits):
        x = scale.across(t)
        if math.isnan(fit.affinity[d]):
            seen.add(MISSING)
            yield text(x, scale.up(0) - 6, "?", "middle", 13, paint=FAINT)
            continue
        if not math.isnan(lows[t]):
            seen.add(THIRD)
            yield line(x + 6, scale.up(lows[t]), x + 6, scale.up(highs[t]), SOFT, 1.5, "2 2")
        signed = fit.sign[d] in ("plus", "minus")
        inside = PAPER if not signed else INK if robust[t] else FAINT
        seen.add(GREY if signed and not robust[t] else FILLED if signed else OPEN)
        yield line(x, scale.up(fit.low[d]), x, scale.up(fit.high[d]), INK, 2)
        yield circle(x, scale.up(fit.affinity[d]), 4.5, INK, inside)
    told = [one for one in NOTES if one in seen]
    for k, words in enumerate(wrapped("; ".join(told), WIDTH - scale.LEFT - scale.RIGHT, 2, 12)):
        yield text(scale.LEFT, scale.HEIGHT - 30 + 15 * k, words, size=12, paint=SOFT)


def _told(fit: Fit, d: int) -> str:
    if math.isnan(fit.affinity[d]):
        return f"{fit.period}: too little data"
    return f"{fit.period}: {fit.affinity[d]:+.2f} [{fit.low[d]:+.2f}, {fit.high[d]:+.2f}]"


# All dyads of a period


def network(found: Relations) -> str:
    """The dyads whose sign is determined in the last period: plus solid, minus dashed, thicker the larger."""
    panel, fit = found.panel, found.fits[-1]
    n, size = len(panel.actors), 680
    told = _extremes(found)
    order = _around(found)
    angle = {i: 2 * math.pi * k / n - math.pi / 2 for k, i in enumerate(order)}
    centre, radius = size / 2 + 24, size / 2 - 140

    def at(i: int, r: float) -> tuple[float, float]:
        return size / 2 + r * math.cos(angle[i]), centre - 30 + r * math.sin(angle[i])

    signed = [d for d, sign in enumerate(fit.sign) if sign in ("plus", "minus")]

    def parts() -> Iterator[str]:
        for k, words in enumerate(told):
            yield text(20, 50 + 16 * k, fitted(words, size - 40, 12), size=12, paint=SOFT)
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
        y = centre + radius + 36
        yield line(20, y, 50, y, PLUS, 3)
        yield text(56, y + 4, "closer than the two are to the rest", size=12)
        yield line(300, y, 330, y, MINUS, 3, "7 5")
        yield text(336, y + 4, "further apart; thicker: more so", size=12)
        if less := len(panel.dyads) - len(signed):
            yield text(
                20, y + 24, f"Not drawn: {count(less, 'pair')} of which the data do not tell.", size=12, paint=SOFT
            )

    pairs = [f"{_pair(found, d)} {fit.sign[d]}" for d in signed]
    heading = f"Who was close to whom in {fit.period}"
    return picture(
        "network",
        size,
        centre + radius + (76 if len(panel.dyads) > len(signed) else 52),
        heading,
        "; ".join(pairs) or "none is determined",
        parts(),
    )


def _pair(found: Relations, d: int) -> str:
    return " and ".join(title(found.panel.actors[i]) for i in found.panel.dyads[d])


def _extremes(found: Relations) -> list[str]:
    """Who is closest and who furthest apart, of those of whom the data tell."""
    fit = found.fits[-1]
    near = max((d for d, sign in enumerate(fit.sign) if sign == "plus"), key=lambda d: fit.affinity[d], default=None)
    far = min((d for d, sign in enumerate(fit.sign) if sign == "minus"), key=lambda d: fit.affinity[d], default=None)
    told = [f"Closest: {_pair(found, near)}"] if near is not None else []
    return told + ([f"Furthest apart: {_pair(found, far)}"] if far is not None else [])


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
    """In how many of 100 draws each actor is on the side of the reference, by period; and of random panels split so."""
    assert found.blocs is not None
    reference = found.reference
    others = [name for name in found.panel.actors if name != reference]
    left, top, tall = 150, 92, 26
    cell = min(max((WIDTH - left - 20) / len(found.fits), NARROWEST), 52)
    across, low = left + cell * len(found.fits), top + tall * len(others)

    def parts() -> Iterator[str]:
        split = f"In how many of 100 draws each is on the side of {title(reference)}, had one to cut the panel in two"
        yield text(20, 50, fitted(split, max(across, 420) - 40, 12), size=12, paint=SOFT)
        every = -(-30 // int(cell))  # a year is as wide as that
        for t, (fit, one) in enumerate(zip(found.fits, found.blocs or (), strict=True)):
            x = left + cell * t
            if t % every == 0:
                yield text(x + cell / 2, top - 10, fit.period, "middle", 12)
            shares = {} if one is None or reference not in one.actors else one.with_reference(reference)
            for k, name in enumerate(others):
                yield from _share(x, top + tall * k, cell - 2, tall - 2, shares.get(name))
            random = "–" if one is None else f"{100 * one.random_as_low:.0f}"
            yield text(x + cell / 2 - 1, low + 26, random, "middle", 12)
        for k, name in enumerate(others):
            yield text(left - 10, top + tall * (k + 0.65), fitted(title(name), left - 24), "end")
        yield text(left - 10, low + 26, "as well split", "end")
        for k, words in enumerate(wrapped(RANDOM, max(across, 420) - 40, 3, 12)):
            yield text(20, low + 52 + 15 * k, words, size=12, paint=SOFT)

    heading = _blocs_heading(found, others, max(across, 420) - 40)
    return picture("blocs", max(across + 20, 420), low + 96, heading, _sides(found, others), parts())


NARROWEST = 24.0  # of a period: three figures
CLEAR = 0.9  # a share from which on a side is clear
RANDOM = (
    "A split into two sides always exists. As well split: how many of 100 random panels are cut so well; unless these "
    "are few, the data do not show that there are two camps."
)


def _share(x: float, y: float, wide: float, high: float, share: float | None) -> Iterator[str]:
    """A share as a number on a shade that leaves it legible."""
    if share is None:
        yield text(x + wide / 2, y + high * 0.7, "–", "middle", 12, paint=FAINT)
        return
    yield box(x, y, wide, high, RULE, PAPER, r=0)
    yield group([box(x, y, wide, high, None, INK, r=0)], attributes=f" opacity='{share * 0.38:.2f}'")
    yield text(x + wide / 2, y + high * 0.7, f"{100 * share:.0f}", "middle", 12)


def _last(found: Relations, others: Sequence[str]) -> tuple[str, dict[str, float]] | None:
    """The last period of which there is a split, and the shares in it."""
    reference, pairs = found.reference, zip(found.fits, found.blocs or (), strict=True)
    told = [(fit, one) for fit, one in pairs if one is not None and reference in one.actors]
    if not told:
        return None
    fit, one = told[-1]
    shares = one.with_reference(reference)
    return fit.period, {name: shares[name] for name in others if name in shares}


def _blocs_heading(found: Relations, others: Sequence[str], room: float) -> str:
    """Who is clearly on the side of the reference in the last period of which there is a split."""
    last = _last(found, others)
    if last is None:
        return fitted(f"Who would be on the side of {title(found.reference)}", room, 16, bold=True)
    period, shares = last
    near = sorted((name for name, share in shares.items() if share >= CLEAR), key=lambda name: -shares[name])
    who = joined(map(title, near)) if near else "nobody clearly"
    return fitted(f"{period}: {who} on the side of {title(found.reference)}", room, 16, bold=True)


def _sides(found: Relations, others: Sequence[str]) -> str:
    """The picture in words, of the last period."""
    last = _last(found, others)
    if last is None:
        return "Too little data"
    told = (f"{title(name)} {share:.0%}" for name, share in last[1].items())
    return f"With {title(found.reference)} in {last[0]}: {', '.join(told)}"
