"""Conflict files: load and dump, by suffix. One format per file; to add one, add a line to a table.

``OWN`` are ways of writing one and the same format; ``FOREIGN`` are formats of others, ``WRITE_ONLY`` such as can only
be written.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
import tempfile
import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from standoff.conflict.meaning import Meaning, Source, conflict_of
from standoff.conflict.model import Conflict
from standoff.errors import InvalidConflict, Note, UnreadableFile, nearest
from standoff.formats.tree import Data, Tree

MAX_BYTES = 8 * 2**20
OWN = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
FOREIGN: dict[str, str] = {".gmcr": "gmcr", ".xlsx": "xlsx"}
WRITE_ONLY: dict[str, str] = {".nfg": "gambit", ".graphml": "graphml"}


def load(path: str | os.PathLike[str]) -> Conflict:
    """The conflict that a file describes. As ``understood``."""
    return understood(path).conflict


def understood(path: str | os.PathLike[str]) -> Meaning:
    """The conflict that a file describes, with what it means: whoever takes that need not find it out again.

    Raises UnreadableFile (missing, too large, not text, unknown suffix) or InvalidConflict (all problems at once, each
    with its path and line). What a foreign format says that is not taken over is told by a ``Note`` (a warning).
    """
    path = Path(path)
    content = _read(path)
    return _understood(_text(content, path) if path.suffix.lower() in OWN else content, path.suffix, str(path))


def understood_content(content: bytes, name: str) -> Meaning:
    """The same of content whose format nobody tells: YAML, JSON, a workbook or a file of GMCR+. As ``understood``.

    ``name`` is what to call it in errors.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"{name}: larger than {MAX_BYTES // 2**20} MiB")
    return _understood(content, _suffix_of(content), name)


def _suffix_of(content: bytes) -> str:
    """The format of content: a workbook is a zip file, and JSON begins with a brace and a key in quotes."""
    if content.startswith(b"PK"):
        return ".xlsx"
    if not re.match(rb'(\xef\xbb\xbf)?\s*\{\s*"', content):
        return ".yaml"
    return ".gmcr" if b'"decisionMakers"' in content else ".json"


def tree_with_lines(path: str | os.PathLike[str]) -> Tree | None:
    """What a file of our own formats holds, with the line of each part; None for other files. As ``load``."""
    path = Path(path)
    if path.suffix.lower() not in OWN:
        return None
    return cast("_Own", _module(OWN[path.suffix.lower()])).read(_text(_read(path), path))


def lines_in_file(path: Path) -> Tree | None:
    """Where in a file of ours each part stands; None of other formats, and of what is no file that can be read."""
    try:
        return tree_with_lines(path)
    except (UnreadableFile, InvalidConflict):
        return None


def loads(content: str | bytes, suffix: str = ".yaml", name: str | None = None) -> Conflict:
    """The conflict that the content of a file describes; ``name`` is what to call it in errors."""
    return _understood(content, suffix, name).conflict


def _understood(content: str | bytes, suffix: str, name: str | None) -> Meaning:
    from standoff.formats.reading import read_conflict

    suffix = _known(suffix, OWN | FOREIGN)
    try:
        if suffix in OWN:
            text = content if isinstance(content, str) else _text(content, Path(name or "conflict"))
            return read_conflict(cast("_Own", _module(OWN[suffix])).read(text))
        return cast("_Foreign", _module(FOREIGN[suffix])).read(
            content.encode() if isinstance(content, str) else content
        )
    except InvalidConflict as error:
        raise InvalidConflict(error.problems, name) from None
    except UnreadableFile as error:
        raise UnreadableFile(f"{name}: {error}") if name and name not in str(error) else error from None


def dumps(source: Source, suffix: str = ".yaml", like: str | os.PathLike[str] | None = None) -> str:
    """The text of a file that describes the conflict; loading one of our own formats gives an equal conflict.

    ``like``: as ``dump``. Raises CannotSay where the format cannot hold the conflict, and UnreadableFile where it is
    not text.
    """
    content = encoded(source, suffix, like)
    if not isinstance(content, str):
        raise UnreadableFile(f'"{suffix}" is not a text; write it to a file')
    return content


