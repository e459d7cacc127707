"""On whose word: sources, quotes and grades, and finding a quote in a document.

A quote is a W3C TextQuoteSelector (https://www.w3.org/TR/annotation-model/#text-quote-selector): the exact words and,
where those occur more than once, what stands before and after. It is found as it is, or found after typography is
folded, or not found; it is never repaired.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from standoff.conflict.hypertext import text_of
from standoff.conflict.letters import composed
from standoff.errors import UnreadableFile, shorten
from standoff.progress import Progress, silent

MAX_DOCUMENT_BYTES = 64 * 2**20
MAX_HTML_BYTES = 16 * 2**20
MANY = 100  # places up to which they are counted
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


def check_quotes(
    quotes: Iterable[tuple[str, Quote]],
    sources: Mapping[str, Source],
    documents: Mapping[str, Document],
    progress: Progress = silent,
) -> list[Finding]:
    """Look for each quote (with its place in the conflict) in the document of its source.

    A source without a document of its own is looked for in the documents of those that pass it on (``via``).

    >>> sources, texts = {"n": Source("n")}, {"n": Document("They spoke of a red line.", "")}
    >>> [found.status.value for found in check_quotes([("claims", Quote("n", "a red line"))], sources, texts)]
    ['exact']
    """
    asked = list(quotes)
    by_document: dict[str | None, list[int]] = {}
    for number, (_, quote) in enumerate(asked):
        name = next((n for n in source_chain(quote.source, sources) if n in documents), None)
        by_document.setdefault(name, []).append(number)
    findings: dict[int, Finding] = {}
    for name, numbers in by_document.items():  # one document after another: each is folded once, and none is kept so
        folded = None if name is None else fold(documents[name].text)
        for number in numbers:
            progress(len(findings), len(asked))
            where, quote = asked[number]
            if name is None:
                note: str | None = f'source "{quote.source}" has no document here'
                findings[number] = Finding(where, quote, Status.NO_DOCUMENT, note=note)
                continue
            document = documents[name]
            status, count, note = find_quote(quote, document.text, folded)
            findings[number] = Finding(where, quote, status, count, document.name or name, document.sha256, note)
    return [findings[number] for number in range(len(asked))]


def citations(sources: Iterable[Source]) -> dict[str, str]:
    """How each source (by its name) is cited: author or publisher, short title, date. No two are cited alike.

    What is missing is left out; sources that would be cited alike have their names beside it.

    >>> citations([Source("n", "A note", "A. Author", published="2015-09-22")])
    {'n': 'A. Author: A note, 2015-09-22'}
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


def source_chain(name: str, sources: Mapping[str, Source]) -> list[str]:
    """The source and all that pass it on, nearest first.

    >>> sources = {"paper": Source("paper", via=("press",)), "press": Source("press")}
    >>> source_chain("paper", sources)
    ['paper', 'press']
    """
    order = [name]
    seen = {name}
    for one in order:
        new = [via for via in (sources[one].via if one in sources else ()) if via in sources and via not in seen]
        seen.update(new)
        order += dict.fromkeys(new)
    return order


def find_quote(quote: Quote, text: str, folded: str | None = None) -> tuple[Status, int, str | None]:
    """Status, number of places and a note: as it is, else with typography folded on both sides, else not found.

    Places are counted with typography folded, so that a line broken elsewhere hides none; at most ``MANY``. The time
    is linear in the text, however often the words stand in it.

    >>> find_quote(Quote("n", "red line"), "They spoke of a red  line.")[0].value  # white space apart
    'normalised'
    """
    exact = quote.exact.strip("\n")
    as_it_is = _stands(exact, quote.prefix, quote.suffix, text)
    folded = fold(text) if folded is None else folded
    words, prefix, suffix = (fold(part) for part in (exact, quote.prefix, quote.suffix))
    places = _count(_needles(words, prefix, suffix), folded)
    if as_it_is:
        return Status.EXACT, max(places, 1), None
    if places:
        note = _UNTOLD if as_it_is is None else None
        return Status.NORMALISED, places, note
    note = "the words are there, but not between this prefix and suffix" if words.strip() and words in folded else None
    return Status.NOT_FOUND, 0, note


def _needles(exact: str, prefix: str, suffix: str) -> list[str]:
    """All that folded text may hold where ``exact`` stands after ``prefix`` and before ``suffix``.

    White space at a joint is free where the prefix or suffix has none there; where it has some, there must be some.
    Folded text has one space where there is any, so that each place is found by exactly one of these.
    """
    if not exact.strip():
        return []
    before = [prefix.rstrip() + joint for joint in _joints(prefix[-1:])] if prefix.strip() else [""]
    after = [joint + suffix.lstrip() for joint in _joints(suffix[:1])] if suffix.strip() else [""]
    return [one + exact + other for one in before for other in after]


def _joints(edge: str) -> tuple[str, ...]:
    return (" ",) if edge.isspace() else ("", " ")


def _count(needles: Iterable[str], text: str) -> int:
    """In how many places one of the needles stands, overlapping ones too; at most ``MANY``."""
    count = 0
    for needle in needles:
        at = text.find(needle)
        while at >= 0 and count < MANY:
            count += 1
            at = text.find(needle, at + 1)
    return count


