"""Several models of one conflict, for people: the difference that matters, each verdict by model, what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.panel import Disagreement, PanelFound, Settled, VerdictRow
from standoff.analysis.verdicts import Key
from standoff.conflict.model import Conflict
from standoff.errors import render_path
from standoff.report.blocks import Block, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.diff import FIRMLY
from standoff.report.solution import stopped
from standoff.wording.changes import change_words, turn_names, value_words, whose
from standoff.wording.compared_states import ComparedStates
from standoff.wording.words import count, joined, upper_first

LISTED = 12  # states, and disagreements, that are listed
Names = Sequence[str]


def panel_section(found: PanelFound, names: Names, everything: bool = False) -> Section:
    """Where several models differ, and what that does; ``everything``: lists are told whole."""
    blocks = (
        Paragraph((_lead(found, names),), "lead"),
        *_verdicts(found, names),
        *_states(found, names, everything),
        *_disagreements(found, names, everything),
        *stopped(found.not_done),
    )
    return Section("panel", f"{joined(names)}: where they differ", blocks)


def _lead(found: PanelFound, names: Names) -> str:
    """How many verdicts all share, and which disagreement matters most."""
    differing = [row for row in found.rows if not row.agreed]
    rows = count(len(found.rows), "verdict")
    shared = f"All agree on {len(found.rows) - len(differing):,} of {rows}" if differing else f"All agree on {rows}"
    states = f" and on {count(len(found.shared), 'state')} that would last; {len(found.disputed):,} more are disputed"
    told = shared + (states if found.disputed else f" and on {count(len(found.shared), 'state')} that would last")
    if not found.disagreements:
        return f"{told}. No difference that could change a verdict."
    most = found.disagreements[0]
    points = count(len(found.disagreements), "difference")
    if not most.weight[0]:
        return f"{told}. {points} could change a verdict; settled one way or the other, none does by itself."
    way = most.ways[0]
    return (
        f"{told}. Of {points}, the one that matters most is number 1 ({_what(found, most)}): settled as "
        f"{_says(way, names)}, it changes {count(way.weight, 'verdict')}."
    )


def _what(found: PanelFound, one: Disagreement) -> str:
    """A difference in a few words."""
    graphs = found.models[one.one].graph, found.models[one.other].graph
    conflict = graphs[0 if one.change.new is None else 1].conflict
    return f"{whose(conflict, one.change.path)}: {change_words(graphs, one.change)}"


def _says(way: Settled, names: Names) -> str:
    return f"{joined(names[x] for x in way.says)} {'has' if len(way.says) == 1 else 'have'} it"


def _verdicts(found: PanelFound, names: Names) -> Iterator[Block]:
    """Each verdict in each of the models, those first that differ."""
    if not found.rows:
        return
    conflict = found.models[0].conflict
    order = sorted(found.rows, key=lambda row: row.agreed)
    rows: tuple[tuple[Text, ...], ...] = tuple(
        (
            (upper_first(_row_name(conflict, row)),),
            *((upper_first(value_words(value)),) for value in row.values),
            (Mark("all", "faint") if row.agreed else Mark("differ"),),
        )
        for row in order
    )
    heads: tuple[Text, ...] = (("Verdict",), *((name,) for name in names), ("",))
    yield Part(("Verdicts",), (Table(heads, rows, "Each verdict, by model"),))


def _row_name(conflict: Conflict, row: VerdictRow) -> str:
    if row.of == "claim":
        return f"claim {row.name}"
    return conflict.decision_maker(row.name).label


def _states(found: PanelFound, names: Names, everything: bool) -> Iterator[Block]:
    """The states that last in some of the models only."""
    if not found.disputed:
        return
    shown = found.disputed if everything else found.disputed[:LISTED]
    heads: tuple[Text, ...] = (("State",), *((name,) for name in names))
    table = Table(heads, tuple(_state(found, key, names) for key in shown), FIRMLY)
    blocks: list[Block] = [table]
    if len(found.disputed) > len(shown):
        blocks.append(Paragraph((f"… and {count(len(found.disputed) - len(shown), 'more state')}",), "more"))
    yield Part(("States on which they differ",), tuple(blocks))


def _state(found: PanelFound, key: Key, names: Names) -> tuple[Text, ...]:
    model = next(one for one in found.models if key in one.places)
    words = upper_first(ComparedStates.of(found.models, names).in_words(model.graph, model.places[key]))
    stands = (
        (upper_first(value_words(one.equilibria[key])) if key in one.equilibria else "·",) for one in found.models
    )
    return ((words,), *stands)


def _disagreements(found: PanelFound, names: Names, everything: bool) -> Iterator[Block]:
    """What they differ in, what matters most first."""
    if not found.disagreements:
        return
    shown = found.disagreements if everything else found.disagreements[:LISTED]
    blocks: list[Block] = [Items(tuple(tuple(_disagreement(found, one, names)) for one in shown), ordered=True)]
    if len(found.disagreements) > len(shown):
        rest = count(len(found.disagreements) - len(shown), "more difference")
        blocks.append(Paragraph((f"… and {rest}",), "more"))
    if found.words:
        told = "Counted for each two models"
        blocks.append(Paragraph((f"{told}, {count(found.words, 'more difference')} can change no verdict.",), "aside"))
    yield Part(("What they differ in, what matters most first",), tuple(blocks))


def _disagreement(found: PanelFound, one: Disagreement, names: Names) -> Iterator[Block]:
    graphs = found.models[one.one].graph, found.models[one.other].graph
    conflict = graphs[0 if one.change.new is None else 1].conflict
    sides = [joined(names[x] for x in way.says) for way in one.ways]
    yield Paragraph(
        (
            Mark(upper_first(whose(conflict, one.change.path))),
            f": from {names[one.one]} to {names[one.other]} {change_words(graphs, one.change)} ",
            Mark(f"({render_path(one.change.path, 60)}; {' against '.join(sides)})", "faint"),
        )
    )
    if not one.weight[1] and not any(way.invalid for way in one.ways):
        yield Paragraph(("Settled either way, it changes no verdict.",), "aside")
        return
    for way in one.ways:
        yield Paragraph((_settled(conflict, way, names),), "aside")


def _settled(conflict: Conflict, way: Settled, names: Names) -> str:
    """What becomes of the others when it is settled so."""
    by_words: dict[str, list[str]] = {}
    for x, turns in way.turned:
        if turns:
            by_words.setdefault(turn_names(conflict, turns), []).append(names[x])
    parts = [f"in {joined(where)} {words}" for words, where in by_words.items()]
    told = f"Settled as {_says(way, names)}, it changes {'; '.join(parts) if parts else 'no verdict'}"
    if way.invalid:
        told += f"; {joined(names[x] for x in way.invalid)} would be no valid conflict then"
    return f"{told}."
