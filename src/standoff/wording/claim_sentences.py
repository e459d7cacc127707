"""What came of a claim's test as a sentence: one function for each kind of witness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from standoff.analysis import claim_witnesses as witnesses
from standoff.analysis.claim_witnesses import Witness
from standoff.conflict.claim_tests import Place
from standoff.conflict.model import Statement
from standoff.conflict.syntax import Formula
from standoff.graph import Graph, Move
from standoff.wording.words import count, formula_words, joined, move_words, upper_first, who

WAS = {
    "improvement": "an improvement for its mover",
    "best": "the best that its mover had",
    "deterred": "an improvement that others deterred under {}",
    "undeterred": "an improvement that nobody deterred under {}",
}


def sentence(graph: Graph, witness: Witness) -> str:
    """What shows a verdict, as a sentence; ``graph``: that of the conflict on which the claim was tested."""
    return upper_first(clause(graph, witness)) + "."


def clause(graph: Graph, witness: Witness) -> str:
    """The same as part of a sentence."""
    return CLAUSES[type(witness)](graph, witness)


# Parts of sentences


def _place(graph: Graph, place: Place) -> str:
    if place.formula is not None:
        return f"a state where {_formula(graph, place.formula)}"
    if place.is_status_quo:
        return "the status quo"
    return joined((f"state {name}" for name in place.states), "or")


def _formula(graph: Graph, formula: Formula) -> str:
    return formula_words(graph, Statement(formula))


def _condition(graph: Graph, place: Place) -> str:
    """A place as something that is so."""
    return _formula(graph, place.formula) if place.formula is not None else f"it is {_place(graph, place)}"


def _state(graph: Graph, s: int) -> str:
    return f"state {graph.states.names[s]}"


def _named(graph: Graph, name: str) -> str:
    return who(graph, graph.dm(name))


def _people(graph: Graph, which: Iterable[int], word: str = "and") -> str:
    return joined((who(graph, i) for i in which), word)


def _group(graph: Graph, group: Sequence[int]) -> str:
    return _people(graph, group) + (" together" if len(group) > 1 else " alone")


def _moves(graph: Graph, moves: Sequence[Move]) -> str:
    """Moves in their order."""
    return ", then ".join(f"{who(graph, move.by)}: {move_words(graph, move)}" for move in moves)


def _every(number: int) -> str:
    return "the one state" if number == 1 else f"all {number:,} states"


# Where all would stay, or somebody would leave


def _stays(graph: Graph, one: witnesses.Stays) -> str:
    stays = joined(_named(graph, name) for name in one.test.who) or "everybody"
    where = _place(graph, one.test.at)
    if one.number != 1:
        where = f"each of the {one.number:,} states of this kind, {where},"
    return f"at {where} {stays} would stay under {one.test.concept}"


def _leaves(graph: Graph, one: witnesses.Leaves) -> str:
    move = one.move
    return (
        f"at {_state(graph, move.start)} {who(graph, move.by)} would leave under {one.test.concept}: it would rather "
        f"{move_words(graph, move)} ({_state(graph, move.to)})"
    )


# Who gets where


def _already(graph: Graph, one: witnesses.AlreadySo) -> str:
    return f"it is so already at {'the status quo' if one.s is None else _state(graph, one.s)}"


def _reached(graph: Graph, one: witnesses.Reached) -> str:
    how = "improvements" if one.test.improving else "moves"
    start = _state(graph, one.path[0].start)
    way = f"{start} to {_place(graph, one.test.goal)}: {_moves(graph, one.path)}"
    return f"{_group(graph, one.group)} can go by {how} from {way}"


def _unreached(graph: Graph, one: witnesses.Unreached) -> str:
    how = "improvements" if one.test.improving else "moves"
    names = joined((_group(graph, group) for group in one.groups), "or")
    start = _place(graph, one.test.start) if one.s is None else _state(graph, one.s)
    return f"no {how} of {names} lead from {start} to {_place(graph, one.test.goal)}"


# What is answered


def _answered(graph: Graph, one: witnesses.Answered) -> str:
    kind = "best improvement" if one.test.best else "improvement"
    return (
        f"in {_every(one.number)} that {_named(graph, one.test.by)} can so bring about, every {kind} of "
        f"{_named(graph, one.test.who)} leads to {_place(graph, one.test.answer)}; at "
        f"{_state(graph, one.first.start)} it could {move_words(graph, one.first)}"
    )


def _not_answered(graph: Graph, one: witnesses.NotAnswered) -> str:
    first, other = one.first, _named(graph, one.test.who)
    does = "would have no improvement there" if one.second is None else f"could then {move_words(graph, one.second)}"
    return (
        f"{who(graph, first.by)} could {move_words(graph, first)} ({_state(graph, first.start)} to "
        f"{graph.states.names[first.to]}), and {other} {does} "
        f"(it is otherwise in {one.wrong:,} of {count(one.number, 'state')})"
    )


# What is wanted only if


def _conditional(graph: Graph, one: witnesses.Conditional) -> str:
    return (
        f"in {_every(one.number)} in which an improvement of {_named(graph, one.test.who)} leads to "
        f"{_place(graph, one.test.makes)}, this is so: {_condition(graph, one.test.condition)}"
    )


def _never_wanted(graph: Graph, one: witnesses.NeverWanted) -> str:
    return f"{_named(graph, one.test.who)} has no improvement at all that leads to {_place(graph, one.test.makes)}"


def _unconditional(graph: Graph, one: witnesses.Unconditional) -> str:
    move = one.move
    return (
        f"at {_state(graph, move.start)} {who(graph, move.by)} would rather {move_words(graph, move)}, and it is not "
        f"so that {_condition(graph, one.test.condition)} (likewise in {count(one.number, 'state')})"
    )


# Who wants the same


def _correlated(_graph: Graph, one: witnesses.Correlated) -> str:
    return f"their rankings of the {one.states:,} states have a correlation of {one.tau:+.2f} (Kendall's tau-b)"


def _leanings(graph: Graph, one: witnesses.Leanings) -> str:
    first, second = (_named(graph, name) for name in one.test.who)
    return "; ".join(
        f"over “{_formula(graph, formula)}”: {first} prefers states where it is so in {ours:.0%} of the pairs with one "
        f"where it is not, {second} in {theirs:.0%}"
        for formula, (ours, theirs) in zip(one.test.over, one.shares, strict=True)
    )


# What goes wrong


def _misplayed(graph: Graph, one: witnesses.Misplayed) -> str:
    slips = f", with {count(one.slips, 'slip')}," if one.slips else ""
    surprised = f"; it surprises {_people(graph, one.surprised)}" if one.surprised else ""
    end = _state(graph, one.moves[-1].to)
    return f"a play of {count(len(one.moves), 'move')}{slips} leads to {end}: {_moves(graph, one.moves)}{surprised}"


def _no_play(graph: Graph, one: witnesses.NoPlay) -> str:
    how = f"with at most {count(one.test.slips, 'slip')}" if one.test.slips else "without a slip"
    worse = ", everybody who moved ending worse off," if one.test.strict else ""
    return f"no play of misread moves {how} leads to {_place(graph, one.test.to)}{worse}".rstrip(",")


# What was observed


def _all_were(_graph: Graph, one: witnesses.AllWere) -> str:
    return f"each of {count(one.number, 'observed move')} was {WAS[one.test.was].format(one.test.concept)}"


def _was_not(graph: Graph, one: witnesses.WasNot) -> str:
    title = graph.conflict.history[one.event].title
    name = f"“{title}”" if title else f"the move of {who(graph, one.by)}"
    if one.together:
        name += f", for {who(graph, one.by)}," if title else f" with {_people(graph, one.together)}"
    how = WAS[one.test.was].format(one.test.concept) if one.possible else "possible in the model"
    return f"{name} was not {how}"


def _changed(graph: Graph, one: witnesses.Changed) -> str:
    names = joined(_named(graph, name) for name in one.test.between)
    return (
        f"relative to a panel of {one.actors} actors the affinity of {names} changed by {one.value:+.2f} "
        f"[{one.low:+.2f}, {one.high:+.2f}] from {one.test.start} to {one.test.end}"
    )


# Why a test cannot be made


def _no_status_quo(_graph: Graph, one: witnesses.NoStatusQuo) -> str:
    return "the conflict has no status quo" + (", where what was observed would begin" if one.observed else "")


def _nothing_to_answer(graph: Graph, one: witnesses.NothingToAnswer) -> str:
    kind = "improvement" if one.test.improving else "move"
    makes = _place(graph, one.test.makes)
    return f"no {kind} of {_named(graph, one.test.by)} leads to {makes} without the answer"


def _no_events(graph: Graph, one: witnesses.NoEvents) -> str:
    names = joined(_named(graph, name) for name in one.test.between)
    return f"it needs events between {names} from {one.test.start} to {one.test.end}, and the conflict has none"


CLAUSES: Mapping[type, Callable[[Graph, Any], str]] = {
    witnesses.Stays: _stays,
    witnesses.Leaves: _leaves,
    witnesses.AlreadySo: _already,
    witnesses.Reached: _reached,
    witnesses.Unreached: _unreached,
    witnesses.Answered: _answered,
    witnesses.NotAnswered: _not_answered,
    witnesses.Conditional: _conditional,
    witnesses.NeverWanted: _never_wanted,
    witnesses.Unconditional: _unconditional,
    witnesses.Correlated: _correlated,
    witnesses.Leanings: _leanings,
    witnesses.Misplayed: _misplayed,
    witnesses.NoPlay: _no_play,
    witnesses.AllWere: _all_were,
    witnesses.WasNot: _was_not,
    witnesses.Changed: _changed,
    witnesses.Together: lambda graph, one: "; ".join(clause(graph, part) for part in one.parts),
    witnesses.NowhereSuch: lambda graph, one: f"there is no such state: {_place(graph, one.place)}",
    witnesses.Infeasible: lambda _graph, one: f"state {one.name} has become infeasible",
    witnesses.NoStatusQuo: _no_status_quo,
    witnesses.NothingToAnswer: _nothing_to_answer,
    witnesses.Indifferent: lambda _graph, _one: "one of them is indifferent between all states",
    witnesses.TrueOrFalse: lambda graph, one: f"this is true everywhere or nowhere: {_formula(graph, one.formula)}",
    witnesses.TooManyPlays: lambda _graph, _one: "there are too many plays to go through",
    witnesses.NothingObserved: lambda _graph, _one: "no moves were observed",
    witnesses.NoEvents: _no_events,
    witnesses.Refused: lambda _graph, one: one.reason,
}
