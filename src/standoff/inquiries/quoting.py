"""The quotes of a conflict looked up in the documents of their sources, as several questions do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.errors import StandoffError, UnreadableFile, nearest, render_path
from standoff.progress import Progress, silent

if TYPE_CHECKING:
    from standoff.conflict.quotes import Finding
    from standoff.inquiries.asking import Subject


def quotes_of(subject: Subject, sources: Path | None, progress: Progress = silent) -> Sequence[Finding]:
    """What comes of each quote, looked for below a folder (default: that of the conflict's file).

    Raises UnreadableFile, and StandoffError where there is no such folder.
    """
    from standoff.conflict.quotes import check_quotes, read_documents

    conflict = subject.conflict
    if sources is not None and not sources.is_dir():
        near = nearest(sources.name, (one.name for one in sources.parent.glob("*") if one.is_dir()))
        meant = "" if near is None else f'; did you mean "{sources.parent / near}"?'
        raise UnreadableFile(f"{sources}: not a directory{meant}")
    quotes = [(render_path(path), quote) for path, quote in conflict.quotes()]
    folder = sources or subject.folder
    if folder is None and quotes:
        raise StandoffError("the conflict has no file: name the folder with the documents of its sources")
    documents = read_documents(conflict.sources, folder) if folder is not None else {}
    return check_quotes(quotes, {source.name: source for source in conflict.sources}, documents, progress)


def quotes_in_passing(subject: Subject, sources: Path | None) -> tuple[Sequence[Finding], str | None]:
    """The same for who asks something else: without a folder named nothing is raised, but told."""
    if sources is not None:
        return quotes_of(subject, sources), None
    if subject.folder is None:
        return (), None
    try:
        return quotes_of(subject, None), None
    except StandoffError as error:
        return (), str(error)
