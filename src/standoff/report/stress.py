"""How robust the answer is: in which share of draws it holds, and what drives the spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.uncertainty import Interval, Robustness
from standoff.concepts import deciding_concepts
from standoff.plots.robustness import robustness_picture as picture
from standoff.report.blocks import Block, Figure, Fold, Inline, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.errors import errors_part
from standoff.report.solution import captions, state_table, stopped
from standoff.report.ties import Ties
from standoff.wording.ladder import tells_standing
from standoff.wording.states import PRESENT
from standoff.wording.stress import assumptions, bounds, drawn, percent_share
from standoff.wording.words import upper_first, who

SHOWN = 8  # equilibria of a concept, and judgements, that are told
DESCRIBED = 3  # equilibria of a concept that are told in words
STATUS_QUO = "The status quo"  # of which nothing more is said
LEAST = 0.01  # share of the spread from which a judgement is told
ORDER = (
    "In order: at rest in more than half of the draws, at least deterred in more than half, then by costly threats; "
    "of these the largest shares first."
)
LADDER = ("At rest", "At least deterred", "At least costly threats")  # what the deciding concepts say


def robustness(ties: Ties) -> Section | None:
    """The section of a report; None where nothing was drawn."""
    return None if ties.found.stress is None else stress_section(ties, ties.found.stress)


def stress_section(ties: Ties, found: Robustness) -> Section:
    """In which share of draws the answer holds, and what drives the spread."""
    blocks: list[Block] = [*errors_part(ties, found.errors), Paragraph((drawn(found),))]
    svg = picture(found, ties.graph)
    if svg is not None:
        blocks.append(Figure("robustness", svg, "How firmly the status quo and others stand, in shares of draws."))
    ladder = tells_standing(found.concepts)
    names = deciding_concepts() if ladder else list(found.concepts)
    heads = LADDER if ladder else names
    blocks += [*_status_quo(ties, found, names, heads)]
    blocks += [*_resting(ties, found, names)] if ladder else [*_equilibria(ties, found)]
    blocks += [*_drivers(ties, found, names, heads)]
    if ladder:
        concepts = list(found.concepts)
        by_concept = (*_status_quo(ties, found, concepts, concepts), *_equilibria(ties, found))
        blocks.append(Fold(("The same by concepts of stability",), by_concept))
    blocks.append(Paragraph((f"This assumes: {'; '.join(assumptions(found))}.",), "aside"))
    return Section("robustness", "How robust it is", (*blocks, *stopped(found.not_done)))


def _status_quo(ties: Ties, found: Robustness, names: Sequence[str], heads: Sequence[str]) -> Iterator[Block]:
    """In which share of draws each, and everybody, would stay at the status quo; by these concepts."""
    if not found.status_quo:
        return
    title = f"{upper_first(PRESENT)}: in which share of the draws it holds"
    rows: list[tuple[Text, ...]] = []
    for i in ties.graph.dms:
        shares: list[Text] = [(percent_share(found.stable[name][i]),) for name in names]
        rows.append(((upper_first(who(ties.graph, i)),), *shares))
    everybody = [found.status_quo[name] for name in names]
    rows.append(((Mark("Everybody"),), *((Mark(percent_share(one)),) for one in everybody)))
    if found.uncertain.drawn:  # else every draw is the same
        rows.append(((Mark("95 % interval", "faint"),), *((Mark(bounds(one), "faint"),) for one in everybody)))
    if found.milder:
        milder = (Mark(percent_share(found.milder[name])) for name in names)
        rows.append(((Mark("Everybody, if judgements stray half as far"),), *((one,) for one in milder)))
    whose = "Stands there" if heads is LADDER else "Would stay there"
    table = Table(((whose,), *((head,) for head in heads)), tuple(rows), title)
    yield Part((title,), (table,))


def _resting(ties: Ties, found: Robustness, names: Sequence[str]) -> Iterator[Block]:
    """The states at which everybody would stay in the largest shares of draws, the firmest in most draws first."""
    by_step = [found.equilibria[name] for name in names]
    order = _firmest(by_step, found.draws)
    shown = order if ties.everything else order[:SHOWN]
    title = "States at which everybody would stay in the largest shares of draws"
    if not shown:
        yield Part((title,), (Paragraph(("At every state somebody will move, in every draw.",)),))
        return
    cells: list[tuple[Text, ...]] = [
        tuple((percent_share(by_state[s]) if s in by_state else "–",) for by_state in by_step) for s in shown
    ]
    blocks: list[Block] = [
        state_table(ties, shown, tuple((head,) for head in LADDER), cells),
        Paragraph((ORDER,), "aside"),
        *captions(ties.graph, shown, len(shown) == len(order)),
    ]
    if len(order) > len(shown):
        blocks.append(Paragraph((f"… and {len(order) - len(shown):,} more",), "more"))
    yield Part((title,), tuple(blocks))


def _firmest(by_step: Sequence[Mapping[int, Interval]], draws: int) -> list[int]:
    """States by the firmest step on which they stand in most draws, then by how often they do."""

    def key(s: int) -> tuple[int, list[int], int]:
        counts = [by_state[s].count if s in by_state else 0 for by_state in by_step]
        step = next((k for k, held in enumerate(counts) if 2 * held > draws), len(counts))
        return step, [-held for held in counts[step:] + counts[:step][::-1]], s

    return sorted({s for by_state in by_step for s in by_state}, key=key)


def _equilibria(ties: Ties, found: Robustness) -> Iterator[Block]:
    """The equilibria in the largest shares of draws, by concept, and what the first of them are."""
    items: list[tuple[Block, ...]] = []
    described: set[int] = set()
    for concept, by_state in found.equilibria.items():
        order = sorted(by_state, key=lambda s: (-by_state[s].count, s))
        described.update(order[:DESCRIBED])
        shown = order if ties.everything else order[:SHOWN]
        words = tuple(_shares(ties, by_state, shown)) or ("none in any draw",)
        more = f", … ({len(order):,} states in all)" if len(order) > len(shown) else ""
        items.append((Paragraph((Mark(f"{concept}: "), *words, more)),))
    yield Part(("Equilibria in the largest shares of draws",), (Items(tuple(items)),))
    if described:
        told = sorted(described)
        yield Part(("What the first of them are",), (state_table(ties, told), *captions(ties.graph, told, False)))


def _shares(ties: Ties, by_state: Mapping[int, Interval], shown: Sequence[int]) -> Iterator[Inline]:
    for number, s in enumerate(shown):
        yield ", " if number else ""
        yield ties.state(s, str(ties.graph.states.names[s]))
        yield f" {percent_share(by_state[s])}"


def _drivers(ties: Ties, found: Robustness, names: Sequence[str], heads: Sequence[str]) -> Iterator[Block]:
    """The judgements whose uncertainty drives the spread of the verdict on the status quo, most of it first."""
    most: dict[str, dict[str, float]] = {}
    for one in found.drivers:
        if one.concept in names:
            most.setdefault(one.path, {})[one.concept] = one.share
    order = sorted(most, key=lambda path: -max(most[path].values()))
    if not ties.everything:
        order = [path for path in order if max(most[path].values()) >= LEAST][:SHOWN]
    if not order:
        return
    told = [(name, head) for name, head in zip(names, heads, strict=True) if any(name in most[path] for path in order)]
    rows = tuple(_driving(ties, path, [most[path].get(name) for name, _ in told]) for path in order)
    titles: tuple[Text, ...] = (("Judgement",), *((head,) for _, head in told))
    title = "How much of the spread of the verdict on the present situation each judgement accounts for by itself"
    yield Part((title,), (Table(titles, rows, title, frozenset(range(1, len(titles)))),))


def _driving(ties: Ties, path: str, shares: Sequence[float | None]) -> tuple[Text, ...]:
    """A judgement, and how much of the spread it drives under each concept."""
    says = upper_first(ties.meaning(path))
    named: Text = (ties.judgement(path, says),) if says == STATUS_QUO else (says, " (", ties.judgement(path), ")")
    return named, *(("–" if one is None else f"{one:.0%}",) for one in shares)
