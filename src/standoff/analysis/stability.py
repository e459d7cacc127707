"""When a decision maker would stay where it is: the concepts of stability, written as their definitions.

Each concept is a function of a graph and a decision maker i that tells at which states i is stable (definition 5). The
functions differ in two things only: what an answer by the others must leave i with (the value when answered), and which
answers count (any legal sequence of moves, or ``credible`` ones: improvements for whoever makes them). What else a
concept is, its names and what it implies, is in ``concepts``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from standoff._engine import Mask, Values, compiled
from standoff._engine.compiled import CompiledOptionMoves
from standoff._engine.options import OptionMoves
from standoff.concepts import CONCEPTS, Concept, Standing, concept, deciding
from standoff.conflict.meaning import Source
from standoff.conflict.states import Selection
from standoff.errors import StandoffError
from standoff.graph import Graph, Move, build_graph

MAX_SIMULTANEOUS = {"numpy": 2**27, "compiled": 2**33}  # joint moves times improvements that SIM goes through unasked


def at_the_answer(graph: Graph, i: int) -> Values:
    """What i holds once it has been answered: the state itself. Shape (m,).

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> at_the_answer(graph, 0).tolist()  # the ranks of states 0 to 3 for Row
    [2, 1, 3, 0]
    """
    return graph.order(i)


def after_its_reply(graph: Graph, i: int) -> Values:
    """What i holds once it has been answered and has replied as best it can: the best of s2 and R_i(s2). Shape (m,).

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> after_its_reply(graph, 0).tolist()  # out of a crash, state 3, Row would swerve
    [3, 1, 3, 1]
    """
    return graph.best(i)


def nash(graph: Graph, i: int) -> Mask:
    """No move of its own brings i anything better.

    R_i^+(s) is empty. [nash1950; R in fang1993]

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> nash(graph, 0).tolist()  # Row stays where one of the two swerves
    [False, True, True, False]
    """
    return ~graph.can_improve(i)


def gmr(graph: Graph, i: int) -> Mask:
    """Whatever i could improve, the others can answer so that i ends up no better, even to their own harm.

    For every s1 in R_i^+(s) some s2 in R_{N-i}(s1) has s ≿_i s2. General metarationality [howard1971].

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> gmr(graph, 0).tolist()  # and where both do: Column could answer by a crash
    [True, True, True, False]
    """
    return graph.deterred(i, at_the_answer(graph, i))


def smr(graph: Graph, i: int) -> Mask:
    """As GMR, and i cannot get out of the answer by another move of its own.

    For every s1 in R_i^+(s) some s2 in R_{N-i}(s1) has s ≿_i s2 and s ≿_i s3 for every s3 in R_i(s2).
    Symmetric metarationality [howard1971].

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> smr(graph, 0).tolist()  # an answered defection leaves no way out
    [True, False, True, True]
    """
    return graph.deterred(i, after_its_reply(graph, i))


def seq(graph: Graph, i: int) -> Mask:
    """Whatever i could improve, the others have an answer that serves themselves and leaves i no better.

    For every s1 in R_i^+(s) some s2 in R_{N-i}^+(s1) has s ≿_i s2. Sequential stability [fraser-hipel1979].

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> seq(graph, 0).tolist()  # where both swerve no longer: a crash would harm Column too
    [False, True, True, False]
    """
    return graph.deterred(i, at_the_answer(graph, i), credible=True)


def sseq(graph: Graph, i: int) -> Mask:
    """As SEQ, and i cannot get out of the answer by another move of its own.

    For every s1 in R_i^+(s) some s2 in R_{N-i}^+(s1) has s ≿_i s2 and s ≿_i s3 for every s3 in R_i(s2).
    Symmetric sequential stability [rego-vieira2017].

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> sseq(graph, 0).tolist()
    [True, False, True, True]
    """
    return graph.deterred(i, after_its_reply(graph, i), credible=True)


def sim(graph: Graph, i: int) -> Mask:
    """Whatever i could improve, some others improving at the same time would leave i no better.

    For every s1 in R_i^+(s) some non-empty set of opponents, each making one of its improvements from s while i moves
    to s1, leads to a feasible state s2 with s ≿_i s2. Option form without merged states only. [fraser-hipel1984]

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> sim(graph, 0).tolist()  # where both swerve: both might drive straight on at once
    [True, True, True, False]
    """
    return _options(graph).deterred_at_once(i, graph.others(i))


DEFINITIONS: Mapping[str, Callable[[Graph, int], Mask]] = {
    "Nash": nash,
    "GMR": gmr,
    "SMR": smr,
    "SEQ": seq,
    "SSEQ": sseq,
    "SIM": sim,
}


def stable(graph: Graph, name: str, i: int) -> Mask:
    """Where i would stay under the concept of that name, by its definition; shape (m,). Raises NotDefined.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> stable(graph, "SEQ", 0).tolist()
    [False, True, True, False]
    """
    return DEFINITIONS[name](graph, i)


def value_when_answered(graph: Graph, under: Concept, i: int) -> Values:
    """What i holds once it has been answered, as a concept sees it that looks at answers; shape (m,).

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> from standoff.concepts import CONCEPTS
    >>> [int(value_when_answered(graph, CONCEPTS[name], 0)[3]) for name in ("GMR", "SMR")]  # after a crash
    [0, 1]
    """
    return (after_its_reply if under.replies else at_the_answer)(graph, i)


def _options(graph: Graph) -> OptionMoves:
    if not isinstance(graph.moves, OptionMoves):
        raise NotDefined("SIM is defined in option form without merged states only")
    return graph.moves


class NotDefined(StandoffError):
    """A concept asked of a conflict that it is not defined for."""


# All states at once


@dataclass(frozen=True)
class Analysis:
    """Who is stable where. ``stable`` maps a concept's name to a mask (N, m); ``left_out`` says why others are absent.

    ``seconds`` covers compiling the graph and the analysis.
    """

    graph: Graph
    stable: Mapping[str, Mask]
    left_out: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    engine: str = field(default_factory=compiled.name)

    def equilibria(self, name: str) -> list[int]:
        """The states that are stable for every decision maker."""
        return [int(s) for s in np.flatnonzero(self.stable[name].all(axis=0))]

    @property
    def holds_under(self) -> Mapping[int, Sequence[str]]:
        """The concepts under which each equilibrium is one."""
        under: dict[int, list[str]] = {}
        for name in self.stable:
            for s in self.equilibria(name):
                under.setdefault(s, []).append(name)
        return under


def solve(source: Source, concepts: Sequence[str] | None = None, may_return: bool = True) -> Analysis:
    """Who is stable where, under each concept (default: all that the conflict allows).

    ``may_return``: whether an answer that brings i back to the very state it left counts as deterring; it can matter
    only in graph form and with merged states. Raises InvalidConflict, UnknownName, NotDefined.

    >>> from standoff.casebook import load
    >>> analysis = solve(load("chicken"), ["Nash", "GMR"])
    >>> {name: analysis.equilibria(name) for name in analysis.stable}
    {'Nash': [1, 2], 'GMR': [0, 1, 2]}
    """
    begun = time.perf_counter()
    graph = build_graph(source, may_return)
    names, left_out = resolve_concepts(graph, concepts)
    return Analysis(graph, stability_tables(graph, names), left_out, time.perf_counter() - begun)


def stability_tables(graph: Graph, names: Sequence[str]) -> dict[str, Mask]:
    """Who would stay where under each concept, (N, m) each.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> stability_tables(graph, ["Nash"])["Nash"].astype(int).tolist()  # Row, then Column
    [[0, 1, 1, 0], [0, 1, 1, 0]]
    """
    return {name: table[0] for name, table in stability_tables_of_draws(graph, graph.ranks[None], names).items()}


def stability_tables_of_draws(
    graph: Graph,
    ranks: npt.NDArray[np.int32],
    names: Sequence[str],
    asked: Mapping[str, Collection[int]] | None = None,
) -> dict[str, npt.NDArray[np.bool_]]:
    """Who would stay where under several rankings (draws, N, m) on one graph: by concept (draws, N, m).

    ``asked``: the decision makers that a concept asks of, where it is not all; the others are not judged. The
    compiled engine does all at once; else, and for SIM, each concept's function is asked.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> draws = np.stack([graph.ranks, graph.ranks[::-1]])  # as they are, and each with the wishes of the other
    >>> stability_tables_of_draws(graph, draws, ["Nash"])["Nash"].all(axis=1).astype(int).tolist()
    [[0, 1, 1, 0], [1, 0, 0, 0]]
    """
    at_once = [name for name in names if name in compiled.CONCEPTS and isinstance(graph.moves, CompiledOptionMoves)]
    found = {}
    if at_once:
        assert isinstance(graph.moves, CompiledOptionMoves)
        tables = graph.moves.stable(ranks, at_once, asked)
        found = {name: tables[:, k] for k, name in enumerate(at_once)}
    left = [name for name in names if name not in found]
    if left:
        one_by_one = {name: np.zeros(ranks.shape, np.bool_) for name in left}
        for k, one in enumerate(ranks):
            drawn = graph if one.base is graph.ranks or one is graph.ranks else graph.with_ranks(one)
            for name in left:
                for i in (asked or {}).get(name, drawn.dms):
                    one_by_one[name][k, i] = stable(drawn, name, i)
        found |= one_by_one
    return {name: found[name] for name in names}


def resolve_concepts(graph: Graph, concepts: Sequence[str] | None = None) -> tuple[list[str], dict[str, str]]:
    """The names of the concepts asked for (default: all that the conflict allows), and why others are left out.

    Raises UnknownName, NotDefined.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> names, why_not = resolve_concepts(graph)
    >>> names
    ['Nash', 'GMR', 'SMR', 'SEQ', 'SSEQ']
    >>> why_not
    {'SIM': 'SIM looks at options moved at the same time, and states are merged'}
    """
    if concepts is None:
        left_out = _left_out(graph)
        return [name for name in CONCEPTS if name not in left_out], left_out
    names = list(dict.fromkeys(concept(name).name for name in concepts))
    defined = [name for name in names if isinstance(graph.moves, OptionMoves) or not CONCEPTS[name].simultaneous]
    if defined == names:
        return names, {}
    if not defined:
        _options(graph)
    return defined, _left_out(graph)


def _left_out(graph: Graph) -> dict[str, str]:
    at_once = [one.name for one in CONCEPTS.values() if one.simultaneous]
    if not isinstance(graph.moves, OptionMoves):
        why = "states are merged" if graph.states.merged else "the conflict is in graph form"
        return {name: f"{name} looks at options moved at the same time, and {why}" for name in at_once}
    if graph.moves.simultaneous_work() > MAX_SIMULTANEOUS[compiled.name()]:
        return {name: f"{name} takes long on so many states; ask for it by name" for name in at_once}
    return {}


# How firmly each stands


def standings(analysis: Analysis) -> npt.NDArray[np.int8]:
    """How firmly each decision maker stands at each state, as values of ``Standing``; shape (N, m).

    The concepts that decide it are looked at whether or not the analysis was asked for them.

    >>> from standoff.casebook import load
    >>> standings(solve(load("chicken"))).tolist()  # Row, then Column
    [[1, 3, 3, 0], [1, 3, 3, 0]]
    """
    steps = [step for step in Standing if step is not Standing.WILL_MOVE]
    names = {step: deciding(step).name for step in steps}
    missing = [name for name in names.values() if name not in analysis.stable]
    tables = {**analysis.stable, **stability_tables(analysis.graph, missing)}
    found = np.full(analysis.graph.ranks.shape, Standing.WILL_MOVE, np.int8)
    for step in steps:  # the firmest last
        found[tables[names[step]]] = step
    return found


def weakest(found: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """How firmly each state stands by its weakest decision maker: from ``standings`` (N, m), shape (m,).

    >>> from standoff.casebook import load
    >>> [Standing(value).name for value in weakest(standings(solve(load("chicken"))))]
    ['DETERRED_AT_COST', 'AT_REST', 'AT_REST', 'WILL_MOVE']
    """
    return np.asarray(found.min(axis=0))


def firmest_first(firm: npt.NDArray[np.int8], asked: Selection | None = None) -> list[int]:
    """The states, or those asked for, by how firmly their weakest stands: ``weakest``, shape (m,).

    >>> firmest_first(np.array([1, 3, 0], np.int8))
    [1, 0, 2]
    """
    order: list[int] = np.argsort(-firm, kind="stable").tolist()
    return order if asked is None else [s for s in order if asked.truth[s]]


# One verdict with its reasons


@dataclass(frozen=True, slots=True)
class Sanction:
    """How an improvement is deterred: from ``improvement`` the others make ``moves``, one after another.

    Under SIM the moves all start at the state that is judged and are made at the same time. ``ends`` is where that
    leads, ``reply`` the best that i could do from there (for concepts that look at it; None where nothing is better).
    """

    improvement: int
    moves: tuple[Move, ...]
    ends: int
    reply: int | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Why: unstable, ``escape`` is an improvement that no answer deters; stable, each improvement has its sanction."""

    escape: int | None = None
    sanctions: tuple[Sanction, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether decision maker ``i`` would stay at state ``s`` under a concept, with the witness."""

    concept: str
    i: int
    s: int
    stable: bool
    witness: Witness


def verdict(graph: Graph, name: str, i: int, s: int) -> Verdict:
    """Whether i is stable at s, with the improvement that escapes or the answers that deter. Raises as ``solve``.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> verdict(graph, "SEQ", 0, 0)  # where both swerve, Row would rather drive straight on
    Verdict(concept='SEQ', i=0, s=0, stable=False, witness=Witness(escape=2, sanctions=()))
    """
    name = resolve_concepts(graph, [name])[0][0]
    sanctions = []
    for s1 in graph.improvements(i, s):  # best first: the escape told is the one i would take
        found = sanction(graph, name, i, s, int(s1))
        if found is None:
            return Verdict(name, i, s, False, Witness(escape=int(s1)))
        sanctions.append(found)
    return Verdict(name, i, s, True, Witness(sanctions=tuple(sanctions)))


def sanction(graph: Graph, name: str, i: int, s: int, s1: int) -> Sanction | None:
    """A shortest answer of the others that deters i's improvement from s to s1; None where nothing does.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> sanction(graph, "GMR", 0, 0, 2)  # and Column could answer by driving straight on as well
    Sanction(improvement=2, moves=(Move(by=1, start=2, to=3),), ends=3, reply=None)
    """
    under = concept(name)
    if under.simultaneous:
        return _joint_sanction(graph, i, s, s1)
    if not under.answers:
        return None
    deters = ~graph.worth_more(i, value_when_answered(graph, under, i), s)
    if not graph.may_return:
        deters[s] = False
    moves = graph.path(graph.others(i), s1, deters, improving=under.credible)
    if moves is None:
        return None
    ends = moves[-1].to
    return Sanction(s1, moves, ends, _reply(graph, i, ends) if under.replies else None)


def _reply(graph: Graph, i: int, s2: int) -> int | None:
    better = graph.improvements(i, s2)
    return int(better[0]) if len(better) else None


def _joint_sanction(graph: Graph, i: int, s: int, s1: int) -> Sanction | None:
    for moves, ends in _options(graph).joint_moves(graph.others(i), s, s1):
        if not graph.prefers(i, ends, s):
            return Sanction(s1, tuple(Move(j, s, t) for j, t in moves), ends)
    return None
