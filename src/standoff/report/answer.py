"""The answer that stands first: what holds the conflict in place, what would move it, how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from standoff.analysis.flips import Flip, judged, pivots
from standoff.concepts import CONCEPTS
from standoff.report.blocks import Block, Inline, Items, Mark, Paragraph
from standoff.report.findings import Findings
from standoff.report.solution import grounded_sentence
from standoff.report.ties import Ties
from standoff.wording.explain import reasons, verdicts
from standoff.wording.flips import changes, on_quo
from standoff.wording.words import count, grounds_sentence, joined, status_quo_sentence, upper_first, who

QUESTION = "What holds the conflict in place, and what would move it?"
FLIPS = 3
CONCEPT_WORDS = (
    "An equilibrium is a state at which everybody would stay. What a concept looks at: "
    f"{'; '.join(f'{one.name} at {one.looks_at}' for one in CONCEPTS.values())}."
)


def answer(ties: Ties) -> tuple[Block, ...]:
    """Three short parts."""
    found = ties.found
    return (
        Paragraph((Mark("What holds it in place. "), *_holds(ties)), "lead"),
        *_held_by(ties),
        Paragraph((Mark("What would move it. "), *_moves(ties)), "lead"),
        *_moved_by(ties),
        Paragraph((Mark("How sure that is. "), *_sure(found, ties)), "lead"),
        Paragraph((CONCEPT_WORDS,), "aside"),
    )


# What holds it


def _holds(ties: Ties) -> Iterator[Inline]:
    analysis, quo = ties.found.analysis, ties.graph.meaning.status_quo
    if quo is None:
        strong = _strongest(ties)
        yield f"No status quo is given. {count(len(strong), 'state')} would be stable for everybody under "
        yield f"{_most(ties)}: "
        yield from ties.states(strong)
        yield "."
        return
    yield status_quo_sentence(analysis).removesuffix(".")
    yield " ("
    yield ties.state(quo)
    yield ")."


def _strongest(ties: Ties) -> list[int]:
    """The equilibria that hold under most concepts."""
    most = max((len(names) for names in ties.under.values()), default=0)
    return sorted(s for s, names in ties.under.items() if len(names) == most)


def _most(ties: Ties) -> str:
    most = max((len(names) for names in ties.under.values()), default=0)
    total = len(ties.found.analysis.stable)
    return "all concepts" if most == total else f"{most} of {total} concepts" if most else "any concept"


def _held_by(ties: Ties) -> Iterator[Block]:
    """Who has something better at the status quo, and what holds it back; who has nothing better."""
    graph, quo = ties.graph, ties.graph.meaning.status_quo
    if quo is None:
        return
    content = [i for i in graph.dms if not len(graph.improvements(i, quo))]
    items = [_tempted(ties, i, quo) for i in graph.dms if i not in content]
    if content:
        names = upper_first(joined(who(graph, i) for i in content))
        verb = "has" if len(content) == 1 else "have"
        items.append((Paragraph((f"{names} {verb} no move that brings anything better.",)),))
    yield Items(tuple(items))


def _tempted(ties: Ties, i: int, quo: int) -> tuple[Block, ...]:
    """What somebody could gain, and what would answer it."""
    graph = ties.graph
    analysis = ties.found.analysis
    told = list(reasons(graph, verdicts(graph, list(analysis.stable), i, quo)))
    name, first = upper_first(who(graph, i)), told[0]
    words = grounded_sentence(ties, first.text.replace("It could", f"{name} could", 1), first.ground)
    blocks: list[Block] = [Paragraph(words)]
    answers = list(takewhile(lambda line: line.depth == 1, told[1:]))  # to that move, and to no other
    if answers:
        blocks.append(Items(tuple((Paragraph(grounded_sentence(ties, line.text, line.ground)),) for line in answers)))
    return tuple(blocks)


# What would move it


def _moves(ties: Ties) -> Iterator[Inline]:
    found = ties.found
    paths = found.paths
    if paths is not None and paths.chain.ends:
        likeliest = paths.chain.ends[0]
        if likeliest.states == (paths.options.start,):
            yield "Nobody has an improvement, so it moves only if somebody errs or changes its mind. "
        else:
            yield "If those who can improve do so whatever may answer, it ends "
            yield "in " if len(likeliest.states) == 1 else f"in a cycle of {len(likeliest.states):,} states around "
            yield ties.state(likeliest.states[0])
            yield f" with probability {likeliest.probability:.0%}, after {paths.chain.moves:.1f} moves on average. "
    yield from _misread(ties)
    flips = found.flips
    if flips is None:
        why = f": {found.left_out['flips']}" if "flips" in found.left_out else ""
        yield f"Changes of single judgements were not tried{why}."
        return
    ranked = _flipping(ties)
    if ranked:
        yield (
            f"Of {flips.tried:,} smallest changes of single judgements {_changing(ties):,} change the verdict on "
            f"{'the status quo' if _has_quo(ties) else 'an equilibrium'}; most hangs on:"
        )
    else:
        yield f"None of {flips.tried:,} smallest changes of a single judgement changes the verdict."


def _has_quo(ties: Ties) -> bool:
    return ties.graph.meaning.status_quo is not None


def _misread(ties: Ties) -> Iterator[Inline]:
    """Whether somebody would move because of how it sees the others."""
    quo = ties.graph.meaning.status_quo
    if not ties.found.misread or quo is None:
        return
    told = ties.found.misread[0]
    name = told.actors.under.name
    if name not in told.misreading.concepts:
        return
    leaving = told.misreading.leaving(quo, name)
    truly = [i for i in ties.graph.dms if not ties.found.analysis.stable[name][i][quo]]
    if leaving and not truly:
        names = joined(who(ties.graph, i) for i in leaving)
        yield f"Seeing the others as it does, {names} would leave it even so ({name}). "


def _flipping(ties: Ties) -> list[tuple[str, Sequence[Flip]]]:
    """The judgements on which the verdict on the status quo hangs (without one: any equilibrium), most first."""
    flips = ties.found.flips
    assert flips is not None
    ranked = [(path, [flip for flip in made if flip.status_quo or not _has_quo(ties)]) for path, made in pivots(flips)]
    return [(path, made) for path, made in ranked if made]


def _changing(ties: Ties) -> int:
    return sum(len(made) for _, made in _flipping(ties))


def _moved_by(ties: Ties) -> Iterator[Block]:
    flips = ties.found.flips
    if flips is None:
        return
    items: list[tuple[Block, ...]] = []
    for path, made in _flipping(ties)[:FLIPS]:
        conflict = flips.variations.conflict
        carried = judged(conflict, made[0].edits[0])
        words: tuple[Inline, ...] = (Mark(upper_first(ties.says(carried))), " (", ties.judgement(path), "): ")
        quo = f"the status quo {'; it '.join(on_quo(made[0]))}"
        change = quo if _has_quo(ties) else changes(made[0])
        items.append((Paragraph((*words, f"{made[0].edits[0].words}, and {change}.")),))
    if items:
        yield Items(tuple(items), ordered=True)


# How sure


def _sure(found: Findings, ties: Ties) -> Iterator[Inline]:
    stress = found.stress
    if stress is not None and stress.status_quo:
        shares: dict[str, list[str]] = {}
        for name, interval in sorted(stress.status_quo.items(), key=lambda item: -item[1].count):
            low, high = interval.bounds
            shares.setdefault(f"{interval.share:.0%} ({low:.0%} to {high:.0%})", []).append(name)
        told = "; ".join(f"in {share} under {joined(names)}" for share, names in shares.items())
        yield f"With uncertain judgements drawn {stress.draws:,} times the status quo is an equilibrium {told}. "
        yield from _driver(ties)
    elif found.is_certain:
        yield "No order of preferences is marked as uncertain, so none was drawn. "
    yield grounds_sentence(found.conflict)


def _driver(ties: Ties) -> Iterator[Inline]:
    """The judgement whose uncertainty drives most of the spread."""
    stress = ties.found.stress
    assert stress is not None
    top = max(stress.drivers, key=lambda one: one.share, default=None)
    if top is not None and top.share >= 0.1:
        yield "Most of the spread comes from "
        yield ties.judgement(top.path)
        yield f" ({ties.meaning(top.path)}). "
