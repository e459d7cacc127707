from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import standoff as so
from checks import SMALL, examples, loaded, run, written
from standoff import casebook
from standoff.analysis import stability
from standoff.api import Solution
from standoff.concepts import CONCEPTS
from standoff.errors import MissingExtra, StandoffError, UnknownName
from standoff.formats import loads
from standoff.plots.svg import escape
from standoff.results import Answer, Result
from strategies.conflicts import Drawn, conflicts

pytestmark = pytest.mark.first(3)

NAMED = """
standoff: 1
title: States with names
decision_makers: {A: {ranking: [truce, war, crisis]}, B: {ranking: [[crisis, truce, war]]}}
graph: {states: {crisis: a crisis, truce: , war: }, moves: {A: {crisis: [truce, war]}}}
status_quo: crisis
"""
HOSTILE = "<script>alert(1)</script> & <b onclick='x'>"
TO = "brink"
DRAWS = 20
# A question to the solution, and the same question to the command.
QUESTIONS: dict[str, tuple[Callable[[Solution], Answer], list[str]]] = {
    "paths": (Solution.paths, ["paths", "MODEL"]),
    "coalitions": (lambda s: s.coalitions(states=["status_quo"]), ["coalitions", "MODEL", "--state", "status_quo"]),
    "flips": (lambda s: s.flips(pairs=200), ["flips", "MODEL", "--pairs", "200"]),
    "stress": (lambda s: s.stress(DRAWS, 3), ["stress", "MODEL", "--draws", str(DRAWS), "--seed", "3"]),
    "misread": (lambda s: s.misread(TO), ["misread", "MODEL", "--to", TO]),
    "claims": (lambda s: s.claims(0), ["claims", "MODEL", "--draws", "0"]),
    "relations": (
        Solution.relations,
        ["relations", "MODEL", "--dyad", "IRN", "RUS", "--before", "2010", "--after", "2014", "--dispersion", "5"],
    ),
}
ASKED_OF = {"claims": "elmira", "flips": "cuba-1962"}  # the others of syria-2015
PARTS = list(QUESTIONS)


@cache
def solved(name: str = "syria-2015") -> Solution:
    return so.solve(name)


@cache
def answered(part: str) -> Answer:
    return QUESTIONS[part][0](solved(ASKED_OF.get(part, "syria-2015")))


def told(part: str, *more: str) -> str:
    words = [ASKED_OF.get(part, "syria-2015") if word == "MODEL" else word for word in QUESTIONS[part][1]]
    result = run(*words, *more)
    assert result.exit_code == 0, result.output
    return result.stdout


def results() -> list[Any]:
    return [
        pytest.param(lambda: solved("elmira"), id="solve"),
        pytest.param(lambda: solved().explain("status_quo"), id="explain"),
        *(pytest.param(lambda part=part: answered(part), id=part) for part in PARTS),
    ]


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def printed_alike(one: str, other: str) -> bool:
    return lines(one) == lines(other)


# A solution


@examples(25)
@given(conflicts(combinations=32))
def test_a_solution_says_in_names_what_the_analysis_says_in_numbers(drawn: Drawn) -> None:
    conflict = loaded(drawn)
    solution, analysis = so.solve(conflict), stability.solve(conflict)
    names = analysis.graph.states.names
    assert solution.concepts == list(analysis.stable)
    for concept in solution.concepts:
        assert solution.equilibria(concept) == [names[s] for s in analysis.equilibria(concept)]
        for i, dm in enumerate(conflict.decision_makers):
            expected = [name for s, name in enumerate(names) if analysis.stable[concept][i][s]]
            assert solution.stable(concept, dm.name) == expected


@examples(15)
@given(conflicts(combinations=32))
def test_rows_of_any_conflict_are_even_and_make_data_frames(drawn: Drawn) -> None:
    solution = so.solve(loaded(drawn))
    assert len(solution.records()) == len(solution.analysis.graph.states)
    check_rows(solution)


