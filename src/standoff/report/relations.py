"""Who is with whom, measured from event data: what was read, dyads, change, blocs, and whether it is of use."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from standoff.plots import relations as pictures
from standoff.relations import affinity
from standoff.relations.evaluation import Score
from standoff.relations.study import DRAWS, Relations
from standoff.report.blocks import Block, Figure, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.wording.relations import affinity_changes, assumptions, events, formatted, interval, span
from standoff.wording.words import count, joined

SHOWN = 40
FRAGILE = "coop.: share of cooperation; volume: per 100,000 of all; *: the sign does not hold without some third actor."


def relations(found: Relations, everything: bool = False, citation: str | None = None, drawn: bool = True) -> Section:
    """All that was measured; ``citation``: of the table of counts; ``drawn``: with pictures."""
    panel, options = found.panel, found.options
    size = f"{count(len(panel.actors), 'actor')}, {count(len(panel.periods), 'period')} ({span(panel.periods)})"
    few = f"; a measure needs {affinity.FEWEST_ACTORS} actors" if len(panel.actors) < affinity.FEWEST_ACTORS else ""
    blocks: list[Block] = [Paragraph((f"{size}; {int(panel.counts.sum()):,} {panel.unit}{few}.",), "aside")]
    if citation:
        blocks.append(Paragraph((citation.strip(),), "aside"))
    blocks += _reading(found)
    if options.dyad:
        if drawn:
            caption = "Affinity, period by period, with 90 % intervals."
            blocks.append(Figure("series", pictures.series_picture(found), caption))
        blocks.append(_dyad(found, everything))
        blocks.append(Part(("Change",), (Items(tuple((Paragraph((line,)),) for line in affinity_changes(found))),)))
    elif not options.blocs and not options.evaluate:
        blocks.append(_latest(found, everything))
    if drawn:
        blocks.append(Figure("network", pictures.network(found), "Relations whose sign is determined."))
    if found.blocs is not None:
        blocks.append(_camps(found))
    if found.scores is not None:
        blocks.append(_use(found.scores))
    blocks.append(Paragraph((Mark(f"This assumes: {'; '.join(assumptions(found))}.", "faint"),)))
    return Section("relations", "Relations measured from event data", tuple(blocks))


def _reading(found: Relations) -> Iterator[Block]:
    """What came of reading event files."""
    if found.reading is None:
        return
    report = found.reading.report
    files = count(len(report.files), "file")
    lines = [f"{report.format}, {files}: {count(report.rows_read, 'row')}, {report.kept:,} kept"]
    for name, reasons in (("refused", report.refused), ("set aside", report.set_aside)):
        parts = [f"{amount:,} {reason.replace('_', ' ')}" for reason, amount in reasons.items() if amount]
        lines.append(f"{name}: {', '.join(parts) or 'none'}")
    blocks: list[Block] = [Paragraph((line,)) for line in lines]
    blocks += [Paragraph((f"  {one}",), "aside") for one in report.refusals[:5]]
    if report.late:
        late = f"{count(report.late, 'row')} late: added more than a month after the day"
        blocks.append(Paragraph((late,)))
    if report.unmapped:
        parts = [f"{name} {amount:,}" for name, amount in report.unmapped[:5]]
        most = f"no actor for {report.unmapped_parties:,} parties, most often: {', '.join(parts)}"
        blocks.append(Paragraph((most,)))
    if found.options.dyad and found.reading.entities:
        entity = found.reading.entities.get(tuple(sorted(found.options.dyad)))  # type: ignore[arg-type]
        if entity is not None:
            share = f"{entity.name} is in {entity.share:.0%} of the rows of this dyad (--without leaves it out)"
            blocks.append(Paragraph((share,)))
    blocks += [Paragraph((note,), "aside") for note in report.notes[:5]]
    yield Part(("What was read",), tuple(blocks))


def _sign(sign: str, robust: bool) -> Text:
    if sign not in ("plus", "minus"):
        return (Mark(sign, "faint"),)
    return (Mark(sign + ("" if robust else "*"), "holds" if sign == "plus" else "fails"),)


def _latest(found: Relations, everything: bool) -> Part:
    """All dyads in the last period, the closest first."""
    panel, t = found.panel, len(found.panel.periods) - 1
    fit, volume, share, robust = found.fits[t], affinity.volume(panel), affinity.share(panel), found.third.robust
    undetermined = [sign not in ("plus", "minus") for sign in fit.sign]
    order = sorted(
        range(len(panel.dyads)), key=lambda d: (math.isnan(fit.affinity[d]), undetermined[d], -fit.affinity[d])
    )
    rows = tuple(
        (
            (f"{panel.actors[panel.dyads[d][0]]}–{panel.actors[panel.dyads[d][1]]}",),
            (events(found, t, d),),
            (formatted(volume[t, d], ".0f"),),
            (formatted(share[t, d], ".0%"),),
            (interval(fit, d),),
            _sign(fit.sign[d], bool(robust[t, d])),
        )
        for d in (order if everything else order[:SHOWN])
    )
    heads: tuple[Text, ...] = (("Dyad",), ("events",), ("volume",), ("coop.",), ("affinity [90 %]",), ("sign",))
    title = f"Who was with whom in {panel.periods[t]}, beyond what the two do with everybody"
    blocks: list[Block] = [Table(heads, rows, title, frozenset({1, 2, 3, 4}), whole=frozenset(range(6)))]
    if len(rows) < len(order):
        blocks.append(Paragraph((f"… and {len(order) - len(rows):,} more",), "more"))
    return Part((title,), (*blocks, Paragraph((FRAGILE,), "aside")))


def _dyad(found: Relations, everything: bool) -> Part:
    """One dyad, period by period."""
    assert found.options.dyad is not None
    panel, d = found.panel, found.panel.dyad(*found.options.dyad)
    volume, share, third = affinity.volume(panel), affinity.share(panel), found.third
    heads: list[Text] = [("Period",), ("events",), ("coop.",), ("affinity [90 %]",), ("sign",), ("third left out",)]
    if everything:
        heads += [("volume",), *((f"at {phi:g}",) for phi in found.others)]
    rows: list[tuple[Text, ...]] = []
    for t, fit in enumerate(found.fits):
        without = "–" if third.extremes(t, d) is None else f"{third.low[t, d]:+.2f} to {third.high[t, d]:+.2f}"
        cells: list[Text] = [
            (panel.periods[t],),
            (events(found, t, d),),
            (formatted(share[t, d], ".0%"),),
            (interval(fit, d),),
            _sign(fit.sign[d], bool(third.robust[t, d])),
            (without,),
        ]
        if everything:
            cells.append((formatted(volume[t, d], ".0f"),))
            cells += [(formatted(fitted[t].affinity[d], "+.2f"),) for fitted in found.others.values()]
        rows.append(tuple(cells))
    title = " and ".join(found.options.dyad)
    right = frozenset(k for k in range(len(heads)) if k not in (0, 4))
    whole = frozenset(range(len(heads)))
    blocks: list[Block] = [Table(tuple(heads), tuple(rows), title, right, whole=whole, gap=1)]
    blocks.append(Paragraph((FRAGILE,), "aside"))
    if found.others and not everything:
        others = joined(f"{phi:g}" for phi in found.others)
        blocks.append(Paragraph((f"--all has volumes, and dispersions {others}.",), "aside"))
    return Part((title,), tuple(blocks))


def _camps(found: Relations) -> Part:
    """Who would be on the side of the reference, had one to cut the panel in two."""
    assert found.blocs is not None
    reference, panel = found.reference, found.panel
    others = [name for name in panel.actors if name != reference]
    rows: list[tuple[Text, ...]] = []
    for fit, one in zip(found.fits, found.blocs, strict=True):
        if one is None or reference not in one.actors:
            rows.append(((fit.period,), *(("–",) for _ in others), ("too little data",)))
            continue
        shares = one.with_reference(reference)
        cells: list[Text] = [(f"{shares[name]:.2f}" if name in shares else "–",) for name in others]
        rows.append(((fit.period,), *cells, (f"{one.random_as_low:.2f}",)))
    heads: tuple[Text, ...] = (("Period",), *((name,) for name in others), ("random as low",))
    title = f"On the side of {reference}, had one to cut: share of {DRAWS:,} draws"
    says = (
        "A split into two sides always exists. The last column is the share of random panels that split as well: "
        "unless it is small, these data do not show that there are two camps."
    )
    blocks: list[Block] = [Table(heads, tuple(rows), title, frozenset(range(1, len(heads))), gap=1)]
    blocks.append(Paragraph((says,)))
    last = next((one for one in reversed(found.blocs) if one is not None), None)
    if last is not None:
        sides = " or ".join(f"{joined(one)} against {joined(other)}" for one, other in last.sides())
        blocks.append(Paragraph((f"The split of least frustration in {last.fit.period}: {sides}.",)))
    return Part((title,), tuple(blocks))


def _use(scores: Sequence[Score]) -> Part:
    """Whether it says something of the next period."""
    heads: tuple[Text, ...] = (
        ("Predictor of the next period's conflict share",),
        ("Spearman",),
        ("log loss",),
        ("error",),
        ("sparse",),
        ("better in",),
    )
    rows = tuple(
        (
            (one.predictor,),
            ("–" if one.spearman is None else f"{one.spearman:.3f}",),
            (f"{one.log_loss:.3f}",),
            (f"{one.rmse:.3f}",),
            ("–" if one.sparse_log_loss is None else f"{one.sparse_log_loss:.3f}",),
            (f"{one.better} of {one.periods}",),
        )
        for one in scores
    )
    title = "Is it of use? Each period predicted from the one before"
    blocks: list[Block] = [Table(heads, rows, title, frozenset(range(1, 6)))]
    if not scores:
        blocks.append(Paragraph(("Too little data to predict from one period to the next.",)))
    note = "“better in”: periods in which its log loss is below that of the last period's share."
    return Part((title,), (*blocks, Paragraph((note,), "aside")))
