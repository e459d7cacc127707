"""The verb ``misread``: what it prints for people and for programs, and what it writes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checks import run, written
from standoff import casebook, formats
from standoff.analysis.accident import Trembling
from standoff.analysis.misreading import MisreadOptions, follow
from standoff.analysis.stability import Analysis
from standoff.documents import schema
from standoff.graph import build_graph
from standoff.report.blocks import Section
from standoff.report.findings import Findings
from standoff.report.misread import misread_section
from standoff.report.ties import Ties
from standoff.wording.misread import sensitivity
from standoff.writers import terminal

pytestmark = pytest.mark.first(2)


def document(*words: str) -> dict[str, Any]:
    result = run("misread", *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    jsonschema.validate(found, schema("misread"))
    return found


def text(*words: str) -> str:
    result = run("misread", *words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


@pytest.mark.parametrize("name", casebook.names())
def test_every_case_has_a_valid_document_and_a_text(name: str) -> None:
    found = document(name, "--concept", "Nash,SEQ")
    assert found["hypergame_equilibria"].keys() == {"Nash", "SEQ"}
    assert found["pictures"][0]["by"] == []
    assert text(name, "--concept", "Nash,SEQ", "--all")


def test_a_play_holds_what_each_meant_expected_and_got() -> None:
    found = document("cuba-1962", "--to", "war")
    (play,) = found["plays"]
    assert [move["by"] for move in play["moves"]] == ["USSR", "US"]
    first, last = play["moves"]
    assert first["surprise"]
    assert first["got"] == play["ends_in"] == last["to"]
    assert not first["slip"]
    assert last["slip"]
    assert last["meant"] != last["to"]
    assert last["meant"] in last["expected"]
    assert (play["accident"], play["slips"]) == (True, 1)
    assert play["correction"]["judgement"] == "views.USSR.US.prefers"
    rows = {row["epsilon"]: row["ever"] for row in found["probability"]["rows"]}
    assert rows[0.0] == 0
    assert rows[None] > play["probability"]  # as the file says; this play and longer ones
    assert found["probability"]["corrected"][0]["ever"] == 0


def test_a_war_needs_a_slip_and_one_correction_prevents_it() -> None:
    told = text("cuba-1962", "--to", "war")
    assert "only with 1 slip of the hand" in told
    assert "It could not happen if the Soviet Union knew what the United States wants" in told
    found = document("cuba-1962", "--to", "war", "--slips", "0")
    assert found["plays"] == []
    assert found["probability"]["rows"][0]["ever"] == 0
    assert "None: no such state is reached" in text("cuba-1962", "--to", "war", "--slip", "0")


def test_what_nobody_moves_does_not_slip() -> None:
    """In the article on Syria a direct war takes American strikes, and no move on the way touches them."""
    told = text("syria-2015", "--to", "direct_war", "--concept", "SEQ", "--slip", "0.05", "--slips", "2")
    assert "None: no such state is reached, not even with 2 slips of the hand" in told


DIFFERENT = """
standoff: 1
title: One different belief
decision_makers:
  A: {title: the first, options: {x: {}}, prefers: [A.x]}
  B:
    title: the second
    options: {y: {}}
    prefers:
      - {that: not B.y if not A.x, title: quiet}
      - {that: B.y if A.x, title: an answer}
      - {that: not B.y, title: rest}
status_quo: {}
views: {A: {B: {as_in_truth_except: [{drop: 2}, {move: 3, before: 1}, {add: A.x or B.y, at: 1}]}}}
"""


def test_what_is_seen_otherwise_is_told_statement_by_statement(tmp_path: Path) -> None:
    file = tmp_path / "different.yaml"
    file.write_text(DIFFERENT)
    told = text(str(file), "--acting", "Nash")
    assert "The first does not take the second to want “an answer”." in told
    assert "The first takes the second to want “rest” just above “quiet”." in told
    assert "The first takes the second to want, first of all, “" in told
    (alone,) = [line for line in DIFFERENT.splitlines() if line.startswith("views")]
    file.write_text(
        DIFFERENT.replace(alone, "views: {A: {B: {as_in_truth_except: [{drop: 2}]}}}").replace(
            "[A.x]}", "[not B.y, A.x]}"
        )
    )
    (play,) = plays_of(file)
    where = "views.A.B.as_in_truth_except[0]"
    assert play["correction"] == {
        "judgement": where,
        "edit": "see it as it is",
        "record": {
            "kind": "correct",
            "path": where,
            "level": None,
            "place": None,
            "formula": None,
            "words": "see it as it is",
        },
        "says": "If the first knew that the second wants “an answer”.",
    }
    assert play["corrections"] == [play["correction"]]


# Under Nash each takes what improves it; both are worse off at s3, and B moves on.
FURTHER = """
standoff: 1
title: An accident on the way
graph:
  states: {s0: start, s1: A ahead, s2: B ahead, s3: both worse, s4: end}
  moves: {A: {s0: [s1], s2: [s3]}, B: {s1: [s2], s3: [s4]}}
