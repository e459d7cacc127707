"""What is probably a slip of the model: parts of it that do nothing. Exact; none of it is an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from standoff._engine import TOP, Array, Mask, Values
from standoff.conflict.model import Direction, Option, OrderedStatements, Weights
from standoff.conflict.preference import Ranks, dense, without
from standoff.errors import Path, TooLarge
from standoff.graph import Graph

MOST_COMBINATIONS = 2**22  # that are looked through: a few seconds
MOST_TRUTHS = 2**27  # ranks of one decision maker that are kept at a time, half a gigabyte


class SlipKind(StrEnum):
    """What a part of a model does not do."""

    OPTION = "option"
    LEVEL = "level"
    STATEMENT = "statement"
    DECISION_MAKER = "decision_maker"
    STATUS_QUO = "status_quo"


@dataclass(frozen=True, slots=True)
class Slip:
    """A part of a conflict that is probably not meant so: its place, and whose it is. ``level``: by its name.

    An *option* in no state serves its owner: no improvement changes it but such as would be one without that. A *level*
    is one that no improvement goes to in that sense, though a move could. Without a *statement* its owner would rank
    the states as with it. Along no move of a *decision maker* does anybody's rank differ. The *status quo* is one that
    moves lead to, and no improvement.
    """

    kind: SlipKind
    path: Path
    owner: int | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found; ``left_out``: what was too large to be looked at, by kind."""

    slips: tuple[Slip, ...]
    left_out: tuple[SlipKind, ...] = ()


def lint(graph: Graph) -> Lint:
    """Every slip of the kinds above, in the order of the kinds.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> [(slip.path[1], slip.level) for slip in lint(build_graph(load("prisoners-dilemma"))).slips]
    [('One', 'yes'), ('Two', 'yes')]
    """
    left_out: list[SlipKind] = []
    found: list[Slip] = []
    if graph.states.option_form and graph.states.combinations.count <= MOST_COMBINATIONS:
        found += options_without_use(graph)
    elif graph.states.option_form:
        left_out += [SlipKind.OPTION, SlipKind.LEVEL]
    for i in graph.dms if graph.states.option_form else ():
        idle = idle_statements(graph, i)
        if idle is None:
            left_out.append(SlipKind.STATEMENT)
        found += idle or ()
    found += idle_parties(graph)
    try:
        found += unreached_status_quo(graph)
    except TooLarge:
        left_out.append(SlipKind.STATUS_QUO)
    return Lint(tuple(found), tuple(dict.fromkeys(left_out)))


# Options and their levels


def options_without_use(graph: Graph) -> Iterator[Slip]:
    """Options that never serve their owners, and of others the levels that no improvement enters."""
    conflict, states = graph.conflict, graph.states
    quo = graph.meaning.status_quo
    stands = {k: {0} for k in range(len(conflict.options))}
    if quo is not None:
        levels = [states.combinations.levels(code) for code in states.members(quo)]
        stands = {k: {at[k] for at in levels} for k in stands}
    numbers = {(dm.name, option.name): k for k, (dm, option) in enumerate(conflict.options)}
    for i, dm in enumerate(conflict.decision_makers):
        own = {numbers[dm.name, option.name]: option for option in dm.options}
        ranks = _everywhere(graph, graph.order(i))
        for k, option in own.items():
            path = ("decision_makers", dm.name, "options", option.name)
            entered = levels_entered(ranks, k, own)
            if not entered.any():
                yield Slip(SlipKind.OPTION, path, i)
                continue
            for level in np.flatnonzero(~entered).tolist():
                if level not in stands[k] and _can_be_entered(option, level):
                    yield Slip(SlipKind.LEVEL, path, i, option.levels[level].name)


def levels_entered(ranks: Values, k: int, own: dict[int, Option]) -> Mask:
    """The levels of option k to which an improvement goes that needs it: not to go there is impossible, or not as good.

    ``ranks``: of all combinations, an axis for each option, the first option's last; -1 where infeasible. ``own``: the
    options of who owns it, by their numbers.
    """
    from_here = np.where(ranks < 0, TOP, ranks)  # what one would leave, staying as one is in all else
    if (ranks < 0).any():
        least = from_here
        for other, option in own.items():
            if other != k:
                least = _least_from(least, ranks.ndim - 1 - other, option.moves)
        from_here = np.where(ranks < 0, least, from_here)  # what must change with it may
    axis = ranks.ndim - 1 - k
    better = ranks > _least_from(from_here, axis, own[k].moves)
    return np.asarray(better.any(axis=tuple(one for one in range(ranks.ndim) if one != axis)))


