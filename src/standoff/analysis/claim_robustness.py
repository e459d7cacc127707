"""Every claim of a conflict put to the test: its verdict, how robust that is, and which single judgements flip it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from standoff.analysis.claim_marks import (
    PLACEBOS,
    Chance,
    Otherwise,
    definitions_behind,
    placebo_chances,
    said_back,
    tested_otherwise,
)
from standoff.analysis.claims import ClaimContext, ClaimVerdict, Outcome, outcome
from standoff.analysis.draws import Draw, Draws, Uncertain, fewer, uncertain_judgements
from standoff.analysis.measured import MeasuredAffinities
from standoff.analysis.misperception import Pictures
from standoff.analysis.plays import corrected
from standoff.analysis.straying import Dispersion
from standoff.analysis.uncertainty import CHUNK, Interval
from standoff.concepts import NASH
from standoff.conflict.claim_tests import Trend, simple
from standoff.conflict.edits import Edit, apply, believability, edits, least_sure, view_edits
from standoff.conflict.model import Claim, Judgement
from standoff.errors import InvalidConflict, Path, TooLarge
from standoff.graph import Graph
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
    where it cannot be tested at all, and where no draw can matter to it. ``milder``: the share where judgements stray
    half as far. ``chance``: how often it holds whatever anybody wants (None: not tried, or it looks at no preferences);
    ``behind``: the definitions that its test rests on. ``said_back``: the judgements that stand on its own words.
    ``otherwise``: what comes of the same sentence tested otherwise. ``shaken``: it has another verdict in some draw
    that keeps states and moves.
    """

    claim: Claim
    outcome: Outcome
    share: Interval | None = None
    untestable: Interval | None = None
    flips: tuple[ClaimFlip, ...] | None = None
    milder: Interval | None = None
    chance: Chance | None = None
    behind: tuple[str, ...] = ()
    said_back: tuple[Judgement, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()
    shaken: bool = False

    @property
    def by_construction(self) -> bool:
        """Whether its verdict is the same whatever anybody wants, as far as was tried; not where event data decide."""
        if self.outcome.verdict is ClaimVerdict.UNTESTABLE or _measures(self.claim):
            return False
        if not self.claim.test.looks_at_preferences:
            return True
        turned = any(flip.edit.whose_preference is not None for flip in self.flips or ())
        return self.chance is not None and self.chance.whatever and not turned and not self.shaken

    @property
    def turned(self) -> tuple[Otherwise, ...]:
        """Those tests of the same sentence that have the opposite verdict."""
        opposite = {ClaimVerdict.HOLDS: ClaimVerdict.FAILS, ClaimVerdict.FAILS: ClaimVerdict.HOLDS}
        return tuple(one for one in self.otherwise if one.verdict is opposite.get(self.outcome.verdict))

    @property
    def in_few(self) -> bool:
        """Whether it holds, and in fewer than half of the draws."""
        return self.share is not None and self.outcome.verdict is ClaimVerdict.HOLDS and self.share.share < 0.5

    @property
    def pivots(self) -> list[str]:
        """The judgements on which the verdict hangs, by path."""
        return list(dict.fromkeys(flip.edit.where for flip in self.flips or ()))


def _unheard(_claim: Claim, _verdict: ClaimVerdict) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Examination:
    """What came of each claim that was tested; ``draws`` were made, and ``not_done`` says what was left out.

    ``again``: how often something was drawn again because it left no valid conflict.
    """

    graph: Graph
    claims: tuple[Examined, ...]
    draws: int
    seed: int
    dispersion: Dispersion
    not_done: tuple[str, ...] = ()
    again: int = 0

    @cached_property
    def uncertain(self) -> Uncertain:
        """The judgements that are not certain: those of views are drawn where a claim looks at views."""
        return uncertain_judgements(self.graph.meaning, any(one.claim.test.looks_at_views for one in self.claims))


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
    marks: bool = False,
    enough: Enough = never,
    told: Callable[[Claim, ClaimVerdict], None] = _unheard,
) -> Examination:
    """Claims about a conflict put to the test (default: all that it makes).

    ``draws``: so often uncertain judgements are drawn, as in ``uncertainty`` (where any is uncertain); ``flips``: every
    smallest change of a judgement is tried; ``marks``: what should be known before a verdict is believed is looked for
    (``claim_marks``), and draws are made at a second setting. Each verdict is ``told`` as it comes. Where it is
    ``enough`` before the end, draws and changes that were begun are dropped, and what was left out is said.
    """
    spread = dispersion or Dispersion()
    conflict = graph.conflict
    claims = conflict.claims if claims is None else claims
    changes = [*edits(graph.meaning), *view_edits(conflict, nested=False)] if flips else []
    settings = [spread, spread.milder] if marks else [spread]
    views = any(claim.test.looks_at_views for claim in claims)
    sources = [Draws(graph, one, [NASH.name], views) for one in settings] if draws else []
    asked = dict(zip((one for one in sources if one.any), (draws, fewer(draws)), strict=False))
    steps = _Steps(len(claims) * (1 + PLACEBOS * marks + sum(asked.values()) + len(changes)), progress, enough)
    testing = _Testing(graph, claims, measured, steps)
    try:
        testing.claim_by_claim(told)
        if marks:
            testing.look_at_marks(seed)
        for k, (source, many) in enumerate(asked.items()):
            testing.draw(source, many, seed, k)
        for edit in changes:
            testing.change(edit)
    except Stopped:
        pass
    left = [
        *undone(len(testing.found), len(claims), "claims were not tested"),
        *undone(sum(testing.made), sum(asked.values()), "draws were not made"),
        *undone(testing.tried, len(changes), "changes were not tried"),
    ]
    examined = tuple(testing.examined(flips, sources[0] if asked else None))
    made = testing.made[0] if asked else draws
    return Examination(graph, examined, made, seed, spread, tuple(left), testing.again[0])


