"""Every claim of a conflict put to the test: its verdict, how robust that is, and which single judgements flip it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from standoff.analysis.claims import ClaimContext, ClaimVerdict, Outcome, outcome
from standoff.analysis.draws import Dispersion, Draws
from standoff.analysis.measured import MeasuredAffinities
from standoff.analysis.misperception import Pictures
from standoff.analysis.plays import corrected
from standoff.analysis.uncertainty import CHUNK, Interval
from standoff.concepts import NASH
from standoff.conflict.claim_tests import Trend, simple
from standoff.conflict.edits import Edit, apply, edits, view_edits
from standoff.conflict.model import Claim
from standoff.errors import InvalidConflict, TooLarge
from standoff.graph import Graph, build_graph
from standoff.progress import Enough, Progress, Stopped, never, silent, undone


@dataclass(frozen=True)
class ClaimFlip:
    """A smallest change of a judgement after which the verdict is another."""

    edit: Edit
    verdict: ClaimVerdict


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
    def pivots(self) -> list[str]:
        """The judgements on which the verdict hangs, by path."""
        return list(dict.fromkeys(flip.edit.where for flip in self.flips or ()))


def _unheard(_claim: Claim, _verdict: ClaimVerdict) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Examination:
    """What came of each claim that was tested; ``draws`` were made, and ``not_done`` says what was left out."""

    graph: Graph
    claims: tuple[Examined, ...]
    draws: int
    seed: int
    dispersion: Dispersion
    not_done: tuple[str, ...] = ()


def examine(
    graph: Graph,
    claims: Sequence[Claim] | None = None,
    draws: int = 0,
    seed: int = 0,
    flips: bool = False,
    dispersion: Dispersion | None = None,
    progress: Progress = silent,
    measured: MeasuredAffinities | None = None,
) -> list[Examined]:
    """All that comes of claims about a conflict: as ``examination``, to the end."""
    return list(examination(graph, claims, draws, seed, flips, dispersion, progress, measured).claims)


def examination(
    graph: Graph,
    claims: Sequence[Claim] | None = None,
    draws: int = 0,
    seed: int = 0,
    flips: bool = False,
    dispersion: Dispersion | None = None,
    progress: Progress = silent,
    measured: MeasuredAffinities | None = None,
    *,
    enough: Enough = never,
    told: Callable[[Claim, ClaimVerdict], None] = _unheard,
) -> Examination:
    """Claims about a conflict put to the test (default: all that it makes).

    ``draws``: so often uncertain judgements are drawn, as in ``uncertainty`` (where any is uncertain); ``flips``: every
    smallest change of a judgement is tried. Each verdict is ``told`` as it comes. Where it is ``enough`` before the
    end, draws and changes that were begun are dropped, and what was left out is said.
    """
    spread = dispersion or Dispersion()
    conflict, context = graph.conflict, ClaimContext(graph, measured=measured)
    claims = conflict.claims if claims is None else claims
    changes = [*edits(graph.meaning), *view_edits(conflict, nested=False)] if flips else []
    drawn_from = Draws(graph, spread, [NASH.name]) if draws else None
    uncertain = drawn_from is not None and bool(drawn_from.parties)
    steps = _Steps(len(claims) * (1 + uncertain * draws + len(changes)), progress, enough)
    found: list[Outcome] = []
    counts: list[Counter[ClaimVerdict]] = []
    flipped: list[list[ClaimFlip]] = []
    made = tried = 0
    try:
        for claim in claims:
            steps.one()
            found.append(outcome(context, claim.test))
            counts.append(Counter())
            flipped.append([])
            told(claim, found[-1].verdict)
        for drawn in _drawn(drawn_from, draws, seed) if uncertain and drawn_from is not None else ():
            verdicts = _says(ClaimContext(drawn, graph, measured), claims, found, steps)
            for count, says in zip(counts, verdicts, strict=True):
                count[says] += 1
            made += 1
        for edit in changes:
            new = list(_after(graph, measured, claims, edit, steps))
            for k, says in new:
                if says is not found[k].verdict:
                    flipped[k].append(ClaimFlip(edit, says))
            tried += 1
    except Stopped:
        pass
    left = [
        *undone(len(found), len(claims), "claims were not tested"),
        *undone(made, draws if uncertain else 0, "draws were not made"),
        *undone(tried, len(changes), "changes were not tried"),
    ]
    examined = [
        Examined(claim, one, *_shares(claim, one, count, made), tuple(mine) if flips else None)
        for claim, one, count, mine in zip(claims, found, counts, flipped, strict=False)
    ]
    return Examination(graph, tuple(examined), made if uncertain else draws, seed, spread, tuple(left))


class _Steps:
    """Counts steps, each a test of a claim. Raises Stopped where it is enough."""

    def __init__(self, total: int, progress: Progress, enough: Enough) -> None:
        self.total, self.progress, self.enough = total, progress, enough
        self.done = 0

    def one(self, steps: int = 1) -> None:
        if self.enough():
            raise Stopped
        self.progress(self.done, self.total)
        self.done += steps


def _drawn(drawn_from: Draws, draws: int, seed: int) -> Iterator[Graph]:
    for number in range(-(-draws // CHUNK)):
        yield from drawn_from.graphs(seed, number, min(CHUNK, draws - number * CHUNK))


def _says(
    context: ClaimContext, claims: Sequence[Claim], found: Sequence[Outcome], steps: _Steps
) -> list[ClaimVerdict]:
    """The verdicts in a draw; of a claim that looks at nothing that is drawn, or cannot be tested, as they are."""
    verdicts = []
    for claim, one in zip(claims, found, strict=True):
        steps.one()
        touched = one.verdict is not ClaimVerdict.UNTESTABLE and claim.test.looks_at_preferences
        verdicts.append(outcome(context, claim.test).verdict if touched else one.verdict)
    return verdicts


def _shares(
    claim: Claim, one: Outcome, count: Counter[ClaimVerdict], draws: int
) -> tuple[Interval | None, Interval | None]:
    """The draws in which a claim holds, and those in which it cannot be tested."""
    if not draws or one.verdict is ClaimVerdict.UNTESTABLE or _measures(claim):
        return None, None
    return Interval(count[ClaimVerdict.HOLDS], draws), Interval(count[ClaimVerdict.UNTESTABLE], draws)


def _measures(claim: Claim) -> bool:
    """Whether its test looks at event data alone, which no draw of judgements touches."""
    return all(isinstance(test, Trend) for test in simple(claim.test))


def _after(
    base: Graph, measured: MeasuredAffinities | None, claims: Sequence[Claim], edit: Edit, steps: _Steps
) -> Iterator[tuple[int, ClaimVerdict]]:
    """The verdicts after an edit that can matter to a claim; none where it leaves no valid conflict."""
    mattering = [(k, claim) for k, claim in enumerate(claims) if _matters(edit, claim)]
    steps.one(len(claims) - len(mattering))
    try:
        graph = edited_graph(base, edit)
    except (InvalidConflict, ValueError, TooLarge):
        steps.one(len(mattering))
        return
    context = ClaimContext(graph, base, measured)
    for k, claim in mattering:
        steps.one()
        yield k, outcome(context, claim.test).verdict


def _matters(edit: Edit, claim: Claim) -> bool:
    """Whether an edit touches what the test of a claim looks at."""
    if edit.path[0] == "views":
        return claim.test.looks_at_views
    name = edit.whose_preference
    return name is None or claim.test.minds(name) or claim.test.looks_at_views


def edited_graph(base: Graph, edit: Edit) -> Graph:
    """The graph after an edit; where only preferences or views change, states and moves are kept.

    Raises InvalidConflict, and ValueError or TooLarge where the edit cannot be made.
    """
    if edit.path[0] == "views":
        return corrected(Pictures(base), edit).truth
    changed = apply(base.meaning, edit)
    if (name := edit.whose_preference) is None:
        return build_graph(changed, base.may_return)
    return base.with_orders({base.dm(name): base.meaning.with_preferences(changed, [name])[name]}, changed)