def _everywhere(graph: Graph, ranks: Values) -> Values:
    combinations = graph.states.combinations
    full = np.full(combinations.count, -1, np.int32)
    full[graph.states.codes] = ranks[graph.states.of_code]
    return full.reshape(combinations.radices[::-1])


def _least_from(values: Array, axis: int, moves: Direction) -> Array:
    """The least value over the levels from which an option could have come to where it is (that itself too)."""
    match moves:
        case Direction.FORWARD:
            return np.minimum.accumulate(values, axis=axis)
        case Direction.BACKWARD:
            return np.flip(np.minimum.accumulate(np.flip(values, axis), axis=axis), axis)
    return np.asarray(values.min(axis=axis, keepdims=True))


def _can_be_entered(option: Option, level: int) -> bool:
    return any(option.moves.permits(other, level) for other in range(len(option.levels)) if other != level)


# Statements


def idle_statements(graph: Graph, i: int) -> list[Slip] | None:
    """The statements (or weights) of i without which it would rank the states alike; None where they are too many."""
    dm = graph.conflict.decision_makers[i]
    given, count = dm.preference, len(graph.states.codes)
    if not isinstance(given, (OrderedStatements, Weights)):
        return []
    stated = list(given.stated())
    if len(stated) < 2:  # one alone says that it is indifferent, or decides all
        return []
    if count * len(stated) > MOST_TRUTHS:
        return None
    truths = [graph.meaning.truth(statement.formula) for _, statement in stated]
    idle = _idle_ordered(truths) if isinstance(given, OrderedStatements) else _idle_weights(given, truths)
    return [Slip(SlipKind.STATEMENT, ("decision_makers", dm.name, *stated[k][0]), i) for k in idle]


def _idle_ordered(truths: list[Mask]) -> Iterator[int]:
    """Those without which the order is the same.

    That is so where among states that are alike in all before it, those of which it is true are better by what comes
    after it anyway.
    """
    after: list[Ranks] = [np.zeros(len(truths[0]), np.int32)]
    for truth in reversed(truths[1:]):
        after.append(dense(after[-1].astype(np.int64) + truth * (int(after[-1].max()) + 1)))
    before: Ranks = np.zeros(len(truths[0]), np.int32)
    for k, truth in enumerate(truths):
        rest = after[len(truths) - 1 - k]
        classes = int(before.max()) + 1
        worst = np.full(classes, TOP, np.int32)
        best = np.full(classes, -1, np.int32)
        np.minimum.at(worst, before[truth], rest[truth])
        np.maximum.at(best, before[~truth], rest[~truth])
        if (worst > best).all():
            yield k
        before = dense(2 * before.astype(np.int64) + truth)


def _idle_weights(given: Weights, truths: list[Mask]) -> Iterator[int]:
    whole = given.ranks(truths, len(truths[0]))
    for k in range(len(truths)):
        rest = Weights(without(given.weights, k)).ranks(without(truths, k), len(truths[0]))
        if np.array_equal(rest, whole):
            yield k


# Who moves, and where it stands


def idle_parties(graph: Graph) -> Iterator[Slip]:
    """Who can move, and whose moves make no difference to anybody."""
    everywhere = np.ones(len(graph.states), np.bool_)
    for i, dm in enumerate(graph.conflict.decision_makers):
        moves = graph.moves.step(i, everywhere, improving=False).any()
        if moves and all(_is_level(graph, i, graph.order(j)) for j in graph.dms):
            yield Slip(SlipKind.DECISION_MAKER, ("decision_makers", dm.name), i)


def _is_level(graph: Graph, i: int, ranks: Values) -> bool:
    """Whether these ranks are the same along every move of i."""
    turned = np.asarray(ranks.max() - ranks, np.int32)
    return all(np.array_equal(graph.moves.best(i, values), values) for values in (ranks, turned))


def unreached_status_quo(graph: Graph) -> Iterator[Slip]:
    """The status quo, where moves lead to it but no improvement does."""
    quo = graph.meaning.status_quo
    if quo is None or not any(len(graph.origins(i, quo)) for i in graph.dms):
        return
    if not any(len(graph.origins(i, quo, improving=True)) for i in graph.dms):
        yield Slip(SlipKind.STATUS_QUO, ("status_quo",))
