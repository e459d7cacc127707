"""Who would stay where, why, and which states there are: what the first questions are answered with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from standoff.analysis.brief import brief
from standoff.analysis.compare import Comparison
from standoff.analysis.stability import Analysis, firmest_first, standings, weakest
from standoff.concepts import Standing
from standoff.conflict.states import Selection
from standoff.graph import Graph
from standoff.report.blocks import Block, Inline, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.ties import Ties, note_blocks
from standoff.wording.brief import lasts
from standoff.wording.explain import Explained, Sentence
from standoff.wording.ladder import tells_standing
from standoff.wording.states import PRESENT, state_in_words
from standoff.wording.words import (
    Ground,
    count,
    differing_words,
    evidence_words,
    grounds_sentence,
    joined,
    state_words,
    status_quo_sentence,
    upper_first,
    who,
)

MAX_COLUMNS = 8  # options that get a column of their own; beyond, a state is told in phrases
LADDER = (
    f"The ladder. {' '.join(f'{upper_first(step.short)}: {step.meaning}' for step in sorted(Standing, reverse=True))}"
)
Standings = npt.NDArray[np.int8]
LISTED = 12  # equilibria that are listed
SMALL = 40  # states up to which all of them are in a table
YES, NO = Mark("●", "holds"), Mark("·", "faint")


def solution(
    ties: Ties, comparisons: Sequence[Comparison], by_concept: bool = False, asked: Selection | None = None
) -> Section:
    """Where it stands, who would stay there, at which states everybody would stay, and on whose word that is.

    ``by_concept``: not by the ladder, but under which concepts. ``asked``: only these states are looked at.
    """
    graph, conflict, analysis = ties.graph, ties.found.conflict, ties.found.analysis
    date = f" ({conflict.date})" if conflict.date and conflict.date not in conflict.title else ""
    size = f"{count(len(graph.dms), 'decision maker')}, {count(len(graph.states), 'feasible state')}."
    quo = graph.meaning.status_quo
    grounds = grounds_sentence(conflict)
    which = range(len(graph.states)) if asked is None else asked.states
    where: tuple[Block, ...] = (Paragraph(("No status quo is given.",)),) if asked is None else ()
    resting: tuple[Block, ...] = ()
    if by_concept:
        where = where if quo is None or quo not in which else standing(analysis, quo)
        resting = (*equilibria(ties, asked), *_stability(analysis, which, ties.everything)) if len(which) else ()
    elif len(which):
        stands = standings(analysis)
        if quo is not None and quo in which:
            where = (_standing(ties, stands, quo), Paragraph((lasts(brief(analysis)),)))
        resting = (*firmest(ties, stands, asked), *_ladder(graph, stands, which, ties.everything))
    blocks: tuple[Block, ...] = (
        Paragraph((size,), "aside"),
        *ties.selected(asked),
        *where,
        *resting,
        *concepts_left_out(analysis.left_out if by_concept else {}),
        *compared(comparisons, conflict.published.citation if conflict.published else None),
        *((Part(("On whose word",), (Paragraph((grounds,)),)),) if grounds else ()),
    )
    return Section("solution", conflict.title + date, blocks)


# By the ladder


def _standing(ties: Ties, stands: Standings, quo: int) -> Part:
    """The status quo: what each does there, and how firmly each stands."""
    graph = ties.graph
    described = state_words(graph, quo)
    told = [(name, "; ".join(what)) for name, what in described]
    if described[0][0] == "":  # no options
        told = [(who(graph, i), "") for i in graph.dms]
    rows = tuple(
        ((upper_first(name),), (_step(Standing(int(stands[i, quo]))),), *(((what,),) if what else ()))
        for i, (name, what) in enumerate(told)
    )
    heads: tuple[Text, ...] = (("",), ("Stands",), *((("Does",),) if told[0][1] else ()))
    title = f"Where it stands: {state_in_words(graph, quo)}"
    words = (Paragraph((described[0][1][0],)),) if described[0][0] == "" else ()
    return Part(
        (title,), (*words, Table(heads, rows, "What each does, and how firmly it stands", whole=frozenset({1})))
    )


def _step(step: Standing) -> Mark | str:
    return Mark(step.short, "holds") if step is Standing.AT_REST else step.short


def firmest(ties: Ties, stands: Standings, asked: Selection | None = None) -> Iterator[Block]:
    """At how many states, of all or of those asked for, everybody would stay, and the firmest of them."""
    firm = weakest(stands)
    counted = firm if asked is None else firm[asked.truth]
    counts = [(step, int((counted == step).sum())) for step in sorted(Standing, reverse=True)]
    told = ", ".join(f"{step.short} {number:,}" for step, number in counts if step is not Standing.WILL_MOVE)
    title = f"States at which everybody would stay, by the weakest: {told}"
    order = firmest_first(firm, asked)[: int((counted != Standing.WILL_MOVE).sum())]
    shown = order if ties.everything else order[:LISTED]
    if not shown:
        every = "At every state" if asked is None else "At each of these states"
        yield Part((title,), (Paragraph((f"{every} somebody will move.",)),))
        return
    cells: list[tuple[Text, ...]] = [((_step(Standing(int(firm[s]))),),) for s in shown]
    blocks: list[Block] = [
        state_table(ties, shown, (("Stands",),), cells),
        *captions(ties.graph, shown, len(shown) == len(order)),
    ]
    if len(order) > len(shown):
        blocks.append(Paragraph((f"… and {len(order) - len(shown):,} more, no firmer",), "more"))
    yield Part((title,), tuple(blocks))


def _ladder(graph: Graph, stands: Standings, which: Sequence[int], everything: bool) -> Iterator[Block]:
    """Where the states are few: how firmly each stands at every one of them."""
    if len(which) > SMALL and not everything:
        return
    rows = tuple(
        ((str(graph.states.names[s]),), *((_step(Standing(int(stands[i, s]))),) for i in graph.dms)) for s in which
    )
    heads: tuple[Text, ...] = (("State",), *((dm.name,) for dm in graph.conflict.decision_makers))
    caption = "How firmly each stands at each state"
    yield Part((caption,), (Table(heads, rows, caption, whole=frozenset({0})), Paragraph((LADDER,), "aside")))


# By concepts


def standing(analysis: Analysis, quo: int) -> tuple[Block, ...]:
    """The status quo: what each does there, and under which concepts each would stay."""
    graph = analysis.graph
    rows: list[tuple[Text, ...]] = []
    for i in graph.dms:
        marks: list[Text] = [(YES if stable[i][quo] else NO,) for stable in analysis.stable.values()]
        rows.append(((upper_first(who(graph, i)),), *marks))
    heads: tuple[Text, ...] = (("Would stay under",), *((name,) for name in analysis.stable))
    return (
        Part((f"Where it stands: {state_in_words(graph, quo)}",), (doings(graph, quo),)),
        Table(heads, tuple(rows), "Who would stay at the status quo"),
        Paragraph((status_quo_sentence(analysis),)),
    )


def doings(graph: Graph, s: int) -> Block:
    """A state as phrases, a row for each decision maker."""
    described = state_words(graph, s)
    if described[0][0] == "":
        return Paragraph((described[0][1][0],))
    rows = tuple(((upper_first(name),), ("; ".join(what),)) for name, what in described)
    where = PRESENT if s == graph.meaning.status_quo else state_in_words(graph, s)
    return Table((("",), ("",)), rows, f"What each does in {where}")


# Equilibria


def strongest_equilibria(ties: Ties) -> list[int]:
    """The equilibria, those that hold under most concepts first."""
    return sorted(ties.under, key=lambda s: (-len(ties.under[s]), s))


def equilibria(ties: Ties, asked: Selection | None = None) -> Iterator[Block]:
    """How many equilibria there are, of all states or of those asked for, and those that hold under most concepts."""
    analysis = ties.found.analysis
    order = [s for s in strongest_equilibria(ties) if asked is None or asked.truth[s]]
    under = {name: sum(name in ties.under[s] for s in order) for name in analysis.stable}
    counts = ", ".join(f"{name} {number:,}" for name, number in under.items())
    shown = order if ties.everything else order[:LISTED]
    blocks: list[Block] = []
    if shown:
        blocks += [
            concept_table(ties, shown, list(analysis.stable)),
            *captions(ties.graph, shown, len(shown) == len(order)),
        ]
    else:
        which = "No state" if asked is None else "None of these states"
        blocks.append(Paragraph((f"{which} is an equilibrium under these concepts.",)))
    if len(order) > len(shown):
        blocks.append(Paragraph((f"… and {len(order) - len(shown):,} more that hold under as many or fewer",), "more"))
    yield Part((f"Equilibria: {counts}",), tuple(blocks))


def concept_table(ties: Ties, shown: Sequence[int], concepts: Sequence[str]) -> Table:
    """States as rows, with the concepts under which each is an equilibrium."""
    under = {s: ties.under.get(s, ()) for s in shown}
    marks = [tuple(_marks(under[s], concepts)) for s in shown]
    together: list[tuple[Text, ...]] = [((_holds_under(under[s], concepts),),) for s in shown]
    return state_table(ties, shown, tuple((name,) for name in concepts), marks, (("Holds under",),), together)


def state_table(
    ties: Ties,
    shown: Sequence[int],
    heads: tuple[Text, ...] = (),
    cells: Sequence[tuple[Text, ...]] = (),
    short_heads: tuple[Text, ...] = (),
    short_cells: Sequence[tuple[Text, ...]] = (),
) -> Table:
    """States as rows: what differs from the status quo, and more cells (``short``: in less room).

    On a page that knows its width the options that differ have columns of their own where there is room for them.
    """
    graph = ties.graph
    shorter = (short_heads, short_cells) if short_heads else (heads, cells)
    what = "What differs from the status quo" if _compared(graph) else "What"
    said, short = ([(tuple(_brief(graph, s, titles)),) for s in shown] for titles in (True, False))
    forms = [_rows(ties, shown, ((what,), *shorter[0]), short, shorter[1])]
    columns = _differing(graph, shown)
    if columns is not None and len(columns) <= MAX_COLUMNS:
        levels = _levels(graph, shown, columns)
        names = list(graph.meaning.vocabulary.options)
        named: tuple[Text, ...] = tuple((names[k].replace(".", "\n", 1),) for k in columns)
        wide = [(heads, cells), shorter] if short_heads else [shorter]
        forms = [*(_rows(ties, shown, (*named, *more), levels, what, 1) for more, what in wide), *forms]
    return _rows(ties, shown, ((what,), *heads), said, cells, forms=tuple(forms))


def _marks(under: Sequence[str], concepts: Sequence[str]) -> Iterator[Text]:
    return ((YES if name in under else NO,) for name in concepts)


def _rows(
    ties: Ties,
    shown: Sequence[int],
    heads: tuple[Text, ...],
    said: Sequence[tuple[Text, ...]],
    more: Sequence[tuple[Text, ...]],
    gap: int = 2,
    forms: tuple[Table, ...] = (),
) -> Table:
    """A row for each state: its name, what is said of it, and more."""
    rows = tuple((tuple(_label(ties, s)), *said[row], *(more[row] if more else ())) for row, s in enumerate(shown))
    caption = "States, and the concepts under which everybody would stay" if more else "States"
    return Table((("State",), *heads), rows, caption, forms=forms, whole=frozenset({0}), gap=gap)


def _label(ties: Ties, s: int) -> Iterator[Inline]:
    yield ties.state(s, str(ties.graph.states.names[s]))
    if s == ties.graph.meaning.status_quo:
        yield "*"


def _levels(graph: Graph, shown: Sequence[int], columns: Sequence[int]) -> list[tuple[Text, ...]]:
    """The levels of some options, in bold where they differ from the status quo."""
    vocabulary = list(graph.meaning.vocabulary.options.values())
    quo = graph.meaning.status_quo
    reference = graph.states.levels(quo) if quo is not None else None
    rows: list[tuple[Text, ...]] = []
    for s in shown:
        levels = graph.states.levels(s)
        assert levels is not None
        differs = [reference is not None and levels[k] != reference[k] for k in columns]
        rows.append(
            tuple(
                (Mark(vocabulary[k][levels[k]], "strong" if new else "faint"),)
                for k, new in zip(columns, differs, strict=True)
            )
        )
    return rows


def _holds_under(names: Sequence[str], concepts: Sequence[str]) -> str:
    return "all" if len(names) == len(concepts) else " ".join(names) or "none"


def _compared(graph: Graph) -> bool:
    """Whether states are told by what differs from the status quo."""
    quo = graph.meaning.status_quo
    return quo is not None and graph.states.levels(quo) is not None


def _differing(graph: Graph, shown: Sequence[int]) -> list[int] | None:
    """The options not at one level in all of the states and the status quo; None where some state has no levels."""
    quo = graph.meaning.status_quo
    levels = [graph.states.levels(s) for s in (*shown, *([] if quo is None else [quo]))]
    if any(one is None for one in levels):
        return None
    return [k for k, at in enumerate(zip(*(one for one in levels if one is not None), strict=True)) if len(set(at)) > 1]


def captions(graph: Graph, shown: Sequence[int], whole: bool) -> Iterator[Block]:
    """What is the same in all states shown as rows (``whole``: there are no more), and which is the status quo."""
    columns = _differing(graph, shown)
    if columns is not None and len(columns) <= MAX_COLUMNS and graph.states.option_form:
        levels = graph.states.levels(shown[0])
        assert levels is not None
        names = graph.meaning.vocabulary.options.items()
        same = [f"{name} = {of[levels[k]]}" for k, (name, of) in enumerate(names) if k not in columns]
        if same:
            where = "In all of them" if whole else "In all that are shown"
            where += "" if graph.meaning.status_quo is None else " and in the status quo"
            yield Paragraph((f"{where}: {', '.join(same)}",), "aside")
    if graph.meaning.status_quo in shown:
        yield Paragraph(("* the status quo",), "aside")


def _brief(graph: Graph, s: int, titles: bool) -> Iterator[Inline]:
    """A state by who does what in it that differs from the status quo; by titles or, where room is short, by names."""
    for number, (dm, what) in enumerate(differing_words(graph, s)):
        yield "; " if number else ""
        if dm is not None:
            yield Mark(upper_first(dm.label)) if titles else dm.name
            yield ": "
        yield what


def _stability(analysis: Analysis, which: Sequence[int], everything: bool) -> Iterator[Block]:
    """Where the states are few: each of them, and the concepts under which each decision maker would stay."""
    graph = analysis.graph
    if len(which) > SMALL and not everything:
        return
    rows: list[tuple[Text, ...]] = []
    for s in which:
        cells: list[Text] = []
        for i in graph.dms:
            under = [name for name, stable in analysis.stable.items() if stable[i][s]]
            all_of_them = len(under) == len(analysis.stable)
            cells.append((Mark("all", "holds"),) if all_of_them else (" ".join(under) or "–",))
        rows.append(((str(graph.states.names[s]),), *cells))
    heads: tuple[Text, ...] = (("State",), *((dm.name,) for dm in graph.conflict.decision_makers))
    caption = "Who would stay where, and under which concepts"
    yield Part((caption,), (Table(heads, tuple(rows), caption, whole=frozenset({0})),))


def concepts_left_out(reasons_: Mapping[str, str]) -> Iterator[Block]:
    """Why a concept is not in the table."""
    for name, why in reasons_.items():
        yield Paragraph((Mark(f"{name} is not computed: {why}.", "faint"),))


def stopped(not_done: Sequence[str]) -> Iterator[Block]:
    """What was left out because the time was over or somebody interrupted."""
    if not_done:
        yield Paragraph((Mark(f"Stopped early: {'; '.join(not_done)}.", "untested"),))


# Published answers


def compared(comparisons: Sequence[Comparison], citation: str | None) -> Iterator[Block]:
    """Where the published answers agree with ours, and where not."""
    if not comparisons:
        return
    blocks: list[Block] = [Paragraph((citation.strip(),), "aside")] if citation else []
    agree = [one for one in comparisons if one.agrees]
    if agree:
        which = joined(one.concept + (f" ({joined(one.who)})" if one.who else "") for one in agree)
        blocks.append(Paragraph((f"Reproduced: {which}.",)))
    for one in comparisons:
        if not one.agrees:
            whom = f" of {joined(one.who)}" if one.who else ""
            blocks.append(Paragraph((Mark(f"Not reproduced: {one.concept} {one.what}{whom}", "fails"),)))
            blocks.append(Paragraph((f"published {_listed(one.published)}; computed {_listed(one.computed)}",)))
    yield Part(("Published answers",), tuple(blocks))


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names)) or "none"


# Why


def explanation(ties: Ties, s: int, explained: Sequence[Explained]) -> Section:
    """A state, and why decision makers would stay there or leave it."""
    graph = ties.graph
    title = f"{graph.conflict.title}: {state_in_words(graph, s)}"
    analysis = ties.found.analysis
    left_out = {} if tells_standing(analysis.stable) else analysis.left_out
    return Section("explanation", title, (*why(ties, s, explained), *concepts_left_out(left_out)))


def why(ties: Ties, s: int, explained: Sequence[Explained]) -> Iterator[Block]:
    """What each does in a state, and for each decision maker whether it would stay, and why."""
    yield doings(ties.graph, s)
    for one in explained:
        yield Part((one.headline,), (Items(tuple(_nested(ties, one.sentences))),))


def _nested(ties: Ties, lines: Sequence[Sentence]) -> list[tuple[Block, ...]]:
    """Sentences as items, the deeper ones inside of those before them, each with whose word it rests on."""
    items: list[tuple[Block, ...]] = []
    for number, line in enumerate(lines):
        if line.depth == 0:
            below = []
            for deeper in lines[number + 1 :]:
                if deeper.depth == 0:
                    break
                below.append(_item(ties, deeper))
            items.append((*_item(ties, line), *((Items(tuple(below)),) if below else ())))
    return items or [_item(ties, line) for line in lines]


def _item(ties: Ties, line: Sentence) -> tuple[Block, ...]:
    ground = line.ground
    if ground is None:
        return (Paragraph((line.text,)),)
    blocks: list[Block] = [Paragraph(grounded_sentence(ties, line.text, ground))]
    if ground.evidence.why is not None:
        blocks.append(Paragraph((f"because: {ground.evidence.why.strip()}",), "aside"))
    blocks.append(Paragraph((evidence_words(ties.graph, ground.evidence),), "aside"))
    return (*blocks, *note_blocks(ground.evidence.note))


def grounded_sentence(ties: Ties, text: str, ground: Ground | None) -> Text:
    """A sentence and the judgement that it rests on."""
    if ground is None:
        return (text,)
    begun = f"{text[:-2]}; " if text.endswith(").") else f"{text.removesuffix('.')} ("
    return begun, ties.judgement(ground.path), ")."


# States


def states(ties: Ties, most: int, asked: Selection | None = None) -> Section:
    """The feasible states, or those asked for, as rows."""
    which: Sequence[int] = range(len(ties.graph.states)) if asked is None else asked.states
    total = len(which)
    shown = list(which if ties.everything else which[:most])
    blocks: list[Block] = [*ties.selected(asked)]
    if shown:
        blocks += [state_table(ties, shown), *captions(ties.graph, shown, len(shown) == total)]
    if total > len(shown):
        blocks.append(Paragraph((f"… and {total - len(shown):,} more",), "more"))
    return Section("states", f"{ties.found.conflict.title}: {count(total, 'feasible state')}", tuple(blocks))
