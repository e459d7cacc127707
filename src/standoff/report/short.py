"""What stands behind the first page where that is all: a picture, the judgements that it hangs on, their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from standoff.conflict.evidence import Evidence, Source, Sure
from standoff.conflict.preference import Judgement
from standoff.errors import shorten
from standoff.plots.conflict import conflict_graph
from standoff.report.blocks import (
    Block,
    Figure,
    Inline,
    Items,
    Link,
    Mark,
    Note,
    Paragraph,
    Section,
    Table,
    plain,
    run_in,
)
from standoff.report.places import place_words
from standoff.report.ties import KINDS, Ties
from standoff.wording.words import joined, upper_first

TOLD = 6  # judgements
PAGE, LETTERS = 725.0, 100  # the height of what a printed page holds, in points, and letters in a line of it
HEADINGS = 90.0  # the height of the headings of a page, and of what ends it
UNIT = 470 / 720  # of a picture in print, in points
LOWEST = 320.0  # units of the picture
LONGEST = 300  # letters of why a judgement is made


def picture_section(ties: Ties, first: Sequence[Block], notes: Sequence[Note]) -> Section:
    """The conflict in one picture, as high as the two pages have room for beside the first page and the notes."""
    told = ties.found.brief
    svg = conflict_graph(ties.found.analysis, deals=told.leading_deals, room=_room(first, notes), told=told.leading_end)
    figure = Figure("conflict", svg, "")
    return Section("picture", "The conflict in one picture", (figure,))


def _room(first: Sequence[Block], notes: Sequence[Note]) -> float:
    """The height of the picture: what is left of two pages, or one page where that is less; in units."""
    text = 2 * HEADINGS + _points(first) + sum(_points(run_in(one)) for one in notes)
    return max(min(2 * PAGE - text, PAGE - HEADINGS) / UNIT, LOWEST)


def _points(blocks: Iterable[Block]) -> float:
    """About how high these are in print."""
    total = 0.0
    for block in blocks:
        match block:
            case Paragraph(text, _):
                total += 12.5 * -(-len(plain(text)) // LETTERS) + 3
            case Items(items):
                total += 4 + sum(map(_points, items))
            case Table(_, rows):
                total += 15 * (len(rows) + 1) + 6
    return total


def short_notes(ties: Ties) -> tuple[Note, ...]:
    """The judgements that the first page hangs on, what turns it first; then the sources that they cite."""
    turning = [one.judgement.path for one in ties.found.brief.turning]
    tied = sorted(ties.tied, key=lambda one: turning.index(one.path) if one.path in turning else len(turning))
    told = tied[:TOLD]
    quoted = dict.fromkeys(one.evidence.quote.source for one in told if one.evidence.quote is not None)
    sources = {name: k for k, name in enumerate(_cited(ties, list(quoted)), 1)}
    return (*(_judgement(ties, one, sources) for one in told), *_sources(ties, sources))


def _judgement(ties: Ties, one: Judgement, sources: Mapping[str, int]) -> Note:
    says, place = upper_first(ties.says(one)), place_words(one.path)
    title = says if place in says.casefold() else f"{says} ({place})"
    return Note(ties.key_of(one), "judgement", title, (Paragraph(tuple(_evidence(one.evidence, sources))),))


def _evidence(evidence: Evidence, sources: Mapping[str, int]) -> Iterator[Inline]:
    """Why, on whose word, and how sure, in a line or two."""
    if evidence.why:
        why = shorten(" ".join(evidence.why.split()), LONGEST)
        yield why if why.endswith((".", "…", "?", "!")) else f"{why}."
        yield " "
    kind = upper_first(KINDS[evidence.kind] if evidence.kind else "no kind stated")
    sure = "" if evidence.sure is Sure.CERTAIN else f", {evidence.sure}"
    if evidence.quote is None:
        yield Mark(f"{kind}{sure}; no quote.", "faint")
        return
    yield Mark(f"{kind}{sure}: ", "faint")
    yield f"“{evidence.quote.exact}” "
    yield Link(f"[{sources[evidence.quote.source]}]", f"source-{evidence.quote.source}")
    yield "."


def _cited(ties: Ties, names: Sequence[str]) -> Iterator[str]:
    """The sources of these names, and those through whom they reached us."""
    sources = {one.name: one for one in ties.found.conflict.sources}
    wanted = dict.fromkeys(names)
    for name in names:
        wanted |= dict.fromkeys(one for one in sources[name].via if one in sources)
    yield from wanted


def _sources(ties: Ties, numbers: Mapping[str, int]) -> Iterator[Note]:
    sources = {one.name: one for one in ties.found.conflict.sources}
    for name, number in numbers.items():
        published = Paragraph((_published(sources[name], numbers),))
        yield Note(f"source-{name}", "source", f"[{number}] {sources[name].title or name}", (published,))


def _published(source: Source, numbers: Mapping[str, int]) -> str:
    via = [f"[{numbers[one]}]" if one in numbers else one for one in source.via]
    parts = [
        source.authors,
        source.publisher,
        source.published,
        source.url,
        f"seen only in {joined(via)}" if via else None,
        f"graded {source.grade}" if source.grade else None,
    ]
    told = "; ".join(one for one in parts if one)
    return f"{upper_first(told)}." if told else ""
