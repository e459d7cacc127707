"""How robust the answer is: in which share of draws it holds, and what drives the spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.uncertainty import Interval, Robustness
from standoff.concepts import CONCEPTS, Standing, deciding_concepts
from standoff.plots.robustness import robustness_picture as picture
from standoff.report.blocks import Block, Figure, Inline, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.solution import captions, state_table, stopped
from standoff.report.ties import Ties
from standoff.wording.ladder import tells_standing
from standoff.wording.stress import assumptions, bounds, drawn, percent_share
from standoff.wording.words import upper_first, who

SHOWN, SHARES = 8, 3  # judgements, and equilibria of a concept, that are told
DESCRIBED = 3  # equilibria of a concept that are told in words
LEAST = 0.01  # share of the spread from which a judgement is told


def robustness(ties: Ties) -> Section | None:
    """The section of a report; None where nothing was drawn."""
    return None if ties.found.stress is None else stress_section(ties, ties.found.stress)


def stress_section(ties: Ties, found: Robustness) -> Section:
    """In which share of draws the answer holds, and what drives the spread."""
    blocks: list[Block] = [Paragraph((drawn(found),))]
    svg = picture(found, ties.graph)
    if svg is not None:
        blocks.append(Figure("robustness", svg, "How firmly the status quo and others stand, in shares of draws."))
    blocks += [*_status_quo(ties, found), *_equilibria(ties, found), *_drivers(ties, found)]
    blocks.append(Paragraph((f"This assumes: {'; '.join(assumptions(found))}.",), "aside"))
    return Section("robustness", "How robust it is", (*blocks, *stopped(found.not_done)))


def _status_quo(ties: Ties, found: Robustness) -> Iterator[Block]:
    """In which share of draws each, and everybody, would stay at the status quo."""
    if not found.status_quo:
        return
    title = "The present situation: in which share of the draws it holds"
    names = _told(found)
    rows: list[tuple[Text, ...]] = []
    for i in ties.graph.dms:
        shares: list[Text] = [(percent_share(found.stable[name][i]),) for name in names]
        rows.append(((upper_first(who(ties.graph, i)),), *shares))
    everybody = [found.status_quo[name] for name in names]
    rows.append(((Mark("Everybody"),), *((Mark(percent_share(one)),) for one in everybody)))
    rows.append(((Mark("95 % interval", "faint"),), *((Mark(bounds(one), "faint"),) for one in everybody)))
    heads: tuple[Text, ...] = (("Would stay there",), *((_head(found, name),) for name in names))
    yield Part((title,), (Table(heads, tuple(rows), title),))


def _told(found: Robustness) -> Sequence[str]:
    """The concepts that are told: where they tell how firmly one stands, those that decide it."""
    return deciding_concepts() if tells_standing(found.concepts) else found.concepts


def _head(found: Robustness, name: str) -> str:
    """What a column is called: ``at rest``, ``at least deterred``, ``at least costly threats``; or by its concept."""
    step = CONCEPTS[name].standing
    if step is None or not tells_standing(found.concepts):
        return name
    return step.short if step is Standing.AT_REST else f"at least {step.short}"


def _equilibria(ties: Ties, found: Robustness) -> Iterator[Block]:
    """The equilibria in the largest shares of draws, by concept, and what the first of them are."""
    items: list[tuple[Block, ...]] = []
    described: set[int] = set()
    for concept in _told(found):
        by_state = found.equilibria[concept]
        order = sorted(by_state, key=lambda s: (-by_state[s].count, s))
        described.update(order[:DESCRIBED])
        shown = order if ties.everything else order[:SHARES]
        words = tuple(_shares(ties, by_state, shown)) or ("none in any draw",)
        more = f", … ({len(order):,} states in all)" if len(order) > len(shown) else ""
        items.append((Paragraph((Mark(f"{upper_first(_head(found, concept))}: "), *words, more)),))
    yield Part(("States at which everybody would stay in the largest shares of draws",), (Items(tuple(items)),))
    if described:
        told = sorted(described)
        yield Part(("What the first of them are",), (state_table(ties, told), *captions(ties.graph, told, False)))


def _shares(ties: Ties, by_state: Mapping[int, Interval], shown: Sequence[int]) -> Iterator[Inline]:
    for number, s in enumerate(shown):
        yield ", " if number else ""
        yield from ties.place(s)
        yield f" {percent_share(by_state[s])}"


def _drivers(ties: Ties, found: Robustness) -> Iterator[Block]:
    """The judgements whose uncertainty drives the spread of the verdict on the status quo, most of it first."""
    most: dict[str, dict[str, float]] = {}
    for one in (one for one in found.drivers if one.concept in _told(found)):
        most.setdefault(one.path, {})[one.concept] = one.share
    order = sorted(most, key=lambda path: -max(most[path].values()))
    if not ties.everything:
        order = [path for path in order if max(most[path].values()) >= LEAST][:SHOWN]
    if not order:
        return
    concepts = [name for name in _told(found) if any(one.concept == name for one in found.drivers)]
    rows = tuple(_driving(ties, path, [most[path].get(name) for name in concepts]) for path in order)
    heads: tuple[Text, ...] = (("Judgement",), *((_head(found, name),) for name in concepts))
    title = "What drives the spread of the verdict on the present situation (first order)"
    yield Part((title,), (Table(heads, rows, title, frozenset(range(1, len(heads)))),))


def _driving(ties: Ties, path: str, shares: Sequence[float | None]) -> tuple[Text, ...]:
    """A judgement, and how much of the spread it drives under each concept."""
    return (ties.judgement(path), f" {ties.meaning(path)}"), *(
        ("–" if one is None else f"{one:.0%}",) for one in shares
    )
