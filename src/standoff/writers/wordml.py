"""What a Word file can hold and python-docx has no words for: places, ties, lists of its own, the same bytes again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Row
    from docx.text.paragraph import Paragraph

STEP = 360  # twentieths of a point, for each level of a list
_BULLETS = "•–◦"


def element(name: str, /, **attributes: object) -> Any:
    """An element of the main name space."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def styled(paragraph: Paragraph, style: str) -> Paragraph:
    """The paragraph with a style, which is not searched for by its name."""
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Make the paragraph a place that ties lead to."""
    first = 1 if paragraph._p.pPr is not None else 0
    paragraph._p.insert(first, element("bookmarkStart", id=number, name=name))
    paragraph._p.append(element("bookmarkEnd", id=number))


def tie(paragraph: Paragraph, words: str, name: str) -> None:
    """Words that lead to a place."""
    run = paragraph.add_run(words)
    run._r.style = "Hyperlink"
    link = element("hyperlink", anchor=name, history=1)
    link.append(run._r)
    paragraph._p.append(link)


def field(paragraph: Paragraph, code: str) -> None:
    """A number that the reader's program works out."""
    simple = element("fldSimple", instr=code)
    simple.append(paragraph.add_run("1")._r)
    paragraph._p.append(simple)


def heads(row: _Row) -> None:
    """The row is repeated on each page."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def whole(row: _Row) -> None:
    """No page ends within the row."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def described(table: Table, words: str, indent: int, widths: Sequence[float], headed: bool = True) -> None:
    """What the table is, for who does not see it; how far from the margin it stands, and its columns, in points.

    ``headed``: whether the first row has the heads of the columns.
    """
    properties = table._tbl.tblPr
    for child in (*properties.findall(qn("w:tblLook")), *properties.findall(qn("w:tblInd"))):
        properties.remove(child)
    properties.find(qn("w:tblW")).addnext(element("tblInd", w=indent + 80, type="dxa"))
    look = {"val": "04A0" if headed else "0480", "firstRow": int(headed)}
    properties.append(element("tblLook", **look, lastRow=0, firstColumn=1, noHBand=1, noVBand=1))
    properties.append(element("tblCaption", val=words))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Pt(width)


def ruled(style: Any) -> None:
    """A style of tables with a light rule below each row and two darker ones around the heads."""
    properties = element("tblPr")
    borders = element("tblBorders")
    for side, colour, size in (("top", "1A1A1A", 8), ("bottom", "CCCCCC", 4), ("insideH", "CCCCCC", 4)):
        borders.append(element(side, val="single", sz=size, space=0, color=colour))
    margins = element("tblCellMar")
    for side, wide in (("top", 40), ("left", 80), ("bottom", 40), ("right", 80)):
        margins.append(element(side, w=wide, type="dxa"))
    properties.extend([borders, margins])
    first = element("tblStylePr", type="firstRow")
    bold, cells, below = element("rPr"), element("tcPr"), element("tcBorders")
    bold.append(element("b"))
    below.append(element("bottom", val="single", sz=8, space=0, color="1A1A1A"))
    cells.append(below)
    first.extend([bold, cells])
    style.element.extend([properties, first])


def spoken(document: Document, language: str) -> None:
    """The language that the words are in."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    found = defaults.find(qn("w:lang"))
    if found is None:
        found = element("lang")
        defaults.append(found)
    found.set(qn("w:val"), language)


@contextmanager
def across(document: Document) -> Iterator[None]:
    """What is written meanwhile stands on pages that lie on their side."""
    _turn(document, WD_ORIENT.LANDSCAPE)
    yield
    _turn(document, WD_ORIENT.PORTRAIT)


def _turn(document: Document, orientation: WD_ORIENT) -> None:
    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.page_width, page.page_height, page.orientation = page.page_height, page.page_width, orientation


class Lists:
    """Lists, each with marks and a count of its own."""

    def __init__(self, document: Document) -> None:
        self._numbering = document.part.numbering_part.element
        for child in list(self._numbering):
            self._numbering.remove(child)
        self._numbering.extend([_marks(0, ordered=False), _marks(1, ordered=True)])
        self._count = 0

    def begin(self, ordered: bool) -> int:
        """The number of a new list."""
        self._count += 1
        made = element("num", numId=self._count)
        made.append(element("abstractNumId", val=int(ordered)))
        for level in range(9 if ordered else 0):
            again = element("lvlOverride", ilvl=level)
            again.append(element("startOverride", val=1))
            made.append(again)
        self._numbering.append(made)
        return self._count

    def mark(self, paragraph: Paragraph, number: int, level: int) -> None:
        """Make the paragraph an item of a list."""
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = min(level, 8)
        properties.get_or_add_numId().val = number


def _marks(key: int, ordered: bool) -> Any:
    made = element("abstractNum", abstractNumId=key)
    made.append(element("multiLevelType", val="hybridMultilevel"))
    for level in range(9):
        one = element("lvl", ilvl=level)
        form, text = ("decimal", f"%{level + 1}.") if ordered else ("bullet", _BULLETS[level % 3])
        one.extend([element("start", val=1), element("numFmt", val=form), element("lvlText", val=text)])
        indent = element("pPr")
        indent.append(element("ind", left=STEP * (level + 1), hanging=STEP))
        one.extend([element("lvlJc", val="left"), indent])
        made.append(one)
    return made


def saved(document: Document) -> bytes:
    """The file, without the picture and the dates of the template, and with the same bytes each time."""
    relations = document.part.package.rels
    for key in [key for key, each in relations.items() if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]
    properties = document.core_properties._element
    for name in ("dcterms:created", "dcterms:modified", "cp:lastPrinted"):
        for child in properties.findall(qn(name)):
            properties.remove(child)
    first = io.BytesIO()
    document.save(first)
    second = io.BytesIO()
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in sorted(
            made.infolist(), key=lambda entry: (entry.filename != "[Content_Types].xml", entry.filename)
        ):
            kept = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            kept.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(kept, made.read(entry))
    return second.getvalue()
