"""A report in the formats that are not HTML: nothing is lost, and words are only ever words."""

from __future__ import annotations

import io
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from checks import examples, sized
from standoff.errors import MissingExtra, StandoffError
from standoff.plots.svg import INK, PAPER, circle, picture
from standoff.plots.svg import text as words_at
from standoff.report.blocks import (
    REGISTER,
    Block,
    Figure,
    Fold,
    Items,
    Link,
    Mark,
    Note,
    Paragraph,
    Quotation,
    Report,
    Section,
    Table,
    Text,
    inside,
    plain,
)
from standoff.writers import figures
from standoff.writers.docx import word_file
from standoff.writers.markdown import markdown_text
from standoff.writers.paged import one_line, pieces, squared, widths
from standoff.writers.typesetting import literal
from standoff.writers.typst import typst, typst_pdf

pytestmark = pytest.mark.first(2)

HOSTILE = [
    "<script>alert(1)</script>",
    "](javascript:alert(1))",
    "![x](http://a.example/x.png)",
    "a|b\\|c",
    "`` `x` ``",
    "# heading",
    "ends in #",
    "1. one",
    "- item",
    "+ item",
    "> said",
    "---",
    "===",
    "    four spaces",
    "two\nlines\r\nand\u2028more\n\n# heading",
    "*b* _i_ **b** ~~s~~ ^u^ $x$ [^1] {role}`x`",
    "http://a.example www.a.example a@b.example mailto:a@b.example",
    "&lt;b&gt; &#60; &amp",
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd")',
    '"); read("/etc/passwd"); ("',
    "\\u{41} \\",
    "@ref <label> // comment /* more",
    "x" * 500,
    "שלום עולם سلام 停戦 Россия 🕊️👩‍👩‍👧 e\u0301",
    "\u202eevil\u2066 a\x00b\x1bc\ud800d\ufffee",
    "(a) a. |---|",
]
SHOWS = "Two states, and nobody moves."


def text(word: str) -> Text:
    looks = (Mark(word, look) for look in ("strong", "faint", "code", "holds", "fails", "untested"))
    return (
        word,
        Mark(word),
        "b",
        Mark(word, "fails"),
        word,
        " and ",
        *(part for mark in looks for part in (mark, ", ")),
        Link(word, "s1"),
        Link(word, word),
    )


def report(word: str) -> Report:
    """Every kind of block, with the word in every place that has words."""
    svg = picture("k", 300, 120, word, f"{SHOWS} {word}", [circle(50, 60, 9, INK, PAPER), words_at(80, 60, word)])
    said, small = Paragraph(text(word)), Paragraph((word,))
    table = Table(((word,), text(word), ("n",)), ((text(word), (word,), ("1",)), ((word,),)), word, frozenset({2}))
    listed = Items(((small, Items(((small,), (said,)), ordered=True)), (small,), (Items(((small,),)),)))
    blocks: tuple[Block, ...] = (
        said,
        Paragraph((word, Mark(word)), "lead"),
        Paragraph((word,), "aside"),
        listed,
        Items(((small,), (small,)), ordered=True),
        Items(((small, table),), ordered=True),
        Quotation(word, word),
        table,
        Figure(f"{word}.svg", svg, word),
        Fold((word, Mark(word)), (small, Fold((word,), (table, Items(((small,),)))))),
        Fold((word,), (small,)),
    )
    notes = (
        Note("s1", "state", word, blocks),
        Note(word, "judgement", word, (small,)),
        Note("c", "claim", word, ()),
        Note("s1", "state", word, ()),
    )
    return Report(word, word, word, blocks, (Section("a", word, blocks), Section("b", word, ())), notes, word)


SIMPLE = report("word")
TEXTS = st.text(st.characters(codec=None), max_size=40) | st.lists(
    st.sampled_from([*HOSTILE, "a", " ", "*", "`", "|", "\\", "\n"])
).map("".join)


def squeezed(words: str) -> str:
    return "".join(words.split())


# Markdown


def parsed(source: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)


