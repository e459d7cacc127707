"""Tables, reports and pictures as files: what is written can be read back, and never computes anything."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import standoff as so
from checks import SMALL, run, slow_but, written
from standoff.documents import schema
from standoff.documents.rows import Value, printed_rows, state_rows
from standoff.errors import MissingExtra, StandoffError
from standoff.formats import loads
from standoff.inquiries.files import WRITERS
from standoff.report.pictures import PICTURES
from standoff.writers import tables
from standoff.writers.tables import as_csv, as_latex, as_xlsx, latex

BAD = ["=1+1", "+a", "-a", "@SUM(A1)"]
GRAPH: dict[str, Any] = {
    "standoff": 1,
    "title": "=HYPERLINK(1)",
    "decision_makers": {"A": {"ranking": list(BAD)}},
    "graph": {"states": {name: f"{name} it is" for name in BAD}, "moves": {"A": {BAD[0]: [BAD[1]]}}},
    "status_quo": BAD[0],
}
TEXTS = st.text(max_size=30) | st.lists(st.sampled_from([*"\\{}&%$#_~^\"<>`-'[]*", "\n", "é", "•", "a"])).map("".join)


def rows_of(name: str) -> list[dict[str, Value]]:
    return state_rows(so.solve(name).analysis)


def hostile() -> list[dict[str, Value]]:
    return state_rows(so.solve(loads(json.dumps(GRAPH), ".json")).analysis)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_xlsx(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# CSV


def test_a_csv_table_has_a_row_for_each_state() -> None:
    rows = rows_of("prisoners-dilemma")
    found = read_csv(as_csv(rows))
    assert [{name: str(value) for name, value in row.items()} for row in rows] == found
    assert found[0]["equilibrium"] == "Nash GMR SMR SEQ SSEQ SIM"
    assert found[0]["vector"] == "NN"


def test_merged_states_have_words_in_place_of_levels() -> None:
    found = read_csv(as_csv(rows_of("elmira")))
    assert [row["vector"] for row in found[:2]] == ["N0N", "Y0N"]
    assert (found[8]["vector"], found[8]["MoE.modify"]) == ("", "")
    assert found[8]["title"] == "Uniroyal Chemical: abandon the plant"


def test_texts_that_a_spreadsheet_would_compute_are_defused_and_numbers_are_not() -> None:
    found = read_csv(as_csv(hostile()))
    assert [row["state"] for row in found] == [f"'{name}" for name in BAD]
    assert all(row["title"][0] == "'" for row in found)
    assert read_csv(as_csv([{"gain": -1.5, "text": "-1.5"}])) == [{"gain": "-1.5", "text": "'-1.5"}]
    assert read_csv(as_csv([{"@head": text} for text in ("\t=1", "\r=1", "a=1", "")])) == [
        {"'@head": text} for text in ("'\t=1", "'\n=1", "a=1", "")
    ]


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.integers() | st.none()), max_size=5))
@example([("a\rb", 1), ("c\r\nd", 2), ('"', None), ("=x\n,y", 0)])
def test_any_text_comes_back_from_a_csv_table(values: list[tuple[str, int | None]]) -> None:
    found = read_csv(as_csv([{"text": text, "number": number} for text, number in values], ["text", "number"]))
    texts = [str(tables.defused(text)).replace("\r\n", "\n").replace("\r", "\n") for text, _ in values]
    assert [row["text"] for row in found] == texts
    assert [row["number"] for row in found] == ["" if number is None else str(number) for _, number in values]


# Spreadsheets


def test_a_spreadsheet_keeps_numbers_texts_and_truth_values() -> None:
    rows = rows_of("elmira")
    head, *found = read_xlsx(as_xlsx(rows))
    assert head == list(rows[0])
    # An empty text is an empty cell.
    assert found == [[None if value == "" else value for value in row.values()] for row in rows]


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    content = as_xlsx([*hostile(), {"state": "\t=1"}, {"state": "#N/A"}, {"state": "1"}, {"state": "2024-01-01"}])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert kinds == {"s"}
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].quotePrefix


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_can_be_in_a_spreadsheet(texts: list[str]) -> None:
    found = read_xlsx(as_xlsx([{"text": text} for text in texts]))
    assert len(found) == 1 + len(texts) or not any(texts)


def test_equal_tables_are_equal_bytes() -> None:
    rows = rows_of("elmira")
    assert as_xlsx(rows) == as_xlsx(rows)
    archive = zipfile.ZipFile(io.BytesIO(as_xlsx(rows)))
    (when,) = {entry.date_time for entry in archive.infolist()}
    assert when[0] < 2020
    stamps = re.findall(rb">(\d{4}-\d\d-\d\dT[^<]*)<", archive.read("docProps/core.xml"))
    assert len(stamps) == 2
    assert {stamp[:4] for stamp in stamps} == {str(when[0]).encode()}


def test_a_spreadsheet_that_cannot_be_written_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_XLSX_ROWS", 2)
    with pytest.raises(StandoffError, match="write CSV"):
        as_xlsx(rows_of("chicken"))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match="xlsx"):
        as_xlsx([])


# LaTeX

_ESCAPES = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}
_TOKEN = re.compile(
    r"(?P<named>\\text\w+\{\})|\\(?P<escaped>[&%$#_{}])|\{(?P<braced>[-<>`*\[])\}|(?P<plain>[^\\{}&%$#_~^])", re.DOTALL
)


def shown(source: str) -> str:
    """What LaTeX would print; fails on anything that would do something else than print."""
    text, at = "", 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        assert found, f"{source[at:]!r} does something"
        text += _ESCAPES[found["named"]] if found["named"] else found["escaped"] or found["braced"] or found["plain"]
        at = found.end()
    return text


def cells(source: str) -> list[list[str]]:
    """The rows of a table, as they would be printed."""
    lines = [line.removesuffix(r" \\") for line in source.splitlines() if line.endswith(r" \\")]
    return [[shown(cell) for cell in re.split(r" & ", line)] for line in lines]


@given(TEXTS)
@example("[1] at the start")
@example("* at the start")
@example("--- <x> ?` \\\\[2cm] %")
def test_a_text_in_latex_is_only_that_text(text: str) -> None:
    wanted = " ".join(tables._UNPRINTABLE.sub("", text).split()).replace('"', "''")
    made = latex(text)
    assert shown(made) == wanted
    assert "--" not in made
    assert not made.startswith(("[", "*"))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), TEXTS)
def test_a_table_in_latex_has_its_rows_and_columns_whatever_is_in_them(
    rows: list[tuple[str, str]], caption: str
) -> None:
    made = as_latex([{"one": one, "other": other, "n": 1} for one, other in rows], caption)
    found = cells(made)
    assert [len(row) for row in found] == [3] * (1 + len(rows))
    assert r"\begin{tabular}{llr}" in made
    assert made.count(r"\begin{") == made.count(r"\end{") == 2
    assert made.count("{") - made.count(r"\{") == made.count("}") - made.count(r"\}")


def test_none_is_nothing_and_truth_is_a_word() -> None:
    assert [latex(value) for value in (None, True, False, 3, -0.5)] == ["", "yes", "", "3", "-0.5"]


@pytest.mark.parametrize(("count", "long"), [(40, False), (41, True)])
def test_a_table_of_more_than_forty_rows_may_go_over_pages(count: int, long: bool) -> None:
    made = as_latex([{"n": n} for n in range(count)], "Many")
    assert (r"\begin{longtable}" in made) is long
    assert (r"\endhead" in made) is long
    assert (r"\begin{tabular}" in made) is not long
    assert r"\caption{Many}" in made
    assert len(cells(made)) == 1 + count


def test_printed_rows_are_narrow() -> None:
    rows = printed_rows(so.solve("syria-2015").analysis, [184, 316])
    assert [row["state"] for row in rows] == ["185*", "317"]
    assert [row["Nash"] for row in rows] == ["", "•"]
    assert rows[1]["US.aid"] == "expand"
    wide = "standoff: 1\ntitle: W\ndecision_makers: {A: {options: {%s}, prefers: [a]}}\n"
    many = so.solve(loads(wide % ", ".join(f"{c}: {{}}" for c in "abcdefghi")))
    assert printed_rows(many.analysis, [1])[0]["what"] == "YNNNNNNNN"


def test_an_unknown_suffix_names_the_nearest() -> None:
    with pytest.raises(StandoffError, match=r'did you mean "\.xlsx"'):
        tables.written([], ".xls")


# standoff solve --output, --format


def test_states_are_written_as_a_table_by_the_suffix(tmp_path: Path) -> None:
    for suffix in (".csv", ".xlsx", ".tex"):
        path = tmp_path / f"t{suffix}"
        assert run("solve", "elmira", "-o", str(path)).output == f"Wrote {path}\n"
    assert len(read_csv((tmp_path / "t.csv").read_text(encoding="utf-8"))) == 9
    assert len(read_xlsx((tmp_path / "t.xlsx").read_bytes())) == 10
    assert r"\begin{tabular}" in (tmp_path / "t.tex").read_text(encoding="utf-8")


@pytest.mark.parametrize(("word", "begins"), [("csv", "state,"), ("tex", "% "), ("CSV", "state,"), ("text", "Elmira")])
def test_a_table_goes_to_standard_output_where_only_a_format_is_named(word: str, begins: str) -> None:
    result = run("solve", "elmira", "--format", word)
    assert result.exit_code == 0
    assert result.stdout.startswith(begins)
    assert run("solve", "elmira", "--format", word).stdout == result.stdout


def test_a_table_in_latex_has_the_equilibria_and_the_status_quo_unless_all_are_asked_for() -> None:
    few = cells(run("solve", "syria-2015", "--format", "tex", "--concept", "Nash").stdout)
    assert [row[0] for row in few] == ["state", "185*", "317", "584", "664", "668", "744", "748"]
    made = run("solve", "syria-2015", "--format", "tex", "--concept", "Nash", "--all").stdout
    assert len(cells(made)) == 1121
    assert r"\caption{The war in Syria, September 2015. •: everybody" in made


def test_a_title_in_latex_is_only_a_title(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL.replace("A small conflict", r"'50% of $x_1 \input{a} {'"))
    made = run("solve", path, "--format", "tex").stdout
    caption = re.search(r"\\caption\{(.*)\}\n", made)
    assert caption
    assert shown(caption[1]).startswith(r"50% of $x_1 \input{a} {.")


@pytest.mark.parametrize(
    ("table", "told"),
    [("t.xls", 'did you mean ".xlsx"'), ("t.csw", 'did you mean ".csv"'), ("t", "known: .txt, .json, .csv")],
)
def test_a_table_that_cannot_be_written_says_why(table: str, told: str) -> None:
    result = run("solve", "chicken", "-o", table)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_table_is_never_written_over_another_file(tmp_path: Path) -> None:
    path = written(tmp_path, "mine", "t.csv")
    result = run("solve", "chicken", "-o", path)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert Path(path).read_text(encoding="utf-8") == "mine"


# standoff report

BEGINS = {
    ".html": b"<!DOCTYPE html>",
    ".htm": b"<!DOCTYPE html>",
    ".md": b"# Elmira",
    ".json": b"{",
    ".pdf": b"%PDF",
    ".docx": b"PK",
}
QUICK = ["--draws", "0", "--part", "paths"]


def test_the_command_knows_the_formats_that_there_are() -> None:
    assert list(WRITERS) == list(BEGINS)
    for words, named in ((["report", "--help"], [suffix[1:] for suffix in WRITERS]), (["draw", "--help"], PICTURES)):
        assert all(name in run(*words).stdout for name in named)


@pytest.mark.parametrize("suffix", BEGINS)
def test_a_report_is_written_by_its_suffix(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"report{suffix}"
    result = run("report", "elmira", "-o", str(path), *QUICK)
    assert (result.exit_code, result.output) == (0, f"Wrote {path}\n")
    assert path.read_bytes().startswith(BEGINS[suffix])


def test_the_format_named_wins_over_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert run("report", "elmira", "-o", str(path), "--format", "md", *QUICK).exit_code == 0
    assert path.read_bytes().startswith(b"# Elmira")
    assert run("report", "elmira", "-o", str(tmp_path / "report"), "--format", "json", *QUICK).exit_code == 0


@pytest.mark.parametrize(("words", "begins"), [([], "<!DOCTYPE"), (["--format", "md"], "# Elmira")])
def test_a_report_goes_to_standard_output_where_no_file_is_named(words: list[str], begins: str) -> None:
    result = run("report", "elmira", *words, *QUICK)
    assert result.stdout.startswith(begins)
    assert run("report", "elmira", *words, *QUICK).stdout == result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-o", "r.docs"], 'did you mean ".docx"'),
        (["-o", "r"], "known: .html"),
        (["--part", "flip"], 'did you mean "flips"'),
        (["--to", "Uniroyal.stanc = accept"], 'did you mean "Uniroyal.stance"'),
        (["--to", "LG.insist"], "tells combinations of one merged state apart"),
    ],
)
def test_a_report_that_cannot_be_written_says_why(words: list[str], told: str) -> None:
    result = run("report", "elmira", "--draws", "0", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_report_is_written_over_another_file_only_by_force(tmp_path: Path) -> None:
    path = written(tmp_path, "mine", "r.html")
    result = run("report", "elmira", "-o", path, *QUICK)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert Path(path).read_text(encoding="utf-8") == "mine"
    assert run("report", "elmira", "-o", path, "--force", *QUICK).exit_code == 0
    assert Path(path).read_bytes().startswith(b"<!DOCTYPE")


def test_pictures_of_a_report_in_markdown_lie_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    assert run("report", "elmira", "-o", str(path), *QUICK).exit_code == 0
    files = sorted((tmp_path / "report_pictures").iterdir())
    named = re.findall(r"!\[[^\n]*\]\((report_pictures/[^)]*)\)", path.read_text(encoding="utf-8"))
    assert files
    assert sorted(tmp_path / name for name in named) == files
    assert all(file.read_text(encoding="utf-8").startswith("<svg") for file in files)
    path.unlink()
    again = run("report", "elmira", "-o", str(path), *QUICK)
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert run("report", "elmira", "-o", str(path), *QUICK, "--force").exit_code == 0


def test_what_is_not_asked_for_or_not_there_has_no_section() -> None:
    pages = [
        run("report", "elmira", "--format", "md", "--draws", "0", *words).stdout
        for words in (["--part", "paths"], ["--part", "flips", "--part", "relations"])
    ]
    assert ["## What comes next" in page for page in pages] == [True, False]
    assert ["## What would move it" in page for page in pages] == [False, True]
    assert all("## How it was computed" in page for page in pages)


@pytest.mark.slow
def test_the_document_of_a_report_keeps_to_its_schema() -> None:
    checked = jsonschema.Draft202012Validator(schema("report"))
    small = run("report", "elmira", "--format", "json", "--draws", "0", "--to", "Uniroyal.stance=accept").stdout
    words = [word for part in ("paths", "misread", "relations", "stress") for word in ("--part", part)]
    large = run("report", "syria-2015", "--format", "json", "--draws", "5", *words).stdout
    for found in (json.loads(small), json.loads(large)):
        checked.validate(found)
    assert {name for name, one in json.loads(small).items() if not one} == {"stress", "relations", "left_out"}
    assert len(json.loads(large)["misread"]) > 1


# standoff draw


@pytest.mark.parametrize(
    ("name", "figure"),
    slow_but(
        [("syria-2015", figure) for figure in PICTURES],
        *(("syria-2015", figure) for figure in PICTURES if figure not in ("conflict", "robustness")),
    ),
)
def test_every_picture_is_drawn(name: str, figure: str) -> None:
    result = run("draw", name, figure, "--draws", "5")
    assert result.exit_code == 0
    assert result.stdout.startswith("<svg")


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_a_picture_is_written_by_its_suffix(suffix: str, begins: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    assert run("draw", "chicken", "-o", str(path)).exit_code == 0
    assert path.read_bytes().startswith(begins)
    assert "--force" in run("draw", "chicken", "-o", str(path)).stderr
    assert run("draw", "chicken", "ladder", "-o", str(path), "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["elmira", "network"], "nothing to draw"),
        (["elmira", "robustness"], "nothing to draw"),
        (["elmira", "laddr"], 'did you mean "ladder"'),
        (["elmira", "-o", "p.pgn"], 'did you mean ".png"'),
    ],
)
def test_a_picture_that_cannot_be_drawn_says_why(words: list[str], told: str) -> None:
    result = run("draw", *words)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("library", "words", "extra"),
    [
        ("typst", ["report", "elmira", "-o", "r.pdf", *QUICK], "pdf"),
        ("docx", ["report", "elmira", "-o", "r.docx", *QUICK], "docx"),
        ("typst", ["draw", "chicken", "-o", "p.png"], "pdf"),
        ("openpyxl", ["solve", "chicken", "-o", "t.xlsx"], "xlsx"),
    ],
)
def test_a_missing_extra_is_told_with_how_to_get_it(
    library: str, words: list[str], extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert f"standoff[{extra}]" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_json_is_a_format_too() -> None:
    asked = run("report", "chicken", "--json", *QUICK)
    assert json.loads(asked.stdout)["model"]["title"] == "Chicken"
    refused = run("report", "chicken", "--json", "--format", "md")
    assert (refused.exit_code, refused.stderr) == (2, "Error: --json and --format md: ask for one of them\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["draw", "elmira", "laddr"], 'unknown picture "laddr"; did you mean "ladder"?'),
        (["draw", "elmira", "-o", "x.gif"], 'x.gif: unknown suffix ".gif"; known: .svg, .png, .pdf'),
        (["draw", "elmira", "-o", "nowhere/x.svg"], "nowhere/x.svg: there is no folder nowhere"),
        (["report", "elmira", "-o", "nowhere/x.html"], "nowhere/x.html: there is no folder nowhere"),
        (["report", "elmira", "-o", "x.pfd"], 'x.pfd: unknown suffix ".pfd"; did you mean ".pdf"?'),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_computed(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standoff.inquiries.report.find_all", None)
    result = run(*words)
    assert (result.exit_code, message in result.stderr) == (2, True)
