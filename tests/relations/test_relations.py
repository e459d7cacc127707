"""Measured relations as users meet them: the command, cited relations, claims of closeness. Memory, written files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checks import SMALL, TESTS, run, slow_but, written
from standoff import casebook, memory
from standoff.analysis import measured
from standoff.analysis.claims import ClaimContext, outcome
from standoff.documents import schema
from standoff.documents.relations import EvaluationEntry, RelationEntry, RelationsDocument
from standoff.errors import InvalidConflict, LargeConflict, TooLarge
from standoff.formats import dumps, loads, write_atomically
from standoff.graph import build_graph
from standoff.wording.claim_sentences import clause

pytestmark = pytest.mark.first(1)

CLASSES = "verbal_cooperation,material_cooperation,verbal_conflict,material_conflict"
HEADER = f"a,b,year,{CLASSES},set_total\n"
DATA = casebook.path("syria-2015").parent / "dyad_years_2002_2014.csv"
ACTORS = ("CHN", "IRN", "IRQ", "ISR", "JOR", "LBN", "LBY", "QAT", "RUS", "SAU", "SYR", "USA")


def counts(actors: Sequence[str], years: Sequence[int] = range(2001, 2008)) -> str:
    """A table in which every pair has events of every class, never the same twice."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for k, (year, (a, b)) in enumerate((y, pair) for y in years for pair in combinations(actors, 2)):
        writer.writerow([a, b, year, 90 + 17 * k % 80, 5 * k % 13, 5 + 29 * k % 60, 3 * k % 9, 100_000])
    return HEADER + out.getvalue()


# The command


def document(*words: str) -> Any:
    result = run("relations", *words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema("relations")).validate(found)
    assert list(found) == list(RelationsDocument.__annotations__)
    assert all(list(one) == list(RelationEntry.__annotations__) for one in found["dyads"])
    return found


def refused(*words: str) -> str:
    """The message of a command that stops with code 2 and prints nothing else."""
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return result.stderr


def test_the_table_tells_the_last_period_and_what_is_assumed() -> None:
    result = run("relations", "syria-2015")
    assert result.exit_code == 0, result.output
    assert "12 actors, 13 periods (2002 to 2014); 1,102,365 events." in result.stdout
    assert re.search(r"^ *ISR–USA +4,424 +867 +82% +\+1\.43 \[\+1\.15, \+1\.71\] +plus *$", result.stdout, re.MULTILINE)
    assert re.search(r"^ *IRN–RUS .* undetermined *$", result.stdout, re.MULTILINE)
    assert "assumed; it cannot be estimated" in result.stdout
    assert "relative to this panel of 12 actors" in " ".join(result.stdout.split())


@pytest.mark.slow
def test_everything_lists_every_pair() -> None:
    result = run("relations", "syria-2015", "--all")
    assert len(re.findall(r"^ *[A-Z]{3}–[A-Z]{3} ", result.stdout, re.MULTILINE)) == 66


@pytest.mark.slow
def test_a_dyad_is_told_year_by_year_with_its_change() -> None:
    words = ("--dyad", "IRN", "RUS", "--before", "2006-2010", "--after", "2011-2014")
    result = run("relations", "syria-2015", *words)
    assert result.exit_code == 0, result.output
    row = r"^ *(20\d\d) .*?([+-]\d\.\d\d) \[.*\] (plus|minus|undetermined)(\*?)"
    rows = re.findall(row, result.stdout, re.MULTILINE)
    assert [row[0] for row in rows] == [str(year) for year in range(2002, 2015)]
    assert rows[-1][1:] == ("+0.45", "undetermined", "")
    assert "2011 to 2014 against 2006 to 2010: +1.14 [+0.85, +1.43]: closer." in result.stdout
    assert "Trend over all periods: tau +0.21, +0.066 a year, p = 0.36." in result.stdout


