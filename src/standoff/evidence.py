"""On whose word: sources, quotes and grades, and finding a quote in a document.

A quote is a W3C TextQuoteSelector (https://www.w3.org/TR/annotation-model/#text-quote-selector): the exact words and,
where those occur more than once, what stands before and after. It is found as it is, or found after typography is
folded, or not found; it is never repaired.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from standoff.errors import MissingExtra, UnreadableFile

MAX_DOCUMENT_BYTES = 16 * 2**20

RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}


class Kind(StrEnum):
    """Where a judgement comes from."""

    REPORTED = "reported"
    INFERRED = "inferred"
    ASSUMED = "assumed"


class Sure(StrEnum):
    """How sure its author is of a judgement."""

    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Grade:
    """The Admiralty code: reliability of the source (A-F) and credibility of what it says (1-6), judged apart."""

    reliability: str
    credibility: str

    def __post_init__(self) -> None:
        if self.reliability not in RELIABILITY or self.credibility not in CREDIBILITY:
            raise ValueError(
                f'"{self.reliability}{self.credibility}" is not a grade: a letter A-F (reliability of the source) '
                "and a digit 1-6 (credibility of the information), like B2"
            )

    def __str__(self) -> str:
        return self.reliability + self.credibility

    @property
    def words(self) -> str:
        """The grade as the code words it."""
        return f"{RELIABILITY[self.reliability]}; {CREDIBILITY[self.credibility]}"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was published. ``via``: the sources (by name), or persons, that pass it on to us."""

    name: str
    title: str | None = None
    authors: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    file: str | None = None
    grade: Grade | None = None
    via: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A few words of a source, exactly, with what stands before and after them where that is needed."""

    source: str
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why somebody believes a judgement. What is unknown is None."""

    why: str | None = None
    quote: Quote | None = None
    kind: Kind | None = None
    sure: Sure = Sure.CERTAIN


class Status(StrEnum):
    """What came of looking for a quote."""

    EXACT = "exact"
    NORMALISED = "normalised"
    NOT_FOUND = "not_found"
    NO_DOCUMENT = "no_document"


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a source and the SHA-256 of the file it came from."""

    text: str
    sha256: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One quote looked for: where it stands in the conflict, and what came of it."""

    where: str
    quote: Quote
    status: Status
    occurrences: int = 0
    document: str | None = None
    sha256: str | None = None
    note: str | None = None

    @property
    def ambiguous(self) -> bool:
        """Found more than once, and neither prefix nor suffix tells the places apart."""
        return self.occurrences > 1


def check(
    quotes: Iterable[tuple[str, Quote]], sources: Mapping[str, Source], documents: Mapping[str, Document]
) -> list[Finding]:
    """Look for each quote (with its place in the conflict) in the document of its source.

    A source without a document of its own is looked for in the documents of those that pass it on (``via``).
    """
    folded: dict[str, str] = {}
    findings = []
    for where, quote in quotes:
        name = next((n for n in chain(quote.source, sources) if n in documents), None)
        if name is None:
            note = f'source "{quote.source}" has no document here'
            findings.append(Finding(where, quote, Status.NO_DOCUMENT, note=note))
            continue
        document = documents[name]
        if name not in folded:
            folded[name] = fold(document.text)
        status, count, note_ = find(quote, document.text, folded[name])
        findings.append(Finding(where, quote, status, count, document.name or name, document.sha256, note_))
    return findings


def chain(name: str, sources: Mapping[str, Source]) -> list[str]:
    """The source and all that pass it on, nearest first."""
    order = [name]
    for one in order:
        order += [via for via in (sources[one].via if one in sources else ()) if via in sources and via not in order]
    return order


def find(quote: Quote, text: str, folded: str | None = None) -> tuple[Status, int, str | None]:
    """Status, number of places and a note: as it is, else with typography folded on both sides, else not found."""
    places = _places(quote.exact, quote.prefix, quote.suffix, text)
    if places:
        return Status.EXACT, places, None
    folded = fold(text) if folded is None else folded
    exact, prefix, suffix = (fold(part) for part in (quote.exact, quote.prefix, quote.suffix))
    places = _places(exact.strip(), prefix, suffix, folded)
    if places:
        return Status.NORMALISED, places, None
    elsewhere = _places(exact.strip(), "", "", folded)
    note = "the words are there, but not between this prefix and suffix" if elsewhere else None
    return Status.NOT_FOUND, 0, note


def _places(exact: str, prefix: str, suffix: str, text: str) -> int:
    """How often ``exact`` stands after ``prefix`` and before ``suffix``; white space at the joints is free."""
    if not exact:
        return 0
    prefix, suffix = prefix.rstrip(), suffix.lstrip()
    count, at = 0, text.find(exact)
    while at >= 0:
        # the neighbourhood is enough: a joint has little white space, and the whole text would be copied each time
        before = text[max(0, at - len(prefix) - _JOINT) : at]
        after = text[at + len(exact) : at + len(exact) + len(suffix) + _JOINT]
        count += before.rstrip().endswith(prefix) and after.lstrip().startswith(suffix)
        at = text.find(exact, at + 1)
    return count


_JOINT = 100
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)


def fold(text: str) -> str:
    """White space runs to one space, Unicode form to NFC, typographic quotes and dashes to plain ones; nothing else."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY))


def read_documents(sources: Iterable[Source], folder: Path) -> dict[str, Document]:
    """The documents of those sources whose ``file`` is in ``folder``; a file that is not there is left out.

    Raises UnreadableFile for a file outside the folder, too large, or not text.
    """
    documents = {}
    for source in sources:
        if source.file is None:
            continue
        path = (folder / source.file).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise UnreadableFile(f'source "{source.name}": {source.file} lies outside {folder}')
        if path.is_file():
            documents[source.name] = read_document(path)
    return documents


def read_document(path: Path) -> Document:
    """The text of a plain-text or HTML file, at most 16 MiB, UTF-8."""
    if path.stat().st_size > MAX_DOCUMENT_BYTES:
        raise UnreadableFile(f"{path.name}: larger than {MAX_DOCUMENT_BYTES // 2**20} MiB")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path.name}: not UTF-8 text (byte {error.start})") from None
    if path.suffix.lower() in (".html", ".htm", ".xhtml"):
        text = _html_to_text(text, path.name)
    return Document(text, hashlib.sha256(content).hexdigest(), path.name)


def _html_to_text(html: str, name: str) -> str:
    try:
        from inscriptis import get_text
    except ImportError:
        raise MissingExtra(f"reading {name} (HTML)", "html") from None
    try:
        return str(get_text(html)) if html.strip() else ""
    except (ValueError, RecursionError, AssertionError) as error:
        raise UnreadableFile(f"{name}: not HTML that can be read ({error})") from None
