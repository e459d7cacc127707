"""What ``standoff relations --json`` prints."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from standoff._version import __version__
from standoff.relations import affinity, change
from standoff.wording.relations import assumptions

if TYPE_CHECKING:
    from standoff.relations.blocs import Blocs
    from standoff.relations.readers import Reading
    from standoff.relations.study import Relations


class RelationEntry(TypedDict):
    """What is measured of a dyad in a period; null: too little data."""

    a: str
    b: str
    period: str
    cooperation: int | None
    conflict: int | None
    volume: float | None
    """Events per 100,000 of the whole set."""
    share: float | None
    """Cooperation among the events."""
    affinity: float | None
    sd: float | None
    low: float | None
    high: float | None
    """The 90 % interval of the affinity."""
    sign: Literal["plus", "minus", "undetermined", "too little data"]
    robust: bool
    """Whether there is a sign and it survives leaving out each third actor."""
    without_low: float | None
    without_high: float | None
    """The range of the affinity over leaving out each third actor."""


class AtDispersionEntry(TypedDict):
    """The affinity of a dyad in a period under another dispersion."""

    dispersion: float
    period: str
    affinity: float | None
    low: float | None
    high: float | None


class DifferenceEntry(TypedDict):
    """A difference of level between two spans, with its 90 % interval."""

    before: list[str]
    after: list[str]
    value: float
    low: float
    high: float


class SeriesTestsEntry(TypedDict):
    """What is said of a dyad's series over all periods; where a number is null, ``withheld`` says why."""

    dyad: list[str]
    withheld: str | None
    difference: DifferenceEntry | None
    change_point: str | None
    change_point_p: float | None
    change_point_between: list[str] | None
    """Between which periods 90 % of the points found over draws lie."""
    trend_s: int | None
    trend_tau: float | None
    slope: float | None
    trend_p: float | None
    trend_corrected_p: float | None
    others: list[AtDispersionEntry]


class BlocsEntry(TypedDict):
    """The split of least frustration in a period, and how it holds over draws."""

    period: str
    splits: list[list[list[str]]]
    """Splits of the estimate: two lists of actors each; several where they tie."""
    frustration: float
    relative: float
    """The frustration over the sum of all absolute affinities."""
    random_as_low: float
    """The share of random panels whose relative frustration is as low: unless small, the data show no two camps."""
    runner_up: float | None
    """How much more frustrated the next best split is."""
    with_reference: dict[str, float]
    """The share of draws in which each actor is on the side of the reference."""
    together: dict[str, dict[str, float]]


class EvaluationEntry(TypedDict):
    """How well a predictor tells the conflict share of the next period."""

    predictor: str
    spearman: float | None
    log_loss: float
    rmse: float
    sparse_log_loss: float | None
    better: int
    periods: int


class EntityEntry(TypedDict):
    """What contributes most to a dyad: rows that name it, of all rows of the dyad."""

    dyad: list[str]
    name: str
    rows: int
    of: int


class ReadingEntry(TypedDict):
    """What came of reading event files: rows read are those refused, set aside and kept."""

    format: str
    files: list[str]
    rows_read: int
    refused: dict[str, int]
    refusals: list[str]
    """The first hundred refused rows: file, line, reason and the offending value."""
    set_aside: dict[str, int]
    kept: int
    mirrored_twins: int
    late: int
    imprecise_dates: int
    dyad_days: int
    dyad_day_classes: dict[str, int]
    warnings: dict[str, int]
    unmapped: dict[str, int]
    """Parties without an actor that occur most."""
    notes: list[str]
    entities: list[EntityEntry]


class RelationsDocument(TypedDict):
    """What ``standoff relations --json`` prints."""

    actors: list[str]
    periods: list[str]
    unit: str
    source: str
    dispersion: float
    dyads: list[RelationEntry]
    series: SeriesTestsEntry | None
    reference: str | None
    blocs: list[BlocsEntry] | None
    evaluation: list[EvaluationEntry] | None
    reading: ReadingEntry | None
    assumes: list[str]
    version: str