@pytest.mark.slow
def test_a_series_at_other_dispersions_stands_beside_an_assumed_one() -> None:
    found = document("syria-2015", "--dyad", "IRN", "RUS")
    others = {(one["dispersion"], one["period"]): one["affinity"] for one in found["series"]["others"]}
    assert others[2, "2014"] == pytest.approx(0.33, abs=0.02)
    assert others[10, "2014"] == pytest.approx(0.50, abs=0.02)


@pytest.mark.slow
def test_the_document_has_all_dyads_and_what_was_asked() -> None:
    found = document("syria-2015")
    assert tuple(found["actors"]) == ACTORS
    assert len(found["dyads"]) == 66 * 13
    assert found["dispersion"] == 5
    assert [found[key] for key in ("series", "reference", "blocs", "evaluation", "reading")] == [None] * 5
    words = ("--dyad", "IRN", "RUS", "--before", "2010", "--after", "2014", "--blocs", "--evaluate")
    asked = document("syria-2015", *words)
    assert asked["dyads"] == found["dyads"]
    difference = asked["series"]["difference"]
    assert (difference["before"], difference["after"]) == (["2010"], ["2014"])
    assert [difference[key] for key in ("value", "low", "high")] == pytest.approx([1.95, 1.23, 2.67], abs=0.02)
    assert asked["reference"] == "IRN"
    assert [one["period"] for one in asked["blocs"]] == found["periods"]
    assert asked["blocs"][-1]["with_reference"]["SYR"] == asked["blocs"][-1]["together"]["SYR"]["IRN"]
    assert [list(one) for one in asked["evaluation"]] == [list(EvaluationEntry.__annotations__)] * 7


@pytest.mark.slow
def test_the_same_seed_gives_the_same_blocs() -> None:
    words = ("syria-2015", "--actors", "IRN,RUS,SYR,USA,SAU", "--blocs", "--seed")
    one, same, other = (document(*words, seed)["blocs"] for seed in ("3", "3", "4"))
    assert one == same
    assert one != other


@pytest.mark.slow
def test_blocs_say_that_a_split_always_exists() -> None:
    result = run("relations", "syria-2015", "--blocs", "--reference", "USA")
    assert "On the side of USA" in result.stdout
    assert "A split into two sides always exists." in result.stdout


def test_an_evaluation_puts_affinity_beside_predictors_that_know_less() -> None:
    result = run("relations", "syria-2015", "--evaluate")
    row = next(line for line in result.stdout.splitlines() if line.strip().startswith("actors + affinity  "))
    assert row.split()[3:5] == ["0.773", "0.380"]
    assert row.strip().endswith("10 of 12")


@pytest.mark.slow
def test_a_smaller_panel_is_another_measure() -> None:
    found = document("syria-2015", "--actors", "IRN, RUS,SYR,USA,SAU")
    assert found["actors"] == ["IRN", "RUS", "SAU", "SYR", "USA"]
    assert len(found["dyads"]) == 10 * 13


def test_too_few_actors_are_too_little_data() -> None:
    found = document("syria-2015", "--actors", "IRN,RUS,SYR")
    assert {one["sign"] for one in found["dyads"]} == {"too little data"}
    assert {one["affinity"] for one in found["dyads"]} == {None}


@pytest.mark.slow
def test_an_unknown_period_of_an_actor_is_not_zero(tmp_path: Path) -> None:
    table = "".join(line for line in counts("ABCDE").splitlines(True) if not re.search(r"^A,.,2003", line))
    path = written(tmp_path, table, "t.csv")
    found = document(path, "--dyad", "A", "B")
    for one in found["dyads"]:
        gone = one["a"] == "A" and one["period"] == "2003"
        assert (one["affinity"] is None, one["volume"] is None) == (gone, gone)
    result = run("relations", path, "--dyad", "A", "B", "--all")
    assert "too little data" in result.stdout
    assert "nan" not in result.stdout


