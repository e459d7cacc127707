"""Workbooks: what goes out comes back, what is wrong is told with its cell, and no workbook does harm."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from checks import SMALL, examples, loaded
from standoff import casebook
from standoff.analysis.stability import solve
from standoff.conflict.model import Conflict, OrderedStatements, Ranking, StatusQuo
from standoff.errors import CannotSay, InvalidConflict, MissingExtra, Note, StandoffError, UnreadableFile
from standoff.formats import encoded, loads
from standoff.formats.xlsx import cells, layout, parts
from standoff.graph import build_graph
from strategies.conflicts import Drawn, conflicts

TEMPLATE = loads((files("standoff.formats") / "template.yaml").read_text(encoding="utf-8"))
FERRY = encoded(TEMPLATE, ".xlsx")
FULL = """
standoff: 1
title: Everything that a workbook holds
date: 2015-09-22
about: |
  Two lines
  of text.
sources:
  paper: {title: A paper, authors: "A, B", publisher: P, published: 1993, url: "https://example.org", file: p.txt,
          grade: B2, via: [archive, "a letter, from the author"], note: n}
  archive:
define:
  calm: {that: not A.push, title: it is calm, why: w, kind: assumed, quote: {source: archive, exact: calm}, note: n}
  tense: not calm
decision_makers:
  A:
    title: Side A
    about: The first side.
    options:
      push: {title: Push on, moves: forward, why: w, kind: assumed, sure: doubtful, note: n}
      level: {levels: {low: "stay, low", mid: , high: "go: high"}, moves: backward}
    prefers: [true, {that: calm if B.x, title: calm, why: w, kind: reported, quote: {source: paper, exact: words}}]
  B:
    options: {x: , y: {levels: [a, b, c]}}
    weights: {A.push: -1.50, B.y = c: {weight: "3", title: t, why: w}, B.x: 0.1, B.y = a: "12345678901234567890.5"}
infeasible: [B.x and A.push, {rule: B.y = c and A.push, title: r, why: w, kind: inferred, note: n}]
status_quo: {state: {push: yes}, why: w, kind: assumed, quote: {source: paper, exact: some}, note: n}
"""
MERGED = """
standoff: 1
title: Merged
decision_makers:
  A: {options: {x: {}}, ranking: {order: ["no deal, yet", [war, "007"]], why: w, sure: likely, note: n}}
  B: {options: {y: {}}, prefers: [A.x]}
states:
  no deal, yet: {that: not A.x, title: talks, why: w}
  war: A.x and not B.y
  "007": A.x and B.y
