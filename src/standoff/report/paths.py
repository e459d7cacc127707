"""How it could go on: what can be reached, whose moves it takes, where improvements end, what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.evolution import MAX_PATHS, End, Needs
from standoff.analysis.history import is_placed
from standoff.analysis.paths import Paths, Way
from standoff.report.blocks import Block, Inline, Items, Paragraph, Part, Section, Table, Text
from standoff.report.ties import Ties
from standoff.wording.ladder import by_standing, tells_standing
from standoff.wording.paths import bringing_about, observed, steps
from standoff.wording.words import count, joined, upper_first, who

SHOWN = 5  # ways and ends
LISTED = 4  # equilibria


def paths(ties: Ties, found: Paths) -> Section:
    """What can be reached from a state, the ways to where one asked, where improvements end, and what was observed."""
    asked = found.options.goals is not None
    blocks: tuple[Block, ...] = (
        Paragraph(tuple(_reached(ties, found))),
        *((_goal(ties, found),) if asked else ()),
        _ends(ties, found),
        *_equilibria(ties, found),
        *(() if asked else _ways(ties, found)),
        *_history(found),
    )
    return Section("next", "What comes next", blocks)


def following(ties: Ties) -> Section | None:
    """The same of a report: from the status quo."""
    return None if ties.found.paths is None else paths(ties, ties.found.paths)


def _reached(ties: Ties, found: Paths) -> Iterator[Inline]:
    """How many states can be reached, and by whom."""
    group = found.options.group
    of = "" if group is None else f" of {_names(ties, group)}"
    yield "From "
    yield from ties.place(found.options.start)
    yield f" {count(len(found.moves.states) - 1, 'other state')} can be reached by any moves{of}; "
    yield f"by improvements only, {len(found.improvements.states) - 1:,}."


def _names(ties: Ties, group: Sequence[int]) -> str:
    return joined(who(ties.graph, i) for i in group)


def _more(left: int) -> Iterator[Paragraph]:
    """How much was left out of a list."""
    if left > 0:
        yield Paragraph((f"… and {left:,} more",), "more")


# Where one asked to go


def _goal(ties: Ties, found: Paths) -> Part:
    """The ways to where one asked to go, and whose moves it takes."""
    blocks = [block for one in found.needs for block in _brought_about(ties, found, one)]
    if found.cut:
        blocks.append(Paragraph((f"Only the first {MAX_PATHS:,} ways were listed.",), "aside"))
    return Part((f"To “{found.options.asked}”",), tuple(blocks))


def _brought_about(ties: Ties, found: Paths, one: Needs) -> Iterator[Block]:
    """By improvements, or by any moves: the shortest ways, whether those asked for can, and who can."""
    how = "improvements" if one.improving else "moves"
    ways = [way.moves for way in found.ways if way.improving == one.improving]
    if one.possible and ways and ways[0]:
        first = "the first " if len(ways) == MAX_PATHS and found.cut else ""
        told = ways if ties.everything else ways[:SHOWN]
        lead = f"By {how} in {count(len(ways[0]), 'step')}, {first}{count(len(ways), 'shortest way')}:"
        items = Items(tuple((Paragraph((steps(ties.graph, moves),)),) for moves in told))
        yield Items(((Paragraph((lead,)), items, *_more(len(ways) - len(told))),))
    group, goals = found.options.group, found.options.goals
    if group is not None and goals is not None:
        reached = found.improvements if one.improving else found.moves
        can = "can" if goals[reached.states].any() else "cannot"
        yield Paragraph((f"{upper_first(_names(ties, group))} {can} bring it about by {how}.",))
    yield Paragraph((bringing_about(ties.graph, one),))


# Where it leads


def _ends(ties: Ties, found: Paths) -> Part:
    """Where improvements end, and with what probability."""
    assumes = f"After {found.chain.moves:.1f} moves on average. This assumes: {'; '.join(found.chain.assumes)}."
    title = "Where it ends, and how likely, if whoever can improve does so whatever may answer"
    return Part((title,), (*endings(ties, found.chain.ends), Paragraph((assumes,), "aside")))


def endings(ties: Ties, ends: Sequence[End]) -> Iterator[Block]:
    """Where it ends, and with what probability each."""
    told = ends if ties.everything else ends[:SHOWN]
    yield Items(tuple((Paragraph(tuple(_end(ties, end))),) for end in told))
    yield from _more(len(ends) - len(told))


def _end(ties: Ties, end: End) -> Iterator[Inline]:
    yield f"{end.probability:.1%}: "
    if len(end.states) > 1:
        yield f"a cycle of {len(end.states):,} states, one of them "
    yield from ties.place(end.states[0])


def _equilibria(ties: Ties, found: Paths) -> Iterator[Block]:
    """The states that improvements lead to and at which everybody would stay, by how firmly."""
    if not found.equilibria:
        return
    groups = by_standing(found.equilibria) if tells_standing(found.equilibria) else _by_concept(found)
    items = tuple(
        (Paragraph((f"{upper_first(what)}: ", *ties.states(states, len(states) if ties.everything else LISTED))),)
        for what, states in groups.items()
    )
    cut = not ties.everything and any(len(states) > LISTED for states in groups.values())
    more = (Paragraph(("Not all of them are listed",), "more"),) if cut else ()
    blocks = (Items(items), *more) if items else (Paragraph(("None: wherever improvements lead, somebody moves on.",)),)
    yield Part(("Where everybody would stay, of the states that improvements lead to",), blocks)


def _by_concept(found: Paths) -> dict[str, list[int]]:
    """The states that last by the concepts asked for; concepts that have the same ones are told together."""
    names: dict[tuple[int, ...], list[str]] = {}
    for name, states in found.equilibria.items():
        names.setdefault(tuple(states), []).append(name)
    return {joined(told): list(states) for states, told in names.items()}


def _ways(ties: Ties, found: Paths) -> Iterator[Block]:
    """A shortest way to each equilibrium, to those that hold under most concepts first."""
    order = sorted(found.ways, key=lambda way: (-len(ties.under.get(way.moves[-1].to, ())), len(way.moves)))
    if not order:
        return
    told = order if ties.everything else order[:SHOWN]
    items = Items(tuple((Paragraph(_way(ties, way)),) for way in told))
    cut = (Paragraph((f"Only the first {MAX_PATHS:,} are listed.",), "aside"),) if found.cut else ()
    yield Part(("By improvements, a shortest way to each",), (items, *_more(len(order) - len(told)), *cut))


def _way(ties: Ties, way: Way) -> Text:
    return "To ", *ties.place(way.moves[-1].to), f": {steps(ties.graph, way.moves)}."


# What was observed


def _history(found: Paths) -> Iterator[Block]:
    conflict = found.analysis.graph.conflict
    if conflict.history and not is_placed(conflict):
        why = "There is no status quo and the history has no “from”, so it is not known where it begins."
        yield Paragraph((why,))
    rows = tuple(((date,), (what,)) for date, what in observed(found))
    if rows:
        heads: tuple[Text, ...] = (("Date",), ("What was observed, against the model",))
        yield Table(heads, rows, "What was observed", whole=frozenset({0}))
