"""Numbers into words: options, moves, states and judgements as an analyst would say them. Titles, never indices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff.analysis.stability import Analysis
from standoff.conflict.evidence import Evidence, Kind, Sure
from standoff.conflict.formula import Bound, Defined, Within, bind
from standoff.conflict.model import (
    Conflict,
    DecisionMaker,
    Direction,
    Option,
    OrderedStatements,
    Ranking,
    Statement,
    View,
    Weights,
)
from standoff.conflict.states import vector
from standoff.conflict.syntax import Formula
from standoff.conflict.wants import Wants
from standoff.errors import Path, render_path
from standoff.graph import Graph, Move

MAX_MEMBERS = 64
BLOCK = 32  # statements whose truths are kept together
KEPT = 2**26  # bytes of truths that are kept


def joined(parts: Iterable[str], word: str = "and") -> str:
    """``a, b and c``."""
    items = list(parts)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""


def lower_first(text: str) -> str:
    """The text as part of a sentence: a single capital at its start goes, an abbreviation stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def upper_first(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def count(number: int, what: str) -> str:
    """``1 state``, ``1,120 states``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


# Options and states


def level_words(option: Option, level: int) -> str:
    """What an option at a level is: the level's title, or the option's for a plain yes."""
    given = option.levels[level]
    if given.title is not None:
        return given.title
    if _yes_no(option):
        what = lower_first(option.title or option.name)
        return what if level else f"not “{what}”" if _denies(what) else f"not {what}"
    return given.name


def act_words(option: Option, level: int) -> str:
    """Taking an option to a level, as an infinitive: *could* fly strikes, *could* cease to; never *could* not."""
    given = option.levels[level]
    if given.title is not None:
        if not _denies(given.title):
            return given.title
        if len(option.levels) == 2 and given.title[4:] == option.levels[1 - level].title:
            return f"cease to {given.title[4:]}"
        return f"go to “{given.title}” ({lower_first(option.title or option.name)})"
    if _yes_no(option):
        if option.title and _denies(option.title):
            return f"{'choose' if level else 'give up'} “{lower_first(option.title)}”"
        what = lower_first(option.title) if option.title else f"choose {option.name}"
        return what if level else f"cease to {what}"
    return f"go to “{given.name}” ({option.name})"


def _denies(title: str) -> bool:
    """Whether a title says what is not done."""
    return title.split(" ", 1)[0].lower() in ("not", "no", "nothing", "never", "none")


def _yes_no(option: Option) -> bool:
    return tuple(level.name for level in option.levels) == ("no", "yes")


def state_words(graph: Graph, s: int) -> list[tuple[str, list[str]]]:
    """What each decision maker does in a state; in graph form one entry without a decision maker."""
    levels = graph.states.levels(s)
    if levels is None:
        return [("", [plain_state_words(graph, s)])]
    at = iter(levels)
    return [
        (dm.label, [level_words(option, next(at)) for option in dm.options]) for dm in graph.conflict.decision_makers
    ]


def state_label(graph: Graph, s: int) -> str:
    """``state 185 (NNYN2)``."""
    levels = graph.states.levels(s)
    radices = graph.states.combinations.radices
    return f"state {graph.states.names[s]}" + ("" if levels is None else f" ({vector(levels, radices)})")


def brief_state(graph: Graph, s: int, titles: bool = False, whole: bool = False) -> str:
    """A state by who does what in it: what differs from the status quo, or where there is none all but plain noes.

    ``titles``: decision makers by their titles, where no legend says whose name is whose; ``whole``: as without one.
    """
    told = differing_words(graph, s, whole)
    return "; ".join(f"{dm.label if titles else spoken_name(dm)}: {what}" if dm else what for dm, what in told)


def spoken_name(dm: DecisionMaker) -> str:
    """A decision maker's name as one would say it."""
    return dm.name.replace("_", " ")


def differing_words(graph: Graph, s: int, whole: bool = False) -> list[tuple[DecisionMaker | None, str]]:
    """What each does in a state that it does not do at the status quo, or where there is none all but plain noes.

    Where that is nothing, and where a state has no levels, one entry without a decision maker says what it is.
    """
    levels = graph.states.levels(s)
    if levels is None:
        return [(None, plain_state_words(graph, s))]
    quo = graph.meaning.status_quo
    reference = graph.states.levels(quo) if quo is not None and not whole else None
    told: dict[str, list[str]] = {}
    for k, (dm, option) in enumerate(graph.conflict.options):
        given = option.levels[levels[k]]
        plain_no = levels[k] == 0 and given.title is None and given.name == "no"
        if (levels[k] != reference[k]) if reference is not None else not plain_no:
            told.setdefault(dm.name, []).append(level_words(option, levels[k]))
    if not told:
        return [(None, "nothing is done" if reference is None else "the status quo")]
    return [(graph.conflict.decision_maker(name), ", ".join(what)) for name, what in told.items()]


def status_quo_sentence(analysis: Analysis) -> str:
    """Under which concepts the status quo is an equilibrium, and who would leave under the others."""
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    assert quo is not None
    leavers: dict[tuple[int, ...], list[str]] = {}
    for concept, stable in analysis.stable.items():
        leavers.setdefault(tuple(i for i in graph.dms if not stable[i][quo]), []).append(concept)
    parts = []
    for group, concepts in sorted(leavers.items(), key=lambda item: len(item[0])):
        if group:
            parts.append(f"under {joined(concepts)} {joined(who(graph, i) for i in group)} would leave")
        else:
            parts.append(f"the status quo is an equilibrium under {joined(concepts)}")
    return upper_first("; ".join(parts)) + "."


def plain_state_words(graph: Graph, s: int) -> str:
    """A state by its label, or by the formula that names it."""
    if graph.states.title(s) is not None:
        return str(graph.states.title(s))
    named = graph.conflict.states
    return formula_words(graph, named[s].statement) if named else f"state {graph.states.names[s]}"


def move_words(graph: Graph, move: Move) -> str:
    """What the mover does, as an infinitive; in graph form the label of where it leads."""
    pair = _members(graph, move)
    if pair is None:
        title = graph.states.title(move.to)
        return f"move to {plain_state_words(graph, move.to)}" if title is None else f"move to “{title}”"
    start, end = pair
    return joined(
        act_words(option, end[k]) for k, (_, option) in enumerate(graph.conflict.options) if start[k] != end[k]
    )


def _members(graph: Graph, move: Move) -> tuple[Sequence[int], Sequence[int]] | None:
    """The levels before and after; of merged states those members between which the mover changes the least."""
    combinations, options = graph.states.combinations, graph.conflict.options
    mine = graph.conflict.decision_makers[move.by]
    own = [k for k, (owner, _) in enumerate(options) if owner is mine]
    others = [k for k in range(len(options)) if k not in own]
    ends: dict[tuple[int, ...], list[Sequence[int]]] = {}
    for end in map(combinations.levels, graph.states.members(move.to)):
        ends.setdefault(tuple(end[k] for k in others), []).append(end)
    pairs = [
        (start, end)
        for start in map(combinations.levels, graph.states.members(move.start))
        for end in ends.get(tuple(start[k] for k in others), ())[:MAX_MEMBERS]
        if all(_may(options[k][1], start[k], end[k]) for k in own)
    ]
    return min(pairs, key=lambda pair: sum(a != b for a, b in zip(*pair, strict=True)), default=None)


def _may(option: Option, start: int, end: int) -> bool:
    match option.moves:
        case Direction.FORWARD:
            return end >= start
        case Direction.BACKWARD:
            return end <= start
    return True


def who(graph: Graph, i: int) -> str:
    """A decision maker's title."""
    return graph.conflict.decision_makers[i].label


# Formulas


def formula_words(graph: Graph, statement: Statement) -> str:
    """A statement as a clause: its title, else its formula with titles in place of names."""
    if statement.title is not None:
        return statement.title
    return _clause(graph, bind(statement.formula, graph.meaning.vocabulary), outer=True)


def difference_words(graph: Graph, chain: tuple[str, ...], view: View, k: int) -> tuple[str, str]:
    """What the k-th difference of a view is about, as a clause, and where that is put (nowhere: dropped)."""
    around = Wants(graph.conflict).of(chain[:-1], view.of)
    known = list(around.statements) if isinstance(around, OrderedStatements) else []
    known += [one.statement for one in view.differences if one.kind == "add"]

    def named(formula: Formula) -> str:
        own = next((one for one in known if one.formula.tree == formula.tree), Statement(formula))
        return formula_words(graph, own)

    one = view.differences[k]
    if one.position is None:
        return named(one.statement.formula), ""
    by = one.position.by
    if isinstance(by, int):
        place = "first of all" if by == 1 else f"as number {by}"
    else:
        place = f"just {'above' if one.position.word == 'before' else 'below'} “{named(by)}”"
    return named(one.statement.formula), place


def difference_clause(graph: Graph, chain: tuple[str, ...], view: View, k: int) -> str:
    """What the last of a chain thinks otherwise of another: ``takes Russia to want, first of all, “no war”``."""
    what, place = difference_words(graph, chain, view, k)
    of = graph.conflict.decision_maker(view.of).label
    does_not, takes = ("do not", "take") if graph.conflict.decision_maker(chain[-1]).plural else ("does not", "takes")
    match view.differences[k].kind:
        case "drop":
            return f"{does_not} take {of} to want “{what}”"
        case "add":
            return f"{takes} {of} to want, {place}, “{what}”"
    return f"{takes} {of} to want “{what}” {place}"


def thinking(graph: Graph, chain: Sequence[str]) -> str:
    """Who thinks of whom that it thinks: ``America thinks that the rebels think that Russia``."""
    makers = [graph.conflict.decision_maker(name) for name in chain]
    said = [f"{dm.label} {'think' if dm.plural else 'thinks'} that " for dm in makers[:-1]]
    return "".join(said) + makers[-1].label


def _clause(graph: Graph, node: Bound, outer: bool = False) -> str:
    parts = [_clause(graph, part) for part in node.parts]
    match node.atom, node.word:
        case bool(value), _:
            return "anything" if value else "nothing"
        case Defined(name), _:
            title = next((d.statement.title for d in graph.conflict.definitions if d.name == name), None)
            return title or name.replace("_", " ")
        case Within(option, allowed), _:
            return _at_levels(*graph.conflict.options[option], allowed)
        case _, "not" if isinstance(within := node.parts[0].atom, Within) and not all(within.allowed):
            return _at_levels(*graph.conflict.options[within.option], [not inside for inside in within.allowed])
        case _, "not":
            return f"not: {parts[0]}" if outer else f"not ({parts[0]})"
        case _, "if" | "iff" as word:
            text = f"{parts[0]}, {'if' if word == 'if' else 'if and only if'} {parts[1]}"
        case _, word:
            text = joined(parts, word)
    return text if outer else f"({text})"


def _at_levels(dm: DecisionMaker, option: Option, allowed: Sequence[bool]) -> str:
    words = [level_words(option, k) for k, inside in enumerate(allowed) if inside]
    return f"{dm.label}: {joined(words, 'or')}" if words else f"{dm.label}: nothing of {option.title or option.name}"


# Judgements


@dataclass(frozen=True, slots=True)
class Ground:
    """What a preference between two states rests on: in words, with its evidence and its place in the conflict."""

    says: str
    evidence: Evidence
    path: str


def ground(graph: Graph, i: int, better: int, worse: int) -> Ground | None:
    """The judgement by which i prefers one state to another; None where it does not.

    For ordered statements the first on which the two differ (definition 2).
    """
    if not graph.prefers(i, better, worse):
        return None
    dm = graph.conflict.decision_makers[i]
    path: Path = ("decision_makers", dm.name)
    match dm.preference:
        case OrderedStatements(statements):
            k, _ = next(_differing(graph, i, better, worse))
            path = (*path, "prefers", k)
            return Ground(formula_words(graph, statements[k]), statements[k].evidence, render_path(path))
        case Weights(weights):
            gains = [
                (weights[k].weight if gained else -weights[k].weight, weights[k].statement)
                for k, gained in _differing(graph, i, better, worse)
            ]
            decisive = max(gains, key=lambda gain: gain[0])[1]
            says = f"a higher sum of weights, most of all by: {formula_words(graph, decisive)}"
            return Ground(says, decisive.evidence, render_path((*path, "weights")))
        case Ranking(_, evidence):
            return Ground(ranked_places(graph, i, better, worse), evidence, render_path((*path, "ranking")))
    return None


def ranked_places(graph: Graph, i: int, s: int, other: int) -> str:
    """Where one state stands in i's ranking, and not where another does; the first place is the best."""
    order = graph.order(i)
    total = len(set(order.tolist()))
    whose = "their" if graph.conflict.decision_makers[i].plural else "its"
    place, not_there = (total - int(order[t]) for t in (s, other))
    return f"place {place} of {total} in {whose} ranking, not place {not_there}"


def decisive(graph: Graph, i: int, better: int, worse: int) -> tuple[Statement, bool] | None:
    """The statement by which i prefers one state to another, and whether it is true of the better one.

    None where no statement decides: a ranking, or no preference between the two.
    """
    if not graph.prefers(i, better, worse):
        return None
    match graph.conflict.decision_makers[i].preference:
        case OrderedStatements(statements):
            return statements[next(_differing(graph, i, better, worse))[0]], True
        case Weights(weights):
            told = list(_differing(graph, i, better, worse))
            k, gained = max(told, key=lambda one: weights[one[0]].weight if one[1] else -weights[one[0]].weight)
            return weights[k].statement, gained
    return None


def broken(graph: Graph, statement: Statement, s: int) -> str:
    """Of a statement with ``if`` or ``iff`` that is not true of a state: which side is missing; else nothing."""
    tree = bind(statement.formula, graph.meaning.vocabulary)
    if tree.word not in ("if", "iff"):
        return ""
    place = graph.states.places(s)[0]
    held = [bool(graph.states.truth(part, graph.meaning.defined)[place]) for part in tree.parts]
    if held[0] == held[1]:
        return ""
    here, missing = (tree.parts[held.index(value)] for value in (True, False))
    return f"{_clause(graph, here, outer=True)}, but not {_clause(graph, missing, outer=True)}"


def _statements(graph: Graph, i: int) -> Sequence[Statement]:
    """What the preference of i is made of, in the order of the file."""
    match graph.conflict.decision_makers[i].preference:
        case OrderedStatements(statements):
            return statements
        case Weights(weights):
            return [weight.statement for weight in weights]
    return ()


def _differing(graph: Graph, i: int, s: int, t: int) -> Iterator[tuple[int, bool]]:
    """The statements of i that are true in one of two states only, by their numbers; and whether that is the first."""
    for first in range(0, len(_statements(graph, i)), BLOCK):
        block = _truths(graph, i, first)
        here, there = (block[state // 8] >> (7 - state % 8) & 1 for state in (s, t))
        for k in np.flatnonzero(here != there):
            yield first + int(k), bool(here[k])


def _truths(graph: Graph, i: int, first: int) -> npt.NDArray[np.uint8]:
    """The truth of ``BLOCK`` statements of i from the first on, in a bit for each state; (states / 8, statements).

    Those looked at last are kept: what two want is compared at many states.
    """
    kept, key = graph.kept, (i, first)
    if key not in kept:
        meaning, states = graph.meaning, graph.states
        some = _statements(graph, i)[first : first + BLOCK]
        truths = (states.truth(bind(one.formula, meaning.vocabulary), meaning.defined)[states.first] for one in some)
        kept[key] = np.stack([np.packbits(truth) for truth in truths], axis=1)
        while len(kept) > max(2, KEPT * 8 // BLOCK // len(states)):
            kept.pop(next(iter(kept)))
    return kept[key]


def grounds_sentence(conflict: Conflict) -> str:
    """How many judgements there are, of which kind, and how many carry a quote; nothing where there are none."""
    judgements = [one.evidence for one in conflict.judgements()]
    if not judgements:
        return ""
    counts = Counter(_UNSTATED if one.kind is None else _KINDS[one.kind] for one in judgements)
    quoted = sum(one.quote is not None for one in judgements)
    if counts[_UNSTATED] == len(judgements):
        said = "the file does not say of what kind they are" if len(judgements) > 1 else _UNSTATED
    else:
        said = joined(f"{counts[kind]:,} {kind}" for kind in (*_KINDS.values(), _UNSTATED) if counts[kind])
    carry = f"{quoted:,} of them carry" if quoted > 1 else "1 of them carries" if quoted else "none of them carries"
    return f"The answer rests on {count(len(judgements), 'judgement')}: {said}; {carry} a quote."


_UNSTATED = "of no stated kind"
_KINDS = {Kind.REPORTED: "reported", Kind.INFERRED: "inferred", Kind.ASSUMED: "assumed"}


def evidence_words(graph: Graph, evidence: Evidence) -> str:
    """Whose word a judgement rests on: its kind, how sure it is, the quote and its source."""
    parts = [_KINDS[evidence.kind] if evidence.kind else "no evidence stated" if evidence.quote is None else "quoted"]
    if evidence.sure is not Sure.CERTAIN:
        parts.append(str(evidence.sure))
    if (seen := evidence.relation) is not None:
        between = joined(graph.conflict.decision_maker(name).label for name in seen.between)
        interval = f"{seen.value:+.2f} [{seen.low:+.2f}, {seen.high:+.2f}]"
        parts.append(f"measured: affinity of {between} {interval} in {seen.period}")
    text = ", ".join(parts)
    quote = evidence.quote
    if quote is None:
        return text
    return f"{text}: “{quote.exact}” ({source_words(graph, quote.source)})"


def source_words(graph: Graph, name: str, graded: bool = True) -> str:
    """A source as it is cited, with those through whom it reached us and its grade."""
    source = next(source for source in graph.conflict.sources if source.name == name)
    via = f", via {joined(graph.citations.get(one, one) for one in source.via)}" if source.via else ""
    grade = f", {source.grade}" if source.grade and graded else ""
    return f"{graph.citations[name]}{via}{grade}"
