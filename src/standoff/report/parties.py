"""Who is in the conflict: what each can do, what it wants, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.conflict.evidence import Evidence, Sure
from standoff.conflict.model import DecisionMaker, Direction, Option, OrderedStatements, Ranking, Statement, Weights
from standoff.errors import Path, render_path
from standoff.graph import Graph
from standoff.report.blocks import Block, Fold, Inline, Items, Link, Mark, Paragraph, Section, Table, Text
from standoff.report.ties import KINDS, Ties, evidence_blocks
from standoff.wording.words import count, formula_words, level_words, source_words, upper_first

WAYS = {Direction.FORWARD: "only upwards", Direction.BACKWARD: "only downwards", Direction.FIXED: "never"}
RANKS = 12  # places of a ranking that are told


def parties(ties: Ties) -> Section:
    """One part for each decision maker; then the definitions and rules that they share."""
    conflict = ties.found.conflict
    blocks: list[Block] = []
    if conflict.about:
        blocks += [Paragraph((part.strip(),)) for part in conflict.about.split("\n\n") if part.strip()]
    for i, dm in enumerate(conflict.decision_makers):
        title = upper_first(dm.label) + ("" if dm.label == dm.name else f" ({dm.name})")
        blocks.append(Fold((Mark(title), f": {_gist(dm)}"), tuple(_party(ties, i, dm))))
    shared = tuple(_shared(ties))
    if shared:
        blocks.append(Fold((Mark("What the words mean"), ": definitions and what cannot be"), shared))
    if conflict.sources:
        blocks.append(Fold((Mark("Sources"), f": {len(conflict.sources)}"), (_sources(ties),)))
    return Section("parties", "Who is in it, and what each wants", tuple(blocks))


def _gist(dm: DecisionMaker) -> str:
    options = count(len(dm.options), "option")
    match dm.preference:
        case OrderedStatements(statements):
            return f"{options}, {count(len(statements), 'aim')}"
        case Ranking(groups):
            return f"{options}, a ranking in {count(len(groups), 'place')}" if dm.options else "a ranking of the states"
        case Weights(weights):
            return f"{options}, {count(len(weights), 'weighted statement')}"
    return options


def _party(ties: Ties, i: int, dm: DecisionMaker) -> Iterator[Block]:
    if dm.about:
        yield Paragraph((dm.about.strip(),))
    if dm.options:
        yield Table(
            (("Option",), ("Levels, first to last",), ("Moves",)),
            tuple(_option(ties, dm, option) for option in dm.options),
            f"What {dm.label} can do",
        )
    match dm.preference:
        case OrderedStatements(statements):
            aims = tuple(
                _judged(ties, (str(k + 1),), one, ("decision_makers", dm.name, "prefers", k))
                for k, one in enumerate(statements)
            )
            yield _wants(f"What {dm.label} {'want' if dm.plural else 'wants'}, most important first", "Aim", aims)
        case Ranking(_, evidence):
            yield Paragraph(tuple(_ranking(ties, i)))
            yield from evidence_blocks(ties, evidence)
        case Weights(weights):
            weighed = tuple(
                _judged(
                    ties,
                    (str(one.weight),),
                    one.statement,
                    ("decision_makers", dm.name, "weights", str(one.statement.formula)),
                )
                for one in weights
            )
            yield _wants(f"What {dm.label} {'want' if dm.plural else 'wants'}, by weight", "Weight", weighed)


def _option(ties: Ties, dm: DecisionMaker, option: Option) -> tuple[Text, ...]:
    levels = "; ".join(level_words(option, k) for k in range(len(option.levels)))
    way = WAYS.get(option.moves, "both ways")
    path = render_path(("decision_makers", dm.name, "options", option.name))
    judged = ties.judgement(path)
    moves: Text = (f"{way} (", judged, ")") if isinstance(judged, Link) else (way,)
    return (option.title or option.name,), (levels,), moves


def _judged(ties: Ties, place: Text, one: Statement, path: Path) -> tuple[Text, ...]:
    """A statement in its place, and on whose word it is."""
    says = ties.judgement(render_path(path), formula_words(ties.graph, one))
    return place, (says,), tuple(_grade(one.evidence)), tuple(_quoted(ties, one.evidence))


def _wants(caption: str, place: str, rows: tuple[tuple[Text, ...], ...]) -> Table:
    return Table(((place,), ("Wants",), ("Grade",), ("In whose words",)), rows, caption, frozenset({0}))


def _grade(evidence: Evidence) -> Iterator[Inline]:
    """Of which kind a judgement is and, where it is not certain, how sure."""
    yield KINDS[evidence.kind] if evidence.kind else "–"
    if evidence.sure is not Sure.CERTAIN:
        yield f", {evidence.sure}"


def _quoted(ties: Ties, evidence: Evidence) -> Iterator[Inline]:
    """The words of the source, and whose they are."""
    if evidence.quote is None:
        yield "–"
        return
    yield f"“{evidence.quote.exact}” "
    yield Mark(source_words(ties.graph, evidence.quote.source), "faint")


def _ranking(ties: Ties, i: int) -> Iterator[Inline]:
    graph: Graph = ties.graph
    ranks = graph.ranks[i].tolist()
    places = sorted(set(ranks), reverse=True)
    yield "Best first: "
    for number, rank in enumerate(places[:RANKS]):
        yield "; " if number else ""
        yield from ties.states([s for s, r in enumerate(ranks) if r == rank], 2)
    yield f"; and {len(places) - RANKS:,} more places." if len(places) > RANKS else "."


def _shared(ties: Ties) -> Iterator[Block]:
    conflict = ties.found.conflict
    if conflict.definitions:
        items: list[tuple[Block, ...]] = []
        for one in conflict.definitions:
            title = one.statement.title or one.name.replace("_", " ")
            formula: Text = (Mark(title), ": ", Mark(one.statement.formula.text, "code"))
            items.append((Paragraph(formula), *evidence_blocks(ties, one.statement.evidence)))
        yield Paragraph((Mark("Definitions"),))
        yield Items(tuple(items))
    if conflict.infeasible:
        rules: list[tuple[Block, ...]] = []
        for k, rule in enumerate(conflict.infeasible):
            path = render_path(("infeasible", k))
            words: Text = (Mark(formula_words(ties.graph, rule)), " (", ties.judgement(path), ")")
            rules.append((Paragraph(words), *evidence_blocks(ties, rule.evidence)))
        yield Paragraph((Mark("What cannot be"),))
        yield Items(tuple(rules))


def _sources(ties: Ties) -> Table:
    conflict = ties.found.conflict
    used = [quote.source for _, quote in conflict.quotes()]
    rows = tuple(
        (
            (source.title or source.name,),
            (source_words(ties.graph, source.name, graded=False),),
            (source.published or "–",),
            (f"{source.grade}: {source.grade.words}" if source.grade else "not graded",),
            (str(used.count(source.name)),),
        )
        for source in conflict.sources
    )
    heads: tuple[Text, ...] = (("Source",), ("Cited as",), ("Published",), ("Grade (Admiralty code)",), ("Quotes",))
    return Table(heads, rows, "Sources, and how often each is quoted", frozenset({4}))