def test_a_conflict_a_path_and_a_case_are_opened_alike(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    wanted = so.solve(loads(SMALL)).document()["equilibria"]
    assert so.solve(path).document()["equilibria"] == so.solve(Path(path)).document()["equilibria"] == wanted
    assert so.solve("prisoners_dilemma").conflict.title == so.load("prisoners-dilemma").title
    assert so.solve(path).folder == tmp_path


def test_concepts_can_be_chosen_and_those_not_defined_say_why() -> None:
    assert so.solve("elmira", ["seq", "Nash"]).concepts == ["SEQ", "Nash"]
    assert "merged" in solved("elmira").left_out["SIM"]
    with pytest.raises(UnknownName, match="merged"):
        solved("elmira").equilibria("SIM")
    with pytest.raises(UnknownName, match='unknown concept "GMR"'):
        so.solve("elmira", ["Nash"]).equilibria("GMR")


@pytest.mark.parametrize("concepts", [["Nash"], ["GMR", "SIM"]])
def test_a_solution_under_few_concepts_answers_the_rest_too(concepts: list[str]) -> None:
    solution = so.solve("cuba-1962", concepts)
    for answer in (solution.paths(), solution.coalitions(), solution.misread()):
        assert answer.document()
        assert answer._repr_html_()
    assert all(solution.draw(figure).svg for figure in ("conflict", "ladder", "answers"))
    assert solution.report(parts="paths").html()


# What is misspelt, and what is not there


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda s: s.equilibria("Nahs"), "Nash"),
        (lambda s: s.stable("SEQ", "Uniroial"), "Uniroyal"),
        (lambda s: s.stable("SEK", "Uniroyal"), "SEQ"),
        (lambda _: so.solve(loads(NAMED)).explain("trce"), "truce"),
        (lambda s: s.explain("status_quo", "MoEE"), "MoE"),
        (lambda s: s.draw("laddr"), "ladder"),
        (lambda s: s.report(parts="path"), "paths"),
        (lambda s: s.report(parts=["flips", "coalition"]), "coalitions"),
        (lambda s: s.misread("Uniroyal.stanc = accept"), "Uniroyal.stance"),
        (lambda s: s.report(parts=["misread"], to="MoE.modfy"), "MoE.modify"),
    ],
)
def test_what_is_misspelt_is_told_with_the_nearest_name(ask: Callable[[Solution], Any], near: str) -> None:
    with pytest.raises(StandoffError, match=f'did you mean "{near}"'):
        ask(solved("elmira"))


def test_a_case_that_there_is_not_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match='did you mean "elmira"'):
        so.solve("elmra")


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: solved("chicken").paths(), "no status quo"),
        (lambda: solved("elmira").relations(), "no table"),
        (lambda: so.solve(so.load("syria-2015"), ["Nash"]).relations(), "has no file"),
        (lambda: so.solve(so.load("syria-2015"), ["Nash"]).check(), "has no file"),
        (lambda: solved().relations(dyad="IRN"), "a dyad is of two"),
        (lambda: solved().relations(dyad="IRN,RUS", before="2010"), "go together"),
        (lambda: solved().stress(0), "draws 0: expected a whole number from 1 to 10,000,000"),
        (lambda: solved().stress(True), "draws True: expected a whole number"),
        (lambda: solved().misread(slip=1), "slip 1: expected a probability from 0, less than 1"),
        (lambda: solved().paths(choice="bst"), 'did you mean "best"'),
        (lambda: solved().paths(weights={"Irn": 2}), "is not DM=W"),
        (lambda: solved().paths(weights="Iran=2,Iran=3"), "Iran is given twice"),
        (lambda: solved("cuba-1962").flips(pairs=5).changed(0), "save: 0 is not the number of a change"),
        (lambda: solved("elmira").draw("network"), "nothing to draw"),
    ],
)
def test_what_cannot_be_answered_says_why(ask: Callable[[], Any], why: str) -> None:
    with pytest.raises(StandoffError, match=why):
        ask()


# Explanations


