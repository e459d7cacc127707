"""How a Word file looks: the page, the fonts, and a style for each kind of paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from standoff.errors import shorten
from standoff.writers.wordml import element, field, ruled, spoken

if TYPE_CHECKING:
    from docx.document import Document

FONT, MONO = "Arial", "Consolas"
INK, SOFT, ACCENT = "1A1A1A", "595959", "0B5394"
_REGIONS = {"en": "en-GB"}

# Size, space before and after in points, colour, bold, and whether the next paragraph stays on the page.
_PARAGRAPHS: dict[str, tuple[float, float, float, str, bool, bool]] = {
    "Normal": (10, 0, 6, INK, False, False),
    "Title": (20, 0, 4, INK, True, True),
    "Subtitle": (12, 0, 14, SOFT, False, False),
    "Heading 1": (14, 18, 6, INK, True, True),
    "Heading 2": (11.5, 14, 4, INK, True, True),
    "Heading 3": (10, 12, 3, INK, True, True),
    "Lead": (10.5, 4, 6, INK, False, False),
    "Aside": (9, 0, 6, SOFT, False, False),
    "Entry": (9, 0, 4, INK, False, False),
    "Quote": (10, 4, 2, INK, False, True),
    "Source": (9, 0, 8, SOFT, False, False),
    "Fold": (10, 10, 3, INK, True, True),
    "Caption": (9, 6, 4, SOFT, False, False),
    "Gap": (6, 0, 0, SOFT, False, False),
    "Cell": (9, 0, 0, INK, False, False),
    "Small Cell": (8, 0, 0, INK, False, False),
    "Colophon": (9, 18, 0, SOFT, False, False),
    "Footer": (8.5, 0, 0, SOFT, False, False),
}


def dressed(document: Document, title: str, language: str, compact: bool = False) -> None:
    """Give a new document its page, its styles and its footer; ``compact``: with less air."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.2)
    spoken(document, _REGIONS.get(language, language))
    if compact:
        page.top_margin = page.bottom_margin = Cm(1.8)
    for name in _PARAGRAPHS:
        _style(document, name, 0.5 if compact else 1)
    code = document.styles.add_style("Code", WD_STYLE_TYPE.CHARACTER)
    code.font.name, code.font.size = MONO, Pt(9)
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor.from_string(ACCENT)
    ruled(document.styles.add_style("Standoff Table", WD_STYLE_TYPE.TABLE))
    _told(document, title, language)
    _footer(document, title)


def _style(document: Document, name: str, air: float) -> None:
    size, before, after, colour, bold, kept = _PARAGRAPHS[name]
    known = name in [style.name for style in document.styles]
    style: Any = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not known:
        style.base_style = document.styles["Normal"]
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = element("rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT)
    properties.append(fonts)
    style.font.size, style.font.bold = Pt(size if air == 1 else min(size, 9.5) if size < 12 else size), bold or None
    style.font.color.rgb = RGBColor.from_string(colour)
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = (
        Pt(before * air),
        Pt(after * air),
        1.1 if air == 1 else 1.0,
    )
    layout.keep_with_next, layout.keep_together = kept, kept
    for given in (*style.element.pPr.findall(qn("w:pBdr")), *style.element.pPr.findall(qn("w:tabs"))):
        style.element.pPr.remove(given)


def _told(document: Document, title: str, language: str) -> None:
    properties = document.core_properties
    properties.title, properties.language, properties.author = shorten(title, 250), language, ""
    properties.comments, properties.last_modified_by, properties.revision = "", "", 1


def _footer(document: Document, title: str) -> None:
    page = document.sections[0]
    paragraph = page.footer.paragraphs[0]
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Cm(16.6), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(shorten(title, 80) + "\t")
    field(paragraph, "PAGE")
