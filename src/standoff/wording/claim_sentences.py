"""What came of a claim's test as a sentence: one function for each kind of witness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from standoff.analysis import claim_witnesses as witnesses
from standoff.analysis.claim_witnesses import ClaimWitness
from standoff.conflict.claim_tests import Place
from standoff.conflict.model import Statement
from standoff.conflict.syntax import Formula
from standoff.graph import Graph, Move
from standoff.wording.ladder import lacking_words, least_words
from standoff.wording.people import agrees, it, names_of
from standoff.wording.states import PRESENT, state_in_words
from standoff.wording.words import count, formula_words, joined, move_words, upper_first, who

WAS = {
    "improvement": "an improvement for its mover",
    "best": "the best that its mover had",
    "deterred": "an improvement that others deterred ({})",
    "undeterred": "an improvement that nobody deterred ({})",
}


def sentence(graph: Graph, witness: ClaimWitness) -> str:
    """What shows a verdict, as a sentence; ``graph``: that of the conflict on which the claim was tested."""
    return upper_first(clause(witness, graph)) + "."


@singledispatch
def clause(witness: ClaimWitness, _graph: Graph) -> str:
    """The same as part of a sentence."""
    raise TypeError(f"no sentence says {type(witness).__name__}")


# Parts of sentences


def _place(graph: Graph, place: Place) -> str:
    if place.formula is not None:
        return f"a state where {_so(graph, place.formula)}"
    if place.is_status_quo:
        return PRESENT
    return joined(_states(graph, place), "or")


def _states(graph: Graph, place: Place) -> list[str]:
    """The states that a place names."""
    numbers = {str(name): s for s, name in enumerate(graph.states.names)}
    return [
        state_in_words(graph, numbers[str(name)]) if str(name) in numbers else f"state {name}" for name in place.states
    ]


def _formula(graph: Graph, formula: Formula) -> str:
    return formula_words(graph, Statement(formula))


def _so(graph: Graph, formula: Formula) -> str:
    """A formula as a clause with a verb, whether or not its words have one (a title may be a noun)."""
    return f"“{_formula(graph, formula)}” is true"


def _met(graph: Graph, place: Place, number: int) -> str:
    """That so many states are of a place, as a clause."""
    if place.formula is None:
        return f"{'that one is' if number == 1 else 'each of them is'} {_place(graph, place)}"
    return _so(graph, place.formula)


def _unmet(graph: Graph, place: Place) -> str:
    """That the state just spoken of is not of a place, as a clause."""
    if place.formula is None:
        return f"the former is not {_place(graph, place)}"
    return f"“{_formula(graph, place.formula)}” is not true there"


def _named(graph: Graph, name: str) -> str:
    return who(graph, graph.dm(name))


def _group(graph: Graph, group: Sequence[int]) -> str:
    return names_of(graph, group) + (" together" if len(group) > 1 else " alone")


def _moves(graph: Graph, moves: Sequence[Move]) -> str:
    """Moves in their order."""
    return ", then ".join(f"{who(graph, move.by)} would {move_words(graph, move)}" for move in moves)


def _every(number: int) -> str:
    return {1: "the one state", 2: "both states"}.get(number, f"all {number:,} states")


# Where all would stay, or somebody would leave


@clause.register
def _stays(one: witnesses.Stays, graph: Graph) -> str:
    group = [graph.dm(name) for name in one.test.who]
    stays, verb = names_of(graph, group) or "everybody", agrees(graph, group, "is", "are") if group else "is"
    return f"in {_each(graph, one.test.at, one.number)} {stays} {verb} {least_words(one.test.concept)}"


def _each(graph: Graph, place: Place, number: int) -> str:
    """All states of a place, of which there are so many."""
    if place.formula is None:
        return joined(_states(graph, place)) if place.states else _place(graph, place)
    if number == 1:
        return f"the one state where {_so(graph, place.formula)},"
    return f"each of the {number:,} states where {_so(graph, place.formula)},"


@clause.register
def _leaves(one: witnesses.Leaves, graph: Graph) -> str:
    i, move = one.move.by, one.move
    return (
        f"in {state_in_words(graph, move.start)} {who(graph, i)} {agrees(graph, (i,), 'is', 'are')} "
        f"{lacking_words(one.test.concept)}: {it(graph, i)} would rather {move_words(graph, move)}, which leads to "
        f"{state_in_words(graph, move.to)}"
    )


# Who gets where


@clause.register
def _already(one: witnesses.AlreadySo, graph: Graph) -> str:
    return f"it is so already in {PRESENT if one.s is None else state_in_words(graph, one.s)}"


@clause.register
def _reached(one: witnesses.Reached, graph: Graph) -> str:
    how = "improvements" if one.test.improving else "moves"
    start = state_in_words(graph, one.path[0].start)
    way = f"{start} to {_place(graph, one.test.goal)}: {_moves(graph, one.path)}"
    return f"{_group(graph, one.group)} can go by {how} from {way}"


@clause.register
def _unreached(one: witnesses.Unreached, graph: Graph) -> str:
    how = "improvements" if one.test.improving else "moves"
    names = joined((_group(graph, group) for group in one.groups), "or")
    start = _place(graph, one.test.start) if one.s is None else state_in_words(graph, one.s)
    return f"no {how} of {names} lead from {start} to {_place(graph, one.test.goal)}"


# What is answered


@clause.register
def _answered(one: witnesses.Answered, graph: Graph) -> str:
    kind = "best improvement" if one.test.best else "improvement"
    return (
        f"in {_every(one.number)} that {_named(graph, one.test.by)} can so bring about, every {kind} of "
        f"{_named(graph, one.test.who)} leads to {_place(graph, one.test.answer)}; in "
        f"{state_in_words(graph, one.first.start)} {who(graph, one.first.by)} could {move_words(graph, one.first)}"
    )


@clause.register
def _not_answered(one: witnesses.NotAnswered, graph: Graph) -> str:
    first, other = one.first, _named(graph, one.test.who)
    others = f" (otherwise than claimed in {one.wrong:,} of {count(one.number, 'state')})" if one.number > 1 else ""
    does = "would then gain by no move" if one.second is None else f"could then {move_words(graph, one.second)}"
    return (
        f"{who(graph, first.by)} could {move_words(graph, first)} "
        f"and so get from {state_in_words(graph, first.start)} to "
        f"{state_in_words(graph, first.to)}, and {other} {does}{others}"
    )


# What is wanted only if


@clause.register
def _conditional(one: witnesses.Conditional, graph: Graph) -> str:
    return (
        f"in {_every(one.number)} in which an improvement of {_named(graph, one.test.who)} leads to "
        f"{_place(graph, one.test.makes)}, {_met(graph, one.test.condition, one.number)}"
    )


@clause.register
def _never_wanted(one: witnesses.NeverWanted, graph: Graph) -> str:
    verb = agrees(graph, (graph.dm(one.test.who),), "has", "have")
    return f"{_named(graph, one.test.who)} {verb} no improvement at all that leads to {_place(graph, one.test.makes)}"


@clause.register
def _unconditional(one: witnesses.Unconditional, graph: Graph) -> str:
    move = one.move
    so = f" (so it is in {count(one.number, 'state')})" if one.number > 1 else ""
    return (
        f"in {state_in_words(graph, move.start)} {who(graph, move.by)} would rather {move_words(graph, move)}, "
        f"and {_unmet(graph, one.test.condition)}{so}"
    )


# Who wants the same


@clause.register
def _correlated(one: witnesses.Correlated, _graph: Graph) -> str:
    return f"their rankings of the {one.states:,} states have a correlation of {one.tau:+.2f} (Kendall's tau-b)"


@clause.register
def _leanings(one: witnesses.Leanings, graph: Graph) -> str:
    first, second = (_named(graph, name) for name in one.test.who)
    verb = agrees(graph, (graph.dm(one.test.who[0]),), "prefers", "prefer")
    return "; ".join(
        f"over “{_formula(graph, formula)}”: {first} {verb} states where it is so in {ours:.0%} of the pairs with one "
        f"where it is not, {second} in {theirs:.0%}"
        for formula, (ours, theirs) in zip(one.test.over, one.shares, strict=True)
    )


# What goes wrong


@clause.register
def _misplayed(one: witnesses.Misplayed, graph: Graph) -> str:
    slips = f", with {count(one.slips, 'slip')}," if one.slips else ""
    surprised = f"; it surprises {names_of(graph, one.surprised)}" if one.surprised else ""
    end = state_in_words(graph, one.moves[-1].to)
    return f"a play of {count(len(one.moves), 'move')}{slips} leads to {end}: {_moves(graph, one.moves)}{surprised}"


@clause.register
def _no_play(one: witnesses.NoPlay, graph: Graph) -> str:
    how = f" with at most {count(one.test.slips, 'slip')}" if one.test.slips else ""
    worse = ", everybody who moved ending worse off," if one.test.strict else ""
    return f"no play of misread moves{how} leads to {_place(graph, one.test.to)}{worse}".rstrip(",")


# What was observed


@clause.register
def _all_were(one: witnesses.AllWere, _graph: Graph) -> str:
    moves = "the one observed move" if one.number == 1 else f"each of {one.number:,} observed moves"
    return f"{moves} was {WAS[one.test.was].format(one.test.concept)}"


@clause.register
def _was_not(one: witnesses.WasNot, graph: Graph) -> str:
    title = graph.conflict.history[one.event].title
    name = f"“{title}”" if title else f"the move of {who(graph, one.by)}"
    if one.together:
        name += f", for {who(graph, one.by)}," if title else f" with {names_of(graph, one.together)}"
    how = WAS[one.test.was].format(one.test.concept) if one.possible else "possible in the model"
    return f"{name} was not {how}"


@clause.register
def _changed(one: witnesses.Changed, graph: Graph) -> str:
    names = joined(_named(graph, name) for name in one.test.between)
    return (
        f"relative to a panel of {one.actors} actors the affinity of {names} changed by {one.value:+.2f} "
        f"[{one.low:+.2f}, {one.high:+.2f}] from {one.test.start} to {one.test.end}"
    )


# Why a test cannot be made


@clause.register
def _no_status_quo(one: witnesses.NoStatusQuo, _graph: Graph) -> str:
    return "the conflict has no status quo" + (", where what was observed would begin" if one.observed else "")


@clause.register
def _nothing_to_answer(one: witnesses.NothingToAnswer, graph: Graph) -> str:
    kind = "improvement" if one.test.improving else "move"
    makes = _place(graph, one.test.makes)
    return f"no {kind} of {_named(graph, one.test.by)} leads to {makes} without the answer"


@clause.register
def _no_events(one: witnesses.NoEvents, graph: Graph) -> str:
    names = joined(_named(graph, name) for name in one.test.between)
    return f"it needs events between {names} from {one.test.start} to {one.test.end}, and the conflict has none"


@clause.register
def _together(one: witnesses.Together, graph: Graph) -> str:
    return "; ".join(clause(part, graph) for part in one.parts)


@clause.register
def _nowhere_such(one: witnesses.NowhereSuch, graph: Graph) -> str:
    if one.place.formula is not None:
        return f"there is no state where {_so(graph, one.place.formula)}"
    return f"there is no such state: {_place(graph, one.place)}"


@clause.register
def _infeasible(one: witnesses.Infeasible, _graph: Graph) -> str:
    return f"a state that it names ({one.name}) has become infeasible"


@clause.register
def _indifferent(_one: witnesses.Indifferent, _graph: Graph) -> str:
    return "one of them is indifferent between all states"


@clause.register
def _true_or_false(one: witnesses.TrueOrFalse, graph: Graph) -> str:
    return f"“{_formula(graph, one.formula)}” is true everywhere or nowhere"


@clause.register
def _too_many_plays(_one: witnesses.TooManyPlays, _graph: Graph) -> str:
    return "there are too many plays to go through"


@clause.register
def _nothing_observed(_one: witnesses.NothingObserved, _graph: Graph) -> str:
    return "no moves were observed"


@clause.register
def _refused(one: witnesses.Refused, _graph: Graph) -> str:
    return one.reason
