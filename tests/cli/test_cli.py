from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from checks import SMALL, examples, loaded, run, slow_but, written
from standoff import __version__, casebook
from standoff._engine import compiled
from standoff.analysis.stability import solve
from standoff.concepts import CONCEPTS, one_after_another
from standoff.conflict.interpreter import Interpreter
from standoff.conflict.model import Conflict
from standoff.conflict.understood import Understood
from standoff.documents import schema, types
from standoff.documents.solve import solve_document
from standoff.formats import loads
from strategies.conflicts import Drawn, conflicts

QUOTED = (
    SMALL.replace("not A.x]", "{that: not A.x, quote: {source: s, exact: some words}}]")
    + "sources: {s: {file: s.txt, grade: B2}}\n"
)


def document(name: str, *words: str, code: int = 0) -> Any:
    result = run(name, *words, "--json")
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema(name)).validate(found)
    return found


@pytest.mark.parametrize("name", casebook.names())
def test_solve_tells_states_stability_and_equilibria(name: str) -> None:
    found = document("solve", name)
    assert {"states", "stability", "equilibria", "concepts", "model", "seconds", "engine"} <= found.keys()
    assert {"title", "hash"} <= found["model"].keys()
    numbers = [state["number"] for state in found["states"]]
    for concept in found["concepts"]:
        stable = found["stability"][concept]
        assert set(found["equilibria"][concept]) == set(numbers).intersection(*stable.values())


def test_states_have_vectors_and_levels() -> None:
    states = document("states", "syria-iraq-euphrates")["states"]
    assert [state["vector"] for state in states] == ["NNN", "YNN", "NYN", "NNY", "YNY", "NYY"]
    assert states[1]["options"] == {"Syria.release": "yes", "Syria.escalate": "no", "Iraq.attack": "no"}


def test_a_merged_state_has_members_in_place_of_a_vector() -> None:
    last = document("solve", "elmira")["states"][-1]
    assert (last["number"], last["vector"], last["options"]) == (9, None, None)
    assert last["members"] == ["N2N", "Y2N", "N2Y", "Y2Y"]


def test_sim_is_absent_where_it_is_not_defined_and_the_table_says_why() -> None:
    found = document("solve", "elmira")
    assert "SIM" not in found["concepts"]
    assert "merged" in found["left_out"]["SIM"]
    assert "SIM is not computed" in run("solve", "elmira", "--concepts").stdout


def test_concepts_may_be_repeated_or_listed_in_any_case() -> None:
    found = document("solve", "chicken", "--concept", "nash,GMR", "--concept", "Nash")
    assert found["concepts"] == ["Nash", "GMR"]


def test_explain_carries_verdicts_sentences_and_their_judgements() -> None:
    found = document("explain", "syria-2015", "status_quo", "--who", "US")
    assert {one["concept"]: one["stable"] for one in found["verdicts"]}["SEQ"]
    escape = next(one for one in found["verdicts"] if one["concept"] == "Nash")["escape"]
    assert escape in [state["number"] for state in document("states", "syria-2015")["states"]]
    sentences = found["explanations"][0]["sentences"]
    assert any((one["judgement"] or "").startswith("decision_makers.US.prefers[") for one in sentences)


@pytest.mark.parametrize("name", slow_but(casebook.names(), "chicken", "elmira", "cuba-1962"))
def test_every_case_can_be_read_as_tables(name: str) -> None:
    title = casebook.load(name).title
    for words in (["solve", name], ["solve", name, "--all"], ["states", name], ["check", name]):
        result = run(*words)
        assert result.exit_code == 0, result.output
        assert title in result.stdout


def test_graph_form_is_read_too(tmp_path: Path) -> None:
    text = (
        "standoff: 1\ntitle: G\ndecision_makers: {A: {ranking: [b, a]}, B: {ranking: [[a, b]]}}\n"
        "graph: {states: {a: the first, b: }, moves: {A: {a: [b]}}}\nstatus_quo: a\n"
    )
    path = written(tmp_path, text)
    found = document("solve", path)
    assert found["states"][0] == {"number": "a", "vector": None, "options": None, "title": "the first"}
    assert found["equilibria"]["Nash"] == ["b"]
    assert "A will move." in run("explain", path, "a", "--who", "A").stdout


