"""On whose word: sources, quotes and grades, and finding a quote in a document.

A quote is a W3C TextQuoteSelector (https://www.w3.org/TR/annotation-model/#text-quote-selector): the exact words and,
where those occur more than once, what stands before and after. It is found as it is, or found after typography is
folded, or not found; it is never repaired.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from standoff.errors import MissingExtra, UnreadableFile, shorten

MAX_DOCUMENT_BYTES = 16 * 2**20
MAX_HTML_BYTES = 4 * 2**20
MAX_CITED_AUTHORS = 40
MAX_CITED_TITLE = 50

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
class Measured:
    """How close two decision makers were in a period, measured from event data: affinity and its 90 % interval."""

    between: tuple[str, str]
    period: str
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why somebody believes a judgement. What is unknown is None."""

    why: str | None = None
    quote: Quote | None = None
    kind: Kind | None = None
    sure: Sure = Sure.CERTAIN
    relation: Measured | None = None


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


def citations(sources: Iterable[Source]) -> dict[str, str]:
    """How each source (by its name) is cited: author or publisher, short title, date. No two are cited alike.

    What is missing is left out; sources that would be cited alike have their names beside it.
    """
    told = {source.name: _cited(source) for source in sources}
    while len(counted := Counter(told.values())) < len(told):
        told = {name: f"{words} [{name}]" if counted[words] > 1 else words for name, words in told.items()}
    return told


def _cited(source: Source) -> str:
    by = _short(source.authors or source.publisher or "", MAX_CITED_AUTHORS)
    title = _short(source.title or "", MAX_CITED_TITLE)
    what = ": ".join(part for part in (by, title) if part) or source.name
    return f"{what}, {source.published}" if source.published else what


def _short(text: str, width: int) -> str:
    """``text`` on one line and at most ``width`` characters, cut after a word where one ends in the latter half."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    words = line[:width].rpartition(" ")[0]
    cut = words if len(words) >= width // 2 else line[: width - 1]
    return cut.rstrip(" ,;:.–—-") + "…"


def chain(name: str, sources: Mapping[str, Source]) -> list[str]:
    """The source and all that pass it on, nearest first."""
    order = [name]
    for one in order:
        order += [via for via in (sources[one].via if one in sources else ()) if via in sources and via not in order]
    return order


def find(quote: Quote, text: str, folded: str | None = None) -> tuple[Status, int, str | None]:
    """Status, number of places and a note: as it is, else with typography folded on both sides, else not found.

    Places are counted with typography folded, so that a line broken elsewhere hides none; at most 100.
    """
    exact = quote.exact.strip("\n")
    as_it_is = _places(exact, quote.prefix, quote.suffix, text, most=1)
    folded = fold(text) if folded is None else folded
    words, prefix, suffix = (fold(part) for part in (exact, quote.prefix, quote.suffix))
    places = _places(words, prefix, suffix, folded)
    if as_it_is:
        return Status.EXACT, max(places, 1), None
    if places:
        return Status.NORMALISED, places, None
    elsewhere = _places(words, "", "", folded, most=1)
    note = "the words are there, but not between this prefix and suffix" if elsewhere else None
    return Status.NOT_FOUND, 0, note


def _places(exact: str, prefix: str, suffix: str, text: str, most: int = 100) -> int:
    """How often ``exact`` stands after ``prefix`` and before ``suffix``.

    White space at a joint is free where the prefix or suffix has none there; where it has some, there must be some.
    """
    if not exact.strip():
        return 0
    count, at = 0, text.find(exact)
    while at >= 0 and count < most:
        # the neighbourhood is enough: a joint has little white space, and the whole text would be copied each time
        before = text[max(0, at - len(prefix) - _JOINT) : at]
        after = text[at + len(exact) : at + len(exact) + len(suffix) + _JOINT]
        count += _joins(before[::-1], prefix[::-1]) and _joins(after, suffix)
        at = text.find(exact, at + 1)
    return count


def _joins(text: str, wanted: str) -> bool:
    """Whether ``text`` begins with ``wanted``, white space between them as in ``_places``."""
    spaced = wanted[:1].isspace()
    return text.lstrip().startswith(wanted.lstrip()) and (not spaced or text[:1].isspace() or not wanted.strip())


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

    Raises UnreadableFile for files outside the folder, too large, or not text: for all of them at once.
    """
    documents: dict[str, Document] = {}
    read: dict[Path, Document] = {}
    wrong = []
    for source in sources:
        if source.file is None:
            continue
        try:
            path = (folder / source.file).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise UnreadableFile(f"lies outside {folder}")
            if path.is_file():
                read[path] = documents[source.name] = read.get(path) or read_document(path)
        except (OSError, RuntimeError, ValueError, UnreadableFile) as error:
            reason = getattr(error, "strerror", None) or str(error)
            wrong.append(f'sources.{source.name}.file: "{shorten(source.file)}": {reason}')
    if wrong:
        raise UnreadableFile("\n".join(wrong))
    return documents


def read_document(path: Path) -> Document:
    """The text of a plain-text or HTML file, at most 16 MiB (HTML: 4 MiB), UTF-8. Raises OSError, UnreadableFile."""
    html = path.suffix.lower() in (".html", ".htm", ".xhtml")
    most = MAX_HTML_BYTES if html else MAX_DOCUMENT_BYTES
    if path.stat().st_size > most:
        raise UnreadableFile(f"larger than {most // 2**20} MiB")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"not UTF-8 text (byte {error.start})") from None
    if "\0" in text:
        raise UnreadableFile("not text: it has NUL bytes")
    return Document(_html_to_text(text) if html else text, hashlib.sha256(content).hexdigest(), path.name)


def _html_to_text(html: str) -> str:
    """All text of a page, blocks apart. A tag that no page has (64 KiB) is refused: reading it would take for ever."""
    if re.search(r"<[^>]{65536}", html):
        raise UnreadableFile("a tag longer than 64 KiB")
    try:
        from inscriptis.css_profiles import STRICT_CSS_PROFILE
        from inscriptis.html_engine import Inscriptis
        from inscriptis.html_properties import Display
        from inscriptis.model.config import ParserConfig
        from inscriptis.model.html_element import HtmlElement
        from lxml.html import HTMLParser, document_fromstring
    except ImportError:
        raise MissingExtra("reading HTML", "html") from None
    if not html.strip():
        return ""
    css = STRICT_CSS_PROFILE | {"hr": HtmlElement(display=Display.block)}
    try:
        tree = document_fromstring(html, parser=HTMLParser(huge_tree=True))
        return str(Inscriptis(tree, ParserConfig(css=css)).get_text())
    except (ValueError, RecursionError, AssertionError, SyntaxError) as error:
        raise UnreadableFile(f"not HTML that can be read ({shorten(str(error))})") from None