def document(found: Relations) -> RelationsDocument:
    """For ``--json``."""
    panel, options = found.panel, found.options
    return {
        "actors": list(panel.actors),
        "periods": list(panel.periods),
        "unit": panel.unit,
        "source": panel.source,
        "dispersion": options.phi,
        "dyads": list(entries(found)),
        "series": _series(found),
        "reference": found.reference if found.blocs is not None else None,
        "blocs": None if found.blocs is None else [_blocs(found, one) for one in found.blocs if one is not None],
        "evaluation": None
        if found.scores is None
        else [
            {
                "predictor": one.predictor,
                "spearman": one.spearman,
                "log_loss": one.log_loss,
                "rmse": one.rmse,
                "sparse_log_loss": one.sparse_log_loss,
                "better": one.better,
                "periods": one.periods,
            }
            for one in found.scores
        ],
        "reading": None if found.reading is None else _report(found.reading),
        "assumes": list(assumptions(found)),
        "version": __version__,
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def entries(found: Relations) -> Iterator[RelationEntry]:
    """Every dyad in every period."""
    panel, volume, share = found.panel, affinity.volume(found.panel), affinity.share(found.panel)
    robust, low, high = found.third.robust, found.third.low, found.third.high
    for t, fit in enumerate(found.fits):
        for d, (i, j) in enumerate(panel.dyads):
            yield {
                "a": panel.actors[i],
                "b": panel.actors[j],
                "period": panel.periods[t],
                "cooperation": int(panel.cooperation[t, d]) if panel.known_dyads[t, d] else None,
                "conflict": int(panel.conflict[t, d]) if panel.known_dyads[t, d] else None,
                "volume": _number(volume[t, d]),
                "share": _number(share[t, d]),
                "affinity": _number(fit.affinity[d]),
                "sd": _number(fit.sd[d]),
                "low": _number(fit.low[d]),
                "high": _number(fit.high[d]),
                "sign": fit.sign[d],
                "robust": bool(robust[t, d]),
                "without_low": _number(low[t, d]),
                "without_high": _number(high[t, d]),
            }


def _series(found: Relations) -> SeriesTestsEntry | None:
    if found.series is None or found.options.dyad is None:
        return None
    point, trend = change.change_point(found.series), change.trend(found.series)
    points = found.change_points
    withheld = point.sentence if isinstance(point, change.Withheld) else None
    known_point = None if isinstance(point, change.Withheld) else point
    known_trend = None if isinstance(trend, change.Withheld) else trend
    return {
        "dyad": list(found.options.dyad),
        "withheld": withheld,
        "difference": _difference(found),
        "change_point": known_point.period if known_point else None,
        "change_point_p": known_point.p if known_point else None,
        "change_point_between": list(points.middle) if points else None,
        "trend_s": known_trend.s if known_trend else None,
        "trend_tau": known_trend.tau if known_trend else None,
        "slope": known_trend.slope if known_trend else None,
        "trend_p": known_trend.p if known_trend else None,
        "trend_corrected_p": known_trend.corrected_p if known_trend else None,
        "others": list(_at_others(found)),
    }


def _difference(found: Relations) -> DifferenceEntry | None:
    shown = found.difference
    if not isinstance(shown, change.MeanDifference):
        return None
    return {
        "before": list(shown.before),
        "after": list(shown.after),
        "value": shown.value,
        "low": shown.low,
        "high": shown.high,
    }


def _at_others(found: Relations) -> Iterator[AtDispersionEntry]:
    assert found.options.dyad is not None
    d = found.panel.dyad(*found.options.dyad)
    for phi, fitted in found.others.items():
        for fit in fitted:
            yield {
                "dispersion": phi,
                "period": fit.period,
                "affinity": _number(fit.affinity[d]),
                "low": _number(fit.low[d]),
                "high": _number(fit.high[d]),
            }


def _blocs(found: Relations, one: Blocs) -> BlocsEntry:
    reference = found.reference
    return {
        "period": one.fit.period,
        "splits": [[list(side) for side in split] for split in one.sides()],
        "frustration": one.estimate.frustration,
        "relative": one.estimate.relative,
        "random_as_low": one.random_as_low,
        "runner_up": _number(one.estimate.gap) if one.estimate.gap is not None else None,
        "with_reference": one.with_reference(reference) if reference in one.actors else {},
        "together": {name: one.with_reference(name) for name in one.actors},
    }


def _report(reading: Reading) -> ReadingEntry:
    report = reading.report
    return {
        "format": report.format,
        "files": [one.name for one in report.files],
        "rows_read": report.rows_read,
        "refused": dict(report.refused),
        "refusals": [str(one) for one in report.refusals],
        "set_aside": dict(report.set_aside),
        "kept": report.kept,
        "mirrored_twins": report.mirrored_twins,
        "late": report.late,
        "imprecise_dates": report.imprecise_dates,
        "dyad_days": report.dyad_days,
        "dyad_day_classes": dict(report.dyad_day_classes),
        "warnings": dict(report.warnings),
        "unmapped": dict(report.unmapped),
        "notes": list(report.notes),
        "entities": [
            {"dyad": list(dyad), "name": one.name, "rows": one.rows, "of": one.of}
            for dyad, one in (reading.entities or {}).items()
        ],
    }