decision_makers:
  A: {ranking: [s1, s0, s4, s3, s2]}
  B: {ranking: [s0, s2, s1, s4, s3]}
status_quo: s0
"""


def test_plays_that_have_ended_are_told_from_those_that_go_on(tmp_path: Path) -> None:
    file, asked = tmp_path / "further.yaml", ("--acting", "Nash")
    file.write_text(FURTHER)
    told = [(len(one["moves"]), one["accident"], one["rests"], one["ended"]) for one in plays_of(file, *asked)]
    assert told == [(3, True, False, False), (4, True, True, True)]
    assert "worse off than before; it goes on from there." in text(str(file), *asked)
    assert [(one["rests"], one["ended"]) for one in plays_of(file, *asked, "--to", "s2")] == [(False, True)]
    file.write_text(FURTHER.replace("s3: [s4]", "s3: [s1]"))
    assert [(one["rests"], one["ended"]) for one in plays_of(file, *asked)] == [(False, True)]
    assert "; from there moves lead only to where it has been." in text(str(file), *asked)


def plays_of(file: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(str(file), *words)["plays"]
    return found


def test_options_say_how_often_they_slip(tmp_path: Path) -> None:
    """The quarantine goes wrong with its own probability, whatever is said of other moves; and nothing at --slip 0."""
    cuba = formats.dumps(casebook.load("cuba-1962")).replace("        slips: 0.05\n", "")
    file = tmp_path / "cuba.yaml"
    for slips, told in (("never", "never"), ("0.2", "with probability 0.2")):
        file.write_text(cuba.replace("      response:\n", f"      response:\n        slips: {slips}\n"))
        found = document(str(file), "--to", "war", "--slip", "0.05")
        rows = {row["epsilon"]: row["ever"] for row in found["probability"]["rows"]}
        assert rows[0.0] == 0
        assert f"of the United States {told}) a move goes wrong" in " ".join(found["probability"]["assumes"])
        if slips == "never":
            assert (found["plays"], rows[0.05]) == ([], 0)
        else:
            (play,) = found["plays"]
            assert play["probability"] == pytest.approx(0.95 * 0.2 / 2)  # one of two levels beside the quarantine
            assert rows[0.1] < rows[0.05]  # the missiles come less often, and what follows slips as it does
            (play,) = document(str(file), "--to", "war")["plays"]
            assert play["probability"] == pytest.approx(0.2 / 2)  # the missiles come as meant
    assert document(str(file), "--to", "war", "--slip", "0")["plays"] == []


NO_SLIPS = """
standoff: 1
title: Nobody says that a move goes wrong
decision_makers:
  A: {options: {guard: {levels: [off, on, armed]}}, prefers: [A.guard = on]}
  B: {options: {wait: {}}, prefers: [not B.wait]}