class _Testing:
    """Claims under test: what came of each so far."""

    def __init__(
        self, graph: Graph, claims: Sequence[Claim], measured: MeasuredAffinities | None, steps: _Steps
    ) -> None:
        self.graph, self.claims, self.measured, self.steps = graph, claims, measured, steps
        self.context = ClaimContext(graph, measured=measured)
        self.found: list[Outcome] = []
        self.counts: list[tuple[Counter[ClaimVerdict], Counter[ClaimVerdict]]] = []
        self.flipped: list[list[ClaimFlip]] = []
        self.chance: list[Chance | None] = [None] * len(claims)
        self.variants: list[tuple[Otherwise, ...]] = [()] * len(claims)
        self.backed: list[tuple[Judgement, ...]] = [()] * len(claims)
        self.shaken: set[int] = set()
        self.made, self.again, self.tried = [0, 0], [0, 0], 0

    def claim_by_claim(self, told: Callable[[Claim, ClaimVerdict], None]) -> None:
        """The verdict on each."""
        for claim in self.claims:
            self.steps.one()
            self.found.append(outcome(self.context, claim.test))
            self.counts.append((Counter(), Counter()))
            self.flipped.append([])
            told(claim, self.found[-1].verdict)

    def look_at_marks(self, seed: int) -> None:
        """What should be known before they are believed."""
        judgements = list(self.graph.conflict.judgements())
        self.backed = [tuple(said_back(claim, judgements)) for claim in self.claims]
        for k, claim in enumerate(self.claims):
            self.steps.one(0)
            self.variants[k] = tuple(tested_otherwise(self.context, claim.test))
        verdicts = [one.verdict for one in self.found]
        self.chance = placebo_chances(
            self.graph, self.claims, verdicts, seed=seed, measured=self.measured, step=self.steps.one
        )

    def draw(self, source: Draws, draws: int, seed: int, setting: int) -> None:
        """The verdicts in so many draws."""
        for draw, drawn in _drawn(source, draws, seed):
            context = ClaimContext(drawn, self.graph, self.measured)
            verdicts = _says(context, self.claims, self.found, source, self.steps)
            for k, says in enumerate(verdicts):
                self.counts[k][setting][says] += 1
                if setting == 0 and draw.keeps_structure and says is not self.found[k].verdict:
                    self.shaken.add(k)
            self.again[setting] += draw.again
            self.made[setting] += 1

    def change(self, edit: Edit) -> None:
        """The verdicts after one change."""
        new = list(_after(self.graph, self.measured, self.claims, edit, self.steps))
        for k, says in new:
            if says is not self.found[k].verdict:
                self.flipped[k].append(ClaimFlip(edit, says))
        self.tried += 1

    def examined(self, flips: bool, drawn: Draws | None) -> Iterator[Examined]:
        """Each claim that was tested, with all that came of it."""
        conflict = self.graph.conflict
        known = {judged.path: judged for judged in conflict.judgements()}
        for k, (claim, one) in enumerate(zip(self.claims, self.found, strict=False)):
            share, untestable = _shares(claim, one, self.counts[k][0], self.made[0], drawn)
            milder, _ = _shares(claim, one, self.counts[k][1], self.made[1], drawn)
            backed = self.backed[k]
            if flips:  # it rests on those that turn it
                pivots = {flip.edit.path[: len(judged.path)] for flip in self.flipped[k] for judged in backed}
                backed = tuple(judged for judged in backed if judged.path in pivots)
            flipped = tuple(sorted(self.flipped[k], key=lambda flip: _believable(known, flip)))
            yield Examined(
                claim,
                one,
                share,
                untestable,
                flipped if flips else None,
                milder,
                self.chance[k],
                tuple(definitions_behind(conflict, claim.test)),
                backed,
                self.variants[k],
                k in self.shaken,
            )


def _believable(known: Mapping[Path, Judgement], flip: ClaimFlip) -> tuple[int, int, int]:
    """The most believable change first; one of several judgements of a view as the least sure of them."""
    return believability(Judgement(flip.edit.path, "", least_sure(known, flip.edit)), flip.edit)


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


def _drawn(drawn_from: Draws, draws: int, seed: int) -> Iterator[tuple[Draw, Graph]]:
    for number in range(-(-draws // CHUNK)):
        yield from drawn_from.drawn(seed, number, min(CHUNK, draws - number * CHUNK))


def _says(
    context: ClaimContext, claims: Sequence[Claim], found: Sequence[Outcome], drawn: Draws, steps: _Steps
) -> list[ClaimVerdict]:
    """The verdicts in a draw; of a claim that looks at nothing that is drawn, or cannot be tested, as they are."""
    verdicts = []
    for claim, one in zip(claims, found, strict=True):
        steps.one()
        touched = one.verdict is not ClaimVerdict.UNTESTABLE and drawn.can_touch(claim.test)
        verdicts.append(outcome(context, claim.test).verdict if touched else one.verdict)
    return verdicts


def _shares(
    claim: Claim, one: Outcome, count: Counter[ClaimVerdict], draws: int, drawn: Draws | None
) -> tuple[Interval | None, Interval | None]:
    """The draws in which a claim holds, and those in which it cannot be tested; None where no draw can matter."""
    if not draws or one.verdict is ClaimVerdict.UNTESTABLE or drawn is None or not drawn.can_touch(claim.test):
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
    return base.after(apply(base.meaning, edit), [edit.whose_preference])
