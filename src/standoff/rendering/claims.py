"""``standoff claims``: what a text says, put to the test: verdict, robustness, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from standoff.assertions import kind
from standoff.claims import Verdict
from standoff.documents import ClaimEntry, ClaimFlipEntry, ClaimsDocument
from standoff.documents.entries import edit_record, model_entry, move_entry, quoted_entry
from standoff.edits import judgement
from standoff.evidence import Evidence
from standoff.examination import ClaimFlip, Examined
from standoff.graph import Graph
from standoff.model import Judgement
from standoff.terminal import indented, not_done, title
from standoff.uncertainty import Dispersion
from standoff.words import count, evidence_words, joined

SHOWN = 8


@dataclass(frozen=True)
class Told:
    """All that the command tells."""

    graph: Graph
    claims: Sequence[Examined]
    draws: int
    seed: int
    dispersion: Dispersion
    not_done: Sequence[str] = ()


def document(told: Told) -> ClaimsDocument:
    """For ``--json``."""
    return {
        "claims": [_claim(told.graph, one) for one in told.claims],
        "draws": told.draws,
        "seed": told.seed,
        "assumes": list(assumptions(told)),
        "not_done": list(told.not_done),
        "model": model_entry(told.graph.conflict),
    }


def _claim(graph: Graph, one: Examined) -> ClaimEntry:
    low, high = one.share.bounds if one.share else (None, None)
    return {
        "id": one.claim.id,
        "says": one.claim.says,
        "kind": kind(one.claim.test),
        "verdict": one.outcome.verdict.value,
        "share": one.share.share if one.share else None,
        "low": low,
        "high": high,
        "untestable": one.untestable.share if one.untestable else None,
        "witness": {
            "sentence": one.sentence,
            "states": [graph.states.names[s] for s in one.outcome.states],
            "moves": [move_entry(graph, move) for move in one.outcome.moves],
        },
        "flips": None if one.flips is None else [_flip(graph, flip) for flip in one.flips],
        "quote": quoted_entry(graph, one.claim.quote),
    }


def _flip(graph: Graph, flip: ClaimFlip) -> ClaimFlipEntry:
    carried = judged(graph, flip)
    return {
        "judgement": flip.edit.where,
        "edit": flip.edit.words,
        "record": edit_record(flip.edit),
        "verdict": flip.verdict.value,
        "says": carried.says,
        "why": carried.evidence.why,
        "quote": quoted_entry(graph, carried.evidence.quote),
    }


def judged(graph: Graph, flip: ClaimFlip) -> Judgement:
    """The judgement that a flip changes; of a whole preference in a view, what it is."""
    found = judgement(graph.conflict, flip.edit)
    if found is None:  # a whole preference in a view, of which each statement is a judgement
        says = f"what {flip.edit.path[1]} takes {flip.edit.path[-2]} to want"
        return Judgement(flip.edit.path, says, Evidence())
    return found


def assumptions(told: Told) -> Iterator[str]:
    """What shares and flips rest on."""
    yield "flips are all smallest changes of one judgement, or of one part of a view"
    if told.draws:
        spread = told.dispersion
        yield (
            f"draws let likely statements stray with {spread.likely:g} and doubtful ones with {spread.doubtful:g}, "
            f"and hold a doubtful one with probability {spread.presence:g}; rules, moves, views and definitions stay"
        )


# For people


def text(told: Told, everything: bool = False) -> list[RenderableType | None]:
    """For people: a table of all claims, those that fail among them."""
    if not told.claims:
        none = "no claim was tested" if told.not_done else "the file makes no claims"
        return [Text(f"{told.graph.conflict.title}: {none}."), not_done(told.not_done)]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Claim", no_wrap=True)
    table.add_column("It says, and on what the verdict rests")
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Robust", no_wrap=True)
    for one in told.claims:
        says = Text.assemble(one.claim.says, *(("\n" + rests, "dim") for rests in _rests(one, everything)))
        table.add_row(one.claim.id, says, _verdict(one), share_words(one))
    counts = [sum(one.outcome.verdict is verdict for one in told.claims) for verdict in Verdict]
    told_counts = f"{counts[0]} hold, {counts[1]} fail, {counts[2]} cannot be tested."
    notes: list[RenderableType] = [Text(told_counts)]
    if told.draws and all(one.share is None for one in told.claims):
        notes.append(Text("No judgement is said to be likely or doubtful, so none is drawn.", "dim"))
    elif told.draws:
        notes.append(Text(f"Robust: in how many of {told.draws:,} draws of uncertain judgements it holds.", "dim"))
    notes.append(Text("--explain CLAIM tells the whole chain of one.", "dim"))
    if (left := not_done(told.not_done)) is not None:
        notes.append(left)
    return [title(f"{told.graph.conflict.title}: claims put to the test"), table, Stack(*notes)]


def _verdict(one: Examined) -> Text:
    style = {Verdict.HOLDS: "green", Verdict.FAILS: "red", Verdict.UNTESTABLE: "yellow"}[one.outcome.verdict]
    return Text("untested" if one.outcome.verdict is Verdict.UNTESTABLE else one.outcome.verdict.value, style)


def share_words(one: Examined) -> str:
    """The share of draws in which a claim holds, with its interval."""
    if one.share is None:
        return "–"
    low, high = one.share.bounds
    return f"{one.share.share:.0%} ({low:.0%}–{high:.0%})"


def _rests(one: Examined, everything: bool) -> Iterator[str]:
    if one.outcome.verdict is Verdict.UNTESTABLE:
        yield one.sentence
        return
    if one.flips is not None:
        pivots = [path.removeprefix("decision_makers.") for path in one.pivots]
        shown = pivots if everything else pivots[:2]
        more = f" and {len(pivots) - len(shown)} more" if len(pivots) > len(shown) else ""
        yield f"rests on {', '.join(shown)}{more}" if pivots else "rests on no single judgement"
    if one.untestable is not None and one.untestable.count:
        yield f"cannot be tested in {one.untestable.share:.0%} of the draws"


def explained(told: Told, one: Examined, everything: bool = False) -> list[RenderableType | None]:
    """The whole chain of one claim: from the sentence to the test, the verdict, and the judgements it hangs on."""
    graph = told.graph
    lines: list[RenderableType] = [Text(one.claim.says)]
    if one.claim.quote is not None:
        lines.append(Text(f"The source: {evidence_words(graph, Evidence(quote=one.claim.quote))}.", "dim"))
    verdict = Text.assemble("It ", (one.outcome.verdict.value, "bold"), f": {one.outcome.sentence()}.")
    parts: list[RenderableType | None] = [Stack(title(one.claim.id), indented(*lines)), verdict]
    if one.share is not None:
        low, high = one.share.bounds
        robust = (
            f"It holds in {one.share.share:.0%} of {told.draws:,} draws of uncertain judgements (interval {low:.0%} to "
        )
        robust += f"{high:.0%})"
        if one.untestable is not None and one.untestable.count:
            robust += f", and cannot be tested in {one.untestable.share:.0%}"
        parts.append(Text(f"{robust}."))
    if one.flips is not None and one.outcome.verdict is not Verdict.UNTESTABLE:
        parts.append(_hangs(graph, one, everything))
    parts.append(not_done(told.not_done))
    return parts


def _hangs(graph: Graph, one: Examined, everything: bool) -> RenderableType:
    assert one.flips is not None
    if not one.flips:
        return Text("No single change of a judgement changes the verdict.")
    by_path: dict[str, list[ClaimFlip]] = {}
    for flip in one.flips:
        by_path.setdefault(flip.edit.where, []).append(flip)
    lines: list[RenderableType] = []
    for path, made in list(by_path.items())[: None if everything else SHOWN]:
        carried = judged(graph, made[0])
        lines.append(Text(f"{path}: {carried.says}"))
        if carried.evidence.why:
            lines.append(indented(Text(f"because: {carried.evidence.why.strip()}", "dim")))
        if carried.evidence != Evidence():
            lines.append(indented(Text(evidence_words(graph, carried.evidence), "dim")))
        effects: dict[Verdict, list[str]] = {}
        for flip in made:
            effects.setdefault(flip.verdict, []).append(flip.edit.words)
        lines += [indented(Text(f"{joined(words, 'or')}: it {says.value}.")) for says, words in effects.items()]
    left = len(by_path) - SHOWN
    if left > 0 and not everything:
        lines.append(Text(f"… and {left:,} more (--all)", "dim"))
    return Stack(title(f"It hangs on {count(len(by_path), 'judgement')}"), indented(*lines))