def skeleton(tokens: list[Token]) -> list[tuple[str, str, str]]:
    return [(token.type, token.tag, token.markup if token.type == "heading_open" else "") for token in tokens]


def shown(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield squeezed("".join(child.content for child in token.children or []))


def spans(tokens: list[Token]) -> set[str]:
    return {child.type for token in tokens for child in token.children or []}


@given(TEXTS)
@examples(40)
def test_words_in_markdown_are_shown_and_do_nothing(word: str) -> None:
    assume(one_line(word).strip())
    check_markdown(word)


def check_markdown(word: str) -> None:
    tokens = parsed(markdown_text(report(word)))
    assert skeleton(tokens) == skeleton(parsed(markdown_text(SIMPLE)))
    assert spans(tokens) <= {"text", "strong_open", "strong_close", "em_open", "em_close", "code_inline"}
    expected = [each.replace("word", squeezed(one_line(word))) for each in shown(parsed(markdown_text(SIMPLE)))]
    assert list(shown(tokens)) == expected


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_in_markdown_are_shown_and_do_nothing(word: str) -> None:
    check_markdown(word)


def test_lists_that_follow_each_other_stay_lists_of_their_own() -> None:
    one = Paragraph(("One",))
    for ordered in (True, False):
        tokens = parsed(markdown_text(Report("T", "", "", (Items(((one,),), ordered), Items(((one,),), ordered)))))
        assert len([token for token in tokens if token.type.endswith("_list_open")]) == 2


def test_a_report_without_words_is_markdown_without_words() -> None:
    assert spans(parsed(markdown_text(report(" \n")))) <= {"text"}


def test_a_picture_in_markdown_has_its_file_its_words_and_its_caption() -> None:
    figure = Figure("map", picture("k", 10, 10, "", SHOWS, []), "Who *moves*")
    made = markdown_text(Report("T", "", "Q", (figure,)), {"map": "pictures/a (b).svg"})
    assert f"![{SHOWS}](pictures/a%20%28b%29.svg)\n\n*Who \\*moves\\**\n" in made


def test_markdown_reads_well_as_it_is() -> None:
    table = Table((("Name",), ("Rank",)), ((("Iran",), ("1",)), ((Mark("US"),), ("2",))), "Ranks", frozenset({1}))
    blocks = (
        Paragraph(("It holds, by ", Link("state 3", "s")), "lead"),
        Items(((Paragraph(("One",)),), (Paragraph(("Two",)),))),
    )
    made = markdown_text(
        Report("Iran", "2024", "Does it hold?", blocks, (Section("r", "Ranks", (table,)),), colophon="By hand.")
    )
    assert made == (
        "# Iran\n\n*2024*\n\n## Does it hold?\n\nIt holds, by state 3\n\n- One\n- Two\n\n"
        "## Ranks\n\n*Ranks*\n\n| Name | Rank |\n| --- | --: |\n| Iran | 1 |\n| **US** | 2 |\n\n---\n\nBy hand.\n"
    )


# Typst and PDF


def bare(source: str) -> str:
    """A source without its strings, and without what depends on their length."""
    return re.sub(r"(true|false), (true|false)", "?", re.sub(r'"(?:[^"\\]|\\.)*"', '""', source))


@given(TEXTS)
@examples(40)
def test_words_in_typst_are_strings_and_nothing_else(word: str) -> None:
    assume(one_line(word).strip())
    assert bare(typst(report(word))) == bare(typst(SIMPLE))


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_in_typst_are_strings_and_nothing_else(word: str) -> None:
    assert bare(typst(report(word))) == bare(typst(SIMPLE))


@given(TEXTS)
@examples(40)
def test_a_string_of_typst_is_the_text(word: str) -> None:
    typesetter = pytest.importorskip("typst")
    said = one_line(word)
    source = f"#metadata({literal(said)}) <it>".encode()
    assert json.loads(typesetter.query(source, "<it>", field="value", one=True)) == said


def test_hostile_words_are_typeset() -> None:
    pytest.importorskip("typst")
    listed = Items(tuple((Paragraph(text(word)), Quotation(word, word)) for word in HOSTILE))
    table = Table(((" ".join(HOSTILE) * 3,), ("b",)), tuple((text(word), (word,)) for word in HOSTILE), HOSTILE[0])
    made = typst_pdf(replace(report(HOSTILE[0]), answer=(listed, table)))
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"/Outlines" in made


def test_a_pdf_is_the_same_each_time_and_has_no_date() -> None:
    pytest.importorskip("typst")
    made = typst_pdf(SIMPLE)
    assert made == typst_pdf(SIMPLE)
    assert b"/CreationDate" not in made


def test_a_pdf_is_one_that_everyone_can_read() -> None:
    typesetter = pytest.importorskip("typst")
    typesetter.compile(typst(SIMPLE).encode(), format="pdf", pdf_standards="ua-1")


@pytest.mark.parametrize("language", ["de", "en-GB", "", "x", '"; panic()'])
def test_any_language_can_be_named(language: str) -> None:
    pytest.importorskip("typst")
    assert typst_pdf(replace(Report("T", "", "Q", ()), language=language))


def test_tables_without_heads_or_rows_are_written() -> None:
    pytest.importorskip("typst")
    for table in (Table((), (), "none"), Table((), (((),),), "one"), Table((("a",),), (), "only heads")):
        made = Report("T", "", "", (table,))
        assert "caption" not in markdown_text(made)
        assert typst_pdf(made)
        assert opened(word_file(made)).paragraphs


# Word


def opened(made: bytes) -> Any:
    return pytest.importorskip("docx").Document(io.BytesIO(made))


def named(name: str) -> str:
    return "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}" + name


def paragraphs(document: Any) -> list[str]:
    rows = document.element.body.iter(named("p"))
    return ["".join(words.text or "" for words in row.iter(named("t"))) for row in rows]


def all_blocks(made: Report) -> Iterator[Block]:
    parts: list[Section | Note] = [*made.sections, *made.notes]
    yield from inside([*made.answer, *(block for part in parts for block in part.blocks)])


def all_words(made: Report) -> Iterator[str]:
    yield from (made.title, made.subtitle, made.question, made.colophon)
    yield from [*(part.title for part in made.sections), *(note.title for note in made.notes)]
    for block in all_blocks(made):
        match block:
            case Paragraph(words) | Fold(words):
                yield plain(words)
            case Table(heads, rows, caption):
                yield from (caption, *(plain(cell) for row in (heads, *rows) for cell in row))
            case Quotation(exact, source):
                yield from (exact, f"— {source}")
            case Figure(caption=caption):
                yield caption


@given(TEXTS)
@example(" ".join(HOSTILE))
@settings(max_examples=sized(1, 4), deadline=None)
def test_a_word_file_has_all_words(word: str) -> None:
    assume(one_line(word).strip())
    document = opened(word_file(report(word)))
    found = {squeezed(row) for row in paragraphs(document)}
    assert {squeezed(one_line(each)) for each in all_words(report(word))} - {""} <= found


def test_a_word_file_is_made_of_real_parts() -> None:
    document = opened(word_file(SIMPLE))
    body = document.element.body
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[:3] == [("Heading 1", "word")] * 3
    assert ("Heading 1", REGISTER) in headings
    assert ("Heading 2", "States") in headings
    assert all(table.rows[0]._tr.trPr.find(named("tblHeader")) is not None for table in document.tables)
    lists = [block for block in all_blocks(SIMPLE) if isinstance(block, Items)]
    assert len({number.get(named("val")) for number in body.iter(named("numId"))}) == len(lists)
    assert document.core_properties.title == "word"
    assert document.core_properties.author == ""
    assert document.styles.element.find(f".//{named('lang')}").get(named("val")) == "en-GB"


def test_ties_in_a_word_file_lead_to_places_in_it() -> None:
    body = opened(word_file(SIMPLE)).element.body
    places = [each.get(named("name")) for each in body.iter(named("bookmarkStart"))]
    anchors = {each.get(named("anchor")) for each in body.iter(named("hyperlink"))}
    assert len(places) == len(set(places)) == len(SIMPLE.notes)
    assert anchors == {"note_0", "note_1"}
    assert "word" in [each.getparent().find(f".//{named('t')}").text for each in body.iter(named("bookmarkStart"))]


def test_figures_in_a_word_file_have_words_for_who_does_not_see_them() -> None:
    pytest.importorskip("typst")
    document = opened(word_file(SIMPLE))
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == [f"{SHOWS} word"] * 3


@pytest.mark.slow
def test_a_word_file_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = word_file(SIMPLE)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 1, 1, 1, 1, 1, 0, 1, 0))
    assert made == word_file(SIMPLE)
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert b"2013" not in file.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in file.infolist()} == {1980}


