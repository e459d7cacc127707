"""Who answers whom: whose moves make the improvements of others not worth it, at no cost or only at their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.analysis.evolution import reach
from standoff.analysis.stability import Analysis, sanction
from standoff.concepts import Standing, deciding
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.finding import entitled
from standoff.plots.ring import DASHED, MANY, Arrow, Ring
from standoff.plots.svg import INK, RULE, SOFT, head, line, paragraph, picture
from standoff.wording.words import count, joined, upper_first, who

ANSWERED = tuple(deciding(step).name for step in (Standing.DETERRED, Standing.DETERRED_AT_COST))  # firmest first


@dataclass(frozen=True, slots=True)
class CountedAnswers:
    """Of the improvements at some states: how many each decision maker has, and how many others answer.

    ``credibly``: so that each move of the answer improves matters for its mover (SEQ); ``at_cost``: only otherwise
    (GMR). ``credible[i][j]`` and ``costly[i][j]``: in how many of these answers to i a move of j takes part (in one
    shortest answer to each).
    """

    states: tuple[int, ...]
    improvements: tuple[int, ...]
    credibly: tuple[int, ...]
    at_cost: tuple[int, ...]
    credible: tuple[tuple[int, ...], ...]
    costly: tuple[tuple[int, ...], ...]

    def unanswered(self, i: int) -> int:
        """How many of i's improvements nothing deters."""
        return self.improvements[i] - self.credibly[i] - self.at_cost[i]


def answers(graph: Graph, states: Sequence[int]) -> CountedAnswers:
    """How the others answer each improvement of each decision maker at these states."""
    n = len(graph.dms)
    improvements = [0] * n
    answered = {name: [0] * n for name in ANSWERED}
    part = {name: [[0] * n for _ in graph.dms] for name in answered}
    for i in graph.dms:
        for s in states:
            for s1 in graph.improvements(i, s):
                improvements[i] += 1
                found = ((name, sanction(graph, name, i, s, int(s1))) for name in answered)
                name, first = next(((name, one) for name, one in found if one is not None), ("", None))
                if first is not None:
                    answered[name][i] += 1
                    for j in {move.by for move in first.moves}:
                        part[name][i][j] += 1
    gladly, at_cost = (tuple(answered[name]) for name in ANSWERED)
    credible, costly = (tuple(map(tuple, part[name])) for name in answered)
    return CountedAnswers(tuple(states), tuple(improvements), gladly, at_cost, credible, costly)


def looked_at(graph: Graph, most: int = 60) -> tuple[Sequence[int], int]:
    """The status quo and what improvements reach from it, nearest first, and how many that are in all."""
    quo = graph.meaning.status_quo
    if quo is None:
        return (), 0
    found = reach(graph, quo, improving=True)
    order = sorted(found.states.tolist(), key=lambda s: (int(found.distance[s]), s))
    return order[:most], len(order)


