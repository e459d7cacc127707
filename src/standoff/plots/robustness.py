"""How robust the answer is: where the status quo holds, and which states are equilibria most often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.uncertainty import Interval, Robustness
from standoff.conflict.evidence import Sure
from standoff.conflict.model import OrderedStatements
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.svg import (
    INK,
    PAPER,
    RULE,
    SOFT,
    Paint,
    box,
    fitted,
    group,
    line,
    mark,
    owner,
    picture,
    text,
    wrapped,
)
from standoff.plots.svg import width as wide
from standoff.wording.words import brief_state as brief
from standoff.wording.words import count, upper_first, who

LABEL, BAR, NUMBER, SPACE = 230, 92, 46, 14  # widths: of names, of a whole bar, of its share, between concepts
ROW, LANE = 26, 11
OFTEN, STATES = 6, 12  # states told of each concept, and of all together


def robustness_picture(found: Robustness, graph: Graph) -> str | None:
    """Shares of draws with their 95 % intervals: the status quo and who would stay there, then other equilibria.

    None where no judgement is uncertain, so that every draw is the same.
    """
    states = often(found)
    if not found.draws or not uncertain(found) or not (found.status_quo or states):
        return None
    across = max(LABEL + len(found.concepts) * (BAR + NUMBER + SPACE) + 40.0, 680.0)
    parts: list[str] = []
    y = 60.0
    if found.status_quo:
        standing, y = _status_quo(found, graph, y)
        parts += standing
        y += 34
    if states:
        rows, y = _equilibria(found, graph, states, y, across)
        parts += rows
    drawn = (
        f"{count(found.draws, 'draw')} of {count(uncertain(found), 'uncertain judgement')}; lines are 95 % intervals"
    )
    parts.append(text(20, y + 16, drawn, paint=SOFT))
    title = fitted(f"How robust the answer is: {found.conflict.title}", across - 40, 16, bold=True)
    return picture("robustness", across, y + 36, title, _described(found, graph, states), parts)


def uncertain(found: Robustness) -> int:
    """How many judgements are not certain."""
    preferences = (dm.preference for dm in found.conflict.decision_makers)
    ordered = (one.statements for one in preferences if isinstance(one, OrderedStatements))
    return sum(one.evidence.sure is not Sure.CERTAIN for statements in ordered for one in statements)


def often(found: Robustness) -> list[int]:
    """The states that are equilibria in the largest shares of draws: the first of each concept, then the second ...

    At most ``STATES``, those in the largest shares over all concepts first.
    """
    orders = [sorted(by, key=lambda s: (-by[s].count, s))[:OFTEN] for by in found.equilibria.values()]
    turns = [order[k] for k in range(OFTEN) for order in orders if k < len(order)]
    kept = list(dict.fromkeys(turns))[:STATES]
    return sorted(kept, key=lambda s: (-sum(by[s].count for by in found.equilibria.values() if s in by), s))


def percentage(share: float) -> str:
    """A share as a percentage; 0 and 100 only where it is none or all."""
    return "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


# The status quo


def _status_quo(found: Robustness, graph: Graph, y: float) -> tuple[list[str], float]:
    """A panel for each concept: a bar for everybody, then one for each decision maker; and where that ends."""
    parts = [text(20, y, "The status quo: in which share of draws it holds, and who would stay there", bold=True)]
    top = y + 32
    bottom = top + ROW * (len(graph.dms) + 1)
    parts.append(text(20, top + 17, "Everybody: an equilibrium", bold=True))
    for i in graph.dms:
        name = fitted(upper_first(shorten(who(graph, i), 120)), LABEL - 30)
        parts.append(text(20, top + ROW * (i + 1) + 17, name))
    for k, concept in enumerate(found.concepts):
        x = 20 + LABEL + k * (BAR + NUMBER + SPACE)
        parts += [text(x, top - 8, concept, bold=True), *_grid(x, BAR, top, bottom)]
        parts += [text(x, bottom + 15, "0", "middle", 11, paint=SOFT)]
        parts += [text(x + BAR, bottom + 15, "100%", "middle", 11, paint=SOFT)]
        parts.append(_bar(x, top + 12, 12, found.status_quo[concept], INK, bold=True))
        parts += [_bar(x, top + ROW * (i + 1) + 12, 7, found.stable[concept][i], owner(i)) for i in graph.dms]
    return parts, bottom + 20


def _grid(x: float, room: float, top: float, bottom: float) -> Iterator[str]:
    for quarter in range(5):
        at = x + room * quarter / 4
        yield line(at, top, at, bottom, RULE)


def _bar(x: float, y: float, thick: float, share: Interval, paint: Paint, bold: bool = False) -> str:
    """A bar with its middle at y, its interval and its share."""
    words = text(x + BAR + 8, y + 4.5, percentage(share.share), size=12, bold=bold)
    bar = box(x, y - thick / 2, BAR * share.share, thick, paint, paint, 0.5, r=0) if share.count else ""
    return group([bar, _interval(x, y, BAR, share, 4), words], _hint(share), attributes=" class='share'")


def _interval(x: float, y: float, room: float, share: Interval, cap: float) -> str:
    """The 95 % interval: a line with ends, on paper so that it is seen on a bar."""
    low, high = (x + room * bound for bound in share.bounds)
    under = line(low, y, high, y, PAPER, 3.5)
    ends = (line(end, y - cap, end, y + cap, SOFT, 1.4) for end in (low, high))
    return "".join([under, line(low, y, high, y, SOFT, 1.4), *ends])


def _hint(share: Interval) -> str:
    low, high = share.bounds
    return f"{percentage(share.share)} of draws [{low:.1%}, {high:.1%}]"


# Other equilibria


def _equilibria(
    found: Robustness, graph: Graph, states: Sequence[int], y: float, across: float
) -> tuple[list[str], float]:
    """A row for each state, in it a mark with its interval for each concept; and where that ends."""
    parts = [text(20, y, "Equilibria in the largest shares of draws", bold=True)]
    at = 28.0
    y += 26
    for k, concept in enumerate(found.concepts):
        parts += [mark(k, at, y - 4.5, 4.6, INK), text(at + 10, y, concept)]
        at += wide(concept) + 46
    x, top = 20.0 + LABEL + 140, y + 18
    room = across - x - 50
    tall = max(LANE * len(found.concepts) + 12, 62)
    bottom = top + tall * len(states)
    parts += _grid(x, room, top, bottom)
    parts += [
        text(x + room * quarter / 4, bottom + 16, f"{quarter * 25}%", "middle", 11, paint=SOFT) for quarter in range(5)
    ]
    for row, s in enumerate(states):
        middle = top + tall * (row + 0.5)
        parts += [
            line(20, middle - tall / 2, x + room, middle - tall / 2, RULE),
            *_label(graph, s, middle, x - 40, int(tall - 14) // 15 - 1),
        ]
        for k, concept in enumerate(found.concepts):
            share = found.equilibria[concept].get(s, Interval(0, found.draws))
            lane = middle + LANE * (k - (len(found.concepts) - 1) / 2)
            shown = [_interval(x, lane, room, share, 3), mark(k, x + room * share.share, lane, 3.9, INK)]
            parts.append(group(shown, f"{concept}: {_hint(share)}", attributes=" class='share'"))
    parts.append(line(20, bottom, x + room, bottom, RULE))
    return parts, bottom + 26


def _label(graph: Graph, s: int, middle: float, room: float, most: int) -> Iterator[str]:
    """A state's name and, in at most so many lines, what differs from the status quo."""
    name = fitted(shorten(str(graph.states.names[s]), 60), room, bold=True)
    lines = wrapped(upper_first(shorten(brief(graph, s), 300)), room, most, 11.5)
    top = middle + 4.5 - 7.5 * len(lines)
    yield text(20, top, name, bold=True)
    for k, words in enumerate(lines):
        yield text(20, top + 15 * (k + 1), words, size=11.5, paint=SOFT)


# In words


def _described(found: Robustness, graph: Graph, states: Sequence[int]) -> str:
    """The shares in words."""
    parts = [f"Shares of {count(found.draws, 'draw')}."]
    if found.status_quo:
        parts.append(f"The status quo is an equilibrium in {_shares(found.status_quo)}.")
    for i in graph.dms if found.stable else ():
        told = _shares({name: shares[i] for name, shares in found.stable.items()})
        parts.append(f"{upper_first(shorten(who(graph, i), 40))} would stay there in {told}.")
    told_of = (_shares({name: by[s] for name, by in found.equilibria.items() if s in by}) for s in states)
    told = "; ".join(
        f"{shorten(str(graph.states.names[s]), 30)} in {one}" for s, one in zip(states, told_of, strict=True)
    )
    return shorten(" ".join([*parts, f"Equilibria: {told}." if told else ""]).rstrip(), 1490)


def _shares(shares: Mapping[str, Interval]) -> str:
    """Shares by concept, those that are equal together: 65% (Nash, SIM), 89% (GMR)."""
    by: dict[str, list[str]] = {}
    for name, one in shares.items():
        by.setdefault(percentage(one.share), []).append(name)
    return ", ".join(f"{share} ({', '.join(names)})" for share, names in by.items())
