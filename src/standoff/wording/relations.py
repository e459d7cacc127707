"""Measured relations in words: what they rest on, how a dyad changed, single numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from standoff.relations import affinity, change
from standoff.relations.study import Relations


def assumptions(found: Relations) -> Iterator[str]:
    """What the measures rest on."""
    options, panel = found.options, found.panel
    unknown = (
        "it cannot be estimated from counts" if found.reading is None else "given, or too few events to estimate it"
    )
    worth = f" (assumed; {unknown})" if options.assumed else " (estimated by months)"
    yield f"one report is worth 1/{options.phi:.3g} of an independent one{worth}"
    yield f"affinity is relative to this panel of {len(panel.actors)} actors; over the dyads of each it sums to 0"
    yield "periods are independent, and an interval covers error of measurement in a fixed panel only"
    yield f"counts are {panel.unit}" + (f" from {panel.source}" if panel.source else "")


def affinity_changes(found: Relations) -> Iterator[str]:
    """How the affinity of the dyad changed, in sentences."""
    assert found.series is not None
    difference = found.difference
    if isinstance(difference, change.Withheld):
        yield f"Difference of level: {difference.sentence}."
    elif difference is not None:
        verdict = "closer" if difference.low > 0 else "further apart" if difference.high < 0 else "no difference shown"
        spans = f"{span(difference.after)} against {span(difference.before)}"
        yield f"{spans}: {difference.value:+.2f} [{difference.low:+.2f}, {difference.high:+.2f}]: {verdict}."
    point, trend = change.change_point(found.series), change.trend(found.series)
    if isinstance(point, change.Withheld) or isinstance(trend, change.Withheld):
        reason = point if isinstance(point, change.Withheld) else trend
        assert isinstance(reason, change.Withheld)
        yield f"No test of change: {reason.sentence}."
        return
    points = found.change_points
    where = f" (90 % of draws: {' to '.join(points.middle)})" if points else ""
    if point.period is not None:
        yield f"A new level from {point.period}, found by search: p = {point.p:.2g}{where}."
    corrected = f", corrected for autocorrelation {trend.corrected_p:.2g}" if trend.corrected else ""
    yield f"Trend over all periods: tau {trend.tau:+.2f}, {trend.slope:+.3f} a year, p = {trend.p:.2g}{corrected}."


def span(periods: Sequence[str]) -> str:
    """``2006 to 2010``."""
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def events(found: Relations, t: int, d: int) -> str:
    """How many events a dyad had in a period."""
    return f"{int(found.fits[t].events[d]):,}" if found.panel.known_dyads[t, d] else "–"


def interval(fit: affinity.Fit, d: int) -> str:
    """The affinity of a dyad with its interval."""
    if math.isnan(fit.affinity[d]):
        return "too little data"
    return f"{fit.affinity[d]:+.2f} [{fit.low[d]:+.2f}, {fit.high[d]:+.2f}]"


def formatted(value: float, form: str) -> str:
    """A number in some form; a dash where there is none."""
    return "–" if math.isnan(value) else format(value, form)