def test_an_explanation_tells_of_one_or_of_all() -> None:
    alone = solved().explain("status_quo", "US")
    assert {row["who"] for row in alone.records()} == {"US"}
    everybody = solved().explain("status_quo").document()
    assert [one["who"] for one in everybody["explanations"]] == ["Assad", "Russia", "Iran", "US", "Opposition"]
    assert "Answer of explain about 'The war in Syria" in repr(alone)
    assert solved("elmira").explain(5).document()["state"]["number"] == 5


def test_a_sentence_comes_with_its_judgement() -> None:
    first = solved().explain("status_quo", "US").records()[0]
    assert first["judgement"] == "decision_makers.US.prefers[7]"
    assert first["depth"] == 0


# The same as the command


@pytest.mark.parametrize("part", PARTS)
def test_an_answer_is_the_document_that_the_command_prints(part: str) -> None:
    assert json.loads(json.dumps(answered(part).document())) == json.loads(told(part, "--json"))


@pytest.mark.parametrize("part", PARTS)
def test_an_answer_as_text_is_what_the_command_prints(part: str) -> None:
    assert printed_alike(str(answered(part)), told(part))


@pytest.mark.parametrize("name", ["elmira", "cuba-1962", "syria-2015", "chicken"])
def test_a_solution_as_text_is_what_the_command_prints(name: str) -> None:
    assert printed_alike(str(solved(name)), run("solve", name).stdout)


def test_a_solution_is_the_document_that_the_command_prints() -> None:
    document, printed = dict(solved("elmira").document()), json.loads(run("solve", "elmira", "--json").stdout)
    assert document.pop("seconds") >= 0
    assert printed.pop("seconds") >= 0
    assert document == printed


@pytest.mark.parametrize("words", [("syria-2015", "status_quo", "US"), ("elmira", "5", "LG")])
def test_an_explanation_says_what_the_command_says(words: tuple[str, str, str]) -> None:
    name, state, who = words
    made = solved(name).explain(state, who)
    assert printed_alike(str(made), run("explain", name, state, "--who", who).stdout)
    assert made.document() == json.loads(run("explain", name, state, "--who", who, "--json").stdout)


# Rows


def check_rows(result: Result) -> None:
    """Flat plain values, the same columns in all rows, and one type in each column; the same in data frames."""
    rows = result.records()
    assert all(list(one) == list(other) for one, other in pairwise(rows))
    for name in rows[0] if rows else ():
        types = {type(row[name]) for row in rows} - {type(None)}
        assert types <= {str} or types <= {bool} or types <= {int, float}, (name, types)
    polars, pandas = result.to_polars(), result.to_pandas()
    assert polars.rows(named=True) == rows
    assert len(pandas) == len(rows)
    assert list(pandas.columns) == (list(rows[0]) if rows else [])
    for name in pandas.columns:
        column = pandas[name]
        assert [None if gone else value for value, gone in zip(column, column.isna(), strict=True)] == [
            row[name] for row in rows
        ]


@pytest.mark.parametrize("make", results())
def test_rows_are_plain_and_make_data_frames(make: Callable[[], Result]) -> None:
    assert make().records()
    check_rows(make())


def test_states_in_graph_form_have_their_names_and_titles() -> None:
    solution = so.solve(loads(NAMED))
    assert [row["state"] for row in solution.records()] == ["crisis", "truce", "war"]
    assert [row["title"] for row in solution.records()] == ["a crisis", "state truce", "state war"]
    assert solution.equilibria("Nash") == ["truce", "war"]
    check_rows(solution)


def test_no_rows_are_a_table_too(tmp_path: Path) -> None:
    found = so.solve(loads(NAMED.replace("A: {crisis: [truce, war]}", "A: {}"))).paths()
    assert found.records() == []
    check_rows(found)
    for suffix in (".csv", ".tex", ".xlsx"):
        found.write_table(tmp_path / f"t{suffix}")


def test_what_some_rows_lack_is_empty_there() -> None:
    rows = answered("flips").records()
    assert {row["status_quo SIM"] for row in rows} == {None, True}
    assert not {"quote", "correction"} & answered("misread").records()[0].keys()


