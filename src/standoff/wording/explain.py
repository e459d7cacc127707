"""Why a decision maker would stay or leave, in sentences that carry their judgements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.analysis.stability import Analysis, Sanction, Verdict, sanction, verdict
from standoff.concepts import CONCEPTS
from standoff.graph import Graph, Move
from standoff.wording.words import Ground, ground, joined, move_words, upper_first, who

MAX_MOVES = 3  # improvements, or moves held back, that are told one by one


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the judgement it rests on, if it rests on one; ``depth`` is its indentation."""

    text: str
    ground: Ground | None = None
    depth: int = 0


@dataclass(frozen=True)
class Explained:
    """One decision maker at one state: its verdicts, who would stay under what as a sentence, and why."""

    i: int
    verdicts: Sequence[Verdict]
    headline: str
    sentences: Sequence[Sentence]


def explain(analysis: Analysis, s: int, among: Sequence[int]) -> list[Explained]:
    """Why each of some decision makers would stay at a state or leave it."""
    graph, found = analysis.graph, list[Explained]()
    for i in among:
        made = verdicts(graph, list(analysis.stable), i, s)
        found.append(Explained(i, made, headline(graph, made), list(reasons(graph, made))))
    return found


def verdicts(graph: Graph, concepts: Sequence[str], i: int, s: int) -> list[Verdict]:
    """The verdicts on i at s under each concept."""
    return [verdict(graph, name, i, s) for name in concepts]


def headline(graph: Graph, found: Sequence[Verdict]) -> str:
    """Who would stay or leave under which concepts, as a sentence."""
    name = upper_first(who(graph, found[0].i))
    stays = [one.concept for one in found if one.stable]
    leaves = [one.concept for one in found if not one.stable]
    if not leaves:
        return f"{name} would stay ({joined(stays)})."
    if not stays:
        return f"{name} would leave ({joined(leaves)})."
    return f"{name} would leave under {joined(leaves)}, and stay under {joined(stays)}."


def reasons(graph: Graph, found: Sequence[Verdict]) -> Iterator[Sentence]:
    """Why, for one decision maker at one state: each improvement with its answers, or what holds it where it is."""
    i, s = found[0].i, found[0].s
    improvements = [int(t) for t in graph.improvements(i, s)]
    if not improvements:
        yield from _held(graph, i, s)
        return
    escapes = {one.witness.escape for one in found if one.witness.escape is not None}
    told = [s1 for n, s1 in enumerate(improvements) if n < MAX_MOVES or s1 in escapes]
    for s1 in told:
        move = move_words(graph, Move(i, s, s1))
        gain = ground(graph, i, s1, s)
        assert gain is not None
        yield Sentence(f"It could {move}, and would get: {gain.says}.", gain)
        yield from _answers(graph, [one.concept for one in found], i, s, s1)
    left = len(improvements) - len(told)
    if left:
        yield Sentence(f"{left} more {'move' if left == 1 else 'moves'} would bring it something better.")


def _held(graph: Graph, i: int, s: int) -> Iterator[Sentence]:
    """No improvement: the moves it has, best first, and the judgement against each."""
    targets = [int(t) for t in graph.best_first(i, graph.targets(i, s))]
    if not targets:
        yield Sentence("It has no move from here.")
        return
    yield Sentence("No move of its own brings it anything better.")
    for t in targets[:MAX_MOVES]:
        loss = ground(graph, i, s, t)
        move = move_words(graph, Move(i, s, t))
        if loss is None:
            yield Sentence(f"To {move} would be all the same to it.", depth=1)
        else:
            yield Sentence(f"To {move} would cost it: {loss.says}.", loss, depth=1)


def _answers(graph: Graph, concepts: Sequence[str], i: int, s: int, s1: int) -> Iterator[Sentence]:
    """What the others can do about one improvement, concepts with the same answer told together."""
    grouped: dict[tuple[Move, ...] | str, list[str]] = {}
    answers: dict[tuple[Move, ...] | str, Sanction] = {}
    for name in concepts:
        if CONCEPTS[name].answers:
            found = sanction(graph, name, i, s, s1)
            key = _unanswered(name) if found is None else found.moves
            grouped.setdefault(key, []).append(name)
            if found is not None:
                answers[key] = found
    if not grouped:
        yield Sentence(f"{joined(concepts)} looks at no answers: it would go.", depth=1)
    for key, names in grouped.items():
        label = joined(names)
        if isinstance(key, str):
            yield Sentence(f"{label}: {key}.", depth=1)
            continue
        loss = ground(graph, i, s, answers[key].ends)
        lost = f"that would cost it: {loss.says}" if loss else "it would be no better off than now"
        yield Sentence(f"{label}: but {_told(graph, names, answers[key])}, and {lost}{_reply(names)}.", loss, depth=1)


def _unanswered(name: str) -> str:
    """What is missing where a concept finds no answer."""
    one = CONCEPTS[name]
    if one.simultaneous:
        return "nothing that others could do at the same time would leave it no better off"
    whose = "an answer that would serve whoever gives it and" if one.credible else "an answer that"
    undone = ", or it could mend that by a reply of its own" if one.replies else ""
    return f"nobody has {whose} would leave it no better off{undone}"


def _reply(names: Sequence[str]) -> str:
    looked_at = [name for name in names if CONCEPTS[name].replies]
    return f" ({joined(looked_at)}: and no reply of its own would mend that)" if looked_at else ""


def _told(graph: Graph, names: Sequence[str], found: Sanction) -> str:
    """The answer as a clause: who does what, one after another, or at the same time."""
    steps = [f"{who(graph, move.by)} could {move_words(graph, move)}" for move in found.moves]
    if all(CONCEPTS[name].simultaneous for name in names):
        return f"at the same time {joined(steps)}"
    text = ", then ".join(steps)
    credible = all(CONCEPTS[name].credible for name in names)
    return f"{text} ({'each step' if len(steps) > 1 else 'a step'} to its mover's own good)" if credible else text