@pytest.mark.parametrize("name", ["icews.tab", "gdelt2.export.CSV", "polecat.txt", "phoenix.txt"])
def test_event_files_are_told_with_what_was_read(name: str) -> None:
    pytest.importorskip("duckdb")
    path = str(TESTS / "data" / "relations" / "samples" / name)
    result = run("relations", path)
    assert result.exit_code == 0, result.output
    assert "What was read" in result.stdout
    assert "dyad-days" in result.stdout
    assert document(path)["reading"]


# Tables and pictures that others open


def test_a_spreadsheet_has_all_dyads() -> None:
    result = run("relations", "syria-2015", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert result.exit_code == 0
    assert len(rows) == 66 * 13
    assert list(rows[0]) == list(RelationEntry.__annotations__)
    (one,) = [row for row in rows if (row["a"], row["b"], row["period"]) == ("IRN", "RUS", "2014")]
    assert float(one["affinity"]) == pytest.approx(0.45, abs=0.02)


ODD = ("=cmd()", "+1", "-2", "@x", "E", "F<&>\"'", "[red]G", "[/H]")


@pytest.mark.parametrize("words", [(), ("--all",), ("--dyad", "=cmd()", "[/H]"), ("--blocs",), ("--evaluate",)])
def test_names_are_shown_as_they_stand(words: tuple[str, ...], tmp_path: Path) -> None:
    result = run("relations", written(tmp_path, counts(ODD), "t.csv"), *words)
    assert result.exit_code == 0, result.output
    if words != ("--evaluate",):
        assert "=cmd()" in result.stdout
        assert "[/H]" in result.stdout


def test_what_a_spreadsheet_takes_for_a_formula_is_defused(tmp_path: Path) -> None:
    result = run("relations", written(tmp_path, counts(ODD), "t.csv"), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    names = {row[side] for row in rows for side in "ab"}
    assert {"'=cmd()", "'+1", "'-2", "'@x", "E"} <= names
    assert not any(name[0] in "=+-@" for name in names)
    assert {row["affinity"][0] for row in rows} & {"-"}  # numbers stay numbers


@pytest.mark.parametrize("names", slow_but([(ACTORS,), (ODD,)], (ODD,)))
def test_pictures_are_whole_told_in_words_and_fetch_nothing(names: tuple[str, ...], tmp_path: Path) -> None:
    path = str(DATA) if names is ACTORS else written(tmp_path, counts(names), "t.csv")
    folder = tmp_path / "new" / "pictures"
    result = run("relations", path, "--dyad", names[1], names[0], "--blocs", "--svg", str(folder))
    assert result.exit_code == 0, result.output
    assert {each.name for each in folder.iterdir()} == {"network.svg", "series.svg", "blocs.svg"}
    for each in folder.iterdir():
        text = each.read_text(encoding="utf-8")
        root = ET.fromstring(text)
        space = "{http://www.w3.org/2000/svg}"
        assert root.tag == f"{space}svg"
        for label in ("title", "desc"):
            (found,) = root.findall(f"{space}{label}")
            assert (found.text or "").strip()
            assert found.get("id") in (root.get("aria-labelledby") or "").split()
        tags = {one.tag.removeprefix(space) for one in root.iter()}
        assert tags <= {"svg", "title", "desc", "g", "rect", "text", "line", "circle"}
        left = text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|href|url\(|@import|<!|<\?", left)
        assert "nan" not in text.replace("Lebanon", "")


@pytest.mark.slow
def test_a_picture_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    written(tmp_path, "mine", "network.svg")
    message = refused("relations", "syria-2015", "--svg", str(tmp_path))
    assert "network.svg: exists already; give another file, or --force" in message
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("network.svg", "mine")]


# What is refused


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--dyad", "IRN", "RUSS"], 'unknown actor "RUSS"; did you mean "RUS"?'),
        (["--dyad", "IRN", "IRN"], "IRN twice; a dyad has two actors"),
        (["--actors", "IRN,RUS,SYR,ISSR"], 'unknown actor "ISSR"; did you mean "ISR"?'),
        (["--blocs", "--reference", "IRM"], 'unknown actor "IRM"; did you mean "I'),
        (["--dyad", "IRN", "RUS", "--before", "2010"], "--before and --after go together"),
        (["--before", "2010", "--after", "2011"], "go together, and with --dyad"),
        (["--dyad", "IRN", "RUS", "--before", "2010", "--after", "2015"], 'unknown period "2015"; did you mean "201'),
        (["--dyad", "IRN", "RUS", "--before", "2010-2006", "--after", "2011"], '"2010-2006" ends before it begins'),
        (["--dyad", "IRN", "RUS", "--before", "once", "--after", "2011"], '"once" is not a span of periods'),
        (["--dispersion", "0.5"], "--dispersion 0.5: expected a number from 1"),
        (["--dispersion", "nan"], "--dispersion nan: expected a number from 1"),
        (["--dispersion", "inf"], "--dispersion inf: expected a number from 1"),
        (["--period", "week"], "week"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_what_does_not_exist_is_told(words: list[str], message: str) -> None:
    assert message in refused("relations", "syria-2015", *words)


def test_a_case_without_relations_is_told() -> None:
    assert "the case elmira has no relations" in refused("relations", "elmira")


GOOD = counts("ABCD").splitlines()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["A" + GOOD[1], *GOOD[1:]], "no such file|no column|format|columns"),
        ([GOOD[0].replace("set_total", "all"), *GOOD[1:]], r"t\.csv:1: no column set_total; expected a, b, year"),
        ([GOOD[0].replace("year", "when"), *GOOD[1:]], r"t\.csv:1: no column year"),
        ([GOOD[0] + ",more", *(line + ",1" for line in GOOD[1:])], r't\.csv:1: column "more" not known'),
        ([GOOD[0] + ",year", *(line + ",1" for line in GOOD[1:])], r't\.csv:1: column "year" twice'),
        ([*GOOD[:3], "A,D,2001,-1,0,0,0,100000"], r't\.csv:4: verbal_cooperation is "-1"; expected a whole number'),
        ([*GOOD[:3], "A,D,2001,1.5,0,0,0,100000"], r't\.csv:4: verbal_cooperation is "1.5"'),
        ([*GOOD[:3], "A,D,2001,9,,0,0,100000"], r't\.csv:4: material_cooperation is ""'),
        ([*GOOD[:3], "A,D,2001,1,0,0,0"], r"t\.csv:4: 7 fields; the header has 8"),
        ([*GOOD[:3], "A,A,2001,1,0,0,0,100000"], r"t\.csv:4: A with itself; a dyad has two actors"),
        ([*GOOD[:3], "A,D,01,1,0,0,0,100000"], r't\.csv:4: year is "01"; expected four digits'),
        ([*GOOD[:3], "A,D,2001,1,0,0,0,7"], r"t\.csv:4: set_total is 7 here and 100000 before, in 2001"),
        ([*GOOD, GOOD[-1]], rf"t\.csv:{len(GOOD) + 1}: C and D in 2007 a second time"),
        ([*GOOD, "D,C,2007,1,1,1,1,100000"], rf"t\.csv:{len(GOOD) + 1}: D and C in 2007 a second time"),
        ([GOOD[0]], r"t\.csv: no rows"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(lines: list[str], message: str, tmp_path: Path) -> None:
    assert re.search(message, refused("relations", written(tmp_path, "\n".join(lines) + "\n", "t.csv")))


def test_text_that_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes((GOOD[0] + "\nA,B,").encode() + b"\xff\n")
    assert "t.csv:2: not text in UTF-8" in refused("relations", str(path))


# Relations of a conflict


TABLE = counts(("AA", "BB", "CC", "DD", "EE"))
RELATIONS = "relations:\n  file: t.csv\n  actors: {A: AA, B: BB}\n"


def conflict(folder: Path, extra: str = RELATIONS, table: str = TABLE) -> str:
    written(folder, table, "t.csv")
    return written(folder, SMALL + extra)


def cited(value: tuple[float, float, float], period: str = "2007", more: str = "") -> str:
    numbers = f"value: {value[0]:.2f}, low: {value[1]:.2f}, high: {value[2]:.2f}"
    relation = f"{{between: [A, B], period: '{period}', {numbers}}}"
    return f"infeasible: [{{rule: A.x and B.x, relation: {relation}{more}}}]"


def with_cited(citation: str, extra: str = RELATIONS) -> str:
    return SMALL.replace("infeasible: [A.x and B.x]", citation) + extra


@pytest.fixture
def affinity(tmp_path: Path) -> tuple[float, float, float]:
    found = document(written(tmp_path, TABLE, "t.csv"), "--dyad", "AA", "BB")
    (one,) = [row for row in found["dyads"] if (row["a"], row["b"], row["period"]) == ("AA", "BB", "2007")]
    return one["affinity"], one["low"], one["high"]


def test_a_cited_relation_is_computed_anew(tmp_path: Path, affinity: tuple[float, float, float]) -> None:
    path = written(tmp_path, with_cited(cited(affinity)))
    result = run("check", path)
    assert result.exit_code == 0, result.output
    assert "infeasible[0]: A and B, 2007" in result.stdout
    assert "agrees" in result.stdout
    found = json.loads(run("check", path, "--json").stdout)
    jsonschema.Draft202012Validator(schema("check")).validate(found)
    (entry,) = found["relations"]
    assert entry["agrees"] is True
    assert entry["measured"] == pytest.approx(affinity)


@pytest.mark.parametrize("k", range(3))
def test_a_number_that_is_off_fails_the_check(k: int, tmp_path: Path, affinity: tuple[float, float, float]) -> None:
    off = [one + 0.05 * (at == k) for at, one in enumerate(affinity)]
    result = run("check", written(tmp_path, with_cited(cited((off[0], off[1], off[2])))))
    assert result.exit_code == 1
    assert "does not agree" in result.stdout


def test_what_is_not_measured_agrees_with_nothing(tmp_path: Path, affinity: tuple[float, float, float]) -> None:
    path = written(tmp_path, with_cited(cited(affinity, period="1999")))
    result = run("check", path)
    assert result.exit_code == 1
    assert "not measured" in result.stdout
    assert json.loads(run("check", path, "--json").stdout)["relations"][0]["measured"] is None


def test_a_wrong_value_in_a_copy_of_the_case_fails_the_check(tmp_path: Path) -> None:
    text = casebook.path("syria-2015").read_text(encoding="utf-8")
    written(tmp_path, DATA.read_text(encoding="utf-8"), DATA.name)
    assert run("check", written(tmp_path, text)).exit_code == 0
    result = run("check", written(tmp_path, text.replace("value: 0.45, low: -0.09", "value: 0.72, low: 0.31")))
    assert result.exit_code == 1
    assert "does not agree" in result.stdout


@pytest.mark.slow
def test_an_explanation_shows_the_relation_that_is_cited() -> None:
    result = run("explain", "syria-2015", "status_quo", "--who", "Iran", "--json")
    assert result.exit_code == 0
    shown = " ".join(run("flips", "syria-2015").stdout.split())
    assert "affinity" not in shown  # nothing that is computed rests on it
    from standoff.wording.words import evidence_words

    graph = build_graph(casebook.load("syria-2015"))
    told = [evidence_words(graph, one.evidence) for one in graph.conflict.judgements() if one.evidence.relation]
    assert len(told) == 1
    assert "measured: affinity of Iran and Russia +0.45 [-0.09, +1.00] in 2014" in told[0]


@pytest.mark.parametrize("file", ["../t.csv", "{folder}/t.csv", "sub/../../t.csv"])
def test_a_table_outside_the_folder_is_refused(file: str, tmp_path: Path) -> None:
    written(tmp_path, TABLE, "t.csv")
    (tmp_path / "case").mkdir()
    relations = RELATIONS.replace("t.csv", file.format(folder=tmp_path))
    path = written(tmp_path / "case", SMALL + relations + "claims:\n" + claim(2001, 2007))
    assert "outside the folder of the conflict file" in refused("claims", path)


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    written(tmp_path, TABLE, "t.csv")
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "t.csv").symlink_to(tmp_path / "t.csv")
    path = written(tmp_path / "case", SMALL + RELATIONS + "claims:\n" + claim(2001, 2007))
    assert "outside the folder of the conflict file" in refused("claims", path)


def test_a_missing_table_is_told_by_what_needs_it(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + RELATIONS + "claims:\n" + claim(2001, 2007))
    assert "t.csv: No such file or directory" in refused("claims", path)
    assert run("solve", path).exit_code == 0
    assert run("check", path).exit_code == 0  # no judgement cites a relation


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            SMALL + RELATIONS.replace("A: AA", "AX: AA"),
            'relations.actors.AX: unknown decision maker "AX"; did',
        ),
        (SMALL + RELATIONS + "  dispersion: 0.5\n", "relations.dispersion"),
        (SMALL + RELATIONS + "  dispersion: many\n", "relations.dispersion"),
        (SMALL + RELATIONS.replace("file:", "files:"), 'relations.files: unknown key "files"; did you mean "file"?'),
        (SMALL + "relations:\n  file: t.csv\n", "relations"),
        (SMALL + "relations:\n  actors: {A: AA}\n", "relations"),
        (with_cited(cited((0, 0, 0)), ""), "infeasible[0].relation.between: the file gives no relations"),
        (
            with_cited(cited((0, 0, 0)), RELATIONS.replace(", B: BB", "")),
            'infeasible[0].relation.between: unknown decision maker with relations "B"',
        ),
        (with_cited(cited((0, 0, 0)).replace("[A, B]", "[A]")), "infeasible[0].relation.between"),
        (with_cited(cited((0, 0, 0)).replace("[A, B]", "[A, B, A]")), "infeasible[0].relation.between"),
        (with_cited(cited((0, 0, 0)).replace("high: 0.00", "hi: 0")), "infeasible[0].relation.hi"),
        (with_cited(cited((0, 0, 0), period="2007-13")), "infeasible[0].relation.period"),
        (with_cited(cited((0, 0, 0)).replace("low: 0.00", "low: few")), "infeasible[0].relation.low"),
    ],
)
def test_a_conflict_file_says_what_is_wrong_with_its_relations(text: str, message: str) -> None:
    with pytest.raises(InvalidConflict) as caught:
        loads(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_relations_survive_the_round_trip(suffix: str) -> None:
    extra = RELATIONS + "  dispersion: 2.5\n  citation: Whose\n  note: What\n"
    for one in (
        loads(with_cited(cited((0.45, -0.09, 1)), extra)),
        loads(SMALL + RELATIONS),
        casebook.load("syria-2015"),
    ):
        assert one.relations is not None
        assert loads(dumps(one, suffix), suffix) == one


# Claims of closeness


def claim(start: object, end: object, between: str = "A, B", more: str = "") -> str:
    return f"  - {{id: c, says: S., test: {{trend: {{between: [{between}], from: '{start}', to: '{end}'{more}}}}}}}\n"


def verdict(start: int, end: int, rises: bool = True, other: str = "Russia") -> tuple[str, str]:
    text = dumps(casebook.load("syria-2015"))
    tree = text[: text.index("\nclaims:")] + "\nclaims:\n"
    made = loads(tree + claim(start, end, f"Iran, {other}", "" if rises else ", rises: false"))
    graph = build_graph(made)
    found = outcome(ClaimContext(graph, measured=measured.load_measured(made, DATA.parent)), made.claims[0].test)
    return str(found.verdict), clause(found.witness, graph)


@pytest.mark.parametrize(
    ("start", "end", "rises", "wanted"),
    [
        (2010, 2014, True, "holds"),
        (2010, 2014, False, "fails"),
        (2004, 2010, True, "fails"),
        (2004, 2010, False, "holds"),
        (2011, 2014, True, "fails"),  # nothing is shown, either way
        (2011, 2014, False, "fails"),
        (2010, 2015, True, "cannot be tested"),
    ],
)
def test_a_claim_of_closeness_compares_two_periods(start: int, end: int, rises: bool, wanted: str) -> None:
    assert verdict(start, end, rises)[0] == wanted


def test_who_is_no_actor_of_the_table_cannot_be_compared() -> None:
    said, why = verdict(2010, 2014, other="Opposition")
    assert said == "cannot be tested"
    assert "no actor of the table" in why
    assert "2002 to 2014" in verdict(2010, 2015)[1]


def test_without_events_closeness_cannot_be_tested(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "claims:\n" + claim(2001, 2007))
    result = run("claims", path)
    assert result.exit_code == 0
    assert "untested" in result.stdout
    assert "the conflict has none" in " ".join(result.stdout.split())


def test_an_actor_that_the_table_lacks_cannot_be_compared(tmp_path: Path) -> None:
    path = conflict(tmp_path, RELATIONS.replace("BB", "XX") + "claims:\n" + claim(2001, 2007))
    assert "B is no actor of the table" in " ".join(run("claims", path).stdout.split())


@pytest.mark.slow
def test_the_claim_of_the_case_holds_with_its_interval() -> None:
    result = run("claims", "syria-2015", "--explain", "closer-partners", "--draws", "0")
    assert "changed by +1.95 [+1.23, +2.67] from 2010 to 2014" in " ".join(result.stdout.split())


# Memory told beforehand, and the mode of written files


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(memory, "available", lambda: 2**33)
    return monkeypatch


def test_what_the_machine_has_not_is_refused_with_both_figures(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(memory, "available", lambda: 500_000_000)
    with pytest.raises(TooLarge, match=r"4,194,304 combinations .* about 1\.4 GB of memory; 0\.5 GB are free"):
        memory.require(2**22, 4)
    machine.setattr(memory, "available", lambda: 100)
    assert "GB are free" in refused("solve", written(tmp_path, SMALL))


def test_much_memory_is_told_and_little_is_not(machine: pytest.MonkeyPatch) -> None:
    with pytest.warns(LargeConflict, match=r"4,194,304 combinations of levels need about 1\.4 GB of memory"):
        memory.require(2**22, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        memory.require(2**10, 4)
        machine.setattr(memory, "available", lambda: None)
        memory.require(2**10, 4)


def test_the_command_notes_what_will_take_long(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(memory, "TOLD_FROM", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        result = run("solve", written(tmp_path, SMALL), "--json")
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"Note: 12 combinations of levels need about 0\.0 GB of memory\.\n", result.stderr)
    json.loads(result.stdout)


def test_free_memory_is_a_figure_where_the_system_tells_it() -> None:
    free = memory.available()
    assert free is None or 0 < free < 2**60


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_written_file_has_the_mode_of_any_other(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "x", "text")
        (tmp_path / "y").write_text("text")
        write_atomically(tmp_path / "y", "new", overwrite=True)
    finally:
        os.umask(before)
    for name in "xy":
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o666 & ~mask
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x", "y"]
    with pytest.raises(FileExistsError):
        write_atomically(tmp_path / "x", "other")
    assert (tmp_path / "x").read_text() == "text"


def test_options_about_rows_are_refused_for_a_table_of_counts() -> None:
    result = run("relations", "syria-2015", "--statements", "--period", "month")
    assert result.exit_code == 2
    assert "--period and --statements: for event rows; dyad_years_2002_2014.csv is a table of counts" in result.stderr
