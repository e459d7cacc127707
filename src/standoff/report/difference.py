"""What differs between two solved conflicts, for people: counts first, then the states in words."""

from __future__ import annotations

from collections.abc import Iterator

from standoff._engine import Indices
from standoff.analysis.difference import AnswerDifference
from standoff.analysis.stability import Analysis
from standoff.graph import Graph
from standoff.report.blocks import Block, Paragraph, Part, Section, Table, Text
from standoff.wording.words import brief_state, count, joined, state_label, upper_first, who

LISTED = 12  # states that are listed
SAME = "The answers are the same: the same states, equilibria and status quo, and each would stay where it did."


def difference_section(found: AnswerDifference, everything: bool = False) -> Section:
    """The status quo, equilibria gained and lost, and who would stay where; ``everything``: lists are told whole."""
    titles = [one.graph.conflict.title for one in (found.before, found.after)]
    title = titles[0] if titles[0] == titles[1] else f"{titles[0]} and {titles[1]}"
    if not found:
        return Section("difference", f"{title}: what differs", (Paragraph((SAME,)),))
    blocks = (
        *_matched(found),
        Part(("Where it stands",), tuple(_status_quo(found))),
        *_equilibria(found, everything),
        *_stays(found),
    )
    return Section("difference", f"{title}: what differs", blocks)


def _matched(found: AnswerDifference) -> Iterator[Block]:
    """How many states are the same, and what only one of the conflicts has."""
    same = int((found.place >= 0).sum())
    told = [f"{count(same, 'state')} of both"]
    for when, one in (("before", found.only_before), ("after", found.only_after)):
        told += [f"{count(len(one.states), 'state')} only {when}"] if len(one.states) else []
    yield Paragraph((f"{'; '.join(told)}.",), "aside")
    if found.other_forms:
        yield Paragraph(("One is given by options and the other as a graph, so no states are the same.",))
    for when, one in (("before", found.only_before), ("after", found.only_after)):
        options = "with other levels or not in the other, so no states are the same"
        parts = [
            *([f"options {options}: {joined(one.options)}"] if one.options and not found.other_forms else []),
            *([f"decision makers: {joined(one.dms)}"] if one.dms else []),
            *([f"concepts: {joined(one.concepts)}"] if one.concepts else []),
        ]
        if parts:
            yield Paragraph((f"Only {when}: {'; '.join(parts)}.",))


def _status_quo(found: AnswerDifference) -> Iterator[Block]:
    quos = [_place(one) for one in (found.before, found.after)]
    if found.same_status_quo:
        yield Paragraph((f"The status quo is the same: {_same(quos[0], quos[1])}.",))
    else:
        yield Paragraph((f"The status quo is another: before {quos[0]}, after {quos[1]}.",))
    rests = {name: found.rests(name) for name in found.concepts}
    for words, wanted in (
        ("It is an equilibrium now and was not", (False, True)),
        ("It is no equilibrium any more", (True, False)),
        ("It is an equilibrium as before", (True, True)),
    ):
        names = [name for name, both in rests.items() if both == wanted]
        if names:
            yield Paragraph((f"{words} under {joined(names)}.",))


def _place(analysis: Analysis) -> str:
    quo = analysis.graph.meaning.status_quo
    return "none is given" if quo is None else state_label(analysis.graph, quo)


def _same(before: str, after: str) -> str:
    return before if before == after else f"{after}, before called {before}"


def _equilibria(found: AnswerDifference, everything: bool) -> Iterator[Block]:
    """Counts for each concept, then the states."""
    rows = []
    for stay in found.equilibria:
        counts = [len(one.equilibria(stay.concept)) for one in (found.before, found.after)]
        changes = [len(states) for states in (stay.gained, stay.lost, stay.new, stay.gone)]
        rows.append(tuple((f"{number:,}",) if number else ("·",) for number in (*counts, *changes)))
    heads = ("", "Before", "After", "Gained", "Lost", "New", "Gone")
    names: list[Text] = [(stay.concept,) for stay in found.equilibria]
    table = Table(
        tuple((head,) for head in heads),
        tuple((name, *row) for name, row in zip(names, rows, strict=True)),
        "Equilibria before and after; new and gone are states that only one of the conflicts has",
        right=frozenset(range(1, len(heads))),
    )
    yield Part(("Equilibria",), (table,))
    for title, graph, part in (
        ("Equilibria gained", found.after.graph, "gained"),
        ("Equilibria lost", found.before.graph, "lost"),
        ("Equilibria at states that are new", found.after.graph, "new"),
        ("Equilibria at states that are gone", found.before.graph, "gone"),
    ):
        under: dict[int, list[str]] = {}
        for stay in found.equilibria:
            for s in getattr(stay, part):
                under.setdefault(int(s), []).append(stay.concept)
        if under:
            yield Part((title,), tuple(_listed(graph, under, everything)))


def _listed(graph: Graph, under: dict[int, list[str]], everything: bool) -> Iterator[Block]:
    order = sorted(under, key=lambda s: (-len(under[s]), s))
    shown = order if everything else order[:LISTED]
    rows: tuple[tuple[Text, ...], ...] = tuple(
        ((str(graph.states.names[s]),), (upper_first(brief_state(graph, s)),), (", ".join(under[s]),)) for s in shown
    )
    heads: tuple[Text, ...] = (("State",), ("What",), ("Under",))
    yield Table(heads, rows, "States, and the concepts under which it is so", whole=frozenset({0}))
    if len(order) > len(shown):
        yield Paragraph((f"… and {len(order) - len(shown):,} more",), "more")


def _stays(found: AnswerDifference) -> Iterator[Block]:
    """A row for each decision maker and concept where anything differs at states of both."""
    rows: list[tuple[Text, ...]] = []
    graph = found.after.graph
    for stay in sorted(found.stays, key=lambda one: graph.dm(str(one.who))):
        if len(stay.gained) or len(stay.lost):
            name = upper_first(who(graph, graph.dm(str(stay.who))))
            lost = _states(found.before.graph, stay.lost)
            rows.append(((name,), (stay.concept,), (_states(graph, stay.gained),), (lost,)))
    if rows:
        heads: tuple[Text, ...] = (("Who",), ("Under",), ("Stays now at",), ("Stays no more at",))
        yield Part(("Who would stay",), (Table(heads, tuple(rows), "Where each would stay now, and no more"),))
    if len(found.only_before.states) or len(found.only_after.states):
        yield Paragraph(("Who would stay at states that only one of the two has is not told here.",), "aside")


def _states(graph: Graph, which: Indices, most: int = 8) -> str:
    """The names of the first of them."""
    told = ", ".join(str(graph.states.names[s]) for s in which[:most])
    return told + (f" and {len(which) - most:,} more" if len(which) > most else "") if len(which) else "·"