# Without the extras


def test_without_the_typesetter_a_word_file_tells_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    document = opened(word_file(SIMPLE))
    assert len(document.inline_shapes) == 0
    assert f"{SHOWS} word" in [paragraph.text for paragraph in document.paragraphs]


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtra, match=r"standoff\[pdf\]"):
        typst_pdf(SIMPLE)
    with pytest.raises(MissingExtra, match=r"standoff\[docx\]"):
        word_file(SIMPLE)


# Figures


SVG = picture("k", 300, 120.5, "Heading", SHOWS, [words_at(80, 60, "停戦 سلام")])


def test_a_figure_as_png_has_its_size() -> None:
    pytest.importorskip("typst")
    made = figures.png(SVG, scale=2)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", made[16:24]) == (600, 241)
    assert made == figures.figure(SVG, ".PNG")


def test_a_figure_as_pdf_is_one_page_of_its_size() -> None:
    pytest.importorskip("typst")
    made = figures.figure(SVG, ".pdf")
    assert re.findall(rb"/MediaBox ?\[([^]]*)\]", made) == [b"0 0 300 120.5"]
    assert made == figures.figure_pdf(SVG)


def test_an_unknown_format_of_a_picture_is_refused() -> None:
    assert figures.figure(SVG, ".svg").decode() == SVG
    with pytest.raises(StandoffError, match=r'unknown format of a picture ".pgn"; did you mean ".png"\?'):
        figures.figure(SVG, ".pgn")


