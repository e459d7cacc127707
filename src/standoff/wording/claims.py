"""Claims that were put to the test, in words: how robust a verdict is, on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.claim_robustness import ClaimFlip, Examination, Examined
from standoff.analysis.claims import ClaimVerdict
from standoff.conflict.edits import Edit, judgement
from standoff.conflict.evidence import Evidence
from standoff.conflict.model import Conflict, Judgement
from standoff.wording.stress import bounds, percent_share
from standoff.wording.words import joined


def assumptions(found: Examination) -> Iterator[str]:
    """What shares and flips rest on."""
    tried = "those that were tried of the" if any("changes" in one for one in found.not_done) else "all"
    yield f"flips are {tried} smallest changes of one judgement, or of one part of a view"
    if found.draws:
        spread = found.dispersion
        yield (
            f"draws let likely statements stray with {spread.likely:g} and doubtful ones with {spread.doubtful:g}, "
            f"and hold a doubtful one with probability {spread.presence:g}; rules, moves, views and definitions stay"
        )


def carried(conflict: Conflict, edit: Edit) -> Judgement:
    """The judgement that an edit changes; of a whole preference in a view, what it is."""
    found = judgement(conflict, edit)
    if found is None:  # a whole preference in a view, of which each statement is a judgement
        says = f"what {edit.path[1]} takes {edit.path[-2]} to want"
        return Judgement(edit.path, says, Evidence())
    return found


def verdict_word(one: Examined) -> str:
    """The verdict where room is short."""
    return "untested" if one.outcome.verdict is ClaimVerdict.UNTESTABLE else one.outcome.verdict.value


def counts(found: Examination) -> str:
    """How many claims hold, fail and cannot be tested."""
    holds, fails, untestable = (sum(one.outcome.verdict is verdict for one in found.claims) for verdict in ClaimVerdict)
    return f"{holds} hold, {fails} fail, {untestable} cannot be tested."


def what_robust_means(found: Examination) -> str | None:
    """What is meant by robust; None where nothing was to be drawn."""
    if not found.draws:
        return None
    if all(one.share is None for one in found.claims):
        return "No judgement is said to be likely or doubtful, so none is drawn."
    return f"Robust: in how many of {found.draws:,} draws of uncertain judgements it holds."


def share_words(one: Examined) -> str:
    """The share of draws in which a claim holds, with its interval."""
    return "–" if one.share is None else f"{percent_share(one.share)} ({bounds(one.share)})"


def untestable_words(one: Examined) -> str | None:
    """In how many draws a claim cannot be tested; None where it can in all."""
    if one.untestable is None or not one.untestable.count:
        return None
    return f"cannot be tested in {percent_share(one.untestable)} of the draws"


def robust_sentence(one: Examined, draws: int) -> str | None:
    """In how many draws a claim holds; None where none were made for it."""
    if one.share is None:
        return None
    low, high = one.share.bounds
    untestable = untestable_words(one)
    held = f"It holds in {percent_share(one.share)} of {draws:,} draws of uncertain judgements"
    return f"{held} (interval {low:.0%} to {high:.0%}){f', and {untestable}' if untestable else ''}."


def flipped(flips: Sequence[ClaimFlip]) -> Iterator[str]:
    """What changes of one judgement do to a verdict, a sentence for each verdict."""
    by_verdict: dict[ClaimVerdict, list[str]] = {}
    for flip in flips:
        by_verdict.setdefault(flip.verdict, []).append(flip.edit.words)
    for verdict, words in by_verdict.items():
        yield f"{joined(words, 'or')}: it {verdict.value}."
