"""What would move it: the single judgements on which the answer hangs, and pairs of changes where none does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.flips import Flip, Flips, judged, pivots
from standoff.errors import render_path
from standoff.report.blocks import Block, Fold, Items, Mark, Paragraph, Part, Section, Text
from standoff.report.errors import errors_part
from standoff.report.solution import stopped
from standoff.report.ties import Ties, evidence_blocks
from standoff.wording.edits import edit_words
from standoff.wording.flips import changed, changes, finer_only, now
from standoff.wording.words import count, upper_first

SHOWN = 10  # judgements, and pairs of changes, that are told


def flipping(ties: Ties) -> Section | None:
    """The section of a report; None where no changes were tried."""
    return None if ties.found.flips is None else flips_section(ties, ties.found.flips)


def flips_section(ties: Ties, found: Flips) -> Section:
    """The judgements on which something hangs, the most believable changes first."""
    grouped: dict[str, list[Flip]] = {}
    for _, made in pivots(found):
        judgement = judged(found.variations.conflict, made[0].edits[0])
        grouped.setdefault(render_path(judgement.path), []).extend(made)
    shown = list(grouped.items())[: None if ties.everything else SHOWN]
    numbers = {id(flip): number for number, flip in enumerate(found.singles, 1)}
    blocks: list[Block] = [] if ties.found.stress else [*errors_part(ties, found.errors)]
    blocks.append(Paragraph((_lead(found),)))
    if shown:
        items = tuple(tuple(_hangs(ties, found, path, made, numbers)) for path, made in shown)
        blocks.append(Items(items, ordered=True))
    if len(grouped) > len(shown):
        more = count(len(grouped) - len(shown), "more judgement")
        blocks.append(Paragraph((f"… and {more} on which something hangs",), "more"))
    blocks += [*_unjudged(found), *_pairs(ties, found), *stopped(found.not_done)]
    return Section("flips", "What would move it, judgement by judgement", tuple(blocks))


def _lead(found: Flips) -> str:
    """How many changes were tried, how many change something, and how the status quo stands without them."""
    told = now(found.variations)
    as_it_is = f" {told}" if told else ""
    tried = f"{found.tried:,} smallest changes of a judgement were tried, one at a time"
    if not found.singles:
        return f"{tried}; none changes where everybody would stay.{as_it_is}"
    telling = [flip for flip in found.singles if not finer_only(found.variations, flip)]
    on = {judged(found.variations.conflict, flip.edits[0]).path for flip in telling}
    finer = len(found.singles) - len(telling)
    more = f"; {finer:,} more {'changes' if finer == 1 else 'change'} nothing but finer concepts" if finer else ""
    return (
        f"{tried}; {len(telling):,} change where everybody would stay, or how firmly, on {count(len(on), 'judgement')}"
        f"{more}.{as_it_is} The most believable changes come first; each has its number in brackets."
    )


def _hangs(ties: Ties, found: Flips, path: str, made: Sequence[Flip], numbers: Mapping[int, int]) -> Iterator[Block]:
    """A judgement, whose word it is, and what each change of it does."""
    judgement = judged(found.variations.conflict, made[0].edits[0])
    words: Text = (Mark(upper_first(ties.says(judgement))), " (", ties.judgement(path), ")")
    yield Paragraph(words)
    yield from evidence_blocks(ties, judgement.evidence)
    yield Items(
        tuple(
            (Paragraph((Mark(f"({numbers[id(flip)]}) ", "faint"), changed(found.variations, flip))),) for flip in made
        )
    )


def _unjudged(found: Flips) -> Iterator[Block]:
    """Changes after which there is no valid conflict."""
    if not found.unjudged:
        return
    lines = (f"{flip.edits[0].where}: {flip.edits[0].words}: {flip.invalid}" for flip in found.unjudged)
    number = len(found.unjudged)
    summary = f"{count(number, 'change')} {'leaves' if number == 1 else 'leave'} no valid conflict, and so no answer"
    yield Fold((summary,), (Items(tuple((Paragraph((line,)),) for line in lines)),))


def _pairs(ties: Ties, found: Flips) -> Iterator[Block]:
    """Pairs of changes, which are tried where no single change is enough."""
    if not found.pairs_possible:
        return
    what = (
        "the verdict on the present situation" if found.variations.answers.status_quo else "where everybody would stay"
    )
    tried = (
        f"{found.pairs_tried:,} of {found.pairs_possible:,} pairs of changes were tried (not among them: two changes "
        f"of one judgement, or of one list where one of them reorders it); of these {len(found.pairs):,} would."
    )
    shown = found.pairs if ties.everything else found.pairs[:SHOWN]
    blocks: list[Block] = [Paragraph((tried,))]
    if shown:
        blocks.append(Items(tuple(_pair(ties, found, flip) for flip in shown)))
    if len(found.pairs) > len(shown):
        blocks.append(Paragraph((f"… and {count(len(found.pairs) - len(shown), 'more pair')}",), "more"))
    yield Part((f"No single change turns {what}",), tuple(blocks))


def _pair(ties: Ties, found: Flips, flip: Flip) -> tuple[Block, ...]:
    words: list[Block] = []
    conflict = found.variations.conflict
    for edit in flip.edits:
        judgement = judged(conflict, edit)
        said, done = upper_first(ties.says(judgement)), edit_words(ties.graph, edit)
        words.append(Paragraph((said, " (", ties.judgement(edit.where), f"): {done}")))
    return (
        Paragraph((f"{upper_first(changes(found.variations, flip))}, if both:",)),
        Items(tuple((one,) for one in words)),
    )
