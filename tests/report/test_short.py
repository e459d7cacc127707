"""A brief report: two pages, whatever the case; the judgements that the first page hangs on, and their sources."""

from __future__ import annotations

import io
import json
import math
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checks import loaded, run, slow_but
from standoff import casebook
from standoff.inquiries.asking import Subject
from standoff.inquiries.report import ReportOptions, find_all
from standoff.plots.svg import width
from standoff.report.blocks import Figure, Report, inside, plain, run_in
from standoff.report.contents import report
from standoff.writers.docx import word_file
from standoff.writers.html import page
from standoff.writers.typst import typst_pdf
from strategies.conflicts import random_conflict

PAGE = 842 - 2 * 51  # points of an A4 page between its margins
SPACING = 1.15  # of lines of Arial


@cache
def brief(name: str) -> Report:
    found = find_all(Subject(casebook.load(name), casebook.path(name)), ReportOptions(draws=100, pairs=50, short=True))
    return report(found)


def pages(pdf: bytes) -> int:
    (count,) = re.findall(rb"/Type\s*/Pages\s*/Count (\d+)", pdf)
    return int(count)


@pytest.mark.parametrize("name", slow_but(casebook.names(), "elmira"))
def test_a_brief_report_has_two_pages_at_most(name: str) -> None:
    assert 1 <= pages(typst_pdf(brief(name))) <= 2


@pytest.mark.parametrize("name", slow_but(casebook.names(), "syria-2015", "elmira"))
def test_a_brief_word_file_has_room_on_two_pages(name: str) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(word_file(brief(name))))
    filled, number = 0.0, 1
    for high in heights(document):
        filled += high
        if filled > PAGE:
            filled, number = high, number + 1
    assert number <= 2


def heights(document: Any) -> Iterator[float]:
    """About how high each paragraph and each row is, as Word would set it."""
    section = document.sections[0]
    room = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            yield from (max(14.0, *(11.5 * len(cell.text) / 60 for cell in row.cells)) for row in part.rows)
            continue
        size, layout = part.style.font.size.pt, part.style.paragraph_format
        drawn = [inline.extent.cy / 12700 for inline in part._p.xpath(".//wp:inline")]
        lines = max(1, math.ceil(width(part.text, size) * 0.95 / room))
        text = lines * size * SPACING * layout.line_spacing
        yield (max(drawn) if drawn else text) + layout.space_before.pt + layout.space_after.pt


def test_what_a_brief_report_hangs_on_is_told_with_what_turns_it_first_and_its_source() -> None:
    made = brief("syria-2015")
    judgements = [one for one in made.notes if one.kind == "judgement"]
    (source,) = (one for one in made.notes if one.kind == "source")
    assert "US aim 8" in judgements[0].title
    told = "".join(plain(block.text) for block in run_in(judgements[0]) if hasattr(block, "text"))
    assert "“changing the balance of power in the civil war” [1]." in told
    assert source.title.startswith("[1] Iran and Russia Are Becoming")
    html = page(made)
    assert html.count(f'href="#{source.key}"') == len([one for one in judgements if "[1]" in str(one.blocks)])
    assert f'id="{source.key}"' in html
    assert "What is tied to what" not in html


def test_the_picture_of_a_brief_report_shows_where_it_is_said_to_go() -> None:
    made = brief("syria-2015")
    (figure,) = (one for section in made.sections for one in inside(section.blocks) if isinstance(one, Figure))
    assert "All-out escalation" in figure.svg
    assert "(317)" in figure.svg


@pytest.mark.first(3)
@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_a_brief_report_of_any_conflict_of_usual_size_has_two_pages(seed: int) -> None:
    conflict = loaded(random_conflict(random.Random(seed), combinations=32))
    assert pages(typst_pdf(report(find_all(Subject(conflict), ReportOptions(draws=5, pairs=0, short=True))))) <= 2


def test_the_report_for_programs_has_the_first_page(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    run("report", "elmira", "--draws", "10", "-o", str(path))
    document = json.loads(path.read_text(encoding="utf-8"))
    alone = json.loads(run("brief", "elmira", "--json").stdout)
    for key in ("status_quo", "stands", "firmness", "deals", "misreading", "limits"):
        assert document["brief"][key] == alone[key]
    assert document["brief"]["page"]["The finding."] == alone["page"]["The finding."]
