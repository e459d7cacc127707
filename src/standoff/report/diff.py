"""Two models side by side, for people: which verdicts are others, which changes did that, and all that was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.analysis.diff import Alone, Cause, ModelDiff
from standoff.analysis.verdicts import Judged, Key
from standoff.conflict.changes import ModelChange
from standoff.errors import render_path
from standoff.report.blocks import Block, Fold, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.solution import stopped
from standoff.wording.changes import change_words, how_it_stands, lasting, turn_names, turn_words, who_differs, whose
from standoff.wording.compared_states import ComparedStates
from standoff.wording.words import count, joined, upper_first

LISTED = 12  # states, and changes in words, that are listed
SETS = 4  # smallest sets that are told
FIRMLY = "How firmly each state stands (·: somebody will move)"
SAME = "No difference: both say the same."

Lines = Mapping[int, str]  # by the number of a change: file and line


@dataclass(frozen=True)
class Compared:
    """Two models and what differs; ``names``: what they are called, ``lines``: where each change stands."""

    found: ModelDiff
    names: tuple[str, str]
    lines: Lines


def diff_section(told: Compared, everything: bool = False) -> Section:
    """What differs between two models; ``everything``: lists are told whole."""
    found = told.found
    title = f"{told.names[0]} and {told.names[1]}: what differs"
    if not found:
        return Section("diff", title, (Paragraph((SAME,), "lead"),))
    numbers = {number: k for k, number in enumerate(found.weighing, 1)}
    blocks = (
        Paragraph((f"{who_differs(found, told.names)}{_lead(told)}",), "lead"),
        *_turned(told, numbers),
        *_equilibria(told, everything),
        *_weighing(told, numbers),
        *_words(told, everything),
        *_remarks(found),
        *stopped(found.not_done),
    )
    return Section("diff", title, blocks)


def _lead(told: Compared) -> str:
    found = told.found
    weighing, words = len(found.weighing), len(found.changes) - len(found.weighing)
    if not weighing and found.turns:
        return "Both say the same of what carries verdicts, and yet verdicts differ: the event data beside them do."
    if not weighing:
        return f"{count(words, 'difference')} in words, sources or evidence only: every verdict is the same."
    beside = f", beside {words:,} in words, sources or evidence" if words else ""
    could = f"{count(weighing, 'difference')} that could change a verdict{beside}"
    if not found.turns:
        return f"{could}. Every verdict is the same."
    turns = f"{count(len(found.turns), 'verdict')} {'differs' if len(found.turns) == 1 else 'differ'}"
    return f"{lasting(found, told.names)}{could}; {turns}."


# Verdicts


def _turned(told: Compared, numbers: Mapping[int, int]) -> Iterator[Block]:
    """Each verdict that is another, and what gives it."""
    found = told.found
    if not found.turns or found.whole is None:
        return
    counts = len(found.gained), len(found.lost)
    items = []
    for turn, cause in zip(found.turns, found.causes, strict=True):
        words = upper_first(turn_words(found.after.conflict, turn, told.names, counts))
        items.append((Paragraph((words, ".")), Paragraph((_cause(cause, numbers, "that"),), "aside")))
    yield Part(("Verdicts that differ",), (Items(tuple(items)),))
    if len(found.turns) > 1:
        yield Paragraph((_cause(found.whole, numbers, "all of this at once"),))


def _cause(cause: Cause, numbers: Mapping[int, int], what: str) -> str:
    """The smallest sets of changes that give a verdict, as sentences."""
    if not cause.sets:
        if cause.least > len(numbers):
            return "No set of these changes gives it: it rests on something else, such as the tables of events."
        return f"Which changes give it was not found; none of fewer than {cause.least} does."
    sets = [_set(one, numbers) for one in cause.sets[:SETS]]
    size = len(cause.sets[0])
    more = f", or one of {len(cause.sets) - SETS:,} other sets as small" if len(cause.sets) > SETS else ""
    if not cause.exact:
        return (
            f"Enough for {what}: {joined(sets, 'or')}. None of these can be left out; whether another set of "
            f"{cause.least} to {size - 1} would do was not tried."
        )
    if size == 1:
        return f"Enough for {what}: {joined(sets, 'or')}{more}."
    return f"Enough for {what}: {joined(sets, 'or')}{more}, and nothing less."


def _set(one: Sequence[int], numbers: Mapping[int, int]) -> str:
    told = [str(numbers[number]) for number in one]
    return f"change {told[0]}" if len(told) == 1 else f"changes {joined(told)} together"


def _equilibria(told: Compared, everything: bool) -> Iterator[Block]:
    """The states that last in one only, or not as firmly in both."""
    found, (one, other) = told.found, told.names
    rows: list[tuple[Text, ...]] = []
    apart = tuple(found.before.graph.states.names) != tuple(found.after.graph.states.names)  # numbers tell whose
    for keys, graph, name in (
        (found.gained, found.after, other),
        (found.lost, found.before, one),
        (found.shifted, found.after, other),
    ):
        rows += [_row(told, graph, key, f" in {name}" if apart else "") for key in keys]
    if not rows:
        return
    shown = rows if everything else rows[:LISTED]
    blocks: list[Block] = [Table((("State",), (one,), (other,)), tuple(shown), FIRMLY)]
    if len(rows) > len(shown):
        blocks.append(Paragraph((f"… and {count(len(rows) - len(shown), 'more state')}",), "more"))
    yield Part(("States that last in one only, or not as firmly in both",), tuple(blocks))


def _row(told: Compared, model: Judged, key: Key, whose: str) -> tuple[Text, ...]:
    found, states = told.found, ComparedStates.of(_both(told.found), told.names)
    words = [upper_first(how_it_stands(one.equilibria[key])) if key in one.equilibria else "·" for one in _both(found)]
    return (upper_first(states.in_words(model.graph, model.places[key])) + whose,), (words[0],), (words[1],)


def _both(found: ModelDiff) -> tuple[Judged, Judged]:
    return found.before, found.after


# Changes


def _weighing(told: Compared, numbers: Mapping[int, int]) -> Iterator[Block]:
    """The changes that could change a verdict, numbered; each with what it does alone."""
    if not numbers:
        return
    found = told.found
    alone = {one.change.number: one for one in found.alone}
    items = []
    for number in numbers:
        blocks: list[Block] = [Paragraph(_told(told, found.changes[number]))]
        if number in alone and found.turns:
            blocks.append(Paragraph((_does(found, alone[number]),), "aside"))
        items.append(tuple(blocks))
    yield Part(("What differs",), (Items(tuple(items), ordered=True),))


def _told(told: Compared, change: ModelChange) -> Text:
    """A change: whose, what, and where in the file."""
    found = told.found
    graphs = found.before.graph, found.after.graph
    conflict = graphs[0 if change.new is None else 1].conflict
    where = told.lines.get(change.number) or render_path(change.path, 60)
    return (
        Mark(upper_first(whose(conflict, change.path))),
        f": {change_words(graphs, change)} ",
        Mark(f"({where})", "faint"),
    )


def _does(found: ModelDiff, alone: Alone) -> str:
    """What one change does by itself."""
    if alone.invalid is not None:
        return f"Alone it leaves no valid conflict: {alone.invalid}."
    if alone.whole:
        return "Alone it gives all verdicts of the second."
    if not alone.turns:
        return "Alone it changes no verdict."
    conflict = found.before.conflict
    given, known = [found.turns[k] for k in alone.gives], {(turn.of, turn.name) for turn in found.turns}
    rest = [turn for turn in alone.turns if not any((turn.of, turn.name) == (one.of, one.name) for one in given)]
    parts = [f"is enough for {turn_names(conflict, given)}"] if given else []
    other = " in another way" if any((turn.of, turn.name) in known for turn in rest) else ""
    parts += [f"changes {turn_names(conflict, rest)}{other}"] if rest else []
    return f"Alone it {', and '.join(parts)}."


def _words(told: Compared, everything: bool) -> Iterator[Block]:
    """Differences in words, sources and evidence."""
    weighing = set(told.found.weighing)
    rest = [change for change in told.found.changes if change.number not in weighing]
    if not rest:
        return
    shown = rest if everything else rest[: 2 * LISTED]
    blocks: list[Block] = [Items(tuple((Paragraph(_told(told, change)),) for change in shown))]
    if len(rest) > len(shown):
        blocks.append(Paragraph((f"… and {len(rest) - len(shown):,} more",), "more"))
    one = len(rest) == 1
    yield Fold((f"{count(len(rest), 'difference')} that {'changes' if one else 'change'} no verdict",), tuple(blocks))


def _remarks(found: ModelDiff) -> Iterator[Block]:
    """How it was found, and how states were told to be the same."""
    told = []
    if found.turns:
        told.append(f"{count(found.tried, 'set')} of changes {'was' if found.tried == 1 else 'were'} tried")
        told += [f"{found.invalid:,} of them left no valid conflict"] if found.invalid else []
    options = [set(one.graph.meaning.vocabulary.options) for one in _both(found)]
    if options[0] != options[1]:
        told.append("an option that only one of the models has counts as at its first level in the other")
    dms = [{dm.name: dm.label for dm in one.conflict.decision_makers} for one in _both(found)]
    alone = [label for k in (0, 1) for name, label in dms[k].items() if name not in dms[1 - k]]
    if alone:
        told.append(f"in one of the models only, and so not compared: {joined(alone)}")
    if told:
        yield Paragraph((upper_first(f"{'; '.join(told)}."),), "aside")