status_quo: no deal, yet
"""


def workbook(change: Callable[[Any], object] = lambda _: None, content: Any = FERRY) -> bytes:
    """The template as a workbook, changed in a spreadsheet."""
    book = openpyxl.load_workbook(BytesIO(content))
    change(book)
    changed = BytesIO()
    book.save(changed)
    return changed.getvalue()


def put(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


def back(conflict: Conflict) -> Conflict:
    return loads(encoded(conflict, ".xlsx"), ".xlsx")


# What goes out comes back


@examples(30)
@given(conflicts())
def test_random_conflicts_survive_the_round_trip(drawn: Drawn) -> None:
    conflict = loaded(drawn)
    found = back(conflict)
    assert found == conflict
    here, there = build_graph(conflict), build_graph(found)
    assert (here.ranks == there.ranks).all()
    assert [here.targets(i, 0).tolist() for i in here.dms] == [there.targets(i, 0).tolist() for i in there.dms]


@pytest.mark.parametrize("text", [FULL, MERGED, SMALL])
def test_all_that_the_sheets_hold_survives_the_round_trip(text: str) -> None:
    assert back(loads(text)) == loads(text)


@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
@pytest.mark.parametrize("name", casebook.names())
def test_every_case_has_the_same_answers_as_a_workbook(name: str) -> None:
    conflict = casebook.load(name)
    here, there = (solve(one) for one in (conflict, back(conflict)))
    assert here.graph.states.names == there.graph.states.names
    assert here.graph.meaning.status_quo == there.graph.meaning.status_quo
    assert all(np.array_equal(here.stable[concept], there.stable[concept]) for concept in here.stable)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), min_size=1, max_size=60).filter(
    str.strip
)


@examples(20)
@given(TEXTS)
@example("=1+1")
@example('=HYPERLINK("x","y")')
@example("@SUM(A1)")
@example("+1")
@example("-3")
@example("<b>&amp;</b>]]>")
@example("שלום عربي \u202e abc")
@example("👩‍👩‍👧 état " * 50)
@example(" around ")
@example("_x0041_ and _x005F_")
@example("#N/A")
@example("\ufffe\uffff")
@example("TRUE")
@example("2015-09-22")
@example("1e5")
def test_any_text_survives_and_is_never_a_formula(text: str) -> None:
    ferry = TEMPLATE.decision_makers[0]
    preference = ferry.preference
    assert isinstance(preference, OrderedStatements)
    statement = preference.statements[0]
    statement = replace(statement, title=text, evidence=replace(statement.evidence, why=text))
    party = replace(ferry, title=text, about=text, preference=OrderedStatements((statement,)))
    told = replace(TEMPLATE, title=text, about=text, decision_makers=(party, *TEMPLATE.decision_makers[1:]))
    assert back(told) == told
    with ZipFile(BytesIO(bytes(encoded(told, ".xlsx")))) as archive:  # type: ignore[arg-type]
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-3", "@x", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_is_marked_as_text(text: str) -> None:
    book = openpyxl.load_workbook(BytesIO(encoded(replace(TEMPLATE, title=text), ".xlsx")))  # type: ignore[arg-type]
    cell = book["Conflict"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix, cell.number_format) == (text, "s", True, "@")


def test_the_same_conflict_makes_the_same_bytes() -> None:
    assert encoded(TEMPLATE, ".xlsx") == FERRY


def test_the_workbook_is_ready_to_be_filled_in() -> None:
    book = openpyxl.load_workbook(BytesIO(FERRY))  # type: ignore[arg-type]
    assert book.sheetnames[:2] == [layout.README, "Conflict"]
    page = book["Preferences"]
    assert (page.freeze_panes, page["A1"].font.bold, page["C2"].alignment.wrap_text) == ("A2", True, True)
    assert page.column_dimensions["C"].width == 40
    offered = {one.formula1 for one in page.data_validations.dataValidation}
    assert offered == {'"reported,inferred,assumed"', '"certain,likely,doubtful"'}
    assert next(one.formula1 for one in book["Options"].data_validations.dataValidation) == '"both,forward,backward"'


def test_what_the_sheets_have_no_place_for_is_told() -> None:
    text = SMALL + "views: {A: {B: {prefers: [true]}}}\nhistory: [{moves: {A.x: yes}}]\npublished: {citation: c}\n"
    text += "sources: {s: }\ndefine: {p: {that: A.x, quote: {source: s, exact: e, prefix: p}}}\n"
    words = "views, the history, published answers, what stands before and after a quote; these are left out"
    with pytest.warns(Note, match=words):
        encoded(loads(text), ".xlsx")


def test_a_status_quo_of_first_levels_stays_where_it_is() -> None:
    conflict = replace(TEMPLATE, status_quo=StatusQuo(()))
    assert build_graph(back(conflict)).meaning.status_quo == build_graph(conflict).meaning.status_quo


def test_a_text_beyond_a_cell_is_refused() -> None:
    with pytest.raises(CannotSay, match="Conflict!B4: a cell of a spreadsheet holds at most 32,767 characters"):
        encoded(replace(TEMPLATE, about="x" * 32_768), ".xlsx")


def test_a_conflict_beyond_a_workbook_is_refused() -> None:
    island = TEMPLATE.decision_makers[1]
    ranking = replace(island, preference=Ranking((tuple(range(70_000)),)))
    with pytest.raises(CannotSay, match="cells; a workbook is written with at most 200,000"):
        encoded(replace(TEMPLATE, decision_makers=(TEMPLATE.decision_makers[0], ranking)), ".xlsx")


def test_without_its_writer_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "standoff.formats.xlsx.workbook", raising=False)
    monkeypatch.delattr("standoff.formats.xlsx.workbook", raising=False)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"standoff\[xlsx\]"):
        encoded(TEMPLATE, ".xlsx")
    assert loads(FERRY, ".xlsx") == TEMPLATE  # reading does without it


# What people do to workbooks


def test_what_openpyxl_reads_is_what_we_read() -> None:
    found = cells.read(bytes(FERRY), lambda _: True)  # type: ignore[arg-type]
    for page in openpyxl.load_workbook(BytesIO(FERRY)):  # type: ignore[arg-type]
        ours = {
            (row, column): cell.value for row, held in found.sheets[page.title].items() for column, cell in held.items()
        }
        theirs = {(cell.row, cell.column): cell.value for row in page for cell in row if cell.value is not None}
        assert ours == theirs


def test_a_workbook_saved_by_a_spreadsheet_is_the_same_conflict() -> None:
    assert loads(workbook(), ".xlsx") == TEMPLATE


def test_case_order_and_empty_rows_and_columns_do_not_matter() -> None:
    def change(book: Any) -> None:
        page = book["Preferences"]
        page["A1"], page["C1"] = "Decision_Maker", " STATEMENT "
        page.insert_rows(1, 2)
        page.insert_rows(5)
        page.insert_cols(1)
        page.move_range("D3:D12", cols=10)
        book["Decision makers"].title = "DECISION_Makers"
        book._sheets.reverse()

    assert loads(workbook(change), ".xlsx") == TEMPLATE


def test_an_empty_decision_maker_is_that_of_the_row_above() -> None:
    def change(book: Any) -> None:
        for sheet, merged in (("Preferences", "A5:A7"), ("Options", "A3:A4")):
            book[sheet].merge_cells(merged)

    assert loads(workbook(change), ".xlsx") == TEMPLATE


@pytest.mark.parametrize("value", [date(2023, 11, 4), datetime(2023, 11, 4, 10, 30), "2023-11-04"])
def test_dates_of_the_spreadsheet_are_dates(value: object) -> None:
    content = workbook(put("Sources", "E2", value))
    assert loads(content, ".xlsx").sources[0].published == "2023-11-04"


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    def change(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        book["Sources"]["E2"] = date(2023, 11, 4)

    assert loads(workbook(change), ".xlsx").sources[0].published == "2023-11-04"


def test_numbers_and_truth_values_are_text_where_text_is_meant() -> None:
    def change(book: Any) -> None:
        put("Conflict", "B2", 2015)(book)
        put("Conflict", "B3", 2023)(book)
        put("Preferences", "C2", True)(book)
        put("Preferences", "G2", 0.5)(book)

    found = loads(workbook(change), ".xlsx")
    preference = found.decision_makers[0].preference
    assert isinstance(preference, OrderedStatements)
    first = preference.statements[0]
    assert (found.title, found.date, first.formula.text, first.evidence.why) == ("2015", "2023", "true", "0.5")


def test_statements_go_by_their_order_and_states_of_one_order_are_tied() -> None:
    def change(book: Any) -> None:
        page = book["Preferences"]
        page["B2"], page["B3"], page["B4"] = 10, 2.5, 1
        page.delete_rows(5, 3)
        for number, (order, state) in enumerate([(2, 1), (1, 4), (2, 2), (3, 3), (3, 5), (4, 6.0)], start=5):
            page.cell(number, 1, "Island"), page.cell(number, 2, order), page.cell(number, 5, state)

    ferry, island = loads(workbook(change), ".xlsx").decision_makers
    assert isinstance(ferry.preference, OrderedStatements)
    assert [str(one.formula) for one in ferry.preference.statements][::2] == ["stop iff not Island.pay", "Island.pay"]
    assert isinstance(island.preference, Ranking)
    assert island.preference.groups == ((4,), (1, 2), (3, 5), (6,))


def test_sheets_of_other_names_are_told_and_passed_over() -> None:
    def change(book: Any) -> None:
        book.create_sheet("Notes")["A1"] = "=1+1"
        book["Rules"].title = "Rule"

    with pytest.warns(Note, match='not read: the sheet "Rule" .did you mean "Rules".., the sheet "Notes"'):
        assert loads(workbook(change), ".xlsx").infeasible == ()


# What is wrong is told with its cell


def add_moves(book: Any) -> None:
    page = book.create_sheet("Moves")
    page.append(["decision maker", "from", "to"])
    page.append(["Ferry", 1, 2])


WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "formula of the spreadsheet": (put("Preferences", "C2", "=A1"), "f.xlsx: Preferences!C2: a formula of the spread"),
    "error": (put("Preferences", "C2", "#REF!"), 'Preferences!C2: "#REF!" is not a value'),
    "formula": (put("Preferences", "C3", "not sue and"), "Preferences!C3: the formula ends"),
    "unknown option": (put("Rules", "A2", "Ferry.stp"), 'Rules!A2: unknown option "Ferry.stp"; did you mean'),
    "kind": (put("Preferences", "H3", "rumour"), "Preferences!H3: expected 'reported', 'inferred' or 'assumed'"),
    "direction": (put("Options", "E3", "up"), "Options!E3: expected 'both'"),
    "decision maker": (put("Options", "A3", "Irland"), 'Options!A3: unknown decision maker "Irland"; did you mean'),
    "name": (put("Options", "B2", "go slow"), 'Options!B2: "go slow" cannot name an option'),
    "twice": (put("Options", "B4", "pay"), 'Options!B4: the key "pay" is given twice (first in Options!B3)'),
    "level": (put("Options", "D2", "one"), "Options!D2: an option needs two levels at least"),
    "order": (put("Preferences", "B3", "second"), "Preferences!B3: expected a number as order"),
    "order twice": (put("Preferences", "B3", 1), "Preferences!B3: Ferry has another statement with this order"),
    "no order": (put("Preferences", "B3", None), "Preferences!A3: expected a number as order"),
    "two forms": (put("Preferences", "D2", 3), "Preferences!C2: Ferry has prefers and weights"),
    "no statement": (put("Preferences", "C2", None), "Preferences!A2: expected either a statement or a state"),
    "statement and state": (put("Preferences", "E2", 1), "Preferences!A2: expected either a statement or a state"),
    "quote of nobody": (put("Preferences", "J5", None), "Preferences!K5: a source and a quote go together"),
    "unknown source": (put("Preferences", "J5", "lettr"), 'Preferences!J5: unknown source "lettr"; did you mean'),
    "column": (put("Options", "C1", "titel"), 'Options!C1: unknown column "titel"; did you mean "title"?'),
    "column twice": (put("Options", "C1", "levels"), 'Options!D1: a second column "levels"'),
    "column missing": (put("Options", "B1", None), 'Options!A1: no column "option" in the header'),
    "no header": (put("Options", "Z3", "x"), "Options!Z3: a value in column Z, which has no header"),
    "item": (put("Conflict", "A2", "Titel"), 'Conflict!A2: unknown item "titel"; did you mean "title"?'),
    "reasons for a title": (put("Conflict", "C2", "why"), "Conflict!C2: reasons are for the status quo only"),
    "status quo": (
        put("Conflict", "B5", "stop = maybe"),
        'Conflict!B5: status_quo.stop: unknown level of Ferry.stop "m',
    ),
    "half a status quo": (put("Conflict", "B5", "stop = no, pay"), 'Conflict!B5: expected option = level, found "pay"'),
    "infeasible": (put("Conflict", "B5", "stop = yes, pay = yes"), "Conflict!B5: infeasible, by the rule"),
    "date": (put("Conflict", "B3", "soon"), "Conflict!B3: expected a date"),
    "grade": (put("Sources", "H2", "Z9"), "Sources!H2: expected a grade"),
    "control character": (put("Conflict", "B2", "a_x0007_b"), "Conflict!B2: a control character"),
    "no sheet": (lambda book: book.remove(book["Conflict"]), 'no sheet "Conflict", but "Read me"'),
    "nothing": (lambda book: book["Decision makers"].delete_rows(1, 9), "Decision makers: the sheet is empty"),
    "no preferences": (
        lambda book: book["Preferences"].delete_rows(5, 3),
        "Decision makers!A3: Island has no preferen",
    ),
    "no option": (put("Options", "B2", None), "Options!A2: no option in this row"),
    "moves and options": (add_moves, "options and graph exclude each other"),
}


@pytest.mark.first(8)
@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told_with_its_cell(kind: str) -> None:
    change, message = WRONG[kind]
    with pytest.raises(InvalidConflict) as error:
        loads(workbook(change), ".xlsx", "f.xlsx")
    assert message in str(error.value)


def test_all_problems_are_told_at_once_and_a_hundred_at_most() -> None:
    def change(book: Any) -> None:
        for number in range(2, 400):
            book["Rules"][f"A{number}"] = f"Ferry.x{number}"

    with pytest.raises(InvalidConflict) as error:
        loads(workbook(change), ".xlsx")
    assert len(error.value.problems) == 101

    def compute(book: Any) -> None:
        for number in range(2, 400):
            book["Rules"][f"A{number}"] = "=1"

    with pytest.raises(InvalidConflict) as error:
        loads(workbook(compute), ".xlsx")
    assert len(error.value.problems) == 101


# Workbooks made by hand


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(**targets: str) -> str:
    rows = "".join(f'<Relationship Id="{t}" Type="{REL}/{kind}" Target="{t}"/>' for kind, t in targets.items())
    return f'<Relationships xmlns="{PACKAGE}">{rows}</Relationships>'


def by_hand(
    sheet: str, name: str = "Conflict", strings: str = "", styles: str = "", head: str = "", **more: str
) -> bytes:
    """A workbook of one sheet, written part by part."""
    held = {
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'{head}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="{name}" sheetId="1" '
        f'r:id="s.xml"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(worksheet="s.xml", sharedStrings="t.xml", styles="/xl/y.xml"),
        "xl/s.xml": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{sheet}</x:sheetData></x:worksheet>',
        "xl/t.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/y.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    } | more
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for part, text in held.items():
            archive.writestr(part, text)
    return packed.getvalue()


def values(*arguments: str, **more: str) -> list[object]:
    found = cells.read(by_hand(*arguments, **more), lambda _: True)
    found.judge()
    return [cell.value for row in found.sheets["Conflict"].values() for cell in row.values()]


def test_shared_strings_come_without_their_phonetic_runs() -> None:
    strings = "<si><r><t>two </t></r><r><t>runs</t></r><rPh><t>TU</t></rPh></si><si><t>_x005F_x0041__x0042_</t></si>"
    sheet = '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>'
    assert values(sheet, strings=strings) == ["two runs", "_x0041_B"]


def test_numbers_are_those_that_were_typed() -> None:
    typed = {"1.1000000000000001": "1.1", "0.1": "0.1", "3": "3", "1E-3": "0.001", "2.0": "2", "-7": "-7"}
    sheet = "".join(f"<x:row><x:c><x:v>{text}</x:v></x:c></x:row>" for text in typed)
    assert [str(value) for value in values(sheet)] == [*typed.values()]


@pytest.mark.parametrize(
    ("code", "value"), [("yyyy\\-mm", "2023-11-04"), ('"day" 0', 45234), ("[Red]0", 45234), ("General", 45234)]
)
def test_a_number_is_a_date_where_its_format_says_so(code: str, value: object) -> None:
    styles = f"<numFmts><numFmt numFmtId='170' formatCode='{code}'/></numFmts>"
    styles += (
        "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='170'/></cellXfs>"
    )
    assert values('<x:row><x:c s="1"><x:v>45234</x:v></x:c><x:c s="0"><x:v>1</x:v></x:c></x:row>', styles=styles) == [
        value,
        1,
    ]


SHEET = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
BOMB = "<!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
TWO_SHEETS = '<sheets><sheet name="Conflict" r:id="s.xml"/><sheet name="conflict" r:id="s.xml"/></sheets>'
HOSTILE = {
    "random bytes": (bytes(range(256)), "not a workbook"),
    "nothing": (b"", "not a workbook"),
    "an old .xls": (parts._OLD + bytes(512), "an old .xls file, or one with a password"),
    "another zip": (by_hand(SHEET, **{"_rels/.rels": relations(other="x")}), "none of the parts of an .xlsx file"),
    "no main part": (by_hand(SHEET, **{"_rels/.rels": relations(officeDocument="x.bin")}), "none of the parts"),
    "zip bomb": (by_hand(SHEET, more=" " * (2**25)), "larger than 32 MiB once unpacked"),
    "packed too well": (by_hand(SHEET, more=" " * 2**22), "packed more than 400-fold"),
    "many parts": (by_hand(SHEET, **{f"p{n}": "" for n in range(2001)}), "more than 2,000 parts"),
    "entities": (by_hand(SHEET, head=BOMB), "document type declaration"),
    "entities in a sheet": (by_hand(SHEET, **{"xl/s.xml": BOMB + "<a>&b;</a>"}), "document type declaration"),
    "a file of the machine": (
        by_hand(SHEET, **{"xl/t.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si>&x;</si></sst>'}),
        "document type declaration",
    ),
    "an entity that is not": (by_hand("<x:row>&b;</x:row>"), "its XML is broken"),
    "deep nesting": (by_hand("<x:row>" * 1_000 + "</x:row>" * 1_000), "more than 100 deep"),
    "half a sheet": (by_hand("<x:row>"), "its XML is broken"),
    "string that is not": (by_hand('<x:row><x:c t="s"><x:v>7</x:v></x:c></x:row>'), "not a workbook"),
    "row beyond the end": (by_hand('<x:row><x:c r="A1048577"><x:v>1</x:v></x:c></x:row>'), "beyond the end"),
    "row beyond numbers": (by_hand(f'<x:row r="{"9" * 5000}"/>'), "not a workbook"),
    "column beyond the end": (by_hand('<x:row><x:c r="ZZZ1"><x:v>1</x:v></x:c></x:row>'), "beyond the end"),
    "cell of no name": (by_hand('<x:row><x:c r="$$"><x:v>1</x:v></x:c></x:row>'), 'a cell is called "$$"'),
    "one sheet twice": (
        by_hand(SHEET, **{"xl/workbook.xml": f'<workbook xmlns:r="{REL}">{TWO_SHEETS}</workbook>'}),
        "two of its sheets are one",
    ),
    "missing sheet": (
        by_hand(SHEET, **{"xl/_rels/workbook.xml.rels": relations(worksheet="s.xml", styles="no")}),
        "no",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_workbooks_are_refused_in_words(kind: str) -> None:
    content, message = HOSTILE[kind]
    with pytest.raises(UnreadableFile) as error:
        loads(content, ".xlsx", "f.xlsx")
    assert message in str(error.value)


def test_a_workbook_with_a_password_is_refused() -> None:
    content = bytearray(FERRY)  # type: ignore[arg-type]
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    with pytest.raises(UnreadableFile, match="protected by a password"):
        loads(bytes(content), ".xlsx")


def test_a_million_rows_that_are_claimed_cost_nothing() -> None:
    sheet = '<x:row r="1048576"><x:c r="XFD1048576" s="0"/></x:row>'
    claimed = f'<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{sheet.replace("x:", "")}</sheetData></worksheet>'
    with pytest.raises(InvalidConflict, match="the sheet is empty"):
        loads(by_hand("", **{"xl/s.xml": claimed}), ".xlsx")


def test_a_large_text_used_by_many_cells_is_bounded() -> None:
    sheet = '<x:row><x:c t="s"><x:v>0</x:v></x:c></x:row>' * 5_000
    with pytest.raises(UnreadableFile, match="MiB of text"):
        loads(by_hand(sheet, strings=f"<si><t>{'x' * 32_000}</t></si>"), ".xlsx")


@pytest.mark.slow
def test_many_short_parts_of_a_few_cells_are_bounded() -> None:
    cell = '<x:c t="s"><x:v>{}</x:v></x:c>'
    head, row = (f"<x:row>{cell.format(one)}{cell.format(other)}</x:row>" for one, other in ((0, 1), (2, 3)))
    strings = "".join(f"<si><t>{text}</t></si>" for text in ("item", "value", "status quo", "a=b," * 8_000))
    with pytest.raises(UnreadableFile, match="more than 300,000 values"):
        loads(by_hand(head + row * 40, strings=strings), ".xlsx")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"PK\x05\x06"):
        with pytest.raises(StandoffError):
            loads(start + content, ".xlsx")


@examples(120)
@given(st.lists(st.tuples(st.integers(0, len(FERRY) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
def test_a_damaged_workbook_is_a_conflict_or_a_clear_error(changes: list[tuple[int, int]]) -> None:
    content = bytearray(FERRY)  # type: ignore[arg-type]
    for at, byte in changes:
        content[at] = byte
    with suppress(StandoffError):
        loads(bytes(content), ".xlsx")


JUNK = st.sampled_from(
    [None, 0, -1.5, True, "x", "=A1", "#N/A", "a = b", "true", "1, 1", "a: b", "9" * 500, datetime(1900, 1, 1)]
)
PLACES = st.sampled_from(
    [(s.name, f"{c}{r}") for s in layout.SHEETS if not s.optional for c in "ABCDEFGHIJK" for r in (1, 2, 3, 5)]
)


@examples(25)
@given(st.lists(st.tuples(PLACES, JUNK), min_size=1, max_size=3))
@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
def test_a_workbook_with_any_cells_replaced_is_a_conflict_or_a_clear_error(changes: list[Any]) -> None:
    def change(book: Any) -> None:
        for (sheet, cell), value in changes:
            book[sheet][cell] = value

    with suppress(StandoffError):
        loads(workbook(change), ".xlsx")
