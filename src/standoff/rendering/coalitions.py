"""``standoff coalitions``: which groups could do better together, and where allies part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.text import Text

from standoff.coalition import (
    CONCEPTS,
    MEANINGS,
    NAMES,
    Coalitions,
    Departure,
    Group,
    Parting,
    departures,
    each_group,
    parting,
)
from standoff.compare import Comparison
from standoff.documents import CoalitionsDocument, DepartureEntry, GroundEntry, PartingEntry, PartingReasonEntry
from standoff.documents.entries import comparison_entries, dm_names, model_entry, move_entry
from standoff.graph import Graph
from standoff.progress import Enough, Progress, Stopped, never, silent, undone
from standoff.stability import Analysis
from standoff.terminal import comparison, indented, not_done, title
from standoff.words import Ground, count, ground, joined, move_words, state_label, upper_first, who

MAX_REASONS = 3
MOST_GROUPS = 2**16  # looked at, smaller ones first, unless some are asked for
MOST_DEPARTURES = 200_000


@dataclass(frozen=True)
class Told:
    """All that the command tells: groups looked at, at which states, and what came of it."""

    graph: Graph
    states: Sequence[int]
    groups: Sequence[Group]
    departures: Sequence[Departure]
    stable: dict[tuple[str, Group], list[int]]
    equilibria: dict[str, list[int]]
    partings: Sequence[Parting]
    comparisons: Sequence[Comparison]
    not_done: Sequence[str] = ()


def tell(
    analysis: Analysis,
    states: Sequence[int],
    among: Sequence[Group] | None,
    progress: Progress = silent,
    enough: Enough = never,
    part_at: Sequence[int] | None = None,
) -> Told:
    """What each group (default: all) could do at the states, and where each two part.

    They part at the states ``part_at``; at the status quo, if there is one, where these are not given. Where it is
    ``enough``, the groups looked at by then.
    """
    graph = analysis.graph
    coalitions = Coalitions(graph, enough)
    total = len(among) if among is not None else 2 ** len(graph.dms) - 1
    asked: list[Group] = []
    stable: dict[tuple[str, Group], list[int]] = {}
    found: list[Departure] = []
    for group in islice(each_group(graph), MOST_GROUPS) if among is None else among:
        leaving = len(group) > 1 or among is not None
        done = len(asked) * len(states)
        try:
            verdicts = dict[str, list[int]]((concept, []) for concept in CONCEPTS)
            ways: list[Departure] = []
            for number, s in enumerate(states):
                progress(done + number, total * len(states))
                for concept in CONCEPTS:
                    if coalitions.verdict(concept, group, s).stable:
                        verdicts[concept].append(s)
                ways += departures(coalitions, [s], [group]) if leaving else []
        except Stopped:
            break
        asked.append(group)
        stable |= {(concept, group): stays for concept, stays in verdicts.items()}
        found += ways
    equilibria = {
        concept: sorted(set(states).intersection(*(stable[concept, group] for group in asked)))
        for concept in CONCEPTS
        if among is None and len(asked) == total
    }
    pairs = [group for group in asked if len(group) == 2]
    quo = graph.meaning.status_quo
    at = part_at if part_at is not None else [] if quo is None else [quo]
    partings = [parting(graph, i, j, s) for s in at for i, j in pairs]
    published = _published(graph, found, states, asked)
    left = undone(len(asked), total, "groups were not looked at")
    return Told(graph, states, asked, found, stable, equilibria, partings, published, left)


def _published(
    graph: Graph, found: Sequence[Departure], states: Sequence[int], asked: Sequence[Group]
) -> list[Comparison]:
    published = graph.conflict.published
    compared = []
    for one in (published.answers.coalitions or ()) if published else ():
        group = tuple(sorted(graph.dm(name) for name in one.group))
        s = graph.states.position[one.start]
        if s in states and group in asked:
            ours = tuple(graph.states.names[d.to] for d in found if d.group == group and d.s == s)
            compared.append(Comparison("coalitions", f"from {one.start}", joined(one.group), one.to, ours))
    return compared


def document(told: Told) -> CoalitionsDocument:
    """For ``--json``."""
    graph, names = told.graph, told.graph.states.names
    return {
        "states": [names[s] for s in told.states],
        "concepts": [{"concept": one, "name": NAMES[one], "means": MEANINGS[one]} for one in CONCEPTS],
        "coalitions": [_departure(graph, one) for one in told.departures],
        "stability": [
            {
                "concept": concept,
                "name": NAMES[concept],
                "group": dm_names(graph, group),
                "stable": [names[s] for s in states],
            }
            for (concept, group), states in told.stable.items()
        ],
        "equilibria": {concept: [names[s] for s in states] for concept, states in told.equilibria.items()},
        "partings": [_parting(graph, one) for one in told.partings],
        "published": comparison_entries(told.comparisons),
        "not_done": list(told.not_done),
        "model": model_entry(graph.conflict),
    }


def _ground(found: Ground | None) -> GroundEntry:
    assert found is not None
    return {"says": found.says, "judgement": found.path}


def _departure(graph: Graph, one: Departure) -> DepartureEntry:
    dms = graph.conflict.decision_makers
    return {
        "state": graph.states.names[one.s],
        "group": dm_names(graph, one.group),
        "to": graph.states.names[one.to],
        "moves": [move_entry(graph, move) for move in one.moves],
        "gains": {dms[i].name: _ground(ground(graph, i, one.to, one.s)) for i in one.group},
    }


def _parting(graph: Graph, one: Parting) -> PartingEntry:
    names = graph.states.names
    return {
        "pair": dm_names(graph, one.pair),
        "state": names[one.s],
        "agreement": one.agreement,
        "both": [names[s] for s in one.both],
        "first_only": [names[s] for s in one.first_only],
        "second_only": [names[s] for s in one.second_only],
        "differ_by": reasons(graph, one),
    }


def reasons(graph: Graph, one: Parting) -> list[PartingReasonEntry]:
    """The judgements that make the two differ over what they can reach, those that decide over most states first."""
    counted: Counter[tuple[int, int, Ground, Ground | None]] = Counter()
    for states, (i, j) in ((one.first_only, one.pair), (one.second_only, one.pair[::-1])):
        for t in states:
            wants = ground(graph, i, int(t), one.s)
            assert wants is not None
            counted[i, j, wants, ground(graph, j, one.s, int(t))] += 1
    dms = graph.conflict.decision_makers
    return [
        {
            "wants": _ground(wants),
            "wanted_by": dms[i].name,
            "refuses": None if refuses is None else _ground(refuses),
            "refused_by": dms[j].name,
            "states": number,
        }
        for (i, j, wants, refuses), number in counted.most_common()
    ]


def text(told: Told, everything: bool = False) -> list[RenderableType | None]:
    """For people: states that groups would leave, the smallest groups first; then where allies part."""
    graph = told.graph
    parts: list[RenderableType | None] = [title(f"{graph.conflict.title}: what groups could do together")]
    settled = [s for s in told.states if not any(one.s == s for one in told.departures)]
    for s in told.states:
        here = [one for one in told.departures if one.s == s]
        if here:
            parts.append(_leaving(graph, s, here, everything))
    if settled:
        label = joined(str(graph.states.names[s]) for s in settled)
        whole = len(told.groups) == 2 ** len(graph.dms) - 1
        asked = "or ".join(f"{joined(who(graph, i) for i in group)} " for group in told.groups)
        who_stays = "No group of two or more" if whole else f"Of the groups asked ({asked.strip()}) none"
        parts.append(Text(f"{who_stays} would leave {'state' if len(settled) == 1 else 'states'} {label}."))
    if told.equilibria:
        counts = "; ".join(f"{NAMES[c]}: {_listed(graph, states)}" for c, states in told.equilibria.items())
        parts.append(Stack(title("Stable for every group, of the states looked at"), indented(Text(counts))))
    parts += [_parting_text(graph, one) for one in told.partings]
    published = graph.conflict.published
    parts.append(comparison(told.comparisons, published.citation if published else None))
    parts.append(not_done(told.not_done))
    return parts


def _listed(graph: Graph, states: Sequence[int]) -> str:
    return ", ".join(str(graph.states.names[s]) for s in states) or "none"


def _leaving(graph: Graph, s: int, here: Sequence[Departure], everything: bool) -> RenderableType:
    """One state: the smallest groups that would leave it together, each with its best joint improvements."""
    quo = " (the status quo)" if s == graph.meaning.status_quo else ""
    parts: list[RenderableType] = [title(f"{upper_first(state_label(graph, s))}{quo}")]
    able = list(dict.fromkeys(one.group for one in here))
    smallest = [group for group in able if not any(set(other) < set(group) for other in able)]
    for group in able if everything else smallest:
        ways = [one for one in here if one.group == group]
        parts.append(indented(*_ways(graph, group, ways if everything else undominated(graph, ways)[:2], len(ways))))
    if len(able) > len(smallest) and not everything:
        parts.append(indented(Text(f"{count(len(able) - len(smallest), 'larger group')} around them could too", "dim")))
    return Stack(*parts)


def undominated(graph: Graph, ways: Sequence[Departure]) -> list[Departure]:
    """Those than which no other is better for one member and at least as good for all."""

    def dominated(one: Departure) -> bool:
        mine = graph.ranks[list(one.group), one.to]
        others = (graph.ranks[list(one.group), other.to] for other in ways)
        return any((theirs >= mine).all() and (theirs > mine).any() for theirs in others)

    return sorted((one for one in ways if not dominated(one)), key=lambda one: (len(one.moves), one.to))


def _ways(graph: Graph, group: Group, ways: Sequence[Departure], total: int) -> list[RenderableType]:
    names = upper_first(joined(who(graph, i) for i in group))
    together = " together" if len(group) > 1 else ""
    lines: list[RenderableType] = [Text(f"{names} would leave{together}:")]
    for one in ways:
        steps = ", then ".join(f"{who(graph, move.by)} could {move_words(graph, move)}" for move in one.moves)
        idle = [who(graph, i) for i in group if all(move.by != i for move in one.moves)]
        unneeded = f" (no move of {joined(idle)} is needed)" if idle else ""
        lines.append(indented(Text(f"to {state_label(graph, one.to)}: {steps}{unneeded}")))
        for i in one.group:
            gain = ground(graph, i, one.to, one.s)
            assert gain is not None
            lines.append(indented(indented(Text(f"{who(graph, i)} gains: {gain.says}", "dim"))))
    if total > len(ways):
        lines.append(indented(Text(f"… and {count(total - len(ways), 'more state')} that all of them prefer", "dim")))
    return lines


def _parting_text(graph: Graph, one: Parting) -> RenderableType:
    first, second = (who(graph, i) for i in one.pair)
    why = reasons(graph, one)
    tau = "" if one.agreement is None else f" (rank correlation of their preferences {one.agreement:+.2f})"
    wanted = (
        f"both prefer {count(len(one.both), 'state')} to it, only {first} {len(one.first_only):,}, "
        f"only {second} {len(one.second_only):,}"
        if len(one.both) or why
        else "neither prefers any state to it"
    )
    start = "the status quo" if one.s == graph.meaning.status_quo else state_label(graph, one.s)
    lines: list[RenderableType] = [
        title(f"{upper_first(first)} and {second}{tau}"),
        indented(Text(f"Of what they can reach together from {start} {wanted}.")),
    ]
    dms = {dm.name: dm.label for dm in graph.conflict.decision_makers}
    for reason in why[:MAX_REASONS]:
        refuses = reason["refuses"]
        against = f"would lose: {refuses['says']}" if refuses else "is indifferent"
        lines.append(
            indented(
                Text(
                    f"{upper_first(dms[reason['wanted_by']])} would gain: {reason['wants']['says']}; "
                    f"{dms[reason['refused_by']]} {against} ({count(reason['states'], 'state')})",
                    "dim",
                )
            )
        )
    return Stack(*lines)