@pytest.mark.parametrize(("library", "method"), [("pandas", "to_pandas"), ("polars", "to_polars")])
def test_a_missing_library_is_told_with_how_to_get_it(
    library: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=library):
        getattr(solved("elmira"), method)()


# In a notebook


@pytest.mark.parametrize("make", results())
def test_a_result_shows_itself_without_scripts(make: Callable[[], Result]) -> None:
    shown = make()._repr_mimebundle_()
    assert list(shown) == ["text/plain", "text/html"]
    assert shown["text/plain"] == str(make())
    assert shown["text/html"] == make()._repr_html_()
    assert "<script" not in shown["text/html"]
    assert "<table" in shown["text/html"] or "<ul" in shown["text/html"]


@pytest.mark.parametrize("make", [lambda: solved("elmira"), lambda: solved("elmira").draw()])
def test_a_notebook_gets_what_it_asks_for(make: Callable[[], Any]) -> None:
    everything = make()._repr_mimebundle_()
    rich = next(kind for kind in everything if kind != "text/plain")
    assert list(make()._repr_mimebundle_(include=["text/plain"])) == ["text/plain"]
    assert list(make()._repr_mimebundle_(exclude=["text/plain"])) == [rich]
    assert make()._repr_mimebundle_(include=[rich], exclude=[rich]) == {}


def test_words_of_a_conflict_stay_words() -> None:
    text = SMALL.replace("A small conflict", json.dumps(HOSTILE)).replace(
        "  A:\n", f"  A:\n    title: {json.dumps(HOSTILE)}\n"
    )
    solution = so.solve(loads(text))
    report = solution.report(parts=["paths", "flips", "coalitions"])
    shown = [one._repr_html_() for one in (solution, solution.explain("status_quo"), solution.paths(), report)]
    assert all("<script" not in html and "<b onclick" not in html for html in shown)
    assert any("&lt;script" in html for html in shown)
    for figure in ("conflict", "ladder"):  # nobody answers anything
        assert "<script" not in solution.draw(figure).svg


def test_a_report_in_a_notebook_has_its_sections_under_their_titles() -> None:
    report = solved("elmira").report(draws=0, parts=["paths", "flips"])
    html = report._repr_html_()
    assert "Does it last?" in html
    assert all(f"<summary>{escape(one.title)}<" in html for one in report.contents.sections)


@pytest.mark.parametrize("make", results())
def test_results_have_short_names(make: Callable[[], Result]) -> None:
    assert repr(make()).startswith(f"<{type(make()).__name__} of ")
    assert "\n" not in repr(make())


# Files


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")]
)
def test_a_picture_is_saved_by_its_suffix(suffix: str, begins: bytes, tmp_path: Path) -> None:
    picture = solved("chicken").draw("ladder")
    picture.save(tmp_path / f"p{suffix}")
    assert (tmp_path / f"p{suffix}").read_bytes().startswith(begins)
    with pytest.raises(FileExistsError):
        picture.save(tmp_path / f"p{suffix}")
    picture.save(tmp_path / f"p{suffix}", overwrite=True)


def test_a_picture_knows_its_name_and_the_unknown_suffix_the_nearest(tmp_path: Path) -> None:
    assert repr(solved("chicken").draw("ladder")).startswith("<Picture ladder: ")
    with pytest.raises(StandoffError, match=r'did you mean "\.svg"'):
        solved("chicken").draw("ladder").save(tmp_path / "p.svgz")


@pytest.mark.slow
@pytest.mark.parametrize("figure", ["robustness", "series", "network"])
def test_pictures_find_what_they_need(figure: str) -> None:
    assert solved().draw(figure, draws=DRAWS).svg.startswith("<svg")


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [
        (".html", b"<!DOCTYPE html>"),
        (".htm", b"<!DOCTYPE html>"),
        (".md", b"# Elmira"),
        (".json", b'{"brief"'),
        (".pdf", b"%PDF"),
        (".docx", b"PK"),
        (".HTML", b"<!DOCTYPE html>"),
    ],
)
def test_a_report_is_saved_by_its_suffix_and_never_over_another_file(
    suffix: str, begins: bytes, tmp_path: Path
) -> None:
    report = solved("elmira").report(draws=0, parts=["paths"])
    path = tmp_path / f"report{suffix}"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        report.save(path)
    assert path.read_bytes() == b"mine"
    report.save(str(path), overwrite=True)
    assert path.read_bytes().startswith(begins)
    beside = [tmp_path / "report_pictures"] if suffix == ".md" else []
    assert sorted(tmp_path.iterdir()) == sorted([path, *beside])


