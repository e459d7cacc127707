"""The register of questions: both faces ask the same, with the same options, and give the same documents."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

import standoff as so
from checks import run
from standoff._engine import Moves
from standoff.api import Solution
from standoff.cli.answers import ELSEWHERE
from standoff.cli.frame import main
from standoff.conflict.meaning import Meaning
from standoff.errors import StandoffError
from standoff.inquiries.asking import Changing, Question, WrongOption, options
from standoff.inquiries.register import QUESTIONS
from standoff.results import Answer

PLACE = "US.enforce = yes"
# Each question with options that are not its defaults, once as in Python and once as in a shell.
ASKED: dict[str, list[tuple[dict[str, Any], list[str]]]] = {
    "solve": [
        ({}, []),
        ({"concepts": ["SEQ", "Nash"], "may_return": False}, ["--concept", "SEQ,Nash", "--no-return"]),
        ({"by_concept": True}, ["--concepts"]),
        ({"where": "US.strike and talks"}, ["--where", "US.strike and talks"]),
    ],
    "brief": [({}, [])],
    "states": [({}, []), ({"where": "US.strike and talks"}, ["--where", "US.strike and talks"])],
    "explain": [
        ({"state": "status_quo"}, ["status_quo"]),
        ({"state": 5, "who": "Iran"}, ["5", "--who", "Iran"]),
        ({"where": "talks", "most": 2, "who": "US"}, ["--where", "talks", "--most", "2", "--who", "US"]),
    ],
    "check": [({}, []), ({"lint": True}, ["--lint"])],
    "coalitions": [
        (
            {"groups": [["Iran", "Russia"], "US"], "states": ["status_quo"]},
            ["--group", "Iran,Russia", "--group", "US", "--state", "status_quo"],
        )
    ],
    "deals": [
        ({}, []),
        (
            {"start": 5, "groups": [["Iran", "Russia"]], "where": "Russia.role"},
            ["--from", "5", "--group", "Iran,Russia", "--where", "Russia.role"],
        ),
    ],
    "paths": [
        ({}, []),
        ({"start": 3, "to": "7", "by": ["US", "Iran"]}, ["--from", "3", "--to", "7", "--by", "US,Iran"]),
        ({"weights": {"US": 3}, "choice": "best"}, ["--weights", "US=3", "--choice", "best"]),
    ],
    "invert": [
        (
            {"state": "status_quo", "concept": "SEQ", "who": "US"},
            ["status_quo", "--concept", "SEQ", "--who", "US"],
        ),
        (
            {"state": "talks and Russia.role = abandon and US.strike", "who": "US", "each": True},
            ["talks and Russia.role = abandon and US.strike", "--who", "US", "--each"],
        ),
    ],
    "flips": [({"concepts": "Nash", "pairs": 3}, ["--concept", "Nash", "--pairs", "3"])],
    "stress": [
        (
            {"draws": 7, "seed": 3, "likely": 0.3, "doubtful": 0.4, "presence": 0.6, "workers": 1},
            ["--draws", "7", "--seed", "3", "--likely", "0.3", "--doubtful", "0.4", "--presence", "0.6"],
        )
    ],
    "misread": [
        ({}, []),
        (
            {"to": "9", "acting": "Nash", "slip": 0.1, "slips": 2, "within": 4, "weights": "US=2"},
            ["--to", "9", "--acting", "Nash", "--slip", "0.1", "--slips", "2", "--within", "4", "--weights", "US=2"],
        ),
    ],
    "diff": [({"other": "cuba-1962"}, ["cuba-1962"])],
    "panel": [({"others": ["syria-2015", "syria-2015"]}, ["syria-2015", "syria-2015"])],
    "claims": [({"draws": 0, "flips": False}, ["--draws", "0", "--no-flips"])],
    "relations": [
        (
            {"dyad": ["IRN", "RUS"], "before": "2010", "after": "2014", "blocs": True, "dispersion": 5.0, "seed": 2},
            [
                "--dyad",
                "IRN",
                "RUS",
                "--before",
                "2010",
                "--after",
                "2014",
                "--blocs",
                "--dispersion",
                "5",
                "--seed",
                "2",
            ],
        )
    ],
}
NOT_IN_PYTHON = {
    "solve": {"concepts", "may_return"},
    "explain": {"concepts", "may_return"},
}  # given to ``standoff.solve``
# What takes long of the war in Syria is asked of it with --slow, and something shorter every day.
SHORT: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "brief": ("elmira", {}, []),
    "flips": ("cuba-1962", {"concepts": "Nash", "pairs": 3}, ["--concept", "Nash", "--pairs", "3"]),
    "stress": ("cuba-1962", {"draws": 7, "seed": 3}, ["--draws", "7", "--seed", "3"]),
    "diff": ("prisoners-dilemma", {"other": "chicken"}, ["chicken"]),
    "panel": ("chicken", {"others": ["prisoners-dilemma"]}, ["prisoners-dilemma"]),
    "claims": ("elmira", {"draws": 0, "flips": False}, ["--draws", "0", "--no-flips"]),
    "relations": ("syria-2015", {"dyad": ["IRN", "RUS"]}, ["--dyad", "IRN", "RUS"]),
}
CASES = [
    *(
        pytest.param(
            *(name, "syria-2015", given, words),
            id=f"{name}-{number}",
            marks=[pytest.mark.slow] if name in SHORT or number else [],
        )
        for name, asked in ASKED.items()
        for number, (given, words) in enumerate(asked)
    ),
    *(pytest.param(name, *asked, id=f"{name}-short") for name, asked in SHORT.items()),
]


def test_every_question_is_asked_here() -> None:
    assert {*ASKED} == {*QUESTIONS}


def settled(document: Any) -> Any:
    """Without the time that it took."""
    return {key: value for key, value in json.loads(json.dumps(document)).items() if key != "seconds"}


@pytest.mark.parametrize(("name", "model", "given", "words"), CASES)
def test_both_faces_give_the_same_document_and_the_same_text(
    name: str, model: str, given: Any, words: list[str]
) -> None:
    if name == "solve":
        asked: Any = so.solve(model, **given)
    else:
        asked = getattr(so.solve(model), name)(**given)
    printed = run(name, model, *words, "--json")
    assert printed.exit_code in (0, 1), printed.output
    assert settled(asked.document()) == settled(json.loads(printed.stdout))
    for_people = run(name, model, *words)
    assert [line.rstrip() for line in str(asked).splitlines()] == [
        line.rstrip() for line in for_people.stdout.splitlines()
    ]


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_every_option_is_in_both_faces_with_the_same_default(name: str) -> None:
    known = options(QUESTIONS[name])
    method = inspect.signature(so.solve if name == "solve" else getattr(Solution, name)).parameters
    in_python = {key: one for key, one in known.items() if key not in NOT_IN_PYTHON.get(name, set())}
    assert {*in_python} <= {*method}
    for key, one in in_python.items():
        default = method[key].default
        assert one.is_required if default is inspect.Parameter.empty else default == one.default, key
    assert ("seconds" in method) == QUESTIONS[name].stops
    if name not in ELSEWHERE:
        shell = {parameter.name: parameter for parameter in main.commands[name].params}
        assert {*known} <= {*shell}
        assert ("seconds" in shell) == QUESTIONS[name].stops
        assert ("save" in shell) == issubclass(QUESTIONS[name], Changing)


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_every_question_says_what_it_is(name: str) -> None:
    question = QUESTIONS[name]
    assert question.name == name
    assert (question.__doc__ or "").partition("\n")[0].endswith(".")
    assert all(one.help for one in options(question).values())


def bounded() -> list[Any]:
    return [
        pytest.param(question, key, id=f"{question.name}-{key}")
        for question in QUESTIONS.values()
        for key, one in options(question).items()
        if one.at_least is not None
    ]


@pytest.mark.parametrize(("question", "key"), bounded())
def test_what_is_out_of_its_bounds_is_refused_by_both_faces(question: type[Question], key: str) -> None:
    one = options(question)[key]
    assert one.at_least is not None
    needed = {name: "1" for name, other in options(question).items() if other.is_required}
    with pytest.raises(WrongOption, match=f"{key} "):
        question(**{**needed, key: one.kind(one.at_least - 1)})
    if question.name not in ELSEWHERE:
        flag = one.flag or f"--{key}"
        refused = run(question.name, "elmira", flag, str(one.kind(one.at_least - 1)))
        assert refused.exit_code == 2
        assert flag in refused.stderr


def test_a_change_is_made_alike_in_both_faces(tmp_path: Path) -> None:
    from standoff.formats import dump

    found = so.solve("cuba-1962").flips(pairs=0)
    assert run("flips", "cuba-1962", "--pairs", "0", "--save", "2", str(tmp_path / "x.yaml")).exit_code == 0
    dump(found.changed(2), tmp_path / "y.yaml")
    assert so.load(str(tmp_path / "x.yaml")) == so.load(str(tmp_path / "y.yaml"))
    with pytest.raises(StandoffError, match="is not the number of a change"):
        found.changed(10**6)


def test_time_that_is_over_gives_what_is_found_by_then() -> None:
    found = so.solve("syria-2015").flips(seconds=1e-9)
    assert found.document()["not_done"]


@pytest.mark.parametrize("verb", ["invert", "claims", "flips"])
def test_the_main_table_of_any_answer_can_be_written(verb: str, tmp_path: Path) -> None:
    solution = so.solve("cuba-1962")
    found: Answer = solution.invert("status_quo") if verb == "invert" else getattr(solution, verb)()
    found.write_table(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").exists()


@pytest.mark.parametrize(
    ("words", "times"),
    [
        (["paths", "elmira", "--by", "MoE", "--weights", "MoE=2"], 1),
        (["coalitions", "elmira", "--group", "MoE"], 1),
        (["solve", "elmira"], 1),
        (["check", "elmira"], 1),
    ],
)
def test_the_moves_of_a_conflict_are_worked_out_once_at_most(
    words: list[str], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from standoff import graph

    worked_out = []
    moves_of = graph.moves_of

    def counted(meaning: Meaning) -> Moves:
        worked_out.append(meaning)
        return moves_of(meaning)

    monkeypatch.setattr(graph, "moves_of", counted)
    assert run(*words).exit_code == 0
    assert len(worked_out) == times
