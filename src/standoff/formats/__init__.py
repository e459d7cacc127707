"""Conflict files: load and dump, by suffix. One format per file; to add one, add a line to ``FORMATS``."""

from __future__ import annotations

import os
import stat
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from standoff.errors import InvalidConflict, UnreadableFile, nearest
from standoff.formats.tree import Data, Tree
from standoff.model import Conflict

MAX_BYTES = 8 * 2**20
FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def load(path: str | os.PathLike[str]) -> Conflict:
    """The conflict that a file describes.

    Raises UnreadableFile (missing, too large, not text, unknown suffix) or InvalidConflict (all problems at once, each
    with its path and line).
    """
    path = Path(path)
    return loads(_read(path), path.suffix, name=str(path))


def loads(text: str, suffix: str = ".yaml", name: str | None = None) -> Conflict:
    """The conflict that a text describes; ``name`` is what to call the text in errors."""
    from standoff.formats.reading import read_conflict

    try:
        return read_conflict(_format(suffix).read(text))
    except InvalidConflict as error:
        raise InvalidConflict(error.problems, name) from None


def dumps(conflict: Conflict, suffix: str = ".yaml") -> str:
    """The text of a file that describes the conflict; loading it gives an equal conflict."""
    from standoff.formats.writing import write_conflict

    return _format(suffix).write(write_conflict(conflict))


def dump(conflict: Conflict, path: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write the conflict to a file, wholly or not at all. Raises FileExistsError unless ``overwrite``."""
    path = Path(path)
    write_atomically(path, dumps(conflict, path.suffix), overwrite)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_atomically(path: Path, text: str, overwrite: bool = False) -> None:
    """Write a file wholly or not at all: an interruption leaves what was there before."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o666 & ~_umask())  # a temporary file is its owner's alone, the written one as any other
        if overwrite:
            Path(temporary).replace(path)
        else:
            os.link(temporary, path)  # fails where the file exists
    finally:
        Path(temporary).unlink(missing_ok=True)


class _Format(Protocol):
    def read(self, text: str) -> Tree: ...

    def write(self, data: Data) -> str: ...


def _format(suffix: str) -> _Format:
    module: Any = import_module(f"standoff.formats.{FORMATS[_known(suffix)]}")
    return cast("_Format", module)


def _known(suffix: str) -> str:
    if suffix.lower() not in FORMATS:
        near = nearest(suffix, FORMATS)
        hint = f'; did you mean "{near}"?' if near else ""
        raise UnreadableFile(f'unknown suffix "{suffix}"; known: {", ".join(FORMATS)}{hint}')
    return suffix.lower()


def _read(path: Path) -> str:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableFile(f"{path}: a directory, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(f"{path}: not a regular file")
        _known(path.suffix)
        if status.st_size > MAX_BYTES:
            raise UnreadableFile(f"{path}: larger than {MAX_BYTES // 2**20} MiB")
        content = path.read_bytes()
    except UnreadableFile as error:
        raise error if str(path) in str(error) else UnreadableFile(f"{path}: {error}") from None
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise UnreadableFile(f"{str(path)!r}: {error}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: not UTF-8 text (byte {error.start})") from None
