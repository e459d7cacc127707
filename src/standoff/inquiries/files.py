"""The formats that a report can be written in, by the suffix of a file. To add one, add a line to ``WRITERS``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from standoff.errors import StandoffError, unknown
from standoff.report.blocks import Block, Part, Report, Section, plain
from standoff.report.contents import report
from standoff.report.findings import Findings


def html(found: Findings) -> str:
    """One page that fetches nothing."""
    from standoff.writers.html import page

    return page(report(found))


def markdown(found: Findings, pictures: Mapping[str, str] | None = None) -> str:
    """Markdown; pictures are told in words, or referred to by the files given."""
    from standoff.writers.markdown import markdown_text as written

    return written(report(found), pictures)


def markdown_beside(found: Findings, path: Path) -> tuple[str, Mapping[Path, str]]:
    """Markdown to be written to a path, and its pictures by the paths beside it that it refers to."""
    from standoff.report.blocks import figures
    from standoff.writers.markdown import markdown_text

    made = report(found)
    folder = path.with_name(f"{path.stem}_pictures")
    pictures = {figure.name: figure.svg for figure in figures(made)}
    text = markdown_text(made, {name: f"{folder.name}/{name}.svg" for name in pictures})
    return text, {folder / f"{name}.svg": svg for name, svg in pictures.items()}


def as_json(found: Findings) -> str:
    """One document for programs."""
    from standoff.inquiries.report import document

    return json.dumps(document(found), ensure_ascii=False) + "\n"


def pdf(found: Findings) -> bytes:
    """PDF. Raises MissingExtra."""
    from standoff.writers.typst import typst_pdf as written

    return written(report(found))


def docx(found: Findings) -> bytes:
    """A Word document. Raises MissingExtra."""
    from standoff.writers.docx import word_file as written

    return written(report(found))


def section_page(section: Section, suffix: str) -> str | bytes:
    """A section as a page of its own, in one of the formats of reports. Raises MissingExtra.

    What stands before its first part is the answer; what stands after a part belongs to it.
    """
    from standoff._version import __version__

    answer: list[Block] = []
    parts: list[tuple[str, list[Block]]] = []
    for block in section.blocks:
        if isinstance(block, Part):
            parts.append((plain(block.title), [*block.blocks]))
        else:
            (parts[-1][1] if parts else answer).append(block)
    sections = tuple(Section(f"part-{k}", title, tuple(blocks)) for k, (title, blocks) in enumerate(parts, 1))
    made = Report(section.title, "", "In short", tuple(answer), sections, colophon=f"Made with Standoff {__version__}.")
    return as_page(made, suffix)


def as_page(made: Report, suffix: str) -> str | bytes:
    """A report in one of the formats of pages. Raises MissingExtra."""
    match suffix:
        case ".html":
            from standoff.writers.html import page as write_page

            return write_page(made)
        case ".md":
            from standoff.writers.markdown import markdown_text

            return markdown_text(made)
        case ".pdf":
            from standoff.writers.typst import typst_pdf

            return typst_pdf(made)
    from standoff.writers.docx import word_file

    return word_file(made)


def suffix_of(path: Path) -> str:
    """The suffix of a file, if reports are written so. Raises StandoffError."""
    if path.suffix.lower() not in WRITERS:
        raise StandoffError(f"{path}: {unknown('suffix', path.suffix, WRITERS)}")
    return path.suffix.lower()


WRITERS: Mapping[str, Callable[[Findings], str | bytes]] = {
    ".html": html,
    ".htm": html,
    ".md": markdown,
    ".json": as_json,
    ".pdf": pdf,
    ".docx": docx,
}