def test_a_published_answer_that_is_not_reproduced_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "published: {citation: c, equilibria: {Nash: [9]}}\n")
    result = run("solve", path)
    assert result.exit_code == 1
    assert "Not reproduced: Nash equilibria" in result.stdout
    assert document("solve", path, code=1)["published"][0]["agrees"] is False


def test_cases_are_checked_against_their_published_answers() -> None:
    found = document("cases", "--check")
    agrees = {case["name"]: case["agrees"] for case in found["cases"]}
    assert [agrees.pop(name) for name in ("cuba-1962", "syria-2015")] == [None, None]
    assert all(agrees.values())
    assert "garrison-diversion-unit" in run("cases").stdout


@pytest.mark.parametrize(
    ("content", "status", "code", "ambiguous"),
    [
        ("there are some words here", "exact", 0, False),
        ("some  words, some words", "exact", 0, True),
        ("some words, some words", "exact", 0, True),
        ("some\nwords", "normalised", 0, False),
        ("other words", "not_found", 1, False),
        (None, "no_document", 0, False),
    ],
)
def test_check_tells_the_status_of_each_quote(
    content: str | None, status: str, code: int, ambiguous: bool, tmp_path: Path
) -> None:
    path = written(tmp_path, QUOTED)
    if content is not None:
        written(tmp_path, content, "s.txt")
    found = document("check", path, code=code)
    quote = found["quotes"][0]
    assert (quote["source"], quote["status"], quote["ambiguous"]) == ("s", status, ambiguous)
    assert quote["where"] == "decision_makers.A.prefers[1]"
    assert quote["grade"] == {"reliability": "B", "credibility": "2"}
    assert (quote["sha256"] is None) == (content is None)
    assert found["judgements"]["unstated"] == 5
    assert found["unsourced"]["unstated"] == 4
    assert run("check", path, "--all").exit_code == code


