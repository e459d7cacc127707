"""One picture in a file of its own: as SVG, PNG or PDF."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from standoff.errors import StandoffError, unknown
from standoff.plots.svg import FONT
from standoff.report.blocks import BROAD
from standoff.writers.typesetting import compiled, literal

# Typst asks no system what it has for Helvetica: the free fonts that are made to its measures are named.
_FONTS = FONT.replace("Arial", "Arial, Liberation Sans, Arimo, DejaVu Sans")


def known(suffix: str) -> str:
    """The suffix of a file, if pictures are written so. Raises StandoffError."""
    if suffix.lower() not in FORMATS:
        raise StandoffError(unknown("format of a picture", suffix, FORMATS))
    return suffix.lower()


def figure(svg: str, suffix: str) -> bytes:
    """The picture in the format of a file's suffix. Raises StandoffError, MissingExtra."""
    return FORMATS[known(suffix)](svg)


def png(svg: str, scale: float = 2.0) -> bytes:
    """The picture in pixels, ``scale`` to each of its own. Raises MissingExtra."""
    return compiled(_page(svg), "png", ppi=72 * scale)


def figure_pdf(svg: str) -> bytes:
    """The picture as a page of its size. Raises MissingExtra."""
    return compiled(_page(svg), "pdf")


def _page(svg: str) -> str:
    width, height = size(svg)
    return (
        f"#set document(title: {literal(heading(svg))}, date: none)\n"
        f"#set page(width: {width:g}pt, height: {height:g}pt, margin: 0pt)\n#{image(svg, width, height)}\n"
    )


def image(svg: str, width: float, height: float) -> str:
    """The picture in a typst source, so many points wide and high."""
    data = literal(svg.replace(FONT, _FONTS))
    return (
        f'image(bytes({data}), format: "svg", width: {width:.1f}pt, height: {height:.1f}pt, alt: {literal(told(svg))})'
    )


def size(svg: str) -> tuple[float, float]:
    """Width and height of the picture in its own units."""
    found = re.search(r"<svg\b[^>]*\bviewBox=['\"]\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)", svg)
    return (float(found[1]), float(found[2])) if found else (600.0, 400.0)


def broad(svg: str) -> bool:
    """Whether the picture is put on a page of its own, across."""
    return size(svg)[0] > BROAD


def size_in_points(svg: str, across: bool = False) -> tuple[float, float]:
    """Width and height in points: about as large as print, and no larger than an A4 page has room for."""
    width, height = size(svg)
    wide, high = (715.0, 390.0) if across else (470.0, 600.0)
    scale = min(0.7, wide / width, high / height)
    return width * scale, height * scale


def heading(svg: str) -> str:
    """The heading of the picture."""
    return _element(svg, "title")


def told(svg: str) -> str:
    """What the picture shows, in words."""
    return _element(svg, "desc") or heading(svg)


def _element(svg: str, name: str) -> str:
    found = re.search(rf"<{name}\b[^>]*>([^<]*)</{name}>", svg)
    return html.unescape(found[1]).strip() if found else ""


FORMATS: dict[str, Callable[[str], bytes]] = {".svg": lambda svg: svg.encode(), ".png": png, ".pdf": figure_pdf}