def test_a_figure_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    (tmp_path / "a.svg").write_text(SVG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match="not found"):
        figures.png(SVG.replace("<rect", "<image href='a.svg' width='9' height='9'/><rect", 1))


def test_a_broad_figure_has_a_page_of_its_own() -> None:
    pytest.importorskip("typst")
    figure = Figure("f", picture("k", 1800, 600, "", SHOWS, []), "Broad")
    words = Paragraph(("Words.",))
    made = Report("T", "", "Q", (words,), (Section("a", "A", (figure, words, figure, words)),), colophon="End")
    sizes = re.findall(rb"/MediaBox ?\[([^]]*)\]", typst_pdf(made))
    assert [size.startswith(b"0 0 841") for size in sizes] == [False, True, False, True, False]
    pages = opened(word_file(made)).sections
    assert [page.page_width > page.page_height for page in pages] == [False, True, False, True, False]


# Tables that fit


@given(st.integers(1, 40), st.integers(2, 12))
def test_a_wide_table_is_cut_and_no_cell_is_lost(wide: int, most: int) -> None:
    table = Table(tuple((str(i),) for i in range(wide)), ((("x",),),), "t", frozenset({0, wide - 1}))
    cut = pieces(table, most)
    assert [head for piece in cut for head in piece.heads[1:]] == list(table.heads[1:])
    assert all(piece.heads[0] == ("0",) and len(piece.heads) <= most for piece in cut)
    right = {plain(piece.heads[i]) for piece in cut for i in piece.right}
    assert right == {"0", str(wide - 1)}


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_columns_fill_no_more_than_the_page(rows: list[list[str]]) -> None:
    table = squared(Table((), tuple(tuple((cell,) for cell in row) for row in rows), ""))
    shares = widths(table, 470, 5)
    assert len(shares) == len(table.heads)
    assert sum(shares) <= 470.001
    assert min(shares) > 0