def _stands(exact: str, prefix: str, suffix: str, text: str) -> bool | None:
    """Whether ``exact`` stands after ``prefix`` and before ``suffix`` as it is, white space at a joint as above.

    Looked at are the places where the words nearest to a joint stand; None where those are too many.
    """
    before, after = prefix.rstrip(), suffix.lstrip()
    if not exact.strip() or not all(part in text for part in (exact, before, after)):
        return False
    if not before and not after:
        return True
    pattern, offset = _joint_pattern(exact, prefix, suffix)
    found = pattern.search(text)
    for _ in range(_MOST_LOOKED_AT):
        if found is None:
            return False
        at = found.start("exact") - offset
        if at >= 0 and text.startswith(exact, at) and _fits(at, exact, prefix, suffix, text):
            return True
        found = pattern.search(text, found.start() + 1)
    return None


def _joint_pattern(exact: str, prefix: str, suffix: str) -> tuple[re.Pattern[str], int]:
    """A pattern of bounded length for a joint and the words around it, and how far inside of ``exact`` it begins."""
    before, after = prefix.rstrip(), suffix.lstrip()
    offset = 0 if before or len(exact) <= 4 * _NEAR else len(exact) - _NEAR
    whole = len(exact) <= 4 * _NEAR
    near = exact if whole else exact[:_NEAR] if before else exact[offset:]
    parts = [f"(?P<exact>{re.escape(near)})"]
    if before:
        parts.insert(0, re.escape(before[-_NEAR:]) + _white(prefix[-1:], len(prefix) - len(before)))
    if after and (whole or not before):
        parts.append(_white(suffix[:1], len(suffix) - len(after)) + re.escape(after[:_NEAR]))
    return re.compile("".join(parts)), offset


def _white(edge: str, spaces: int) -> str:
    return rf"\s{{{int(edge.isspace())},{_JOINT + spaces}}}"


def _fits(at: int, exact: str, prefix: str, suffix: str, text: str) -> bool:
    before = text[max(0, at - len(prefix) - _JOINT) : at]
    after = text[at + len(exact) : at + len(exact) + len(suffix) + _JOINT]
    return _joins(before[::-1], prefix[::-1]) and _joins(after, suffix)


def _joins(text: str, wanted: str) -> bool:
    """Whether ``text`` begins with ``wanted``, white space between them as in ``_needles``."""
    spaced = wanted[:1].isspace()
    return text.lstrip().startswith(wanted.lstrip()) and (not spaced or text[:1].isspace() or not wanted.strip())


_NEAR = 32  # characters on each side of a joint by which places are found
_MOST_LOOKED_AT = 50_000
_UNTOLD = "whether it stands there as it is cannot be told: the words around it are repeated too often"
_JOINT = 100
_TYPOGRAPHY = (
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | {character: " " for character in map(chr, range(0x3001)) if character.isspace() and character != " "}
)


def fold(text: str) -> str:
    """White space runs to one space, Unicode form to NFC, typographic quotes and dashes to plain ones; nothing else.

    >>> fold("“red”   line")
    '"red" line'
    """
    if len(text) <= _PIECE:
        return _folded(text)
    pieces: list[str] = []
    for piece in map(_folded, _pieces(text)):
        met = piece[0] == " " and bool(pieces) and pieces[-1][-1] == " "
        if piece[met:]:
            pieces.append(piece[met:])
    return "".join(pieces)


def _folded(text: str) -> str:
    text = composed(text)
    for character, plain in _TYPOGRAPHY.items():
        text = text.replace(character, plain)
    while "  " in text:
        text = text.replace("  ", " ")
    return text


_PIECE = 2**20
_PLAIN = re.compile("[\x00-\x7f]")


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, each but the first beginning with an ASCII character: no such one composes with another."""
    start = 0
    while start < len(text):
        cut = _PLAIN.search(text, start + _PIECE)
        end = cut.start() if cut else len(text)
        yield text[start:end]
        start = end


def read_documents(sources: Iterable[Source], folder: Path) -> dict[str, Document]:
    """The documents of those sources whose ``file`` is in ``folder``; a file that is not there is left out.

    Raises UnreadableFile for files outside the folder, too large, or not text: for all of them at once.

    >>> read_documents([Source("n", "A note"), Source("p", file="not-there.pdf")], Path())
    {}
    """
    documents: dict[str, Document] = {}
    read: dict[Path, Document] = {}
    wrong = []
    room = MAX_DOCUMENT_BYTES
    for source in sources:
        if source.file is None:
            continue
        try:
            path = (folder / source.file).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise UnreadableFile(f"lies outside {folder}")
            if path.is_file():
                if path not in read:
                    room -= path.stat().st_size
                    if room < 0:
                        raise UnreadableFile(
                            f"all documents together are larger than {MAX_DOCUMENT_BYTES // 2**20} MiB"
                        )
                    read[path] = read_document(path)
                documents[source.name] = read[path]
        except (OSError, RuntimeError, ValueError, UnreadableFile) as error:
            reason = getattr(error, "strerror", None) or str(error)
            wrong.append(f'sources.{source.name}.file: "{shorten(source.file)}": {reason}')
    if wrong:
        raise UnreadableFile("\n".join(wrong))
    return documents


def read_document(path: Path) -> Document:
    """The text of a plain-text or HTML file, at most 64 MiB (HTML: 16 MiB), UTF-8. Raises OSError, UnreadableFile.

    >>> from standoff.casebook import path
    >>> read_document(path("chicken")).text.splitlines()[0]
    'standoff: 1'
    """
    html = path.suffix.lower() in (".html", ".htm", ".xhtml")
    most = MAX_HTML_BYTES if html else MAX_DOCUMENT_BYTES
    if path.stat().st_size > most:
        raise UnreadableFile(f"larger than {most // 2**20} MiB")
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"not UTF-8 text (byte {error.start})") from None
    if "\0" in text:
        raise UnreadableFile("not text: it has NUL bytes")
    return Document(text_of(text) if html else text, sha256, path.name)
