"""What stands behind the first page where that is all: a picture, the judgements that it hangs on, their sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.conflict.evidence import Evidence, Source, Sure
from standoff.conflict.preference import Judgement
from standoff.errors import shorten
from standoff.plots.conflict import conflict_graph
from standoff.report.blocks import Figure, Inline, Link, Mark, Note, Paragraph, Section
from standoff.report.places import place_words
from standoff.report.ties import KINDS, Ties
from standoff.wording.words import source_words, upper_first

TOLD = 6  # judgements: with them, and a picture that is no higher than this, all fits on two pages
PICTURE = 620.0
LONGEST = 300  # letters of why a judgement is made


def picture_section(ties: Ties) -> Section:
    """The conflict in one picture."""
    svg = conflict_graph(ties.found.analysis, deals=ties.found.brief.best_deals, tallest=PICTURE)
    figure = Figure("conflict", svg, "")
    return Section("picture", "The conflict in one picture", (figure,))


def short_notes(ties: Ties) -> tuple[Note, ...]:
    """The judgements that the first page hangs on, what turns it first; then the sources that they cite."""
    turning = [one.judgement.path for one in ties.found.brief.turning]
    tied = sorted(ties.tied, key=lambda one: turning.index(one.path) if one.path in turning else len(turning))
    told = tied[:TOLD]
    quoted = dict.fromkeys(one.evidence.quote.source for one in told if one.evidence.quote is not None)
    return (*(_judgement(ties, one) for one in told), *_sources(ties, list(quoted)))


def _judgement(ties: Ties, one: Judgement) -> Note:
    says, place = upper_first(ties.says(one)), place_words(one.path)
    title = says if place in says.casefold() else f"{says} ({place})"
    return Note(ties.key_of(one), "judgement", title, (Paragraph(tuple(_evidence(ties, one.evidence))),))


def _evidence(ties: Ties, evidence: Evidence) -> Iterator[Inline]:
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
    yield f"“{evidence.quote.exact}” ("
    yield Link(source_words(ties.graph, evidence.quote.source, graded=False), f"source-{evidence.quote.source}")
    yield ")."


def _sources(ties: Ties, names: Sequence[str]) -> Iterator[Note]:
    """The sources of these names, with those through whom they reached us."""
    sources = {one.name: one for one in ties.found.conflict.sources}
    wanted = dict.fromkeys(names)
    for name in names:
        wanted |= dict.fromkeys(one for one in sources[name].via if one in sources)
    for name in wanted:
        published = Paragraph((_published(ties, sources[name]),))
        yield Note(f"source-{name}", "source", sources[name].title or name, (published,))


def _published(ties: Ties, source: Source) -> str:
    via = [ties.graph.citations.get(one, one) for one in source.via]
    parts = [
        source.authors,
        source.publisher,
        source.published,
        source.url,
        f"seen only in {'; '.join(via)}" if via else None,
        f"graded {source.grade}" if source.grade else None,
    ]
    told = "; ".join(one for one in parts if one)
    return f"{upper_first(told)}." if told else ""
