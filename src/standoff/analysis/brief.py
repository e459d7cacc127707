"""What one should know first: does it last, what would move it, where it goes, how sure that is.

Nothing is found here that another analysis has not found: it is put together, the most believable first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.analysis.coalition import Group
from standoff.analysis.deals import Deal, Deals
from standoff.analysis.errors_needed import ErrorsNeeded, Mistake
from standoff.analysis.evolution import End
from standoff.analysis.flips import Flip, Flips, judged
from standoff.analysis.misreading import Misreadings
from standoff.analysis.paths import Paths
from standoff.analysis.stability import Analysis, Sanction, sanction, standings, verdict
from standoff.analysis.uncertainty import Interval, Robustness
from standoff.concepts import NASH, Standing, deciding, deciding_concepts
from standoff.conflict.edits import believability
from standoff.conflict.model import Judgement
from standoff.errors import Path

LEADING = 3  # deals that last that are told first
NOTHING = Flip((), {}, {}, {})  # nothing is changed


@dataclass(frozen=True, slots=True)
class Tempted:
    """Somebody could gain by moving to ``to``; ``answer``: what deters that (None: nothing does)."""

    by: int
    to: int
    stands: Standing
    answer: Sanction | None = None


@dataclass(frozen=True, slots=True)
class Turning:
    """A change of one judgement that turns whether the status quo lasts; ``after``: how firmly it stands then."""

    judgement: Judgement
    flip: Flip
    after: Standing


@dataclass(frozen=True, slots=True)
class Ending:
    """Where improvements end, and how far that end is sound.

    ``kept`` of ``tried`` changes of one judgement leave it a place where all are at rest (None: not tried, or a cycle);
    ``share``: the draws of uncertain judgements in which it is one (None: none were drawn).
    """

    end: End
    tried: int | None = None
    kept: int | None = None
    share: Interval | None = None

    @property
    def shaky(self) -> bool:
        """Whether most of the variations do not keep it."""
        few = self.kept is not None and self.tried is not None and 2 * self.kept < self.tried
        return few or (self.share is not None and self.share.share < 0.5)


@dataclass(frozen=True)
class Brief:
    """What one should know first of a conflict.

    ``stands``: how firmly each decision maker stands at the status quo; empty where there is none.
    ``leaving`` and ``held``: who could gain there. ``misreading``: who would leave only because of how it sees others.
    ``turning``: changes of single judgements that turn the verdict, the most believable first, one a judgement; of
    ``tried``; ``elsewhere``: how many changes of the status quo do so, by which another state is asked about.
    ``errors``: how many judgements would have to be wrong at the same time for it to turn (None: not looked for);
    ``credible``: for it to be no longer deterred by those who would gladly answer.
    """

    analysis: Analysis
    stands: tuple[Standing, ...]
    leaving: tuple[Tempted, ...]
    held: tuple[Tempted, ...]
    deals: Deals | None
    misreading: Group
    turning: tuple[Turning, ...]
    tried: int | None
    elsewhere: int
    errors: ErrorsNeeded | None
    credible: ErrorsNeeded | None
    ends: tuple[Ending, ...]

    @property
    def quo(self) -> int | None:
        """The status quo."""
        return self.analysis.graph.meaning.status_quo

    @property
    def firmness(self) -> Standing | None:
        """How firmly the status quo stands, by its weakest decision maker; None where there is none."""
        return min(self.stands) if self.stands else None

    @property
    def best_deals(self) -> tuple[Deal, ...]:
        """The deals, those first that last, and of these those by which all of the group gain."""
        found = self.deals.deals if self.deals else ()
        return tuple(sorted(found, key=lambda one: (not one.lasts, bool(one.unharmed))))

    @property
    def leading_end(self) -> tuple[int, ...]:
        """The states of the likeliest end; none where there is no status quo."""
        return self.ends[0].end.states if self.ends else ()

    @property
    def leading_deals(self) -> tuple[Deal, ...]:
        """The deals that are told first: the best that last; where none does, the best of all."""
        lasting = tuple(one for one in self.best_deals if one.lasts)
        return lasting[:LEADING] or self.best_deals[:1]

    @property
    def disarming(self) -> tuple[tuple[Mistake, ...], ...]:
        """The sets of judgements that, if wrong, leave nobody to answer gladly, the first to doubt first.

        Each set once, though several changes of it would do; without those of where it stands now.
        """
        found: dict[frozenset[Path], tuple[Mistake, ...]] = {}
        for errors in self.credible.by_grade if self.credible is not None else ():
            for chosen in errors.sets:
                if not any(one.edit.kind == "status_quo" for one in chosen):
                    found.setdefault(frozenset(one.judgement.path for one in chosen), chosen)
        return tuple(found.values())

    @property
    def at_rest(self) -> Group:
        """Who has nothing to gain at the status quo."""
        return tuple(i for i, stands in enumerate(self.stands) if stands is Standing.AT_REST)


def brief(
    analysis: Analysis,
    deals: Deals | None = None,
    paths: Paths | None = None,
    flips: Flips | None = None,
    misread: Sequence[Misreadings] = (),
    stress: Robustness | None = None,
) -> Brief:
    """What was found, put together; what was not asked is left out.

    >>> from standoff.casebook import load
    >>> from standoff.analysis.stability import solve
    >>> found = brief(solve(load("syria-2015")))
    >>> found.firmness.words, [one.by for one in found.held]
    ('deterred', [3])
    """
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    stands = () if quo is None else tuple(Standing(int(value)) for value in standings(analysis)[:, quo])
    tempted = () if quo is None else tuple(_tempted(analysis, stands, quo))
    if flips is not None and not {*deciding_concepts()} <= {*flips.variations.concepts}:
        flips = None  # it was tried under other concepts than those that tell whether it lasts
    turning = tuple(_turning(flips)) if flips is not None and stands else ()
    return Brief(
        analysis,
        stands,
        tuple(one for one in tempted if one.answer is None),
        tuple(one for one in tempted if one.answer is not None),
        deals,
        _misreading(misread, quo) if quo is not None else (),
        turning,
        None if flips is None else flips.tried - len(flips.unjudged),
        sum(_is_of_status_quo(one) and _turns(flips, one) for one in flips.singles)
        if flips is not None and stands
        else 0,
        _errors(flips, Standing.DETERRED_AT_COST) if flips is not None else None,
        _errors(flips, Standing.DETERRED) if flips is not None else None,
        tuple(_ending(graph.states.names, end, flips, stress) for end in (paths.chain.ends if paths else ())),
    )


def _tempted(analysis: Analysis, stands: Sequence[Standing], quo: int) -> Iterator[Tempted]:
    """Who could gain: the best that nothing deters; else the best, and its answer by the concept that tells it."""
    graph = analysis.graph
    for i, step in enumerate(stands):
        if step is Standing.AT_REST:
            continue
        if step is Standing.WILL_MOVE:
            escape = verdict(graph, deciding(Standing.DETERRED_AT_COST).name, i, quo).witness.escape
            assert escape is not None
            yield Tempted(i, escape, step)
            continue
        best = int(graph.improvements(i, quo)[0])
        if step is Standing.DETERRED_AT_COST:  # one that nobody would gladly answer
            escape = verdict(graph, deciding(Standing.DETERRED).name, i, quo).witness.escape
            best = best if escape is None else escape
        yield Tempted(i, best, step, sanction(graph, deciding(step).name, i, quo, best))


def _misreading(found: Sequence[Misreadings], quo: int) -> Group:
    """Who would leave, seeing the others as it does, and would not if it saw them as they are."""
    for told in found[:1]:
        name = told.actors.under.name
        if name in told.misreading.concepts:
            leaving = told.misreading.leaving(quo, name)
            return tuple(i for i in leaving if verdict(told.graph, name, i, quo).stable)
    return ()


def firmness_after(found: Flips, flip: Flip) -> Standing:
    """How firmly the status quo stands after a change, by its weakest decision maker."""
    holds = {**found.variations.answers.status_quo, **flip.status_quo}
    steps = (step for step in sorted(Standing, reverse=True) if step is not Standing.WILL_MOVE)
    return next((step for step in steps if holds[deciding(step).name]), Standing.WILL_MOVE)


def _errors(found: Flips, step: Standing) -> ErrorsNeeded | None:
    """What would have to be wrong for it to turn whether the status quo stands at least so firmly."""
    return next((one for one in found.errors if one.concept == deciding(step).name), None)


def _turns(found: Flips, flip: Flip) -> bool:
    """Whether a change turns whether the status quo lasts."""
    now, after = firmness_after(found, NOTHING), firmness_after(found, flip)
    return (now is Standing.WILL_MOVE) != (after is Standing.WILL_MOVE)


def _is_of_status_quo(flip: Flip) -> bool:
    return flip.edits[0].kind == "status_quo"


def _turning(found: Flips) -> Iterator[Turning]:
    """Of each judgement the most believable change that turns whether it lasts."""
    now = firmness_after(found, NOTHING)
    turned = [
        Turning(judged(found.variations.conflict, flip.edits[0]), flip, firmness_after(found, flip))
        for flip in found.singles
        if not _is_of_status_quo(flip) and _turns(found, flip)  # that it stood otherwise is another question
    ]
    turned.sort(key=lambda one: (_believable(one), -abs(one.after - now), -one.flip.weight[0]))
    seen = set()
    for one in turned:
        if one.judgement.path not in seen:
            seen.add(one.judgement.path)
            yield one


def _believable(one: Turning) -> tuple[int, int, int]:
    """How believable it is that the judgement is wrong in that way: least first."""
    return believability(one.judgement, one.flip.edits[0])


def _ending(names: Sequence[object], end: End, flips: Flips | None, stress: Robustness | None) -> Ending:
    if len(end.states) > 1:
        return Ending(end)
    (s,) = end.states
    tried = kept = None
    if flips is not None and NASH.name in flips.variations.answers.equilibria:
        tried = flips.tried - len(flips.unjudged)
        kept = tried - sum(names[s] in flip.vanishes.get(NASH.name, ()) for flip in flips.singles)
    share = None
    if stress is not None and NASH.name in stress.equilibria:
        share = stress.equilibria[NASH.name].get(s, Interval(0, stress.draws))
    return Ending(end, tried, kept, share)
