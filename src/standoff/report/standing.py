"""Where the conflict stands: the picture, the equilibria, and why each decision maker would stay or leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.explain import Sentence, headline, reasons, verdicts
from standoff.plots.answers import who_answers_whom
from standoff.plots.conflict import conflict_graph
from standoff.plots.ladder import ladder
from standoff.report.answer import sentence
from standoff.report.blocks import Block, Figure, Fold, Inline, Items, Mark, Paragraph, Section, Table, Text
from standoff.report.ties import Ties
from standoff.terminal import count
from standoff.words import evidence_words, state_words, upper_first

LISTED, EXPLAINED = 12, 5  # equilibria that are listed, and that are explained
LADDER = 2**18  # states up to which the ladder is drawn


def picture(ties: Ties) -> Section:
    """The conflict graph, and who answers whom."""
    analysis = ties.found.analysis
    blocks: list[Block] = [
        Figure("conflict", conflict_graph(analysis, ties.address), "States, and the moves among them."),
    ]
    answers = who_answers_whom(analysis)
    if answers is not None:
        blocks.append(Figure("answers", answers, "Who answers whose improvements, and at whose cost."))
    if len(analysis.graph.states) <= LADDER:
        blocks.append(Figure("ladder", ladder(analysis), "How high each decision maker ranks the states that matter."))
    return Section("picture", "The conflict in pictures", tuple(blocks))


def equilibria(ties: Ties) -> Section:
    """The equilibria, those that hold under most concepts first, and why everybody would stay there."""
    order, quo = strongest(ties), ties.graph.meaning.status_quo
    explained = [*([] if quo is None else [quo]), *(s for s in order[:EXPLAINED] if s != quo)]
    blocks = (*listing(ties), *(_why(ties, s) for s in explained))
    return Section("equilibria", "Where it could rest, and why", blocks)


def strongest(ties: Ties) -> list[int]:
    """The equilibria, those that hold under most concepts first."""
    return sorted(ties.under, key=lambda s: (-len(ties.under[s]), s))


def listing(ties: Ties) -> list[Block]:
    """How many equilibria there are, and the first of them."""
    analysis = ties.found.analysis
    counts = ", ".join(f"{name} {len(analysis.equilibria(name)):,}" for name in analysis.stable)
    order = strongest(ties)
    blocks: list[Block] = [Paragraph((f"States at which everybody would stay, by concept: {counts}.",))]
    blocks += [Paragraph((f"{name} is not computed: {why}.",), "aside") for name, why in analysis.left_out.items()]
    if order:
        blocks.append(_table(ties, order[:LISTED]))
    if len(order) > LISTED:
        more = count(len(order) - LISTED, "more state")
        text = f"… and {more} at which everybody would stay, under as many concepts as the last of these or fewer"
        blocks.append(Paragraph((text,), "aside"))
    return blocks


def _table(ties: Ties, shown: Sequence[int]) -> Table:
    analysis, graph = ties.found.analysis, ties.graph
    concepts = list(analysis.stable)
    rows = tuple(
        (
            (ties.state(s, str(graph.states.names[s])), *((" (status quo)",) if s == graph.meaning.status_quo else ())),
            tuple(_brief(ties, s)),
            *(((Mark("●", "holds") if name in ties.under[s] else Mark("·", "faint")),) for name in concepts),
        )
        for s in shown
    )
    quo = graph.meaning.status_quo
    what = "What differs from the status quo" if quo is not None else "What"
    heads: tuple[Text, ...] = (("State",), (what,), *((name,) for name in concepts))
    return Table(heads, rows, "Equilibria (●: everybody would stay under that concept)")


def _brief(ties: Ties, s: int) -> Iterator[Inline]:
    """A state by what differs from the status quo."""
    graph, quo = ties.graph, ties.graph.meaning.status_quo
    here = state_words(graph, s)
    compared = quo is not None and graph.states.levels(s) is not None and graph.states.levels(quo) is not None
    there = state_words(graph, quo) if quo is not None and compared else [("", [""] * len(what)) for _, what in here]
    told = False
    for (name, what), (_, was) in zip(here, there, strict=True):
        new = [word for word, before in zip(what, was, strict=True) if word != before]
        if new:
            yield "; " if told else ""
            if name:
                yield Mark(upper_first(name), "strong")
                yield ": "
            yield ", ".join(new)
            told = True
    if not told:
        yield "as it is"


def _why(ties: Ties, s: int) -> Fold:
    """For each decision maker: whether it would stay, and why."""
    quo = " (the status quo)" if s == ties.graph.meaning.status_quo else ""
    title: Text = ("Why ", ties.state(s), f"{quo} would be kept or left")
    return Fold(title, reasons_of(ties, s, ties.graph.dms))


def reasons_of(ties: Ties, s: int, among: Sequence[int]) -> tuple[Block, ...]:
    """A state, and for each decision maker whether it would stay, and why."""
    analysis, graph = ties.found.analysis, ties.graph
    items: list[tuple[Block, ...]] = []
    for i in among:
        found = verdicts(graph, list(analysis.stable), i, s, analysis.returning)
        lines = list(reasons(graph, found, analysis.returning))
        items.append((Paragraph((Mark(headline(graph, found)),)), *_lines(ties, lines)))
    return Paragraph(tuple(_brief_all(ties, s))), Items(tuple(items))


def _brief_all(ties: Ties, s: int) -> Iterator[Inline]:
    for number, (name, what) in enumerate(state_words(ties.graph, s)):
        yield "; " if number else ""
        yield f"{upper_first(name)}: {', '.join(what)}" if name else "; ".join(what)


def _lines(ties: Ties, lines: Sequence[Sentence]) -> Iterator[Block]:
    """Sentences as an indented list, each with its judgement and whose word that is."""
    items: list[tuple[Block, ...]] = []
    for line in lines:
        blocks: list[Block] = [Paragraph(sentence(ties, line.text, line.ground))]
        if line.ground is not None and line.ground.evidence.quote is not None:
            blocks.append(Paragraph((evidence_words(ties.graph, line.ground.evidence),), "aside"))
        if line.depth and items:
            items[-1] = (*items[-1], Items((tuple(blocks),)))
        else:
            items.append(tuple(blocks))
    if items:
        yield Items(tuple(items))
