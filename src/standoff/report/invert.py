"""What it would take to make a state stable: conditions on what each prefers, and the smallest change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.inverse import Change, Condition, Inversion, Inversions
from standoff.conflict.model import OrderedStatements
from standoff.graph import Move
from standoff.report.blocks import Block, Inline, Items, Mark, Paragraph, Part, Section, Text
from standoff.report.solution import doings, state_table, stopped
from standoff.report.ties import Ties, note_blocks
from standoff.wording.invert import proven, reordered
from standoff.wording.ladder import least_words
from standoff.wording.people import agrees, it, its
from standoff.wording.states import state_in_words
from standoff.wording.words import count, evidence_words, formula_words, move_words, upper_first, who

SHOWN = 6  # conditions
SETS = 3  # answers that could deter
STATES = 4  # of one answer
LISTED = 12  # states that were asked for
MET, BROKEN = Mark("✓ ", "holds"), Mark("✗ ", "fails")


def inversion(ties: Ties, inversions: Inversions) -> Section:
    """The wanted state, what each must prefer for it to be stable, and the smallest change that makes it so.

    Where several were asked for: the one that takes least, and what the others take.
    """
    found = inversions.cheapest
    whom = "everybody" if found.only is None else who(found.graph, found.only)
    title = f"What would keep {whom} at {state_in_words(found.graph, found.s)}, {least_words(found.concept)}"
    parts = (_conditions(ties, found, i) for i in found.conditions)
    several = tuple(_several(ties, inversions)) if len(inversions.asked.states) > 1 else ()
    return Section("invert", title, (*several, doings(found.graph, found.s), *parts, _changes(ties, found)))


def _several(ties: Ties, inversions: Inversions) -> Iterator[Block]:
    """Which of the states asked for takes least, and what is known of the others."""
    first, others = inversions.cheapest, inversions.found[1:]
    yield from ties.selected(inversions.asked)
    least = "of which nothing has to change" if not first.change.distance else "which takes the smallest change"
    left = f" {count(inversions.settled, 'other')} could take no less (--each works them out)."
    yield Paragraph(("Told is ", ties.state(first.s), f", {least}.{left if inversions.settled else ''}"))
    if others:
        shown = inversions.found if ties.everything else inversions.found[:LISTED]
        cells: list[tuple[Text, ...]] = [((str(one.change.distance),),) for one in shown]
        blocks: list[Block] = [state_table(ties, [one.s for one in shown], (("Change",),), cells)]
        if len(shown) < len(inversions.found):
            blocks.append(Paragraph((f"… and {len(inversions.found) - len(shown):,} more, no smaller",), "more"))
        yield Part(("How large a change each would take, as far as found",), tuple(blocks))
    yield from stopped(inversions.not_done)


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
        they = it(graph, i)
        wants = f"Whatever {they} {agrees(graph, (i,), 'prefers', 'prefer')}"
        why = f"{wants}: nothing that {they} could do there would go unanswered."
        none = f"{upper_first(they)} {agrees(graph, (i,), 'has', 'have')} no move there."
        blocks = [Paragraph((why if moves else none,))]
    if len(order) > len(told):
        blocks.append(Paragraph((f"… and {count(len(order) - len(told), 'more condition')}",), "more"))
    verdict = "would stay there already" if stays else f"would leave as {its(graph, i)} preferences are"
    return Part((f"{upper_first(who(graph, i))} {verdict}",), tuple(blocks))


def _condition(ties: Ties, found: Inversion, i: int, one: Condition) -> Iterator[Inline]:
    """What one must stop preferring, must not come to prefer, or prefers without gain because it is answered."""
    graph, move = found.graph, move_words(found.graph, Move(i, found.s, one.improvement))
    does = (f"to {move} (", ties.state(one.improvement, str(graph.states.names[one.improvement])), ")")
    prefers = graph.ranks[i] > graph.ranks[i][found.s]
    they = it(graph, i)
    name, no_better = upper_first(they), f"{they} {agrees(graph, (i,), 'is', 'are')} no better off: "
    if not found.met(i, one):
        yield from (BROKEN, f"{name} would have to stop preferring ", *does)
        if one.unless:
            yield " or what an answer leads to: "
            yield from _sets(ties, one.unless)
    elif prefers[one.improvement]:
        holding = [states for states in one.unless if not prefers[list(states)].any()]
        yield from (MET, f"{name} {agrees(graph, (i,), 'prefers', 'prefer')} ", *does)
        yield f", but an answer leads where {no_better}"
        yield from _sets(ties, holding)
    else:
        yield from (MET, f"{name} must not come to prefer ", *does)
        if one.unless:
            yield f", unless an answer leads where {no_better}"
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
        yield from ties.place(order[0])
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
        name, whose = upper_first(who(graph, one.i)), its(graph, one.i)
        if one.edits:
            edits = Items(tuple(tuple(_edit(ties, one, n)) for n in range(len(one.edits))))
            lead = f"{name}, {count(len(one.edits), 'edit')} of {whose} preferences:"
            items.append((Paragraph((lead,)), edits))
        else:
            swaps = f"{name}, {count(one.distance, 'swap')} in {whose} ranking: {reordered(graph, found.s, one)}"
            items.append((Paragraph((swaps,)),))
    return Part((f"The smallest change found{size} ({proven(change)})",), (Items(tuple(items)),))


def _edit(ties: Ties, change: Change, n: int) -> Iterator[Paragraph]:
    """One edit, with the judgement that it changes; those after the first as the edits before them leave it."""
    graph, edit = ties.graph, change.edits[n]
    preference = graph.conflict.decision_makers[change.i].preference
    for before in change.edits[:n]:
        if preference is not None:
            preference = preference.edited(before.kind, before.path[-1])
    place = edit.path[-1]
    if not isinstance(preference, OrderedStatements) or not isinstance(place, int):
        yield Paragraph((f"{'then ' if n else ''}{edit.where}: {edit.words}",))
        return
    statement = preference.statements[place]
    if n:  # it stands at another place in the file, or nowhere
        yield Paragraph((f"then “{formula_words(graph, statement)}”: {edit.words}",))
        return
    words: Text = (f"“{formula_words(graph, statement)}” (", ties.judgement(edit.where), f"): {edit.words}")
    yield Paragraph(words)
    yield Paragraph((evidence_words(graph, statement.evidence),), "aside")
    yield from note_blocks(statement.evidence.note)
