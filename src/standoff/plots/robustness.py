"""How robust the answer is: how firmly the status quo stands over draws, and other states that matter, in bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from standoff.analysis.uncertainty import Interval, Robustness
from standoff.concepts import Standing, deciding
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.finding import entitled
from standoff.plots.matter import short_names
from standoff.plots.svg import BLOCK, INK, ON, PAPER, RULE, SOFT, Paint, box, fitted, group, line, picture, text
from standoff.plots.svg import width as wide
from standoff.wording.words import count, upper_first, who

WIDTH, MARGIN, BAR = 720.0, 20.0, 350.0
NAMES = WIDTH - 2 * MARGIN - BAR - 16  # room of names
ROW, TALL = 24.0, 14.0  # of a row without words, and of a bar
OFTEN, STATES = 6, 8  # states told of each concept, and of all together
STEPS = tuple(step for step in sorted(Standing, reverse=True) if step is not Standing.WILL_MOVE)
LOOKS: Mapping[Standing, Paint] = {
    Standing.AT_REST: INK,
    Standing.DETERRED: SOFT,
    Standing.DETERRED_AT_COST: BLOCK,
    Standing.WILL_MOVE: PAPER,
}

Shares = Mapping[str, Interval]


def robustness_picture(found: Robustness, graph: Graph) -> str | None:
    """In which shares of draws the status quo and others stand how firmly, with 95 % intervals.

    None where no judgement is uncertain, or nothing that would be shown differs between draws.
    """
    states = often(found)
    rows = [*_own(found, graph), *_others(found, graph, states)]
    if not found.draws or not uncertain(found) or not any(_varies(one, found.draws) for *_, one in rows):
        return None
    parts, y = _legend(found, 56.0)
    for name, bold, shares in rows:
        drawn, y = _row(found, name, bold, shares, y)
        parts += drawn
    drawn_from = f"{count(found.draws, 'draw')} of {count(uncertain(found), 'uncertain judgement')}"
    thin = "; thin lines are 95 % intervals" if _ladder(found) else ""
    parts.append(text(MARGIN, y + 18, f"{drawn_from}{thin}.", size=11.5, paint=SOFT))
    heading = _heading(found, graph)
    return picture("robustness", WIDTH, y + 34, heading, _described(found, graph, states), parts)


def uncertain(found: Robustness) -> int:
    """How many judgements are drawn."""
    return len(found.uncertain.drawn)


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


# What is told: rows of a name in lines, whether it is bold, and shares by concept

Row = tuple[Sequence[str], bool, Shares]


def _own(found: Robustness, graph: Graph) -> Iterator[Row]:
    """The status quo, and each decision maker there who does not stand the same in every draw."""
    if not found.status_quo:
        return
    yield ["The status quo"], True, found.status_quo
    for i in graph.dms:
        shares = {name: found.stable[name][i] for name in found.concepts}
        if _varies(shares, found.draws):
            yield [f"– {fitted(upper_first(shorten(who(graph, i), 120)), NAMES - 16, 11.5)}"], False, shares


def _others(found: Robustness, graph: Graph, states: Sequence[int]) -> Iterator[Row]:
    told = [s for s in states if not found.status_quo or s != graph.meaning.status_quo]
    names = short_names(graph, told, NAMES - 44, 3, 11)
    for s in told:
        shares = {name: by.get(s, Interval(0, found.draws)) for name, by in found.equilibria.items()}
        number = f"({fitted(str(graph.states.names[s]), 60, 11)})"
        *before, last = names[s]
        inline = wide(f"{last} {number}", 11) <= NAMES
        yield ([*before, f"{last} {number}"] if inline else [*names[s], number]), False, shares


def _varies(shares: Shares, draws: int) -> bool:
    return any(0 < one.count < draws for one in shares.values())


# Bars


def _ladder(found: Robustness) -> list[Standing]:
    """The steps that the concepts tell, the firmest first; none where they do not tell the ladder."""
    return [*STEPS] if all(deciding(step).name in found.concepts for step in STEPS) else []


def _row(found: Robustness, name: Sequence[str], bold: bool, shares: Shares, y: float) -> tuple[list[str], float]:
    """A name and its bars: one of the four steps, or where concepts do not tell these one for each; and its end."""
    lanes = [""] if _ladder(found) else list(found.concepts)
    high = max(ROW * len(lanes), 14.0 * len(name) + 10)
    parts = [line(MARGIN, y, WIDTH - MARGIN, y, RULE)]
    top = y + high / 2 - 7 * (len(name) - 1) + 4
    for k, words in enumerate(name):
        parts.append(text(MARGIN, top + 14 * k, words, size=11.5 if bold else 11, bold=bold))
    for k, lane in enumerate(lanes):
        middle = y + high / 2 + ROW * (k - (len(lanes) - 1) / 2)
        parts.append(_steps(found, shares, middle) if not lane else _single(lane, shares[lane], middle))
    return parts, y + high


def _steps(found: Robustness, shares: Shares, y: float) -> str:
    """One bar in four parts, the firmest first."""
    x, bounds = WIDTH - MARGIN - BAR, [0.0, *(shares[deciding(step).name].share for step in _ladder(found)), 1.0]
    parts = []
    for step, (low, high) in zip((*STEPS, Standing.WILL_MOVE), pairwise(bounds), strict=True):
        if high > low:
            left, room = x + BAR * low, BAR * (high - low)
            parts.append(box(left, y - TALL / 2, room, TALL, INK, LOOKS[step], 0.7, r=0))
            words, dark = percentage(high - low), step is Standing.AT_REST
            if wide(words, 11) < room - 6:
                paint = ON if dark or step is Standing.DETERRED else INK
                parts.append(text(left + room / 2, y + 4, words, "middle", 11, bold=not dark, paint=paint))
    ends = [shares[deciding(step).name] for step in _ladder(found)]
    parts += [_interval(x, y, one) for one in ends if 0 < one.count < one.draws]
    return group(parts, attributes=" class='share'")


def _single(concept: str, share: Interval, y: float) -> str:
    """One bar: the share in which it is stable under a concept."""
    x, room = WIDTH - MARGIN - BAR + 50, BAR - 100
    parts = [text(x - 8, y + 4, concept, "end", 11, paint=SOFT), box(x, y - 5, room, 10, RULE, PAPER, 1, r=0)]
    parts += [box(x, y - 5, room * share.share, 10, INK, INK, 0.5, r=0)] if share.count else []
    parts.append(text(x + room + 8, y + 4, percentage(share.share), size=11))
    low, high = share.bounds
    return group(parts, f"{percentage(share.share)} of draws [{low:.1%}, {high:.1%}]", attributes=" class='share'")


def _interval(x: float, y: float, share: Interval) -> str:
    """The 95 % interval of where a part ends: a thin line under the bar."""
    low, high = (x + BAR * bound for bound in share.bounds)
    under = y + TALL / 2 + 3
    ends = (line(end, under - 2, end, under + 2, SOFT, 1) for end in (low, high))
    return "".join([line(low, under, high, under, SOFT, 1), *ends])


def _legend(found: Robustness, y: float) -> tuple[list[str], float]:
    """What the parts of a bar mean."""
    steps = (*STEPS, Standing.WILL_MOVE) if _ladder(found) else ()
    words = "In which share of draws" if steps else "In which share of draws it is an equilibrium, by concept"
    parts, x = [text(MARGIN, y, words, size=11.5, paint=SOFT)], MARGIN
    y += 20 if steps else 0
    for step in steps:
        parts += [box(x, y - 9, 14, 11, INK, LOOKS[step], 0.7, r=0), text(x + 20, y, step.words, size=11)]
        x += 20 + wide(step.words, 11) + 18
    return parts, y + 14


# In words


def _heading(found: Robustness, graph: Graph) -> str:
    """In which share of draws the present situation holds without costly threats."""
    room, name = WIDTH - 2 * MARGIN, deciding(Standing.DETERRED).name
    if not found.status_quo:
        return entitled(graph, "Where it would rest in the largest shares of draws", room)
    plain = name in found.status_quo
    best = found.status_quo[name] if plain else max(found.status_quo.values(), key=lambda one: one.count)
    share = f"{percentage(best.share)} of draws" if best.count else "no draw"
    how = " without costly threats" if plain else " at most" if best.count else ""
    return entitled(graph, f"The present situation holds in {share}{how}", room)


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


def _shares(shares: Shares) -> str:
    """Shares by concept, those that are equal together: 65% (Nash, SIM), 89% (GMR)."""
    by: dict[str, list[str]] = {}
    for name, one in shares.items():
        by.setdefault(percentage(one.share), []).append(name)
    return ", ".join(f"{share} ({', '.join(names)})" for share, names in by.items())
