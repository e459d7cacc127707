"""Claims that were put to the test, in words: how robust a verdict is, on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.claim_marks import Otherwise
from standoff.analysis.claim_robustness import ClaimFlip, Examination, Examined
from standoff.analysis.claims import ClaimVerdict
from standoff.conflict.edits import Edit, judgement_at, least_sure
from standoff.conflict.model import Judgement
from standoff.graph import Graph
from standoff.wording.edits import edit_words
from standoff.wording.people import agrees
from standoff.wording.stress import bounds, drawing, drawn_again, percent_share
from standoff.wording.words import joined, who


def assumptions(found: Examination) -> Iterator[str]:
    """What shares and flips rest on."""
    tried = "those that were tried of the" if any("changes" in one for one in found.not_done) else "all"
    yield f"flips are {tried} smallest changes of one judgement, or of one part of a view"
    if found.draws:
        spread = found.dispersion
        yield f"in draws {'; '.join(drawing(spread, found.uncertain))}"
        if any(one.milder is not None for one in found.claims):
            mild = spread.milder
            yield f"the second share is by {mild.likely:g}, {mild.doubtful:g} and {mild.presence:g}"


def carried(graph: Graph, edit: Edit) -> Judgement:
    """The judgement that an edit changes; of a whole preference in a view, what it is, with the least sure evidence."""
    known = {one.path: one for one in graph.conflict.judgements()}
    found = judgement_at(known, edit)
    if found is None:  # a whole preference in a view, of which each statement is a judgement
        i, j = (graph.dm(str(name)) for name in (edit.path[1], edit.path[-2]))
        says = f"what {who(graph, i)} {agrees(graph, (i,), 'takes', 'take')} {who(graph, j)} to want"
        return Judgement(edit.path, says, least_sure(known, edit))
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
    if not found.uncertain.drawn:
        return "No judgement that can be drawn is said to be likely or doubtful, so none is drawn."
    told = f"Share: of {found.draws:,} draws of uncertain judgements, in how many it holds; – where no draw can matter."
    return told + drawn_again(found.again)


def share_words(one: Examined) -> str:
    """The share of draws in which a claim holds, with that of the milder setting, or with its interval."""
    if one.share is None:
        return "–"
    return f"{percent_share(one.share)} ({percent_share(one.milder) if one.milder else bounds(one.share)})"


def marks(one: Examined) -> Iterator[str]:
    """What should be known before the verdict is believed, a few words each."""
    if one.by_construction:
        yield "by construction"
    elif one.chance is not None and one.chance.always:
        yield "the same at random"
    if one.said_back:
        yield "said back"
    if one.turned:
        yield "hangs on the test"
    if one.in_few:
        yield "in few draws"


def construction_sentence(one: Examined) -> str | None:
    """That a verdict is the same whatever anybody wants, and what makes it so; None where it is not."""
    if not one.by_construction:
        return None
    carrying = [f"what {joined(one.behind)} {'mean' if len(one.behind) > 1 else 'means'}"] if one.behind else []
    carrying.append("what each can do")
    so = f"{joined(carrying)} {'make' if len(carrying) > 1 else 'makes'} it so"
    tried = ", as far as trials with other wants can tell" if one.chance else ""
    return f"By construction: it {one.outcome.verdict.value} whatever anybody wants{tried}; {so}."


def chance_sentence(one: Examined) -> str | None:
    """How often a claim holds where everybody wants something at random; None where that was not tried."""
    if one.chance is None or one.by_construction:
        return None
    if one.chance.always:
        return f"With wants at random it {one.outcome.verdict.value} as well, in all {one.chance.draws:,} trials."
    untestable = f" and cannot be tested in {one.chance.untestable:,}" if one.chance.untestable else ""
    return f"With wants at random it holds in {one.chance.holds:,} of {one.chance.draws:,} trials{untestable}."


def otherwise_words(one: Otherwise) -> str:
    """How a sentence was tested otherwise: ``within all``, ``not improving``."""
    if isinstance(one.value, bool):
        return one.key if one.value else f"not {one.key}"
    return f"{one.key.replace('_', ' ')} {one.value}".replace("_", " ")


def turned_sentence(one: Examined) -> str | None:
    """Which tests of the same sentence have another verdict; None where none has."""
    if not one.turned:
        return None
    by_verdict: dict[str, list[str]] = {}
    for each in one.turned:
        by_verdict.setdefault(each.verdict.value, []).append(otherwise_words(each))
    clauses = (f"it {verdict} with {joined(words, 'or')}" for verdict, words in by_verdict.items())
    return f"Hangs on the choice of test: {joined(list(clauses))}."


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


def flipped(graph: Graph, flips: Sequence[ClaimFlip]) -> Iterator[str]:
    """What changes of one judgement do to a verdict, a sentence for each verdict."""
    by_verdict: dict[ClaimVerdict, list[str]] = {}
    for flip in flips:
        by_verdict.setdefault(flip.verdict, []).append(edit_words(graph, flip.edit))
    for verdict, words in by_verdict.items():
        yield f"{joined(words, 'or')}: it {verdict.value}."
