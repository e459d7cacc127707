"""What came of the quotes and what the judgements rest on, and the cases; types and their encoders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from standoff.analysis.lint import Lint, Slip
from standoff.analysis.measured import Checked
from standoff.casebook import load, names
from standoff.conflict.evidence import Grade, Kind, Source, citations
from standoff.conflict.model import Conflict
from standoff.conflict.quotes import Finding, MissingDocument
from standoff.conflict.remarks import remarks
from standoff.documents.entries import ModelEntry, model_entry
from standoff.errors import render_path
from standoff.formats.tree import Tree
from standoff.wording.checking import lint_words

NO_LINT = Lint(())


class GradeEntry(TypedDict):
    """The Admiralty code, its two halves apart."""

    reliability: str
    credibility: str


class CueEntry(TypedDict):
    """Words that stand before or after a quote in its sentence and could turn its sense."""

    kind: Literal["negation", "doubt", "condition", "attribution"]
    words: str
    side: Literal["before", "after"]


class QuoteEntry(TypedDict):
    """A quote looked for."""

    source: str
    citation: str
    """How the source is cited: author or publisher, short title, date."""
    where: str
    """The path in the conflict file."""
    exact: str
    status: Literal["exact", "normalised", "not_found", "no_document"]
    ambiguous: bool
    occurrences: int
    """In how many places the words stand, up to 100: a hundred or more."""
    document: str | None
    sha256: str | None
    """Of the document's file."""
    grade: GradeEntry | None
    via: list[str]
    note: str | None
    sentence: str | None
    """The sentence of the document in which it stands."""
    look_at: list[CueEntry]
    """What in that sentence could turn its sense: no verdict."""
    nearest: str | None
    """Of a quote that is not found: the passage most like it."""


class MissingDocumentEntry(TypedDict):
    """A source that is quoted, and of which there is no document in the folder."""

    source: str
    file: str | None
    """What it is called in the conflict file; null: that names none."""
    line: int | None
    """The line of the conflict file that says so; null where that has none, or there is no file."""
    nearest: str | None
    """A file in the folder that may be meant."""


class JudgementCounts(TypedDict):
    """How many judgements there are, by kind; ``unstated`` where no kind is given."""

    reported: int
    inferred: int
    assumed: int
    unstated: int


class CitedRelationEntry(TypedDict):
    """A measured relation that a judgement cites."""

    where: str
    between: list[str]
    period: str
    cited: list[float]
    """Affinity and the ends of its interval, as the judgement has them."""
    measured: list[float] | None
    """The same from the table; null: not measured."""
    agrees: bool


class OddKindEntry(TypedDict):
    """A judgement whose kind does not go with whether it is quoted."""

    where: str
    kind: Literal["reported", "assumed"]
    quoted: bool


class LintEntry(TypedDict):
    """What is probably a slip of the model."""

    kind: Literal["option", "level", "statement", "decision_maker", "status_quo"]
    """What it is that does nothing."""
    where: str
    """The path in the conflict file."""
    line: int | None
    """Its line there; null where that has none, or there is no file."""
    level: str | None
    says: str


class NoteEntry(TypedDict):
    """What the author remarks on a judgement, a view or a claim."""

    where: str
    note: str


class CheckDocument(TypedDict):
    """What ``standoff check --json`` prints."""

    quotes: list[QuoteEntry]
    missing_documents: list[MissingDocumentEntry]
    relations: list[CitedRelationEntry]
    judgements: JudgementCounts
    unsourced: JudgementCounts
    """Those without a quote."""
    unsourced_at: list[str]
    odd_kinds: list[OddKindEntry]
    """Reported judgements without a quote, and assumed ones with one."""
    notes: list[NoteEntry]
    lint: list[LintEntry]
    """What is probably a slip of the model: warnings, and no failure."""
    lint_left_out: list[str]
    """Kinds of slips that were not looked for, as the conflict is too large."""
    model: ModelEntry


class CaseEntry(TypedDict):
    """A case that ships with Standoff."""

    name: str
    title: str
    decision_makers: int
    citation: str | None
    agrees: NotRequired[bool | None]
    """Whether all published answers are reproduced; null where none are published."""


class CasesDocument(TypedDict):
    """What ``standoff cases --json`` prints."""

    cases: list[CaseEntry]


