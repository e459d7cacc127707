"""``standoff paths``: how it could evolve, by which sequences, whose moves it takes, and where it would end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.text import Text

from standoff._engine import Mask
from standoff.documents import NeedsEntry, PathEntry, PathsDocument, ReplayEntry
from standoff.documents.entries import dm_names, model_entry, move_entry, state_name
from standoff.errors import WrongWeights, render_path
from standoff.evolution import (
    MAX_PATHS,
    Chain,
    Choice,
    Needs,
    Reach,
    Replayed,
    attainable,
    chain,
    is_placed,
    needs,
    reach,
    replay,
    shortest_sequences,
)
from standoff.graph import Graph, Move
from standoff.stability import Analysis
from standoff.terminal import indented, title
from standoff.words import count, joined, move_words, state_label, upper_first, who

SHOWN = 5
LISTED = 12  # equilibria


@dataclass(frozen=True)
class Told:
    """All that the command tells. ``goals`` (m,) is where one asked to go, None where one did not ask."""

    analysis: Analysis
    start: int
    goals: Mask | None
    asked: str
    moves: Reach
    improvements: Reach
    equilibria: dict[str, list[int]]
    group: tuple[int, ...] | None
    paths: Sequence[tuple[bool, tuple[Move, ...]]]
    cut: bool
    needs: Sequence[Needs]
    history: Sequence[Replayed]
    chain: Chain


@dataclass(frozen=True)
class Question:
    """What is asked of ``paths``."""

    start: int
    goals: Mask | None
    asked: str
    group: tuple[int, ...] | None
    weights: tuple[float, ...] | None
    choice: Choice


def tell(analysis: Analysis, question: Question) -> Told:
    """Everything about where it could go from a state. Raises WrongWeights."""
    graph, start, goals = analysis.graph, question.start, question.goals
    where_it_ends = chain(graph, start, _weights(graph, question), question.choice)
    moves = reach(graph, start, group=question.group)
    improvements = reach(graph, start, improving=True, group=question.group)
    equilibria = attainable(analysis, improvements)
    found: list[tuple[bool, tuple[Move, ...]]] = []
    cut = False
    for improving in (True, False):
        if goals is not None:
            sequences = list(islice(shortest_sequences(graph, start, goals, improving, question.group), MAX_PATHS + 1))
            cut |= len(sequences) > MAX_PATHS
            found += [(improving, sequence) for sequence in sequences[:MAX_PATHS]]
    if goals is None:
        ends = np.zeros(len(graph.states), np.bool_)
        ends[sorted({s for states in equilibria.values() for s in states} - {start})] = True
        ways = islice(graph.paths(question.group or graph.dms, start, ends, improving=True), MAX_PATHS + 1)
        shortest = sorted(ways, key=lambda moves: moves[-1].to)
        cut = len(shortest) > MAX_PATHS
        found = [(True, moves) for moves in shortest[:MAX_PATHS]]
    return Told(
        analysis,
        start,
        goals,
        question.asked,
        moves,
        improvements,
        equilibria,
        question.group,
        found,
        cut,
        [needs(graph, start, goals, improving) for improving in (True, False)] if goals is not None else [],
        replay(graph) if graph.states.option_form else [],
        where_it_ends,
    )


def _weights(graph: Graph, question: Question) -> tuple[float, ...] | None:
    """Those who are not of the group asked for never move. Raises WrongWeights where then nobody would."""
    if question.group is None:
        return question.weights
    weights = question.weights or (1.0,) * len(graph.dms)
    within = tuple(weight if i in question.group else 0.0 for i, weight in enumerate(weights))
    if not any(within):
        names = ", ".join(dm_names(graph, question.group))
        raise WrongWeights(f"weights: of those who are to move ({names}) all weigh 0, so nobody would move")
    return within


def document(told: Told) -> PathsDocument:
    """For ``--json``."""
    graph = told.analysis.graph
    names = graph.states.names
    return {
        "from": names[told.start],
        "by": None if told.group is None else dm_names(graph, told.group),
        "to": None if told.goals is None else [names[s] for s in np.flatnonzero(told.goals)],
        "reachable": [names[s] for s in told.moves.states],
        "improvement_reachable": [names[s] for s in told.improvements.states],
        "moves_needed": _distances(graph, told.moves),
        "improvements_needed": _distances(graph, told.improvements),
        "attainable_equilibria": {c: [names[s] for s in states] for c, states in told.equilibria.items()},
        "paths": [_path(graph, told.start, improving, moves) for improving, moves in told.paths],
        "paths_cut": told.cut,
        "needs": [_needs(graph, one) for one in told.needs],
        "history": [_replayed(graph, one) for one in told.history],
        "chain": {
            "ends": [{"states": [names[s] for s in e.states], "probability": e.probability} for e in told.chain.ends],
            "expected_moves": told.chain.moves,
            "assumes": list(told.chain.assumes),
        },
        "model": model_entry(graph.conflict),
    }


def _distances(graph: Graph, found: Reach) -> dict[str, int]:
    return {str(graph.states.names[s]): int(found.distance[s]) for s in found.states}


def _path(graph: Graph, start: int, improving: bool, moves: Sequence[Move]) -> PathEntry:
    end = moves[-1].to if moves else start
    return {
        "to": graph.states.names[end],
        "improving": improving,
        "moves": [move_entry(graph, move) for move in moves],
    }


def _needs(graph: Graph, one: Needs) -> NeedsEntry:
    return {
        "improving": one.improving,
        "possible": one.possible,
        "able": [dm_names(graph, group) for group in one.able],
        "without": dm_names(graph, one.without),
    }


def _replayed(graph: Graph, one: Replayed) -> ReplayEntry:
    return {
        "event": render_path(graph.conflict.event_path(one.event)),
        "with": dm_names(graph, one.together),
        "by": graph.conflict.decision_makers[one.by].name,
        "start": state_name(graph, one.start),
        "to": state_name(graph, one.to),
        "possible": one.possible,
        "improvement": one.improvement,
        "best": one.best,
        "deterred": dict(one.deterred),
    }


def text(told: Told, everything: bool = False) -> list[RenderableType | None]:
    """For people."""
    graph = told.analysis.graph
    quo = " (the status quo)" if told.start == graph.meaning.status_quo else ""
    parts: list[RenderableType | None] = [
        title(f"{graph.conflict.title}: from {state_label(graph, told.start)}{quo}"),
        Text(
            f"By any moves{_whose(told)} {count(len(told.moves.states) - 1, 'other state')} can be reached; "
            f"by improvements only, {len(told.improvements.states) - 1:,}."
        ),
        _equilibria(told, everything),
        _goal(told, everything) if told.goals is not None else _ways(told, told.paths, everything),
        _history(told),
        _chain(told, everything),
    ]
    return parts


def _whose(told: Told) -> str:
    graph = told.analysis.graph
    return "" if told.group is None else f" of {joined(who(graph, i) for i in told.group)}"


def _equilibria(told: Told, everything: bool) -> RenderableType:
    graph = told.analysis.graph
    lines = []
    for concept, states in told.equilibria.items():
        listed = states if everything else states[:LISTED]
        shown = ", ".join(str(graph.states.names[s]) for s in listed)
        more = f" … and {len(states) - len(listed):,} more (--all lists them)" if len(states) > len(listed) else ""
        lines.append(Text(f"{concept:5} {shown or 'none'}{more}"))
    return Stack(title("Equilibria that improvements lead to"), indented(*lines))


def steps(graph: Graph, moves: Sequence[Move]) -> str:
    """Moves one after another, in words."""
    return (
        ", then ".join(f"{who(graph, move.by)}: {move_words(graph, move)}" for move in moves) or "it is there already"
    )


def _ways(told: Told, paths: Sequence[tuple[bool, tuple[Move, ...]]], everything: bool) -> RenderableType | None:
    graph = told.analysis.graph
    if not paths:
        return None
    lines = []
    for _, moves in paths if everything else paths[:SHOWN]:
        end = moves[-1].to if moves else told.start
        lines.append(Text(f"to {state_label(graph, end)}: {steps(graph, moves)}"))
    if len(paths) > len(lines):
        lines.append(Text(f"… and {len(paths) - len(lines):,} more (--all lists them)", "dim"))
    return Stack(title("By improvements, a shortest way to each"), indented(*lines))


def _goal(told: Told, everything: bool) -> RenderableType:
    """Where one asked to go: the ways there, and whose moves it takes."""
    graph = told.analysis.graph
    lines: list[RenderableType] = []
    for one in told.needs:
        how = "improvements" if one.improving else "moves"
        paths = [moves for improving, moves in told.paths if improving == one.improving]
        if one.possible and paths and paths[0]:
            first = "the first " if len(paths) == MAX_PATHS and told.cut else ""
            ways = f"{first}{count(len(paths), 'shortest way')}"
            lines.append(Text(f"By {how} in {count(len(paths[0]), 'step')}, {ways}:"))
            shown = paths if everything else paths[:SHOWN]
            lines += [indented(Text(steps(graph, moves))) for moves in shown]
            if len(paths) > len(shown):
                lines.append(indented(Text(f"… and {len(paths) - len(shown):,} more (--all lists them)", "dim")))
        if told.group is not None:
            reached = (told.improvements if one.improving else told.moves).states
            assert told.goals is not None
            able = bool(told.goals[reached].any())
            names = upper_first(joined(who(graph, i) for i in told.group))
            lines.append(Text(f"{names} {'can' if able else 'cannot'} bring it about by {how}."))
        lines.append(Text(needs_words(graph, one, how)))
    cut = [Text(f"Only the first {MAX_PATHS:,} ways were listed.", "dim")] if told.cut else []
    return Stack(title(f"To “{told.asked}”"), indented(*lines, *cut))


def needs_words(graph: Graph, one: Needs, how: str) -> str:
    """Whose moves it takes, in a sentence."""
    if not one.possible:
        return f"By {how} nobody can bring it about, not even all together."
    if one.able[0] == ():
        return "It is so already."
    able = joined((_together([who(graph, i) for i in group]) for group in one.able[:6]), "or")
    more = " (and more groups)" if len(one.able) > 6 else ""
    names = [who(graph, i) for i in one.without]
    unless = f"unless {names[0]} moves" if len(names) == 1 else f"unless one of these moves: {', '.join(names)}"
    return upper_first(f"by {how} {able}{more} can bring it about; it cannot happen {unless}.")


def _together(names: Sequence[str]) -> str:
    return f"{names[0]} alone" if len(names) == 1 else f"{names[0]} together with {joined(names[1:])}"


def _history(told: Told) -> RenderableType | None:
    conflict = told.analysis.graph.conflict
    if conflict.history and not is_placed(conflict):
        return Text("There is no status quo and the history has no “from”, so it is not known where it begins.")
    if not told.history:
        return None
    lines = [Text("  ".join(row)) for row in observed(told)]
    return Stack(title("What was observed, against the model"), indented(*lines))


def observed(told: Told) -> Iterator[tuple[str, str]]:
    """Each observed move: its date, and what the model makes of it."""
    graph = told.analysis.graph
    for one in told.history:
        event = graph.conflict.history[one.event]
        together = joined(who(graph, j) for j in one.together)
        mover = who(graph, one.by) + (f", together with {together}" if together else "")
        moves = f"{who(graph, one.by)} moves" + (f" together with {together}" if together else "")
        name = f"{event.title} ({mover})" if event.title else upper_first(moves)
        yield event.date or "undated", f"{name}: {judged_words(one)}"


def judged_words(one: Replayed) -> str:
    """What the model makes of an observed move."""
    if not one.possible:
        return "not possible in the model"
    if one.improvement is None:
        return "no change"
    if not one.improvement:
        return "no improvement for its mover"
    answers = joined(name for name, deterred in one.deterred if deterred)
    best = "the best it had" if one.best else "an improvement, but not the best it had"
    return best + (f"; deterred under {answers}" if answers else "; nothing deterred it")


def _chain(told: Told, everything: bool) -> RenderableType:
    graph, found = told.analysis.graph, told.chain
    lines: list[RenderableType] = []
    shown = found.ends if everything else found.ends[:SHOWN]
    for end in shown:
        if len(end.states) == 1:
            where = state_label(graph, end.states[0])
        else:
            where = f"a cycle of {len(end.states):,} states (one of them {state_label(graph, end.states[0])})"
        lines.append(Text(f"{end.probability:7.1%}  {where}"))
    if len(found.ends) > len(shown):
        lines.append(Text(f"… and {len(found.ends) - len(shown):,} more (--all lists them)", "dim"))
    lines.append(Text(f"after {found.moves:.1f} moves on average"))
    lines.append(Text(f"This assumes: {'; '.join(found.assumes)}.", "dim"))
    return Stack(title("Where improvements end, and how likely"), indented(*lines))
