"""Which groups would leave together, what is stable for every group, and where allies part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.coalition import (
    MEANINGS,
    NAMES,
    CoalitionAnalysis,
    Departure,
    Group,
    Parting,
    minimal,
    undominated,
)
from standoff.analysis.compare import compare_coalitions
from standoff.report.blocks import Block, Fold, Inline, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.solution import compared, grounded_sentence, stopped
from standoff.report.ties import Ties
from standoff.wording.coalitions import PartingReason, gain, parting_reasons
from standoff.wording.gains import gain_words
from standoff.wording.ladder import by_standing
from standoff.wording.people import agrees
from standoff.wording.words import Ground, count, joined, move_words, upper_first, who

LISTED = 4  # states
WAYS = 3  # of a group that are told
REASONS = 3  # over which two part
COLUMNS = (
    "Agreement: rank correlation of what the two prefer. Beside it: how many states the two can reach together that "
    "both prefer to this one, or only one of them."
)


def coalitions(ties: Ties, found: CoalitionAnalysis) -> Section:
    """Groups that would leave each of the states looked at, then where allies part."""
    leaving = {s: [one for one in found.departures if one.s == s] for s in found.states}
    published = found.graph.conflict.published
    blocks: tuple[Block, ...] = (
        *(_leaving(ties, s, here) for s, here in leaving.items() if here),
        *_settled(ties, found, [s for s, here in leaving.items() if not here]),
        *_stable(ties, found),
        *(_partings(ties, s, [one for one in found.partings if one.s == s]) for s in _parted(found)),
        *compared(compare_coalitions(found), published.citation if published else None),
        *stopped(found.not_done),
    )
    return Section("together", "Who is with whom", blocks)


def together(ties: Ties) -> Section | None:
    """The same of a report: at the status quo."""
    return None if ties.found.coalitions is None else coalitions(ties, ties.found.coalitions)


def _parted(found: CoalitionAnalysis) -> list[int]:
    return list(dict.fromkeys(one.s for one in found.partings))


def _names(ties: Ties, group: Group) -> str:
    return joined(who(ties.graph, i) for i in group)


# Who would leave


def _leaving(ties: Ties, s: int, here: Sequence[Departure]) -> Part:
    """One state: the smallest groups that would leave it together, each with its best joint improvements."""
    able = list(dict.fromkeys(one.group for one in here))
    smallest = minimal(able)
    told = able if ties.everything else smallest
    groups = tuple(tuple(_ways(ties, group, [one for one in here if one.group == group])) for group in told)
    blocks: list[Block] = [Items(groups)]
    if len(able) > len(told):
        blocks.append(Paragraph((f"{count(len(able) - len(told), 'larger group')} around them could too",), "more"))
    return Part(("At ", *ties.place(s)), tuple(blocks))


def _ways(ties: Ties, group: Group, ways: Sequence[Departure]) -> Iterator[Block]:
    """Where a group would go: that than which nothing is better for all of it, or everything."""
    together = " together" if len(group) > 1 else ""
    yield Paragraph((Mark(upper_first(_names(ties, group))), f" would leave{together}:"))
    told = ways if ties.everything else undominated(ties.graph, ways)[:WAYS]
    yield Items(tuple(_way(ties, one) for one in told))
    if len(ways) > len(told):
        yield Paragraph((f"… and {count(len(ways) - len(told), 'more state')} that all of them prefer",), "more")


def _way(ties: Ties, one: Departure) -> tuple[Block, ...]:
    """Where a group would go, by which moves, and what each member gains."""
    graph = ties.graph
    steps = ", then ".join(f"{who(graph, move.by)} could {move_words(graph, move)}" for move in one.moves)
    idle = tuple(i for i in one.group if all(move.by != i for move in one.moves))
    unneeded = f" (without a move of {_names(ties, idle)})" if idle else ""
    gains = tuple(
        Paragraph(
            grounded_sentence(
                ties,
                f"{upper_first(who(graph, i))} would {gain_words(graph, i, one.to, one.s)}.",
                gain(graph, i, one.to, one.s),
            ),
            "aside",
        )
        for i in one.group
    )
    return Paragraph(("To ", *ties.place(one.to), f": {steps}{unneeded}.")), *gains


def _grounded(ties: Ties, ground: Ground) -> Text:
    """What is gained or lost, and the judgement that says so."""
    return ground.says, " (", ties.judgement(ground.path), ")"


# Who would stay


def _settled(ties: Ties, found: CoalitionAnalysis, settled: Sequence[int]) -> Iterator[Block]:
    """The states that none of the groups would leave together."""
    if not settled:
        return
    asked = joined((_names(ties, group) for group in found.groups), "or")
    nobody = "No group of two or more" if found.all_groups else f"Of the groups asked ({asked}) none"
    only_quo = list(settled) == [ties.graph.meaning.status_quo]
    which: tuple[Inline, ...] = ("the status quo",) if only_quo else tuple(_listed(ties, settled))
    yield Paragraph((f"{nobody} would leave ", *which, "."))


def _listed(ties: Ties, states: Sequence[int]) -> Iterator[Inline]:
    yield from ties.states(states, len(states) if ties.everything else LISTED)


def _stable(ties: Ties, found: CoalitionAnalysis) -> Iterator[Block]:
    """Coalitional equilibria among the states, and what their concepts mean."""
    if not found.equilibria:
        return
    items = tuple(
        (Paragraph((f"{upper_first(step)}: ", *_listed(ties, states))),)
        for step, states in by_standing(found.equilibria).items()
    )
    if not items:
        items = ((Paragraph(("None: some group would leave each of them.",)),),)
    each = tuple(
        (Paragraph((f"{NAMES[concept]}: ", *_listed(ties, states))),) for concept, states in found.equilibria.items()
    )
    means = tuple((Paragraph((Mark(NAMES[concept]), f": {what}.")),) for concept, what in MEANINGS.items())
    yield Part(
        ("Stable for every group, of the states looked at",),
        (
            Items(items),
            Fold(("The same by concepts, and when a group would stay by each",), (Items(each), Items(means))),
        ),
    )


# Where allies part


def _partings(ties: Ties, s: int, partings: Sequence[Parting]) -> Part:
    """How alike each two want things, the closest first, and over what they part."""
    order = sorted(partings, key=lambda one: -(one.agreement if one.agreement is not None else 0))
    heads: tuple[Text, ...] = (("Pair",), ("Agreement",), ("Both",), ("Only the first",), ("Only the second",))
    caption = "What each two can reach together: states that both, or only one of them, would prefer"
    table = Table(heads, tuple(_row(ties, one) for one in order), caption, frozenset({1, 2, 3, 4}))
    reasons = tuple(item for one in order if (item := _reasons(ties, one)))
    over = (Part(("Over what they part",), (Items(reasons),)),) if reasons else ()
    title: Text = ("Where allies part: what each two can reach together from ", *ties.place(s))
    return Part(title, (table, Paragraph((COLUMNS,), "aside"), *over))


def _row(ties: Ties, one: Parting) -> tuple[Text, ...]:
    first, second = (who(ties.graph, i) for i in one.pair)
    return (
        (f"{upper_first(first)} and {second}",),
        ("–" if one.agreement is None else f"{one.agreement:+.2f}",),
        (f"{len(one.both):,}",),
        (f"{len(one.first_only):,}",),
        (f"{len(one.second_only):,}",),
    )


def _reasons(ties: Ties, one: Parting) -> tuple[Block, ...]:
    """The judgements by which one of them wants what the other does not; nothing where they do not part."""
    reasons = parting_reasons(ties.graph, one)
    if not reasons:
        return ()
    told = reasons if ties.everything else reasons[:REASONS]
    items = Items(tuple((Paragraph(tuple(_reason(ties, reason))),) for reason in told))
    left = count(len(reasons) - len(told), "more reason")
    more = (Paragraph((f"… and {left}",), "more"),) if len(reasons) > len(told) else ()
    return Paragraph((Mark(upper_first(_names(ties, one.pair))),)), items, *more


def _reason(ties: Ties, one: PartingReason) -> Iterator[Inline]:
    yield f"{upper_first(who(ties.graph, one.wanted_by))} would gain: "
    yield from _grounded(ties, one.wants)
    yield f"; {who(ties.graph, one.refused_by)} "
    if one.refuses is None:
        yield f"{agrees(ties.graph, (one.refused_by,), 'is', 'are')} indifferent"
    else:
        yield "would lose: "
        yield from _grounded(ties, one.refuses)
    yield f"; {count(one.states, 'state')}"