status_quo: {}
"""


def test_no_slip_is_told_unless_the_file_says_that_it_happens_or_somebody_asks(tmp_path: Path) -> None:
    plain = written(tmp_path, NO_SLIPS)
    said = written(tmp_path, NO_SLIPS.replace("guard: {", "guard: {slips: 0.1, "), "said.yaml")
    for words, told in (
        ((plain,), False),
        ((plain, "--slip", "0.05"), True),
        ((said,), True),
        ((said, "--slip", "0"), False),
    ):
        assert ("by a slip" in text(*words, "--to", "A.guard = armed")) is told
        report = run("report", *words, "--to", "A.guard = armed", "--format", "md", "--part", "misread").stdout
        assert ("by a slip" in report) is told
        assert "slip" not in run("paths", words[0]).stdout + run("brief", words[0]).stdout


@pytest.mark.slow
def test_the_status_quo_of_the_article_is_unsteady() -> None:
    found = document("syria-2015", "--concept", "SEQ")
    assert found["status_quo"] in found["classes"]["SEQ"]["unsteady"]
    blind = {(one["who"], one["move"]["by"], one["why"]) for one in found["unforeseen"]}
    assert ("US", "Russia", "unwanted") in blind
    because = "Because it misjudges Russia and Iran, the United States would act although in fact it is deterred."
    assert because in text("syria-2015")


@pytest.mark.parametrize(
    ("slope", "words"), [(-2.9e-19, "leaves “ever” as it is"), (0.5, "moves “ever” by +0.5 points")]
)
def test_a_slope_that_is_none_but_for_rounding_is_told_as_none(slope: float, words: str) -> None:
    assert sensitivity(Trembling(0.05, 0.5, 0.5, 0.0, slope)) == f"At 0.05, one percentage point more of slips {words}."


def test_what_is_certain_has_a_slope_of_none() -> None:
    assert "At 0.05, one percentage point more of slips leaves “ever” as it is." in text(
        "cuba-1962", "--to", "3", "--slip", "0.05"
    )
    rows = document("cuba-1962", "--to", "3", "--slip", "0.05")["probability"]["rows"]
    assert [(row["ever"], row["ever_slope"] or 0) for row in rows] == [(1, 0)] * 4


def test_a_correction_that_is_saved_removes_the_play(tmp_path: Path) -> None:
    file = tmp_path / "corrected.yaml"
    before = document("cuba-1962", "--to", "war", "--save", "1", str(file))
    assert before["plays"]
    assert all(view.by != "USSR" for view in formats.load(file).views)
    assert document(str(file), "--to", "war")["plays"] == []
    again = run("misread", "cuba-1962", "--to", "war", "--save", "1", str(file))
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--slip", "1"], "expected a probability from 0, less than 1"),
        (["--slip", "nan"], "expected a probability"),
        (["--acting", "SIM"], "in a play one moves after another"),
        (["--acting", "SQE"], 'did you mean "SEQ"?'),
        (["--to", "wra"], 'did you mean "war"?'),
        (["--save", "9", "x.yaml"], "is not the number of a play"),
        (["--weights", "US=-1"], "a number from 0"),
    ],
)
def test_what_is_wrong_is_told(words: list[str], message: str) -> None:
    result = run("misread", "cuba-1962", *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_without_views_nobody_misreads_and_no_correction_is_saved(tmp_path: Path) -> None:
    told = text("elmira", "--to", "5")
    assert "nobody misreads anybody" in told
    assert "No single correction of a view prevents it." in told
    refused = run("misread", "elmira", "--save", "1", str(tmp_path / "x.yaml"))
    assert (refused.exit_code, "no single correction" in refused.stderr) == (2, True)


@pytest.mark.parametrize("name", [name for name in casebook.names() if not casebook.load(name).views])
def test_a_file_without_views_is_told_what_to_write_in_it(name: str, tmp_path: Path) -> None:
    told = text(name)
    assert "In this file nobody's view differs from the truth" in told
    assert "Play 1" not in told
    found = re.search(r"views: \{.*\}", told)
    assert found is not None
    if "..." in found[0]:  # of a ranking the first states
        return
    whole = written(tmp_path, casebook.path(name).read_text("utf-8") + found[0] + "\n")
    assert "Who sees what" in text(whole)


@cache
def section_of(name: str, *goals: str) -> Section:
    """What is told of each goal, for a terminal."""
    graph = build_graph(casebook.open_meaning(name))
    every = [follow(graph, MisreadOptions(graph.meaning.place(goal), goal)) for goal in goals]
    return misread_section(Ties(Findings(Analysis(graph, {}))), every)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize(("name", "goal"), [("cuba-1962", "war"), ("syria-2015", "brink")])
def test_what_is_told_fits_the_page(name: str, goal: str, width: int) -> None:
    lines = terminal.plain_text(section_of(name, goal), width).splitlines()
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if "…" in line]
    narrow = width == 60
    assert any(line.split()[:4] == ["Picture", "at", "rest", "deterred"] for line in lines) != narrow
    assert any("in truth" in line and "at rest" in line for line in lines) == narrow


@pytest.mark.slow
def test_plays_that_stand_out_are_told_and_all_with_all() -> None:
    found = document("syria-2015", "--to", "brink")["plays"]
    short, whole = text("syria-2015", "--to", "brink"), text("syria-2015", "--to", "brink", "--all")
    assert short.count("Ends in ") < len(found)
    assert "(--all tells)" in short
    assert whole.count("Ends in ") == len(found)
    assert "--all" not in whole
    least = min(range(len(found)), key=lambda k: len(found[k]["moves"]))
    assert f"Play {least + 1}, the shortest " in short


def test_what_is_the_same_for_every_goal_is_told_once() -> None:
    told = terminal.plain_text(section_of("cuba-1962", "war", "4"), 100)
    assert told.count("Plays to “") == 2
    assert told.count("How likely “") == told.count("Its probability is 0") == 1  # nothing leads to one of them
    for once in (
        "Who sees what",
        "At how many states everybody would stay, in each",
        "What they do not see coming",
        "This assumes: ",
    ):
        assert told.count(once) == 1


def test_without_a_status_quo_there_are_pictures_and_no_plays() -> None:
    found = document("chicken")
    assert (found["plays"], found["probability"]) == ([], None)
    assert "no play begins anywhere" in text("chicken")


def test_a_goal_that_is_met_already_is_told() -> None:
    assert "It is so already." in text("cuba-1962", "--to", "status_quo")


def test_one_who_is_alone_expects_nobody_to_answer_a_move_that_slips(tmp_path: Path) -> None:
    alone = """
standoff: 1
title: Nobody else
decision_makers:
  A:
    options: {x: {levels: [lo, mid, hi]}, y: {}}
    prefers: [A.x, A.y <= no, A.y != yes iff (A.x) iff (A.y if (A.y <= no)), not A.y = no iff (A.y < yes)]
status_quo: {}
"""
    told = run("misread", written(tmp_path, alone), "--all", "--slip", "0.05")
    assert told.exit_code == 0
    words = " ".join(told.stdout.split())
    assert "by a slip" in words
    assert "expecting nobody to answer" in words
