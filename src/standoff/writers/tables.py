"""Rows of plain values, written: CSV, spreadsheet, LaTeX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence

from standoff.documents.rows import Row, Value, columns
from standoff.errors import MissingExtra, StandoffError, nearest

MAX_XLSX_ROWS = 2**20 - 1  # below the head
MAX_XLSX_TEXT = 32_767


# Defused


def defused(value: object) -> object:
    """A text that a spreadsheet would compute, made a text that it shows; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


_LINE_END = re.compile("\r\n?")


def _plain(value: object) -> object:
    """A value whose lines end as those of every file that is written here."""
    return _LINE_END.sub("\n", value) if isinstance(value, str) else value


# Written


def as_csv(rows: Sequence[Row], names: Sequence[str] | None = None) -> str:
    """Comma-separated values with a head (RFC 4180, but for the line ends)."""
    out = io.StringIO()
    heads = [str(defused(name)) for name in names or columns(rows)]
    writer = csv.DictWriter(out, heads, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({str(defused(name)): _plain(defused(value)) for name, value in row.items()})
    return out.getvalue()


def as_xlsx(rows: Sequence[Row], title: str = "states") -> bytes:
    """A workbook with one sheet; every text is stored as text, whatever it begins with. Raises MissingExtra."""
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        from standoff.formats.xlsx.workbook import packed
    except ImportError:
        raise MissingExtra("writing spreadsheets", "xlsx") from None
    if len(rows) > MAX_XLSX_ROWS:
        raise StandoffError(f"{len(rows):,} rows: a spreadsheet holds {MAX_XLSX_ROWS:,}; write CSV")
    names = columns(rows)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "table"
    sheet.append([_cell_text(name) for name in names])
    for row in rows:
        sheet.append([_cell_text(row.get(name)) for name in names])
    for number, cells in enumerate(sheet.iter_rows()):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.quotePrefix = cell.value[:1] in ("=", "+", "-", "@")
            if number == 0:
                cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top")
    sheet.freeze_panes = "B2"
    for number, name in enumerate(names, 1):
        longest = max((len(str(row.get(name, ""))) for row in rows[:200]), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(len(name), longest) + 2, 60)
    return packed(book)


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _cell_text(value: Value) -> Value:
    return _UNPRINTABLE.sub("", value)[:MAX_XLSX_TEXT] if isinstance(value, str) else value


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': "''",
    **{mark: rf"\{mark}" for mark in "&%$#_"},
}


def latex(text: object) -> str:
    """A value as LaTeX that means only that text."""
    if text is None:
        return ""
    if isinstance(text, bool):
        return "yes" if text else ""
    line = " ".join(_UNPRINTABLE.sub("", str(text)).split())
    escaped = "".join(_TEX.get(c, c) for c in line)
    return re.sub(r"(^[*\[]|[<>`]|-(?=-))", r"{\1}", escaped)  # a row that began with * or [ would be an argument of \\


def as_latex(rows: Sequence[Row], caption: str = "", long: int = 40) -> str:
    """A table in the style of the package booktabs; a longtable where there are more rows than ``long``."""
    names = columns(rows)
    spec = "".join("r" if all(type(row.get(name)) in (int, float) for row in rows) else "l" for name in names)
    head = " & ".join(latex(name) for name in names) + r" \\"
    body = [" & ".join(latex(row.get(name)) for name in names) + r" \\" for row in rows]
    told = latex(caption)
    if len(rows) > long:
        title = [rf"\caption{{{told}}}\\"] if caption else []
        return _lines(
            "% \\usepackage{booktabs,longtable}",
            rf"\begin{{longtable}}{{{spec}}}",
            *title,
            r"\toprule",
            head,
            r"\midrule",
            r"\endhead",
            *body,
            r"\bottomrule",
            r"\end{longtable}",
        )
    title = [rf"\caption{{{told}}}"] if caption else []
    return _lines(
        "% \\usepackage{booktabs}",
        r"\begin{table}",
        r"\centering",
        *title,
        rf"\begin{{tabular}}{{{spec}}}",
        r"\toprule",
        head,
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    )


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


WRITERS: Mapping[str, Callable[[Sequence[Row], str], str | bytes]] = {
    ".csv": lambda rows, _: as_csv(rows),
    ".xlsx": lambda rows, _: as_xlsx(rows),
    ".tex": as_latex,
}


def written(rows: Sequence[Row], suffix: str, caption: str = "") -> str | bytes:
    """A table as the suffix tells. Raises StandoffError for one that is not known."""
    if suffix.lower() not in WRITERS:
        near = nearest(suffix, WRITERS)
        hint = f'; did you mean "{near}"?' if near else ""
        raise StandoffError(f'tables are written as {", ".join(WRITERS)}, not "{suffix}"{hint}')
    return WRITERS[suffix.lower()](rows, caption)
