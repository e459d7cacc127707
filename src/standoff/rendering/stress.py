"""``standoff stress``: how robust the answer is."""

from __future__ import annotations

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from standoff.documents import ShareEntry, StandingEntry, StressDocument
from standoff.documents.entries import model_entry
from standoff.evidence import Sure
from standoff.graph import Graph
from standoff.model import OrderedStatements, StateName
from standoff.terminal import indented, not_done, state_rows, title
from standoff.uncertainty import Interval, Robustness
from standoff.words import count, upper_first, who

SHOWN = 8
ROUND = 12  # digits: beyond them machines may differ


def document(found: Robustness, graph: Graph) -> StressDocument:
    """For ``--json``: nothing in it depends on who computed it, or when."""
    names, dms = graph.states.names, graph.conflict.decision_makers
    return {
        "draws": found.draws,
        "seed": found.seed,
        "concepts": list(found.concepts),
        "left_out": dict(found.left_out),
        "equilibria": [
            _share_entry(names[s], concept, interval)
            for concept, by_state in found.equilibria.items()
            for s, interval in by_state.items()
        ],
        "status_quo": [_standing(None, concept, interval) for concept, interval in found.status_quo.items()],
        "stable": [
            _standing(dms[i].name, concept, interval)
            for concept, intervals in found.stable.items()
            for i, interval in enumerate(intervals)
        ],
        "drivers": [
            {"judgement": one.path, "concept": one.concept, "share": round(one.share, ROUND)} for one in found.drivers
        ],
        "assumes": assumptions(found),
        "not_done": found.not_done,
        "model": model_entry(graph.conflict),
    }


def _share_entry(state: StateName, concept: str, interval: Interval) -> ShareEntry:
    share, low, high = _rounded(interval)
    return {"state": state, "concept": concept, "share": share, "low": low, "high": high}


def _standing(name: str | None, concept: str, interval: Interval) -> StandingEntry:
    share, low, high = _rounded(interval)
    return {"who": name, "concept": concept, "share": share, "low": low, "high": high}


def _rounded(interval: Interval) -> tuple[float, float, float]:
    low, high = interval.bounds
    return round(interval.share, ROUND), round(low, ROUND), round(high, ROUND)


def assumptions(found: Robustness) -> list[str]:
    """What the shares rest on, in words."""
    dispersion = found.dispersion
    fixed = [dm.label for dm in found.conflict.decision_makers if not isinstance(dm.preference, OrderedStatements)]
    parts = [
        f"likely statements stray with dispersion {dispersion.likely:g}, doubtful ones with {dispersion.doubtful:g}",
        f"a doubtful statement is held with probability {dispersion.presence:g}",
        "statements stray independently of one another",
        "rules, directions and the status quo stay as they are",
    ]
    if fixed:
        parts.append(f"rankings and weights stay as they are ({', '.join(fixed)})")
    return parts


def text(found: Robustness, graph: Graph) -> list[RenderableType | None]:
    """For people."""
    uncertain = sum(
        one.evidence.sure is not Sure.CERTAIN
        for dm in found.conflict.decision_makers
        if isinstance(dm.preference, OrderedStatements)
        for one in dm.preference.statements
    )
    sure = " No statement is uncertain: every draw is the same." if not uncertain else ""
    head = Text(f"{count(found.draws, 'draw')} of {count(uncertain, 'uncertain statement')}, seed {found.seed}.{sure}")
    return [
        title(f"{found.conflict.title}: how robust the answer is"),
        head,
        _status_quo(found, graph),
        _equilibria(found, graph),
        _drivers(found),
        Text(f"This assumes: {'; '.join(assumptions(found))}.", "dim"),
        not_done(found.not_done),
    ]


def _cell(interval: Interval, bounds: bool = False) -> Text:
    low, high = interval.bounds
    return Text(f"{interval.share:.0%}" + (f"\n{low:.0%}–{high:.0%}" if bounds else ""))


def _status_quo(found: Robustness, graph: Graph) -> RenderableType | None:
    if not found.status_quo:
        return None
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("Would stay there", *found.concepts):
        table.add_column(Text(head, "dim"))
    for i in graph.dms:
        table.add_row(Text(upper_first(who(graph, i))), *(_cell(found.stable[name][i]) for name in found.concepts))
    everybody = (_cell(found.status_quo[name], bounds=True) for name in found.concepts)
    table.add_row(Text("Everybody\n95 % interval", "bold"), *everybody)
    return Stack(title("The status quo: in which share of the draws it holds"), indented(table))


def _equilibria(found: Robustness, graph: Graph) -> RenderableType:
    parts: list[RenderableType] = [title("Equilibria in the largest shares of draws")]
    for concept, by_state in found.equilibria.items():
        order = sorted(by_state, key=lambda s: (-by_state[s].count, s))[:SHOWN]
        told = ", ".join(f"{graph.states.names[s]} {by_state[s].share:.0%}" for s in order)
        more = f", … ({len(by_state):,} states in all)" if len(by_state) > len(order) else ""
        parts.append(indented(Text(f"{concept:5} {told or 'none in any draw'}{more}")))
    shown = sorted({s for by in found.equilibria.values() for s in sorted(by, key=lambda s: (-by[s].count, s))[:3]})
    if shown:
        parts += [Text(), indented(state_rows(graph, shown, {}, []))]
    return Stack(*parts)


def _drivers(found: Robustness) -> RenderableType | None:
    if not found.drivers:
        return None
    most: dict[str, dict[str, float]] = {}
    for one in found.drivers:
        most.setdefault(one.path, {})[one.concept] = one.share
    order = sorted(most, key=lambda path: -max(most[path].values()))
    lines = []
    for path in order[:SHOWN]:
        if max(most[path].values()) >= 0.01:
            shares = ", ".join(f"{concept} {share:.0%}" for concept, share in most[path].items())
            lines.append(Text(f"{path}: {shares}"))
    if not lines:
        return None
    return Stack(title("What drives the spread of the verdict on the status quo (first order)"), indented(*lines))
