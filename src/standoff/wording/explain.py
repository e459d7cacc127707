"""Why a decision maker would stay or leave, in sentences that carry their judgements."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from standoff.analysis.stability import Analysis, Sanction, Verdict, sanction, verdict
from standoff.concepts import CONCEPTS, Concept, Standing
from standoff.graph import Graph, Move
from standoff.wording.gains import gain_words, loss_words, paying_words
from standoff.wording.ladder import bracketed, standing_under, standing_words, tells_standing
from standoff.wording.people import agrees, it, its, them
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
        found.append(Explained(i, made, standing_headline(graph, made), list(reasons(graph, made))))
    return found


def verdicts(graph: Graph, concepts: Sequence[str], i: int, s: int) -> list[Verdict]:
    """The verdicts on i at s under each concept."""
    return [verdict(graph, name, i, s) for name in concepts]


def standing_headline(graph: Graph, found: Sequence[Verdict]) -> str:
    """How firmly somebody stands, by the ladder; or whether it would stay, where some concepts only were asked for."""
    i = found[0].i
    name = upper_first(who(graph, i))
    stays = [one.concept for one in found if one.stable]
    leaves = [one.concept for one in found if not one.stable]
    if tells_standing([one.concept for one in found]):
        verb = "" if standing_under(stays) is Standing.WILL_MOVE else f"{agrees(graph, (i,), 'is', 'are')} "
        return f"{name} {verb}{standing_words(stays, [*stays, *leaves])}."
    told = [f"would {does}{bracketed(names)}" for does, names in (("leave", leaves), ("stay", stays)) if names]
    return f"{name} {joined(told)}."


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
        move, gain = move_words(graph, Move(i, s, s1)), gain_words(graph, i, s1, s)
        yield Sentence(f"{upper_first(it(graph, i))} could {move}, and would {gain}.", ground(graph, i, s1, s))
        yield from _answers(graph, [one.concept for one in found], i, s, s1)
    left = len(improvements) - len(told)
    if left:
        yield Sentence(
            f"{left:,} more {'move' if left == 1 else 'moves'} would bring {them(graph, i)} something better."
        )


def _held(graph: Graph, i: int, s: int) -> Iterator[Sentence]:
    """No improvement: the moves it has, best first, and the judgement against each."""
    targets = [int(t) for t in graph.best_first(i, graph.targets(i, s))]
    if not targets:
        yield Sentence(f"{upper_first(it(graph, i))} {agrees(graph, (i,), 'has', 'have')} no move from here.")
        return
    yield Sentence(f"No move of {its(graph, i)} own brings {them(graph, i)} anything better.")
    for t in targets[:MAX_MOVES]:
        loss, move = ground(graph, i, s, t), move_words(graph, Move(i, s, t))
        if loss is None:
            yield Sentence(f"To {move} would be all the same to {them(graph, i)}.", depth=1)
        else:
            would = loss_words(graph, i, s, t)
            yield Sentence(f"If {it(graph, i)} chose to {move}, {it(graph, i)} would {would}.", loss, depth=1)


# What the others can do


def _answers(graph: Graph, concepts: Sequence[str], i: int, s: int, s1: int) -> Iterator[Sentence]:
    """What the others can do about one improvement: the most credible answer, or that there is none.

    Where some concepts only were asked for, what each of them finds, those that find the same together.
    """
    looking = [name for name in concepts if CONCEPTS[name].answers]
    found = {name: sanction(graph, name, i, s, s1) for name in looking}
    if not looking:
        yield Sentence(f"Answers of others are not looked at{bracketed(concepts)}.", depth=1)
        return
    if tells_standing(concepts):
        yield from _firmest(graph, i, s, found)
        return
    answers = {name: one for name, one in found.items() if one is not None}
    for moves in dict.fromkeys(one.moves for one in answers.values()):
        names = [name for name, one in answers.items() if one.moves == moves]
        yield _answered(graph, names, i, s, answers[names[0]])
    none = [name for name in looking if found[name] is None]
    if none:
        yield Sentence(_undeterred([CONCEPTS[name] for name in none], bool(answers)), depth=1)


def _firmest(graph: Graph, i: int, s: int, found: dict[str, Sanction | None]) -> Iterator[Sentence]:
    """The answer that is given gladly, else the one that is costly; else one that is made at the same time."""
    for credible in (True, False):
        names = [name for name, one in found.items() if one and _one_by_one(name, credible)]
        lasting = [name for name in names if CONCEPTS[name].replies]
        if names:
            answer = found[(lasting or names)[0]]
            assert answer is not None
            yield _answered(graph, names, i, s, answer)
            if not lasting and any(_one_by_one(name, credible) and CONCEPTS[name].replies for name in found):
                yield Sentence(f"But {who(graph, i)} could then do better by a further move.", depth=1)
            return
    yield Sentence(f"No threat, credible or not, deters {them(graph, i)}.", depth=1)
    for name, one in found.items():
        if one is not None:
            yield _answered(graph, [name], i, s, one)


def _one_by_one(name: str, credible: bool) -> bool:
    return CONCEPTS[name].credible is credible and not CONCEPTS[name].simultaneous


def _answered(graph: Graph, names: Sequence[str], i: int, s: int, answer: Sanction) -> Sentence:
    """An answer, what it would cost whoever is answered, and what it would cost whoever gives it."""
    loss = ground(graph, i, s, answer.ends)
    would = f"would {loss_words(graph, i, s, answer.ends)}" if loss else "would be no better off than now"
    undone = " and could not come out ahead by a further move" if any(CONCEPTS[name].replies for name in names) else ""
    credible = all(CONCEPTS[name].credible or CONCEPTS[name].simultaneous for name in names)
    paying = "" if credible else paying_words(graph, answer.moves)
    clause = f"{_steps(graph, names, answer.moves)}, and {who(graph, i)} {would}{undone}{paying}"
    return Sentence(f"{clause}{bracketed(names)}.", loss, depth=1)


def _steps(graph: Graph, names: Collection[str], moves: Sequence[Move]) -> str:
    """The answer as a clause: who does what, one after another, or at the same time."""
    if all(CONCEPTS[name].simultaneous for name in names):
        steps = joined(f"{who(graph, move.by)} could {move_words(graph, move)}" for move in moves)
        return f"But at the same time {steps}"
    does = "would gladly" if all(CONCEPTS[name].credible for name in names) else "could"
    return "But then " + ", then ".join(f"{who(graph, move.by)} {does} {move_words(graph, move)}" for move in moves)


def _undeterred(none: Sequence[Concept], others: bool) -> str:
    """What is missing where some concepts find no answer, and others may."""
    names = bracketed(one.name for one in none)
    if all(one.simultaneous for one in none):
        return f"Nothing that others could do at the same time deters that{names}."
    if all(one.credible for one in none):
        lasting = " that could not be undone" if others and all(one.replies for one in none) else ""
        return f"No answer that would serve whoever gives it{lasting} deters that{names}."
    return f"Nothing that others could do{' and that could not be undone' if others else ''} deters that{names}."
