"""Every claim of a conflict put to the test: its verdict, how robust that is, and which single judgements flip it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from standoff.accident import corrected
from standoff.assertions import Trend, looks_at_preferences, looks_at_views, simple
from standoff.claims import Bench, Outcome, Verdict, outcome
from standoff.edits import Edit, apply, edits, view_edits
from standoff.errors import InvalidConflict, TooLarge
from standoff.graph import Graph, compile
from standoff.measured import Measured
from standoff.misperception import Pictures
from standoff.model import Claim, Conflict
from standoff.progress import Progress, silent
from standoff.uncertainty import CHUNK, Dispersion, Draws, Interval
from standoff.words import upper_first


@dataclass(frozen=True)
class ClaimFlip:
    """A smallest change of a judgement after which the verdict is another."""

    edit: Edit
    verdict: Verdict


@dataclass(frozen=True)
class Examined:
    """A claim and what came of it.

    ``share``: of the draws in which it holds, ``untestable``: in which it cannot be tested; None without draws,
    where it cannot be tested at all, and where it looks at event data alone.
    """

    claim: Claim
    outcome: Outcome
    share: Interval | None = None
    untestable: Interval | None = None
    flips: tuple[ClaimFlip, ...] | None = None

    @property
    def sentence(self) -> str:
        """What came of it."""
        return upper_first(self.outcome.sentence()) + "."

    @property
    def pivots(self) -> list[str]:
        """The judgements on which the verdict hangs, by path."""
        return list(dict.fromkeys(flip.edit.where for flip in self.flips or ()))


def examine(
    graph: Graph,
    claims: Sequence[Claim] | None = None,
    draws: int = 0,
    seed: int = 0,
    flips: bool = False,
    dispersion: Dispersion | None = None,
    progress: Progress = silent,
    measured: Measured | None = None,
) -> list[Examined]:
    """Claims about a conflict put to the test (default: all that it makes).

    ``draws``: so often uncertain judgements are drawn, as in ``uncertainty`` (where any is uncertain); ``flips``: every
    smallest change of a judgement is tried.
    """
    conflict, bench = graph.conflict, Bench(graph, measured=measured)
    claims = conflict.claims if claims is None else claims
    found = [outcome(bench, claim.test) for claim in claims]
    changes = [*edits(conflict), *view_edits(conflict, nested=False)] if flips else []
    total = draws + len(changes)
    shares = _shares(
        conflict, measured, claims, found, draws, seed, dispersion or Dispersion(), lambda k: progress(k, total)
    )
    flipped: list[list[ClaimFlip]] = [[] for _ in found]
    for number, edit in enumerate(changes):
        progress(draws + number, total)
        for k, says in _after(graph, measured, claims, edit):
            if says is not found[k].verdict:
                flipped[k].append(ClaimFlip(edit, says))
    return [
        Examined(claim, one, *share, tuple(mine) if flips else None)
        for claim, one, share, mine in zip(claims, found, shares, flipped, strict=True)
    ]


def _shares(
    conflict: Conflict,
    measured: Measured | None,
    claims: Sequence[Claim],
    found: Sequence[Outcome],
    draws: int,
    seed: int,
    dispersion: Dispersion,
    progress: Callable[[int], None],
) -> list[tuple[Interval | None, Interval | None]]:
    """Of each claim the draws in which it holds and those in which it cannot be tested."""
    if not draws:
        return [(None, None)] * len(found)
    drawn_from = Draws(conflict, dispersion, ["Nash"])
    if not drawn_from.parties:  # nothing is uncertain
        return [(None, None)] * len(found)
    counts = [Counter[Verdict]() for _ in found]
    for number in range(-(-draws // CHUNK)):
        size = min(CHUNK, draws - number * CHUNK)
        for k, graph in enumerate(drawn_from.graphs(seed, number, size)):
            progress(number * CHUNK + k)
            bench = Bench(graph, drawn_from.graph, measured)
            for n, claim in enumerate(claims):
                if found[n].verdict is not Verdict.UNTESTABLE:
                    drawn = looks_at_preferences(claim.test)  # nothing else is drawn
                    counts[n][outcome(bench, claim.test).verdict if drawn else found[n].verdict] += 1
    return [
        (None, None)
        if one.verdict is Verdict.UNTESTABLE or _measures(claim)
        else (Interval(count[Verdict.HOLDS], draws), Interval(count[Verdict.UNTESTABLE], draws))
        for claim, one, count in zip(claims, found, counts, strict=True)
    ]


def _measures(claim: Claim) -> bool:
    """Whether its test looks at event data alone, which no draw of judgements touches."""
    return all(isinstance(test, Trend) for test in simple(claim.test))


def _after(
    base: Graph, measured: Measured | None, claims: Sequence[Claim], edit: Edit
) -> Iterator[tuple[int, Verdict]]:
    """The verdicts after an edit that can matter to a claim; none where it leaves no valid conflict."""
    try:
        graph = edited(base, edit)
    except (InvalidConflict, ValueError, TooLarge):
        return
    bench = Bench(graph, base, measured)
    for k, claim in enumerate(claims):
        if _matters(edit, claim):
            yield k, outcome(bench, claim.test).verdict


def _matters(edit: Edit, claim: Claim) -> bool:
    """Whether an edit touches what the test of a claim looks at."""
    if edit.path[0] == "views":
        return looks_at_views(claim.test)
    return edit.whose_preference is None or looks_at_preferences(claim.test)


def edited(base: Graph, edit: Edit) -> Graph:
    """The graph after an edit; where only preferences or views change, states and moves are kept.

    Raises InvalidConflict, and ValueError or TooLarge where the edit cannot be made.
    """
    if edit.path[0] == "views":
        return corrected(Pictures(base), edit).truth
    changed = apply(base.conflict, edit)
    if (name := edit.whose_preference) is None:
        return compile(changed)
    ranks = base.ranks.copy()
    ranks[base.dm(name)] = base.meaning.with_preferences(changed, [name])[name]
    return base.with_meaning(replace(base.meaning, conflict=changed, ranks=ranks))
