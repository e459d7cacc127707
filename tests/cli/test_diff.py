"""Two models and panels as a user asks for them: files, errors, formats, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import standoff as so
from checks import SMALL, run, written
from standoff import casebook
from standoff.cli.answers import FORMATS, PAGES
from standoff.documents import schema
from standoff.errors import StandoffError

GRAPH = """
standoff: 1
title: A chase
decision_makers: {A: {ranking: [a, b, c]}, B: {ranking: [[b, c], a]}}
graph: {states: {a: one, b: two, c: three}, moves: {A: {b: [a], c: [a]}, B: {a: [b, c]}}}
status_quo: b
"""
ONE = SMALL.replace("[B.x, not A.x]", "[B.x, A.x, not A.x]")
OTHER = ONE.replace("A.x, not A.x]", "not A.x, A.x]").replace("title: A small", "title: Another small")


@pytest.fixture
def models(tmp_path: Path) -> tuple[str, str]:
    return written(tmp_path, ONE, "one.yaml"), written(tmp_path, OTHER, "other.yaml")


def document(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema(words[0])).validate(found)
    return found


def test_a_difference_is_told_with_file_line_and_what_it_does(models: tuple[str, str]) -> None:
    found = document("diff", *models)
    assert [(one["kind"], one["number"], one["where"]) for one in found["changes"]] == [
        ("changed", 0, "other.yaml:3"),
        ("moved", 1, "other.yaml:7"),
    ]
    turned = {(one["of"], one["name"]): (one["before"], one["after"]) for one in found["verdicts"]}
    assert turned["standing", "A"] == ("at rest", "will move")
    assert all(one["cause"] == {"sets": [[1]], "exact": True, "least": 1} for one in found["verdicts"])
    text = run("diff", *models).stdout
    assert "A: at rest in one.yaml, will move in other.yaml." in text
    assert "Enough for that: change 1." in text
    assert "moved down: “A: x”, just below “A: not x” (other.yaml:7)" in text
    assert "SEQ" not in text


def test_where_states_are_numbered_otherwise_it_is_said_whose_number_is_told(models: tuple[str, str]) -> None:
    one, other = models
    ruled = written(Path(one).parent, ONE.replace("[A.x and B.x]", "[A.x and B.x, A.y = mid]"), "ruled.yaml")
    told = run("diff", one, ruled, "--all").stdout.partition("States that last in one only")[2]
    assert ") in one.yaml" in told or ") in ruled.yaml" in told
    assert ") in o" not in run("diff", one, other, "--all").stdout.partition("States that last in one only")[2]


def test_of_models_with_different_decision_makers_that_is_said_first(models: tuple[str, str], tmp_path: Path) -> None:
    first = " ".join(run("diff", "chicken", "cuba-1962").stdout.partition("what differs")[2].split())
    assert first.startswith(
        "Nobody takes part in both: Row and Column only in chicken; "
        "the Soviet Union and the United States only in cuba-1962. They are models of two different conflicts."
    )
    more = SMALL.replace("infeasible", "  C: {title: the third, options: {z: {}}, prefers: [C.z]}\ninfeasible")
    files = [written(tmp_path, text, name) for text, name in ((SMALL, "old.yaml"), (more, "new.yaml"))]
    told = " ".join(run("diff", *files).stdout.partition("what differs")[2].split())
    assert told.startswith("They do not have the same decision makers: the third only in new.yaml. ")
    assert "decision makers" not in run("diff", *models).stdout.partition("what differs")[2][:100]


def test_two_files_that_say_the_same_have_no_difference(tmp_path: Path) -> None:
    same = written(tmp_path, SMALL, "one.yaml"), written(tmp_path, "# a remark\n" + SMALL, "other.yaml")
    result = run("diff", *same)
    assert result.exit_code == 0
    assert "No difference: both say the same." in result.stdout
    assert document("diff", *same)["changes"] == []


def test_all_that_is_wrong_with_either_file_is_told_with_its_name(tmp_path: Path) -> None:
    wrong = SMALL.replace("not A.x]", "not A.z]")
    files = written(tmp_path, wrong, "one.yaml"), written(tmp_path, wrong, "other.yaml")
    result = run("diff", *files)
    assert result.exit_code == 2
    assert all(f"{file}:7: decision_makers.A.prefers[1]: unknown option" in result.stderr for file in files)
    third = written(tmp_path, SMALL, "third.yaml")
    assert files[1] in run("diff", third, files[1]).stderr
    assert run("panel", third, *files).stderr.count("unknown option") == 2


def test_what_is_no_conflict_is_refused(tmp_path: Path) -> None:
    assert run("diff", "elmira", written(tmp_path, "a,b\n1,2\n", "x.csv")).exit_code == 2
    result = run("diff", "elmira", str(tmp_path / "none.yaml"))
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr
    assert "only the first model" in run("diff", "elmira", "-").stderr


@pytest.mark.parametrize("verb", ["diff", "panel"])
def test_options_against_a_graph_is_said_in_one_sentence(verb: str, tmp_path: Path) -> None:
    result = run(verb, written(tmp_path, SMALL, "one.yaml"), written(tmp_path, GRAPH, "other.yaml"))
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: one.yaml and other.yaml cannot be compared: one is given by options and the other as a graph, so that "
        "no states are the same\n"
    )


@pytest.mark.parametrize("kind", [*FORMATS, *PAGES])
@pytest.mark.parametrize("verb", ["diff", "panel"])
def test_every_format_is_written(verb: str, kind: str, models: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / f"out.{'txt' if kind == 'text' else kind}"
    result = run(verb, *models, "-o", str(file))
    assert result.exit_code == 0, result.output
    assert file.stat().st_size > 100
    if kind in ("html", "md"):
        assert "just below" in file.read_text(encoding="utf-8")


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    files = written(tmp_path, ONE, "one.yaml"), written(tmp_path / "a", OTHER, "one.yaml")
    assert document("diff", *files)["names"] == ["one.yaml [1]", "one.yaml [2]"]


@pytest.mark.slow
def test_a_copy_without_its_event_data_says_the_same_and_comes_to_another_verdict(tmp_path: Path) -> None:
    copy = written(tmp_path, casebook.path("syria-2015").read_text(encoding="utf-8"))
    found = document("diff", "syria-2015", copy)
    assert found["changes"] == []
    assert [(one["of"], one["name"], one["after"]) for one in found["verdicts"]] == [
        ("claim", "closer-partners", "cannot be tested")
    ]
    assert "the event data beside them do" in run("diff", "syria-2015", copy).stdout


def test_a_panel_tells_each_verdict_and_what_each_settling_does(models: tuple[str, str]) -> None:
    found = document("panel", *models, models[0])
    verdicts = {(one["of"], one["name"]): one for one in found["verdicts"]}
    names = found["names"]
    assert not verdicts["standing", "A"]["agreed"]
    assert list(verdicts["standing", "A"]["by_model"].values()) == ["at rest", "will move", "at rest"]
    (only,) = found["disagreements"]
    ways = {tuple(way["models"]): way["turned"] for way in only["ways"]}
    assert set(ways) == {(names[1],), (names[0], names[2])}
    assert set(ways[names[1],]) == {names[0], names[2]}
    assert only["weight"] == sum(len(turns) for turns in ways[names[1],].values())


def test_in_python_models_are_files_cases_or_conflicts(models: tuple[str, str]) -> None:
    found = so.diff(models[0], so.load(models[1]))
    assert found.document()["names"] == ["one.yaml", "model 2"]
    assert found.document()["all_verdicts"] == {"sets": [[1]], "exact": True, "least": 1}
    assert [one["kind"] for one in found.records()] == ["changed", "moved"]
    assert so.panel([Path(models[0]), models[1]]).document()["disagreements"]
    with pytest.raises(StandoffError, match="two models or more"):
        so.panel(["elmira"])
