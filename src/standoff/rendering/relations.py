"""``standoff relations``: who is with whom, measured from event data, with what may not be concluded from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from standoff._version import __version__
from standoff.documents import (
    AtDispersionEntry,
    BlocsEntry,
    DifferenceEntry,
    ReadingEntry,
    RelationEntry,
    RelationsDocument,
    SeriesTestsEntry,
)
from standoff.progress import Progress, silent
from standoff.relations import affinity, change
from standoff.relations.blocs import Blocs, blocs_of
from standoff.relations.evaluation import Score, holdout
from standoff.relations.panel import Panel
from standoff.tables import Row, as_csv
from standoff.terminal import indented, title
from standoff.words import count, joined

if TYPE_CHECKING:
    from standoff.relations.readers import Reading

DRAWS = 2000
SHOWN = 40


@dataclass(frozen=True)
class Question:
    """What is asked beside the table: a dyad in detail, its change between two spans, blocs, the test of use."""

    dyad: tuple[str, str] | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    blocs: bool = False
    reference: str | None = None
    evaluate: bool = False
    phi: float = affinity.PHI
    assumed: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Told:
    """All that the command tells. ``reading``: what came of reading event files; None for a table of counts."""

    panel: Panel
    question: Question
    third: affinity.ThirdActors
    others: dict[float, list[affinity.Fit]]
    blocs: list[Blocs | None] | None
    scores: list[Score] | None
    reading: Reading | None = None

    @property
    def fits(self) -> list[affinity.Fit]:
        """The affinities, period by period."""
        return self.third.whole

    @cached_property
    def series(self) -> change.Series | None:
        """The affinity of the dyad asked for."""
        return change.series(self.fits, *self.question.dyad) if self.question.dyad else None


def tell(panel: Panel, question: Question, reading: Reading | None = None, progress: Progress = silent) -> Told:
    """Everything about a panel. Raises UnknownName, TooLarge."""
    third = affinity.without_each(panel, question.phi, progress=progress)
    rng = np.random.default_rng(question.seed)
    split = blocs_of(third.whole, rng, DRAWS) if question.blocs else None
    others = affinity.at_other_phis(panel) if question.assumed else {}
    told = Told(
        panel, question, third, others, split, holdout(panel, question.phi) if question.evaluate else None, reading
    )
    if question.dyad:
        panel.dyad(*question.dyad)
    if question.reference is not None:
        panel.actor(question.reference)
    return told


# For programs


def document(told: Told) -> RelationsDocument:
    """For ``--json``."""
    panel, question = told.panel, told.question
    return {
        "actors": list(panel.actors),
        "periods": list(panel.periods),
        "unit": panel.unit,
        "source": panel.source,
        "dispersion": question.phi,
        "dyads": list(_entries(told)),
        "series": _series(told),
        "reference": _reference(told) if told.blocs is not None else None,
        "blocs": None if told.blocs is None else [_blocs(told, one) for one in told.blocs if one is not None],
        "evaluation": None
        if told.scores is None
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
            for one in told.scores
        ],
        "reading": None if told.reading is None else _report(told.reading),
        "assumes": list(assumptions(told)),
        "version": __version__,
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _entries(told: Told) -> Iterator[RelationEntry]:
    panel, volume, share = told.panel, affinity.volume(told.panel), affinity.share(told.panel)
    robust, low, high = told.third.robust, told.third.low, told.third.high
    for t, fit in enumerate(told.fits):
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


def _series(told: Told) -> SeriesTestsEntry | None:
    if told.series is None or told.question.dyad is None:
        return None
    point, trend = change.change_point(told.series), change.trend(told.series)
    points = _points(told)
    withheld = point.sentence if isinstance(point, change.Withheld) else None
    known_point = None if isinstance(point, change.Withheld) else point
    known_trend = None if isinstance(trend, change.Withheld) else trend
    return {
        "dyad": list(told.question.dyad),
        "withheld": withheld,
        "difference": _difference(told),
        "change_point": known_point.period if known_point else None,
        "change_point_p": known_point.p if known_point else None,
        "change_point_between": list(points.middle) if points else None,
        "trend_s": known_trend.s if known_trend else None,
        "trend_tau": known_trend.tau if known_trend else None,
        "slope": known_trend.slope if known_trend else None,
        "trend_p": known_trend.p if known_trend else None,
        "trend_corrected_p": known_trend.corrected_p if known_trend else None,
        "others": list(_at_others(told)),
    }


def _points(told: Told) -> change.ChangePoints | None:
    assert told.series is not None
    assert told.question.dyad is not None
    drawn = change.draws(told.fits, *told.question.dyad, DRAWS, np.random.default_rng(told.question.seed))
    found = change.change_points(told.series, drawn)
    return None if isinstance(found, change.Withheld) else found


def _found_difference(told: Told) -> change.Difference | change.Withheld | None:
    question = told.question
    if told.series is None or not question.before or not question.after:
        return None
    return change.level_difference(told.series, question.before, question.after)


def _difference(told: Told) -> DifferenceEntry | None:
    found = _found_difference(told)
    if not isinstance(found, change.Difference):
        return None
    spans = {"before": list(found.before), "after": list(found.after)}
    return {
        "before": spans["before"],
        "after": spans["after"],
        "value": found.value,
        "low": found.low,
        "high": found.high,
    }


def _at_others(told: Told) -> Iterator[AtDispersionEntry]:
    assert told.question.dyad is not None
    d = told.panel.dyad(*told.question.dyad)
    for phi, fitted in told.others.items():
        for fit in fitted:
            yield {
                "dispersion": phi,
                "period": fit.period,
                "affinity": _number(fit.affinity[d]),
                "low": _number(fit.low[d]),
                "high": _number(fit.high[d]),
            }


def _reference(told: Told) -> str:
    return told.question.reference or (told.question.dyad[0] if told.question.dyad else told.panel.actors[0])


def _blocs(told: Told, one: Blocs) -> BlocsEntry:
    reference = _reference(told)
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


def assumptions(told: Told) -> Iterator[str]:
    """What the measures rest on."""
    phi = told.question.phi
    yield (
        f"one report is worth 1/{phi:.3g} of an independent one"
        + (f" (assumed; {_why_assumed(told)})" if told.question.assumed else " (estimated by months)")
    )
    yield f"affinity is relative to this panel of {len(told.panel.actors)} actors; over the dyads of each it sums to 0"
    yield "periods are independent, and an interval covers error of measurement in a fixed panel only"
    yield f"counts are {told.panel.unit}" + (f" from {told.panel.source}" if told.panel.source else "")


def _why_assumed(told: Told) -> str:
    return "it cannot be estimated from counts" if told.reading is None else "given, or too few events to estimate it"


def table_rows(told: Told) -> str:
    """All dyads and periods as CSV; texts that a spreadsheet would take for a formula are defused."""
    return as_csv([cast("Row", row) for row in _entries(told)], list(RelationEntry.__annotations__))


# For people


def text(told: Told, everything: bool = False) -> list[RenderableType | None]:
    """For people."""
    panel = told.panel
    size = f"{count(len(panel.actors), 'actor')}, {count(len(panel.periods), 'period')} ({_span(panel.periods)})"
    few = f"; a measure needs {affinity.FEWEST_ACTORS} actors" if len(panel.actors) < affinity.FEWEST_ACTORS else ""
    parts: list[RenderableType | None] = [
        title("Relations"),
        Text(f"{size}; {int(panel.counts.sum()):,} {panel.unit}{few}."),
        _reading(told),
    ]
    if told.question.dyad:
        parts += [_one_dyad(told, everything), _change(told)]
    elif not told.question.blocs and not told.question.evaluate:
        parts.append(_latest(told, everything))
    if told.blocs is not None:
        parts.append(_camps(told))
    if told.scores is not None:
        parts.append(_use(told.scores))
    parts.append(Text(f"This assumes: {'; '.join(assumptions(told))}.", "dim"))
    return parts


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


def _reading(told: Told) -> RenderableType | None:
    if told.reading is None:
        return None
    report = told.reading.report
    files = count(len(report.files), "file")
    rows = f"{report.format}, {files}: {count(report.rows_read, 'row')}, {report.kept:,} kept"
    lines: list[RenderableType] = [Text(rows)]
    for name, reasons in (("refused", report.refused), ("set aside", report.set_aside)):
        parts = [f"{number:,} {reason.replace('_', ' ')}" for reason, number in reasons.items() if number]
        lines.append(Text(f"{name}: {', '.join(parts) or 'none'}"))
    lines += [indented(Text(str(one), "dim")) for one in report.refusals[:5]]
    if report.late:
        lines.append(Text(f"{count(report.late, 'row')} late: added more than a month after the day"))
    if report.unmapped:
        parts = [f"{name} {number:,}" for name, number in report.unmapped[:5]]
        lines.append(Text(f"no actor for {report.unmapped_parties:,} parties, most often: {', '.join(parts)}"))
    if told.question.dyad and told.reading.entities:
        entity = told.reading.entities.get(tuple(sorted(told.question.dyad)))  # type: ignore[arg-type]
        if entity is not None:
            lines.append(
                Text(f"{entity.name} is in {entity.share:.0%} of the rows of this dyad (--without leaves it out)")
            )
    lines += [Text(note, "dim") for note in report.notes[:5]]
    return Stack(title("What was read"), indented(*lines))


def events(told: Told, t: int, d: int) -> str:
    """How many events a dyad had in a period."""
    return f"{int(told.fits[t].events[d]):,}" if told.panel.known_dyads[t, d] else "–"


def interval(fit: affinity.Fit, d: int) -> str:
    """The affinity of a dyad with its interval."""
    if math.isnan(fit.affinity[d]):
        return "too little data"
    return f"{fit.affinity[d]:+.2f} [{fit.low[d]:+.2f}, {fit.high[d]:+.2f}]"


def _sign(sign: str, robust: bool) -> Text:
    if sign not in ("plus", "minus"):
        return Text(sign, "dim")
    return Text(sign + ("" if robust else "*"), "green" if sign == "plus" else "red")


FRAGILE = "coop.: share of cooperation; volume: per 100,000 of all; *: the sign does not hold without some third actor."


def _latest(told: Told, everything: bool) -> RenderableType:
    """All dyads in the last period, the closest first."""
    panel, t = told.panel, len(told.panel.periods) - 1
    fit, volume, share, robust = told.fits[t], affinity.volume(panel), affinity.share(panel), told.third.robust
    undetermined = [sign not in ("plus", "minus") for sign in fit.sign]
    order = sorted(
        range(len(panel.dyads)), key=lambda d: (math.isnan(fit.affinity[d]), undetermined[d], -fit.affinity[d])
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for head in ("Dyad", "events", "volume", "coop.", "affinity [90 %]", "sign"):
        table.add_column(head, justify="left" if head in ("Dyad", "sign") else "right", no_wrap=True)
    for d in order if everything else order[:SHOWN]:
        i, j = panel.dyads[d]
        table.add_row(
            Text(f"{panel.actors[i]}–{panel.actors[j]}"),
            events(told, t, d),
            "–" if math.isnan(volume[t, d]) else f"{volume[t, d]:.0f}",
            "–" if math.isnan(share[t, d]) else f"{share[t, d]:.0%}",
            interval(fit, d),
            _sign(fit.sign[d], bool(robust[t, d])),
        )
    left = len(order) - SHOWN
    more = [Text(f"… and {left:,} more (--all)", "dim")] if left > 0 and not everything else []
    heading = f"Who was with whom in {panel.periods[t]}, beyond what the two do with everybody"
    return Stack(title(heading), table, *more, Text(FRAGILE, "dim"))


def _one_dyad(told: Told, everything: bool) -> RenderableType:
    assert told.question.dyad is not None
    panel, d = told.panel, told.panel.dyad(*told.question.dyad)
    volume, share, third = affinity.volume(panel), affinity.share(panel), told.third
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    heads = ["Period", "events", "coop.", "affinity [90 %]", "sign", "third left out"]
    if everything:
        heads += ["volume", *(f"at {phi:g}" for phi in told.others)]
    for head in heads:
        table.add_column(head, justify="left" if head in ("Period", "sign") else "right", no_wrap=True)
    for t, fit in enumerate(told.fits):
        cells: list[str | Text] = [
            Text(panel.periods[t]),
            events(told, t, d),
            "–" if math.isnan(share[t, d]) else f"{share[t, d]:.0%}",
            interval(fit, d),
            _sign(fit.sign[d], bool(third.robust[t, d])),
            "–" if third.extremes(t, d) is None else f"{third.low[t, d]:+.2f} to {third.high[t, d]:+.2f}",
        ]
        if everything:
            cells.append("–" if math.isnan(volume[t, d]) else f"{volume[t, d]:.0f}")
            others = [fitted[t].affinity[d] for fitted in told.others.values()]
            cells += ["–" if math.isnan(value) else f"{value:+.2f}" for value in others]
        table.add_row(*cells)
    notes = [Text(FRAGILE, "dim")]
    if told.others and not everything:
        notes.append(Text(f"--all has volumes, and dispersions {joined(f'{phi:g}' for phi in told.others)}.", "dim"))
    return Stack(title(" and ".join(told.question.dyad)), table, *notes)


def _change(told: Told) -> RenderableType:
    return Stack(title("Change"), indented(*(Text(line) for line in changes(told))))


def changes(told: Told) -> Iterator[str]:
    """How the affinity of the dyad changed, in sentences."""
    assert told.series is not None
    difference = _found_difference(told)
    if isinstance(difference, change.Withheld):
        yield f"Difference of level: {difference.sentence}."
    elif difference is not None:
        verdict = "closer" if difference.low > 0 else "further apart" if difference.high < 0 else "no difference shown"
        spans = f"{_span(difference.after)} against {_span(difference.before)}"
        yield f"{spans}: {difference.value:+.2f} [{difference.low:+.2f}, {difference.high:+.2f}]: {verdict}."
    point, trend = change.change_point(told.series), change.trend(told.series)
    if isinstance(point, change.Withheld) or isinstance(trend, change.Withheld):
        reason = point if isinstance(point, change.Withheld) else trend
        assert isinstance(reason, change.Withheld)
        yield f"No test of change: {reason.sentence}."
        return
    found = _points(told)
    where = f" (90 % of draws: {' to '.join(found.middle)})" if found else ""
    if point.period is not None:
        yield f"A new level from {point.period}, found by search: p = {point.p:.2g}{where}."
    corrected = f", corrected for autocorrelation {trend.corrected_p:.2g}" if trend.corrected else ""
    yield f"Trend over all periods: tau {trend.tau:+.2f}, {trend.slope:+.3f} a year, p = {trend.p:.2g}{corrected}."


def _span(periods: Sequence[str]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def _camps(told: Told) -> RenderableType:
    assert told.blocs is not None
    reference, panel = _reference(told), told.panel
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("Period")
    others = [name for name in panel.actors if name != reference]
    for name in others:
        table.add_column(Text(name), justify="right")
    table.add_column("random as low", justify="right")
    for fit, one in zip(told.fits, told.blocs, strict=True):
        if one is None or reference not in one.actors:
            table.add_row(Text(fit.period), *("–" for _ in others), "too little data")
            continue
        shares = one.with_reference(reference)
        cells = [f"{shares[name]:.2f}" if name in shares else "–" for name in others]
        table.add_row(Text(fit.period), *cells, f"{one.random_as_low:.2f}")
    notes = [
        Text(
            "A split into two sides always exists. The last column is the share of random panels that split as well: "
            "unless it is small, these data do not show that there are two camps."
        )
    ]
    last = next((one for one in reversed(told.blocs) if one is not None), None)
    if last is not None:
        sides = " or ".join(f"{joined(one)} against {joined(other)}" for one, other in last.sides())
        notes.append(Text(f"The split of least frustration in {last.fit.period}: {sides}."))
    heading = f"On the side of {reference}, had one to cut: share of {DRAWS:,} draws"
    return Stack(title(heading), table, indented(*notes))


def _use(scores: Sequence[Score]) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for head in (
        "Predictor of the next period's conflict share",
        "Spearman",
        "log loss",
        "error",
        "sparse",
        "better in",
    ):
        table.add_column(head, justify="left" if head[0] == "P" else "right")
    for one in scores:
        table.add_row(
            one.predictor,
            "–" if one.spearman is None else f"{one.spearman:.3f}",
            f"{one.log_loss:.3f}",
            f"{one.rmse:.3f}",
            "–" if one.sparse_log_loss is None else f"{one.sparse_log_loss:.3f}",
            f"{one.better} of {one.periods}",
        )
    note = Text("“better in”: periods in which its log loss is below that of the last period's share.", "dim")
    empty = [] if scores else [Text("Too little data to predict from one period to the next.")]
    return Stack(title("Is it of use? Each period predicted from the one before"), table, *empty, note)