def test_documents_are_looked_for_where_one_says(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    written(tmp_path / "docs", "some words", "s.txt")
    path = written(tmp_path, QUOTED)
    assert document("check", path)["quotes"][0]["status"] == "no_document"
    assert document("check", path, "--sources", str(tmp_path / "docs"))["quotes"][0]["status"] == "exact"
    assert run("check", path, "--sources", str(tmp_path / "nowhere")).exit_code == 2


@examples(30)
@given(conflicts(combinations=32))
def test_the_document_of_any_conflict_keeps_to_its_schema(drawn: Drawn) -> None:
    found = json.loads(json.dumps(solve_document(solve(loaded(drawn)), [])))
    jsonschema.Draft202012Validator(schema("solve")).validate(found)


@pytest.mark.first(5)
@pytest.mark.parametrize("name", [*types(), "conflict"])
def test_schemas_are_printed(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(run("schema", name).stdout))
    assert run("schema", "nonsense").exit_code == 2


def test_version_names_the_engine() -> None:
    assert run("--version").stdout == f"standoff {__version__} (engine: {compiled.name()})\n"


@pytest.mark.first(1)
@pytest.mark.parametrize("incomplete", ["el", "sy"])
def test_the_shell_completes_commands_and_cases(incomplete: str) -> None:
    environment = {
        **os.environ,
        "_STANDOFF_COMPLETE": "bash_complete",
        "COMP_WORDS": f"standoff solve {incomplete}",
        "COMP_CWORD": "2",
    }
    command = [Path(sys.executable).with_name("standoff")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert any(name in done.stdout for name in casebook.names() if name.startswith(incomplete))


def test_help_names_every_command_and_stays_light() -> None:
    code = "import sys, standoff.cli; sys.exit(bool({'numpy', 'pydantic', 'rich', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    text = run("--help").stdout
    assert all(name in text for name in ("cases", "check", "states", "solve", "explain", "schema"))


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, standoff; sys.exit(bool({'numpy', 'pydantic', 'click'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.first(1)
@pytest.mark.parametrize("words", [["solve", "chicken"], ["solve", "chicken", "--json"], ["cases"]])
def test_an_output_that_takes_nothing_is_told_without_a_traceback(words: list[str]) -> None:
    command = [sys.executable, "-m", "standoff", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if "this may take long" not in line]  # a busy machine says so
    assert told == ["Error: the output: No space left on device"]


@pytest.mark.slow
def test_a_terminal_without_unicode_gets_plain_marks() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "100"}
    command = [sys.executable, "-m", "standoff", "solve", "chicken"]
    done = subprocess.run([*command, "--concepts"], capture_output=True, text=True, check=True, env=environment)
    assert "no       yes      x    x   x   x   x    x" in done.stdout
    document = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True, env=environment)
    assert json.loads(document.stdout)["model"]["title"] == "Chicken"


def test_markup_in_titles_is_text(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL.replace("A small conflict", '"[red]t[/] :smile:"'))
    assert "[red]t[/] :smile:" in run("solve", path).stdout


def test_the_public_names_are_there() -> None:
    import standoff

    assert all(getattr(standoff, name) for name in standoff.__all__)
    assert standoff.solve("chicken").equilibria("Nash") == [1, 2]
    with pytest.raises(AttributeError):
        _ = standoff.nonsense


def test_the_help_names_every_concept() -> None:
    help_ = " ".join(run("solve", "--help").stdout.split())
    assert ", ".join(CONCEPTS) in help_
    acting = " ".join(run("misread", "--help").stdout.split())
    assert f"one of {', '.join(one_after_another())}." in acting


# What is read is joined to what it means


NUMBERED = SMALL.replace("{A.x: yes}", "1")
ONCE = [
    *(["states"], ["solve"], ["explain", "1"], ["check"], ["coalitions"], ["paths"], ["invert", "1"]),
    *(["flips"], ["stress", "--draws", "20", "--workers", "1"], ["misread"], ["report"], ["draw", "ladder"]),
]


@pytest.fixture
def understood(monkeypatch: pytest.MonkeyPatch) -> list[Conflict]:
    """The conflicts whose states are found out, as it happens."""
    found: list[Conflict] = []
    read_states = Interpreter.read_states

    def told(self: Interpreter) -> Understood | None:
        found.append(self.conflict)
        return read_states(self)

    monkeypatch.setattr(Interpreter, "read_states", told)
    return found


@pytest.mark.parametrize("words", ONCE, ids=lambda words: words[0])
def test_a_command_understands_a_conflict_once(words: list[str], tmp_path: Path, understood: list[Conflict]) -> None:
    file = written(tmp_path, NUMBERED)
    assert run(words[0], str(file), *words[1:]).exit_code == 0
    original = loads(NUMBERED)
    assert understood.count(original) == 1 + 1  # once by the command, once just now
    assert words[0] in ("flips", "stress", "report") or len(understood) == 2  # these try changes


@pytest.mark.parametrize("suffix", [".gmcr", ".nfg", ".graphml", ".json", ".xlsx"])
def test_what_is_written_in_another_format_is_understood_once(
    suffix: str, tmp_path: Path, understood: list[Conflict]
) -> None:
    two_levels = SMALL.replace("{levels: [lo, mid, hi]}", "{}").replace("A.y = hi", "A.y")
    file = written(tmp_path, two_levels.replace("status_quo: {A.x: yes}", ""))
    assert run("convert", str(file), "-o", str(tmp_path / f"out{suffix}")).exit_code == 0
    assert len(understood) == 1


def test_a_path_that_is_solved_from_python_is_understood_once(tmp_path: Path, understood: list[Conflict]) -> None:
    import standoff

    solution = standoff.solve(written(tmp_path, NUMBERED))
    for result in (solution.flips(), solution.report(parts="paths")):
        assert result.document()
    assert understood.count(solution.conflict) == 1
    meaning = casebook.open_meaning("chicken")
    understood.clear()
    assert standoff.compile(meaning).meaning is meaning
    assert not understood
