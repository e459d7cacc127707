"""What it would take to make a state stable: conditions on what each prefers, and the smallest change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.inverse import Change, Condition, Inversion
from standoff.conflict.model import OrderedStatements
from standoff.graph import Move
from standoff.report.blocks import Block, Inline, Items, Mark, Paragraph, Part, Section, Text
from standoff.report.solution import doings
from standoff.report.ties import Ties, note_blocks
from standoff.wording.invert import proven, reordered
from standoff.wording.words import count, evidence_words, formula_words, move_words, state_label, upper_first, who

SHOWN = 6  # conditions
SETS = 3  # answers that could deter
STATES = 4  # of one answer
MET, BROKEN = Mark("✓ ", "holds"), Mark("✗ ", "fails")


def inversion(ties: Ties, found: Inversion) -> Section:
    """The wanted state, what each must prefer for it to be stable, and the smallest change that makes it so."""
    goal = "an equilibrium" if found.only is None else f"stable for {who(found.graph, found.only)}"
    title = f"What would make {state_label(found.graph, found.s)} {goal} under {found.concept}"
    parts = (_conditions(ties, found, i) for i in found.conditions)
    return Section("invert", title, (doings(found.graph, found.s), *parts, _changes(ties, found)))


# Conditions


def _conditions(ties: Ties, found: Inversion, i: int) -> Part:
    """The conditions for one decision maker, those that it does not meet first."""
    graph = found.graph
    order = sorted(found.conditions[i], key=lambda one: found.met(i, one))
    stays = all(found.met(i, one) for one in order)
    told = order if ties.everything else order[:SHOWN]
    blocks: list[Block] = [Items(tuple((Paragraph(tuple(_condition(ties, found, i, one))),) for one in told))]
    if not order:
        moves = len(graph.targets(i, found.s))
        why = "Whatever it prefers: nothing that it could do there would go unanswered."
        blocks = [Paragraph((why if moves else "It has no move there.",))]
    if len(order) > len(told):
        blocks.append(Paragraph((f"… and {count(len(order) - len(told), 'more condition')}",), "more"))
    verdict = "would stay there already" if stays else "would leave as its preferences are"
    return Part((f"{upper_first(who(graph, i))} {verdict}",), tuple(blocks))


def _condition(ties: Ties, found: Inversion, i: int, one: Condition) -> Iterator[Inline]:
    """What one must stop preferring, must not come to prefer, or prefers without gain because it is answered."""
    graph, move = found.graph, move_words(found.graph, Move(i, found.s, one.improvement))
    does = (f"to {move} (", ties.state(one.improvement), ")")
    prefers = graph.ranks[i] > graph.ranks[i][found.s]
    if not found.met(i, one):
        yield from (BROKEN, "It would have to stop preferring ", *does)
        if one.unless:
            yield " or what an answer leads to: "
            yield from _sets(ties, one.unless)
    elif prefers[one.improvement]:
        holding = [states for states in one.unless if not prefers[list(states)].any()]
        yield from (MET, "It prefers ", *does, ", but an answer leads where it is no better off: ")
        yield from _sets(ties, holding)
    else:
        yield from (MET, "It must not come to prefer ", *does)
        if one.unless:
            yield ", unless an answer leads where it is no better off: "
            yield from _sets(ties, one.unless)
    yield "."


def _sets(ties: Ties, sets: Sequence[frozenset[int]]) -> Iterator[Inline]:
    """Answers, each by the states that must be no better."""
    for number, states in enumerate(sets[:SETS]):
        yield " or " if number else ""
        yield from _set(ties, states)
    if len(sets) > SETS:
        yield f" or one of {len(sets) - SETS:,} more"


def _set(ties: Ties, states: frozenset[int]) -> Iterator[Inline]:
    order = sorted(states, key=lambda s: (len(str(ties.graph.states.names[s])), str(ties.graph.states.names[s])))
    if len(order) == 1:
        yield ties.state(order[0])
        return
    yield "all of "
    yield from ties.states(order, STATES)


# Changes


def _changes(ties: Ties, found: Inversion) -> Block:
    """The smallest change, of each that must change."""
    graph, change = found.graph, found.change
    if not change.changes:
        return Paragraph(("Nothing has to change.",))
    size = "" if any(one.tried_edits for one in change.changes) else f": {change.distance}"
    items: list[tuple[Block, ...]] = []
    for one in change.changes:
        name = upper_first(who(graph, one.i))
        if one.edits:
            edits = Items(tuple(tuple(_edit(ties, one, n)) for n in range(len(one.edits))))
            items.append((Paragraph((f"{name}, {count(len(one.edits), 'edit')} of what it wants:",)), edits))
        else:
            swaps = f"{name}, {count(one.distance, 'swap')} in its ranking: {reordered(graph, found.s, one)}"
            items.append((Paragraph((swaps,)),))
    return Part((f"The smallest change found{size} ({proven(change)})",), (Items(tuple(items)),))


def _edit(ties: Ties, change: Change, n: int) -> Iterator[Paragraph]:
    """One edit, with the judgement that it changes (by its place in the file for the first edit)."""
    graph, edit = ties.graph, change.edits[n]
    preference = graph.conflict.decision_makers[change.i].preference
    if n or not isinstance(preference, OrderedStatements):
        yield Paragraph((f"then {edit.where}: {edit.words}",))
        return
    place = edit.path[-1]
    assert isinstance(place, int)
    statement = preference.statements[place]
    words: Text = (f"“{formula_words(graph, statement)}” (", ties.judgement(edit.where), f"): {edit.words}")
    yield Paragraph(words)
    yield Paragraph((evidence_words(graph, statement.evidence),), "aside")
    yield from note_blocks(statement.evidence.note)
