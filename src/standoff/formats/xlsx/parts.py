"""The parts of a workbook (ECMA-376): XML in a zip file, found by their relations and parsed with the standard library.

All is bounded before it is unpacked, and XML with a document type, which could declare entities, is refused.
"""

from __future__ import annotations

import lzma
import posixpath
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from typing_extensions import override

from standoff.errors import UnreadableFile, shorten

MAX_UNPACKED = 32 * 2**20
MAX_PARTS = 2_000
MAX_RATIO = 400  # of a part of a megabyte or more; what people write shrinks ten- to hundredfold
MAX_ELEMENTS = 300_000
MAX_DEPTH = 100
NOT_ONE = "not a workbook that can be read"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

Attributes = Mapping[str, str]


@contextmanager
def opened(content: bytes) -> Iterator[Archive]:
    """The parts of a workbook. Raises UnreadableFile, also where something within turns out to be broken."""
    if content.startswith(_OLD):
        raise UnreadableFile("an old .xls file, or one with a password; save it as .xlsx without a password")
    try:
        with ZipFile(BytesIO(content)) as archive:
            yield Archive(archive)
    except expat.ExpatError as error:
        raise UnreadableFile(f"{NOT_ONE}: its XML is broken ({error})") from None
    except _BROKEN as error:
        raise UnreadableFile(f"{NOT_ONE}: {shorten(str(error)) or type(error).__name__}") from None


class Archive:
    """The parts of a zip file. Raises UnreadableFile where they are too many or too large."""

    def __init__(self, archive: ZipFile) -> None:
        _bound(archive)
        self.archive = archive
        self.names = set(archive.namelist())

    def related(self, part: str, wanted: str) -> Iterator[str]:
        """The parts that a part relates to in some way."""
        return (target for _, kind, target in self.relations(part) if kind == wanted)

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """The name, the kind and the target of each relation of a part."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        for _, given in self.elements(where, "Relationship") if where in self.names else ():
            target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
            yield given.get("Id", ""), given.get("Type", "").rpartition("/")[2], target

    def elements(self, part: str, *names: str) -> list[tuple[str, Attributes]]:
        """The elements of some names in a part."""
        found = Elements(names)
        self.parse(part, found)
        return found.found

    def parse(self, part: str, to: ParsedPart) -> None:
        """Tell ``to`` what is in a part."""
        depth = 0

        def start(name: str, given: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > MAX_DEPTH:
                raise UnreadableFile(f"{NOT_ONE}: elements within elements, more than {MAX_DEPTH} deep")
            to.start(_local(name), given)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            to.end(_local(name))

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = to.text
        parser.Parse(self.archive.read(part), True)  # in one piece: old versions read a long tag anew with each one


def _bound(archive: ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile(f"more than {MAX_PARTS:,} parts, or larger than {MAX_UNPACKED // 2**20} MiB once unpacked")
    for part in parts:
        if part.flag_bits & 1:
            raise UnreadableFile("protected by a password; save it without one")
        if part.file_size > 2**20 and part.file_size > MAX_RATIO * part.compress_size:
            raise UnreadableFile(f'"{shorten(part.filename)}" is packed more than {MAX_RATIO}-fold')


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFile(f"{NOT_ONE}: it has a document type declaration, which no workbook has")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class ParsedPart:
    """What is made of a part while it is parsed."""

    def start(self, name: str, given: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """More text."""


class Elements(ParsedPart):
    """The elements of some names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.found: list[tuple[str, Attributes]] = []

    @override
    def start(self, name: str, given: Attributes) -> None:
        if name in self.names:
            if len(self.found) >= MAX_ELEMENTS:
                raise UnreadableFile(f"{NOT_ONE}: more than {MAX_ELEMENTS:,} elements {name}")
            self.found.append((name, {_local(key): value for key, value in given.items()}))


class Texts(ParsedPart):
    """Text in runs (``t``), without the phonetic ones (``rPh``)."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.listens = self.phonetic = False

    @override
    def start(self, name: str, given: Attributes) -> None:
        self.phonetic |= name == "rPh"
        self.listens = name in ("t", "v") and not self.phonetic

    @override
    def end(self, name: str) -> None:
        self.phonetic &= name != "rPh"
        self.listens = False

    @override
    def text(self, text: str) -> None:
        if self.listens:
            self.runs.append(text)

    def take(self) -> str:
        """The text so far; from here on another begins."""
        text = "".join(self.runs)
        self.runs = []
        return text


class Strings(Texts):
    """The strings that the cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            if len(self.found) >= MAX_ELEMENTS:
                raise UnreadableFile(f"{NOT_ONE}: more than {MAX_ELEMENTS:,} strings")
            self.found.append(unescaped(self.take()))


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written _xHHHH_, and so is the first of these where it is meant."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