def encoded(source: Source, suffix: str = ".yaml", like: str | os.PathLike[str] | None = None) -> str | bytes:
    """The content of a file that describes the conflict: text, or bytes where the format is not text. As ``dumps``."""
    from standoff.formats.writing import write_conflict

    suffix = _known(suffix, OWN | FOREIGN | WRITE_ONLY)
    if like is not None and OWN.get(suffix) == OWN.get(Path(like).suffix.lower()) == "yaml":
        kept = _kept(conflict_of(source), Path(like))
        if kept is not None:
            return kept
    if suffix in OWN:
        return cast("_Own", _module(OWN[suffix])).write(write_conflict(conflict_of(source)))
    return cast("_Foreign", _module((FOREIGN | WRITE_ONLY)[suffix])).write(source)


def _kept(conflict: Conflict, like: Path) -> str | None:
    """A YAML file changed only where it does not describe the conflict; None, and a ``Note``, where it cannot be."""
    from standoff.formats.editing import mended
    from standoff.formats.marks import CannotKeep

    content = _read(like)
    mark = "\ufeff" if content.startswith(codecs.BOM_UTF8) else ""
    try:
        return mark + mended(_text(content, like), conflict)
    except CannotKeep as error:
        warnings.warn(f"{like}: {error}; it is written anew, without its remarks and layout", Note, stacklevel=3)
        return None
    except InvalidConflict as error:
        raise InvalidConflict(error.problems, str(like)) from None


def dump(
    source: Source,
    path: str | os.PathLike[str],
    overwrite: bool = False,
    like: str | os.PathLike[str] | None = None,
) -> None:
    """Write the conflict to a file, wholly or not at all.

    ``like``: a YAML file (the one that the conflict came of, say, which may be ``path`` itself) whose text is kept
    wherever it says what the conflict says: order, spelling, remarks and all. What has moved takes its remarks along.
    Where that cannot be done the file is written anew, which is told by a ``Note`` (a warning); files of other formats
    always are.

    Raises FileExistsError unless ``overwrite``, CannotSay where the format cannot hold the conflict, and as ``load``
    where ``like`` cannot be read.
    """
    path = Path(path)
    write_atomically(path, encoded(source, path.suffix, like), overwrite)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_atomically(path: Path, content: str | bytes, overwrite: bool = False) -> None:
    """Write a file wholly or not at all: an interruption leaves what was there before.

    Raises FileExistsError unless ``overwrite``, FileNotFoundError where there is no such folder.
    """
    if path.exists() and not overwrite:
        raise FileExistsError(errno.EEXIST, "exists already (overwrite=True replaces it)", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        Path(temporary).chmod(0o666 & ~_umask())  # a temporary file is its owner's alone, the written one as any other
        if overwrite:
            Path(temporary).replace(path)
        else:
            os.link(temporary, path)  # fails where the file exists
    finally:
        Path(temporary).unlink(missing_ok=True)


class _Own(Protocol):
    def read(self, text: str) -> Tree: ...

    def write(self, data: Data) -> str: ...


class _Foreign(Protocol):
    def read(self, content: bytes) -> Meaning: ...

    def write(self, source: Source) -> str | bytes: ...


def _module(name: str) -> Any:
    return import_module(f"standoff.formats.{name}")


def _known(suffix: str, among: Mapping[str, str]) -> str:
    if suffix.lower() not in among:
        near = nearest(suffix, among)
        hint = f'; did you mean "{near}"?' if near else ""
        only = " can only be written" if suffix.lower() in WRITE_ONLY else ""
        what = f'files like "{suffix}"{only}' if only else f'unknown suffix "{suffix}"'
        raise UnreadableFile(f"{what}; known: {', '.join(among)}{'' if only else hint}")
    return suffix.lower()


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableFile(f"{path}: a directory, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(f"{path}: not a regular file")
        _known(path.suffix, OWN | FOREIGN)
        if status.st_size > MAX_BYTES:
            raise UnreadableFile(f"{path}: larger than {MAX_BYTES // 2**20} MiB")
        return path.read_bytes()
    except UnreadableFile as error:
        raise error if str(path) in str(error) else UnreadableFile(f"{path}: {error}") from None
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise UnreadableFile(f"{str(path)!r}: {error}") from None


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: not UTF-8 text (byte {error.start})") from None
