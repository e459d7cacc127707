"""The files to read: globs, compression, the members of archives, the first lines."""

from __future__ import annotations

import glob
import gzip
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from standoff.errors import UnreadableFile, shorten

HEAD_BYTES = 2**18
MAX_ROW_BYTES = 2**20
MAX_UNPACKED_BYTES = 2**36  # of one member of an archive, on disk
CHUNK = 2**20
_MAGIC = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PAR1": "parquet",
}


@dataclass(frozen=True, slots=True)
class File:
    """One table to read: its name for people, where it lies now, and how it is packed (none, zstd, parquet)."""

    name: str
    path: Path
    packing: str = "none"

    def head(self) -> bytes:
        """What it begins with; nothing where only DuckDB can unpack it. Raises UnreadableFile."""
        try:
            with self.path.open("rb") as stream:
                return stream.read(HEAD_BYTES if self.packing == "none" else 0)
        except OSError as error:
            raise UnreadableFile(f"{self.name}: {_reason(error)}") from None


def find_files(patterns: Iterable[str | Path]) -> list[Path]:
    """The files that names and globs stand for, each once, in the order given. Raises UnreadableFile."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = Path(pattern)
        if path.exists():
            if not path.is_file():
                raise UnreadableFile(f"{pattern}: not a file")
            found[path.resolve()] = None
            continue
        matches = sorted(Path(match) for match in glob.glob(str(pattern), recursive=True))  # noqa: PTH207
        matches = [match for match in matches if match.is_file()]
        if not matches:
            raise UnreadableFile(f"{shorten(str(pattern), 200)}: no such file")
        found.update((match.resolve(), None) for match in matches)
    if not found:
        raise UnreadableFile("no files to read")
    return list(found)


def tables(path: Path, folder: Path) -> Iterator[File]:
    """The tables in a file: itself, or what a .gz or .zip file holds, one after another unpacked into ``folder``."""
    target = folder / "unpacked"
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
        packing = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "none")
        if packing == "gzip":
            with gzip.open(path) as packed:
                _unpack(packed, target, path.name)
            yield File(path.name, target)
        elif packing == "zip":
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    if member.is_dir() or "__MACOSX" in member.filename:
                        continue
                    name = f"{path.name}/{shorten(member.filename)}"
                    with archive.open(member) as packed:
                        _unpack(packed, target, name)
                    yield File(name, target)
        else:
            yield File(path.name, path, packing)
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableFile(f"{path.name}: {_reason(error)}") from None
    finally:
        target.unlink(missing_ok=True)


def _unpack(packed: IO[bytes] | gzip.GzipFile, target: Path, name: str) -> None:
    written = 0
    with target.open("wb") as plain:
        while chunk := packed.read(CHUNK):
            written += len(chunk)
            if written > MAX_UNPACKED_BYTES:
                raise UnreadableFile(f"{name}: larger than {MAX_UNPACKED_BYTES // 2**30} GiB unpacked")
            plain.write(chunk)


def check_rows(file: File, quoted: bool) -> None:
    """Raise UnreadableFile where a row is longer than MAX_ROW_BYTES: DuckDB may leave out what is much longer."""
    rows, since = 0, 0  # rows ended so far (as lines are counted), and bytes since the last of them
    odd = False
    with file.path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
            if quoted:
                first, last, odd = _ends(chunk, odd)
            longest = since + (len(chunk) if first < 0 else first)
            if longest > MAX_ROW_BYTES:
                where = f"{file.name}:{rows + 1}"
                end = " (a quote that never ends?)" if quoted else ""
                raise UnreadableFile(f"{where}: a line longer than {MAX_ROW_BYTES // 2**20} MiB{end}")
            since = longest if first < 0 else len(chunk) - last - 1
            rows += chunk.count(b"\n")


def _ends(chunk: bytes, odd: bool) -> tuple[int, int, bool]:
    """The first and last line break outside quotes (-1: none), and whether a quote is open after the chunk."""
    signs = np.frombuffer(chunk, np.uint8)
    inside = np.logical_xor.accumulate(signs == ord('"')) ^ odd
    ends = np.flatnonzero((signs == ord("\n")) & ~inside)
    return (int(ends[0]), int(ends[-1]), bool(inside[-1])) if ends.size else (-1, -1, bool(inside[-1]))


def _reason(error: Exception) -> str:
    return shorten(getattr(error, "strerror", None) or str(error) or type(error).__name__, 200)