@pytest.mark.slow
def test_a_report_in_markdown_refers_to_its_pictures_as_the_command_writes_them(tmp_path: Path) -> None:
    solved("elmira").report(draws=0).save(tmp_path / "r.md")
    text = (tmp_path / "r.md").read_text()
    pictures = sorted(one.name for one in (tmp_path / "r_pictures").iterdir())
    assert pictures
    assert all(f"(r_pictures/{name})" in text for name in pictures)
    assert run("report", "elmira", "--draws", "0", "-o", str(tmp_path / "c.md")).exit_code == 0
    assert (tmp_path / "c.md").read_text() == text.replace("r_pictures", "c_pictures")


def test_a_file_that_is_there_and_a_folder_that_is_not_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("mine")
    with pytest.raises(FileExistsError, match=r"overwrite=True.*t\.csv'$"):
        solved("elmira").write_table(tmp_path / "t.csv")
    with pytest.raises(FileNotFoundError, match=r"No such file or directory.*nowhere'$"):
        solved("elmira").write_table(tmp_path / "nowhere" / "t.csv")


def test_one_name_and_a_number_will_do_wherever_names_are_asked_for() -> None:
    solution = solved("elmira")
    assert so.solve("elmira", "SEQ,Nash").concepts == ["SEQ", "Nash"]
    assert solution.paths(to=5).document() == solution.paths(to="5").document()
    assert solution.misread(5).document() == solution.misread("5").document()
    assert solution.coalitions("MoE").document() == solution.coalitions(["MoE"]).document()
    assert solution.report(draws=0, parts="misread", to=5).document()["misread"]


def test_an_unknown_suffix_of_a_report_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(StandoffError, match=r'did you mean "\.docx"'):
        solved("elmira").report(draws=0, parts=[]).save(tmp_path / "r.docs")


def test_a_report_is_the_page_and_the_document_of_what_was_asked_for() -> None:
    report = solved("elmira").report(draws=0, parts=["paths"])
    assert report.html().startswith("<!DOCTYPE html>")
    assert report.document()["paths"] is not None
    assert report.document()["flips"] is None
    assert "'Elmira groundwater contamination'" in repr(report)
    assert "next" in repr(report)


def test_one_name_will_do_where_several_could_be_given() -> None:
    one = solved().report(draws=0, parts="misread", to=TO)
    assert [found.options.asked for found in one.findings.misread] == [TO]


# The package


def test_importing_the_package_imports_none_of_its_libraries() -> None:
    heavy = {"numpy", "scipy", "pydantic", "click", "rich", "yaml", "pandas", "polars", "openpyxl", "typst", "docx"}
    code = f"import sys, standoff; sys.exit(bool({heavy!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_solving_and_telling_it_needs_no_library_of_an_extra() -> None:
    extras = {"pandas", "polars", "openpyxl", "typst", "docx", "duckdb", "matplotlib"}
    code = (
        "import sys, standoff; s = standoff.solve('chicken'); str(s); s._repr_html_(); s.draw(); s.report().html(); "
        f"sys.exit(bool({extras!r} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_case_can_be_solved_shown_and_reported_from_python() -> None:
    for name in casebook.names():
        solution = so.solve(name)
        assert set(solution.concepts) <= set(CONCEPTS)
        assert solution.report(draws=0, parts=()).html()


@pytest.mark.slow
def test_claims_are_drawn_for_as_often_as_asked() -> None:
    told = so.solve("syria-2015", ["Nash"]).claims(draws=201).found
    assert told.draws == 201