def check_document(
    conflict: Conflict,
    findings: Iterable[Finding],
    relations: Iterable[Checked] = (),
    lint: Lint = NO_LINT,
    lines: Tree | None = None,
    missing: Iterable[MissingDocument] = (),
) -> CheckDocument:
    """What came of the quotes, which judgements have none, and what is probably a slip; ``lines``: of the file."""
    sources = {source.name: source for source in conflict.sources}
    cited = citations(conflict.sources)
    judgements = list(conflict.judgements())
    unsourced = [one for one in judgements if one.evidence.quote is None]
    return {
        "quotes": [_quote(one, sources[one.quote.source], cited) for one in findings],
        "missing_documents": [_missing(one, lines) for one in missing],
        "relations": [
            {
                "where": one.where,
                "between": list(one.cited.between),
                "period": one.cited.period,
                "cited": [float(one.cited.value), float(one.cited.low), float(one.cited.high)],
                "measured": None if one.found is None else list(one.found),
                "agrees": one.agrees,
            }
            for one in relations
        ],
        "judgements": _counts(one.evidence.kind for one in judgements),
        "unsourced": _counts(one.evidence.kind for one in unsourced),
        "unsourced_at": [render_path(one.path) for one in unsourced],
        "odd_kinds": list(_odd_kinds(conflict)),
        "notes": [{"where": render_path(path), "note": note} for path, note in remarks(conflict)],
        "lint": [_slip(conflict, one, lines) for one in lint.slips],
        "lint_left_out": [kind.value for kind in lint.left_out],
        "model": model_entry(conflict),
    }


def _quote(one: Finding, source: Source, cited: Mapping[str, str]) -> QuoteEntry:
    return {
        "source": one.quote.source,
        "citation": cited[source.name],
        "where": one.where,
        "exact": one.quote.exact,
        "status": one.status.value,
        "ambiguous": one.ambiguous,
        "occurrences": one.occurrences,
        "document": one.document,
        "sha256": one.sha256,
        "grade": _grade(source.grade),
        "via": list(source.via),
        "note": one.note,
        "sentence": one.passage.text if one.passage else None,
        "look_at": [{"kind": c.kind.value, "words": c.words, "side": c.side} for c in one.cues],
        "nearest": one.nearest,
    }


def _missing(one: MissingDocument, lines: Tree | None) -> MissingDocumentEntry:
    path = ("sources", one.source, *(() if one.file is None else ("file",)))
    line = None if lines is None else lines.line(path)
    return {"source": one.source, "file": one.file, "line": line, "nearest": one.nearest}


def _slip(conflict: Conflict, one: Slip, lines: Tree | None) -> LintEntry:
    return {
        "kind": one.kind.value,
        "where": render_path(one.path),
        "line": lines.line(one.path) if lines is not None else None,
        "level": one.level,
        "says": lint_words(conflict, one),
    }


def _odd_kinds(conflict: Conflict) -> Iterator[OddKindEntry]:
    for path, evidence in conflict.believed():
        quoted = evidence.quote is not None
        if evidence.kind is Kind.REPORTED and not quoted:
            yield {"where": render_path(path), "kind": "reported", "quoted": False}
        if evidence.kind is Kind.ASSUMED and quoted:
            yield {"where": render_path(path), "kind": "assumed", "quoted": True}


def _grade(grade: Grade | None) -> GradeEntry | None:
    return None if grade is None else {"reliability": grade.reliability, "credibility": grade.credibility}


def _counts(kinds: Iterable[Kind | None]) -> JudgementCounts:
    counted = Counter(kinds)
    return {
        "reported": counted[Kind.REPORTED],
        "inferred": counted[Kind.INFERRED],
        "assumed": counted[Kind.ASSUMED],
        "unstated": counted[None],
    }


def cases_document(checked: Mapping[str, bool | None] | None = None) -> CasesDocument:
    """The cases; ``checked``: whether the published answers of each are reproduced."""
    entries: list[CaseEntry] = []
    for name in names():
        conflict = load(name)
        entry: CaseEntry = {
            "name": name,
            "title": conflict.title,
            "decision_makers": len(conflict.decision_makers),
            "citation": conflict.published.citation if conflict.published else None,
        }
        if checked is not None:
            entry["agrees"] = checked[name]
        entries.append(entry)
    return {"cases": entries}