def who_answers_whom(analysis: Analysis, states: Sequence[int] | None = None, most: int = 60) -> str | None:
    """Arrows from who answers to whose improvements are answered, the thicker the more of them.

    At ``states``; default: the status quo and what improvements reach from it, nearest first, at most ``most``. None
    where there is no such state, nobody has an improvement there, or nobody answers any.
    """
    graph = analysis.graph
    looked, every = looked_at(graph, most) if states is None else (tuple(dict.fromkeys(states)), len(set(states)))
    found = answers(graph, looked)
    if not any(map(sum, (*found.credible, *found.costly))):
        return None
    which = "" if len(looked) == every else f"the nearest {len(looked):,} of "
    where = f"At {which}{count(every, 'state')}"
    if states is None:
        where += ": the status quo and what improvements reach from it" if every > 1 else ": the status quo"
    told = [_told(graph, found, i) for i in graph.dms]
    ring = Ring([who(graph, i) for i in graph.dms], [f"{n:,}" for n in found.improvements], list(_notes(found)))
    arrows = list(_arrows(found))
    below, bottom = _below(ring, f"{where}.", told, 0 < len(arrows) <= MANY)
    title = _heading(graph, found, ring.width - 40)
    describes = " ".join([f"{where}.", *(shorten(words, 1300 // len(told)) for words in told)])
    parts = [*ring.drawn(arrows), *below]
    return picture("answers", ring.width, bottom, title, describes, parts)


def _heading(graph: Graph, found: CountedAnswers, room: float) -> str:
    """How many of the moves that would serve their mover are answered, and by whom most."""
    every, open_ones = sum(found.improvements), sum(found.unanswered(i) for i in graph.dms)
    takes = [sum(row[j] for table in (found.credible, found.costly) for row in table) for j in graph.dms]
    most = [j for j in graph.dms if takes[j] == max(takes)]
    share = "Every gain" if not open_ones else f"{every - open_ones:,} of {count(every, 'gain')}"
    answered = "would be answered" if open_ones or every > 1 else "there is would be answered"
    return entitled(graph, f"{share} {answered}, most often by {{}}", room, most)


def _arrows(found: CountedAnswers) -> Iterator[Arrow]:
    """One for each pair and kind of answer that there is, from who answers to whose improvements they are."""
    tables = (found.credible, found.costly)
    most = max(takes for table in tables for row in table for takes in row)
    for dashed, table in zip((False, True), tables, strict=True):
        for i, row in enumerate(table):
            for j, takes in enumerate(row):
                if takes:
                    yield Arrow(j, i, f"{takes:,} of {found.improvements[i]:,}", takes / most, dashed)


def _notes(found: CountedAnswers) -> Iterator[str]:
    """Below a name: how many improvements nothing deters."""
    for i, total in enumerate(found.improvements):
        left = found.unanswered(i)
        yield "nothing to improve" if not total else f"{left:,} not answered" if left else "all answered"


# In words


def _told(graph: Graph, found: CountedAnswers, i: int) -> str:
    """How i's improvements are answered, as a sentence."""
    name, total = upper_first(shorten(who(graph, i), 60)), found.improvements[i]
    if not total:
        return f"{name}: nothing to improve."
    parts = []
    for answered, by, how in (
        (found.credibly[i], found.credible[i], "answered credibly"),
        (found.at_cost[i], found.costly[i], "answered only at the answerers' own cost"),
    ):
        takers = joined(f"{shorten(who(graph, j), 60)} in {takes:,}" for j, takes in enumerate(by) if takes)
        parts += [f"{answered:,} {how} ({takers})"] if answered else []
    if found.unanswered(i):
        parts.append(f"{found.unanswered(i):,} not answered")
    return f"{name}: {count(total, 'improvement')}; {joined(parts)}."


def _below(ring: Ring, where: str, told: Sequence[str], counted: bool) -> tuple[list[str], float]:
    """What the strokes mean, where it was looked, and all counts in words; and the bottom of that."""
    y, room = ring.bottom + 26, ring.width - 40
    parts = []
    for costly, words in (
        (False, "answers credibly: every move of the answer is an improvement for its mover (SEQ)"),
        (True, "answers only at the answerers' own cost: some move of the answer is no improvement (GMR, not SEQ)"),
    ):
        parts += [line(20, y - 4, 58, y - 4, INK, 2.5, DASHED if costly else ""), head(66, y - 4, 1, 0, INK, size=9)]
        told_so, y = paragraph(76, y, words, room - 56)
        parts.append(told_so)
    keys = ["Thicker: more. In a circle: improvements."]
    if counted:
        keys.append("3 of 7: takes part in answering 3 of the 7 where the arrow leads.")
    for words, paint in ((" ".join(keys), INK), (where, SOFT)):
        told_so, y = paragraph(20, y + 3, words, room, paint=paint)
        parts.append(told_so)
    parts.append(line(20, y - 8, ring.width - 20, y - 8, RULE))
    y += 14
    for words in told:
        told_so, y = paragraph(20, y, words, room, 6, hang=14)
        parts.append(told_so)
        y += 4
    return parts, y + 2
