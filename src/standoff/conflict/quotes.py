"""Quotes looked up in the documents of their sources, in time linear in the text.

A quote is a W3C TextQuoteSelector (https://www.w3.org/TR/annotation-model/#text-quote-selector): the exact words and,
where those occur more than once, what stands before and after. It is found as it is, or found after typography is
folded, or not found; it is never repaired.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath

from standoff.conflict.cues import Cue, cues
from standoff.conflict.evidence import Quote, Source, source_chain
from standoff.conflict.hypertext import text_of
from standoff.conflict.letters import composed
from standoff.conflict.passages import Nearest, Passage, laid_out, sentence_around
from standoff.errors import UnreadableFile, nearest, shorten
from standoff.progress import Progress, silent

MAX_DOCUMENT_BYTES = 64 * 2**20


MAX_HTML_BYTES = 16 * 2**20


MANY = 100  # places up to which they are counted


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
    """One quote looked for: where it stands in the conflict, and what came of it.

    ``passage``: its sentence in the document, at the first of its places; ``cues``: what to look at in that.
    ``nearest``: of one that is not found the passage that is most like it, where any is.
    """

    where: str
    quote: Quote
    status: Status
    occurrences: int = 0
    document: str | None = None
    sha256: str | None = None
    note: str | None = None
    passage: Passage | None = None
    cues: tuple[Cue, ...] = ()
    nearest: str | None = None

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
        reader = None if name is None else _Reader(documents[name])
        for number in numbers:
            progress(len(findings), len(asked))
            where, quote = asked[number]
            if name is None or reader is None:
                note = f'source "{quote.source}" has no document here'
                findings[number] = Finding(where, quote, Status.NO_DOCUMENT, note=note)
                continue
            named = [sources[quote.source]] if quote.source in sources else []
            findings[number] = reader.finding(where, quote, documents[name].name or name, named)
    return [findings[number] for number in range(len(asked))]


class _Reader:
    """A document in which quotes are looked for: what is made of its text is made once, when it is first needed."""

    def __init__(self, document: Document) -> None:
        self.document, self.folded = document, fold(document.text)

    @cached_property
    def laid(self) -> str:
        """The text with a line for each paragraph; where ``folded`` has a letter, it has the one that was folded."""
        return " " * self.folded.startswith(" ") + laid_out(self.document.text)

    @cached_property
    def nearest(self) -> Nearest:
        """Where words are looked for that are not there."""
        return Nearest(self.laid)

    def finding(self, where: str, quote: Quote, name: str, sources: Sequence[Source]) -> Finding:
        """What comes of a quote; ``sources``: whose words it is said to be."""
        status, count, note = find_quote(quote, self.document.text, self.folded)
        found = Finding(where, quote, status, count, name, self.document.sha256, note)
        if status is Status.NOT_FOUND:
            return replace(found, nearest=self.nearest.to(quote.exact))
        start, end = _place(quote, self.folded)
        passage = sentence_around(self.laid, start, end)
        return replace(found, passage=passage, cues=cues(passage, sources))


def _place(quote: Quote, folded: str) -> tuple[int, int]:
    """Where the first place of a quote begins and ends in folded text in which it stands."""
    exact, prefix, suffix = (fold(part) for part in (quote.exact.strip("\n"), quote.prefix, quote.suffix))
    places = []
    for before in _parts_before(prefix):
        for after in _parts_after(suffix):
            at = folded.find(before + exact + after)
            if at >= 0:
                places.append(at + len(before))
    start = min(places, default=max(folded.find(exact), 0))
    return start, start + len(exact)


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
    return [one + exact + other for one in _parts_before(prefix) for other in _parts_after(suffix)]


def _parts_before(prefix: str) -> list[str]:
    return [prefix.rstrip() + joint for joint in _joints(prefix[-1:])] if prefix.strip() else [""]


def _parts_after(suffix: str) -> list[str]:
    return [joint + suffix.lstrip() for joint in _joints(suffix[:1])] if suffix.strip() else [""]


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


MANY_FILES = 2000  # of a folder that are looked through for one that may have been meant


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """A source without a document: the ``file`` that it names, if any, and one in the folder that may be meant."""

    source: str
    file: str | None = None
    nearest: str | None = None


def missing_documents(
    findings: Iterable[Finding], sources: Iterable[Source], folder: Path
) -> tuple[MissingDocument, ...]:
    """The quoted sources of which no document was found in a folder; not what reached us by way of others.

    >>> found = Finding("claims[0]", Quote("p", "they went"), Status.NO_DOCUMENT)
    >>> missing_documents([found], [Source("p", "A paper"), Source("q", "Another")], Path("not-there"))
    (MissingDocument(source='p', file=None, nearest=None),)
    """
    missing = {one.quote.source for one in findings if one.status is Status.NO_DOCUMENT}
    if not missing:
        return ()
    below = sorted(path.relative_to(folder).as_posix() for path in islice(folder.rglob("*"), MANY_FILES))
    files = [name for name in below if (folder / name).is_file()]
    return tuple(
        MissingDocument(one.name, one.file, None if one.file is None else _meant(one.file, files))
        for one in sources
        if one.name in missing and (one.file is not None or not one.via)
    )


def _meant(file: str, files: Sequence[str]) -> str | None:
    """The file that is most like one that is not there: first of the same name elsewhere."""
    name = PurePosixPath(file).name
    return next((one for one in files if PurePosixPath(one).name == name), None) or nearest(file, files)


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
