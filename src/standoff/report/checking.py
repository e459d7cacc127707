"""What a file is checked for, and the cases that ship with Standoff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from standoff.conflict.cues import Cue
from standoff.conflict.quotes import MANY, Finding, Status
from standoff.documents.check import CasesDocument, CheckDocument
from standoff.report.blocks import Block, Items, Look, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.ties import passage_text
from standoff.wording.checking import cue_words
from standoff.wording.words import count, joined

_LOOKS: dict[Status, Look] = {
    Status.EXACT: "holds",
    Status.NORMALISED: "untested",
    Status.NOT_FOUND: "fails",
    Status.NO_DOCUMENT: "faint",
}
_KINDS: tuple[Literal["reported", "inferred", "assumed", "unstated"], ...] = (
    "reported",
    "inferred",
    "assumed",
    "unstated",
)


_ODD = {"reported": "reported, but nobody is quoted", "assumed": "assumed, and yet somebody is quoted"}


def check(
    title: str,
    document: CheckDocument,
    findings: Sequence[Finding],
    called: tuple[str, str | None] = ("conflict", None),
    everything: bool = False,
) -> Section:
    """Whether quotes are found and measured relations agree; how many judgements there are, and without a quote.

    ``called``: what to call the conflict file; and the file in which slips are, None: they are counted.
    """
    name, lint = called
    quotes = (*_quotes(findings, everything, tuple(_missing(document, name))), *_sources(document))
    blocks = (
        *quotes,
        *_relations(document),
        *_judgements(document, everything),
        *_notes(document),
        *_lint(document, lint),
    )
    return Section("check", f"{title}: valid", blocks)


def _missing(document: CheckDocument, name: str) -> Iterator[Block]:
    """The sources that are quoted and have no document: where the file says so, and which file may be meant."""
    entries = document["missing_documents"]
    if not entries:
        return
    sources = joined(sorted(one["source"] for one in entries))
    yield Paragraph((f"No document here for {sources}: give its folder with --sources.",), "aside")
    lines = []
    for one in entries:
        place = f"{name}:{one['line']}: " if one["line"] is not None else ""
        if one["file"] is None:
            lines.append(f"{place}sources.{one['source']}: it names no file")
            continue
        meant = f"; did you mean “{one['nearest']}”?" if one["nearest"] else ""
        lines.append(f"{place}sources.{one['source']}.file: “{one['file']}” is not there{meant}")
    yield Items(tuple((Paragraph((line,), "aside"),) for line in lines))


def _quotes(findings: Sequence[Finding], everything: bool, missing: Sequence[Block]) -> Iterator[Block]:
    """A count of each status, and the quotes that need a look."""
    counts = {status: sum(one.status is status for one in findings) for status in Status}
    told = joined(f"{number} {status.value.replace('_', ' ')}" for status, number in counts.items() if number)
    look = sum(bool(one.cues) for one in findings)
    told += f"; {look} to look at in {'its sentence' if look == 1 else 'their sentences'}" if look else ""
    shown = [one for one in findings if everything or one.status is Status.NOT_FOUND or one.ambiguous]
    blocks: list[Block] = []
    if shown:
        heads: tuple[Text, ...] = (("Status",), ("Where",), ("Source",), ("Quote",))
        blocks.append(Table(heads, tuple(_quote(one) for one in shown), "Quotes that need a look"))
    blocks += _cut_out(findings)
    blocks += missing
    yield Part((f"{count(len(findings), 'quote')}: {told}" if findings else "No quotes",), tuple(blocks))


def _sources(document: CheckDocument) -> Iterator[Block]:
    """The sources that are quoted: their keys in the file, how they are cited, and how often."""
    cited = {one["source"]: one["citation"] for one in document["quotes"]}
    number = Counter(one["source"] for one in document["quotes"])
    if cited:
        heads: tuple[Text, ...] = (("Source",), ("Cited as",), ("Quotes",))
        rows = tuple(((name,), (citation,), (str(number[name]),)) for name, citation in cited.items())
        yield Table(heads, rows, "Sources that are quoted", frozenset({2}))


def _quote(one: Finding) -> tuple[Text, ...]:
    places = f"{one.occurrences} places" if one.occurrences < MANY else f"{MANY} places or more"
    status = one.status.value + (f", ambiguous ({places})" if one.ambiguous else "")
    note = f" – {one.note}" if one.note and one.status is not Status.NO_DOCUMENT else ""
    note += f"; nearest passage: “{one.nearest}”" if one.nearest else ""
    around: Text = ("\nin: ", *passage_text(one.passage)) if one.passage is not None and one.passage.has_more else ()
    words: Text = (f"“{one.quote.exact}”{note}", *around)
    return (Mark(status, _LOOKS[one.status]),), (one.where,), (one.quote.source,), words


def _cut_out(findings: Sequence[Finding]) -> Iterator[Block]:
    """Sentences in which something could turn the sense of what is quoted of them, each once."""
    by_sentence: dict[str, dict[tuple[Cue, ...], dict[str, list[str]]]] = {}
    for one in findings:
        if one.cues and one.passage is not None:
            by_cues = by_sentence.setdefault(one.passage.text, {})
            by_cues.setdefault(one.cues, {}).setdefault(one.quote.exact, []).append(one.where)
    items: list[tuple[Block, ...]] = []
    for sentence, by_cues in by_sentence.items():
        below = tuple(_cues(found, quotes) for found, quotes in by_cues.items())
        items.append((Paragraph((sentence,)), Items(below)))
    if items:
        yield Paragraph(("Look at these sentences: something in them could turn the sense of what is quoted.",))
        yield Items(tuple(items))


def _cues(found: Sequence[Cue], quotes: Mapping[str, Sequence[str]]) -> tuple[Block, ...]:
    told = joined(f"“{exact}” ({', '.join(where)})" for exact, where in quotes.items())
    return (Paragraph((Mark(joined(cue_words(one) for one in found)), f": {told}")),)


def _relations(document: CheckDocument) -> Iterator[Block]:
    """The measured relations that judgements cite, against the table."""
    if not document["relations"]:
        return
    rows: list[tuple[Text, ...]] = []
    for one in document["relations"]:
        agrees = Mark("agrees", "holds") if one["agrees"] else Mark("does not agree", "fails")
        rows.append(
            (
                (f"{one['where']}: {' and '.join(one['between'])}, {one['period']}",),
                (_numbers(one["cited"]),),
                ("not measured" if one["measured"] is None else _numbers(one["measured"]),),
                (agrees,),
            )
        )
    heads: tuple[Text, ...] = (("Measured relation",), ("Cited",), ("In the table",), ("",))
    yield Table(heads, tuple(rows), "Measured relations that judgements cite")


def _numbers(values: Sequence[float]) -> str:
    value, low, high = values
    return f"{value:+.2f} [{low:+.2f}, {high:+.2f}]"


def _judgements(document: CheckDocument, everything: bool) -> Iterator[Block]:
    """Judgements and how many of them have no quote, by kind."""
    rows = tuple(
        ((name,), *((str(counts[kind]),) for kind in _KINDS))
        for name, counts in (("in all", document["judgements"]), ("without a quote", document["unsourced"]))
    )
    heads: tuple[Text, ...] = (("Judgements",), *((kind,) for kind in _KINDS))
    yield Table(heads, rows, "Judgements by kind", frozenset(range(1, 5)))
    odd = [f"{one['where']}: {_ODD[one['kind']]}" for one in document["odd_kinds"]]
    if odd:
        yield Part(("Kinds that do not go with the evidence",), tuple(Paragraph((line,)) for line in odd))
    if everything and document["unsourced_at"]:
        places = tuple(Paragraph((where,)) for where in document["unsourced_at"])
        yield Part(("Without a quote",), places)


def _notes(document: CheckDocument) -> Iterator[Block]:
    """What the author remarks on judgements, views and claims."""
    if document["notes"]:
        heads: tuple[Text, ...] = (("Note on",), ("",))
        rows = tuple(((one["where"],), (one["note"],)) for one in document["notes"])
        yield Table(heads, rows, "Notes")


def _lint(document: CheckDocument, file: str | None) -> Iterator[Block]:
    """What is probably a slip of the model, or how much of that there is."""
    slips, left_out = document["lint"], document["lint_left_out"]
    if file is None:
        if slips:
            number = count(len(slips), "thing")
            yield Paragraph((f"{number} to look at in the model: --lint tells {'it' if len(slips) == 1 else 'them'}.",))
        return
    lines = (f"{file}{'' if one['line'] is None else ':' + str(one['line'])}" for one in slips)
    told = (f"{line}: {one['where']}: {one['says']}" for line, one in zip(lines, slips, strict=True))
    items = Items(tuple((Paragraph((one,)),) for one in told))
    title = "Probably a slip of the model, or meant so: look at it" if slips else "No slip of the model is found"
    yield Part((title,), (items,) if slips else ())
    if left_out:
        kinds = joined(kind.replace("_", " ") for kind in left_out)
        yield Paragraph((f"Too large to be looked at for slips of these kinds: {kinds}.",), "aside")


def cases(document: CasesDocument) -> Table:
    """The cases that ship with Standoff."""
    checked = any("agrees" in case for case in document["cases"])
    words = {True: Mark("reproduced", "holds"), False: Mark("not reproduced", "fails"), None: Mark("none", "faint")}
    rows: list[tuple[Text, ...]] = []
    for case in document["cases"]:
        found: tuple[Text, ...] = ((words[case.get("agrees")],),) if checked else ()
        rows.append(((case["name"],), (case["title"],), (str(case["decision_makers"]),), *found))
    heads: tuple[Text, ...] = (("Case",), ("Title",), ("DMs",), *((("Published answers",),) if checked else ()))
    return Table(heads, tuple(rows), "Cases", whole=frozenset({0}))
