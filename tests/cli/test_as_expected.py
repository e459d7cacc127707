"""What people expect of a command line: ``-``, pipes, terminals, quiet, completion, help in groups."""

from __future__ import annotations

import inspect
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from checks import SMALL, run, written
from standoff import casebook
from standoff.api import Solution
from standoff.cli.answers import ELSEWHERE
from standoff.cli.frame import GROUPS, Verb, main, summary
from standoff.formats import encoded, loads
from standoff.inquiries.asking import DRAWS, Question, options
from standoff.inquiries.register import QUESTIONS
from standoff.inquiries.report import ReportOptions

VERBS = {"Show", "List", "Check", "Find", "Explain", "Measure", "Write", "Draw", "Test", "Convert", "Print", "Compare"}
ASK = [
    *(["solve"], ["states"], ["explain", "1"], ["check"], ["coalitions"], ["paths"], ["invert", "1"], ["flips"]),
    *(["stress", "--draws", "5", "--workers", "1"], ["misread"], ["claims"]),
]
REMARKED = SMALL.replace("A small conflict", "A small conflict  # a remark")


def piped(*words: str, text: str | bytes = "") -> Result:
    """A command line with something on standard input and no width told, as in a pipe."""
    return CliRunner().invoke(main, list(words), input=text, env={"COLUMNS": None})


def on_a_terminal(*words: str) -> tuple[int, str]:
    """The exit code, and what a terminal shows: standard output and standard error."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "standoff", *words]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment | {"TERM": "xterm"}) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # so ends a terminal that nobody writes to any more
                break
            if not more:
                break
            shown += more
    os.close(ours)
    return process.returncode, shown.decode()


# Standard input


@pytest.mark.parametrize("words", ASK, ids=lambda words: words[0])
def test_every_question_can_be_put_to_standard_input(words: list[str], tmp_path: Path) -> None:
    of_file = run(words[0], written(tmp_path, SMALL), *words[1:])
    of_input = CliRunner().invoke(main, [words[0], "-", *words[1:]], input=SMALL, env={"COLUMNS": "100"})
    assert (of_input.exit_code, of_input.stdout) == (0, of_file.stdout)


@pytest.mark.first(2)
@pytest.mark.filterwarnings("default::standoff.errors.Note")
@pytest.mark.parametrize("suffix", [".yaml", ".json", ".xlsx", ".gmcr"])
def test_the_format_of_standard_input_is_told_by_its_content(suffix: str) -> None:
    content = encoded(loads(SMALL.replace("{levels: [lo, mid, hi]}", "{}").replace("A.y = hi", "A.y")), suffix)
    assert piped("solve", "-", text=content).stdout.startswith("A small conflict")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "standard input:1: the file is empty"),
        ("standoff: 1\n", "standard input:1: title: is missing"),
        ('{"standoff": 1,', "standard input:1: not JSON"),
        ("{standoff: 1}", "standard input:1: title: is missing"),
        ("x" * (8 * 2**20 + 1), "standard input: larger than 8 MiB"),
    ],
)
def test_what_is_wrong_with_standard_input_is_told_with_its_line(text: str, told: str) -> None:
    result = piped("solve", "-", text=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {told}")


def test_documents_of_standard_input_are_looked_for_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "some words", "s.txt")
    quoted = SMALL.replace("not A.x]", "{that: not A.x, quote: {source: s, exact: some words}}]")
    found = piped("check", "-", "--json", text=quoted + "sources: {s: {file: s.txt}}\n")
    assert '"status": "exact"' in found.stdout


# Standard output


@pytest.mark.first(4)
@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["report", "chicken", "--draws", "0", "-o", "-"], b"<!DOCTYPE"),
        (["report", "chicken", "--draws", "0", "--format", "docx"], b"PK"),
        (["draw", "chicken", "-o", "-"], b"<svg"),
        (["draw", "chicken", "--format", "png"], b"\x89PNG"),
        (["convert", "chicken"], b"standoff: 1"),
        (["convert", "chicken", "-", "--format", "json"], b"{"),
        (["convert", "chicken", "-o", "-", "--format", "xlsx"], b"PK"),
        (["solve", "chicken", "--format", "xlsx"], b"PK"),
        (["new"], b"#"),
        (["schema", "-o", "-"], b"{"),
        (["cases", "--json"], b"{"),
    ],
)
@pytest.mark.filterwarnings("default::standoff.errors.Note")
def test_anything_can_be_piped_on(words: list[str], begins: bytes) -> None:
    result = piped(*words)
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.startswith(begins)
    assert "Wrote" not in result.stderr


def test_a_conflict_with_a_change_is_piped_on_in_place_of_the_answer(tmp_path: Path) -> None:
    changed = piped("invert", "chicken", "0", "--save", "-")
    assert loads(changed.stdout).title == "Chicken"
    assert "0" in piped("solve", "-", "--concept", "Nash", "--format", "csv", text=changed.stdout).stdout
    both = piped("invert", "chicken", "0", "--save", "-", "-o", str(tmp_path / "answer.txt"))
    assert both.stdout == changed.stdout
    assert (tmp_path / "answer.txt").read_text(encoding="utf-8").startswith("Chicken: what would keep everybody at")


def test_remarks_that_standard_input_had_are_told_to_be_gone(tmp_path: Path) -> None:
    result = piped("invert", "-", "1", "--save", str(tmp_path / "c.yaml"), text=REMARKED)
    assert "written anew, without its remarks" in result.stderr
    assert "# a remark" not in (tmp_path / "c.yaml").read_text(encoding="utf-8")
    of_file = run("invert", written(tmp_path, REMARKED, "d.yaml"), "1", "--save", str(tmp_path / "e.yaml"))
    assert of_file.stderr == f"Wrote {tmp_path / 'e.yaml'}\n"
    assert "# a remark" in (tmp_path / "e.yaml").read_text(encoding="utf-8")


def test_a_device_is_written_to_and_not_replaced() -> None:
    assert run("solve", "chicken", "-o", os.devnull).exit_code == 0
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(
    "words", [["solve", "elmira"], ["explain", "elmira", "5"], ["claims", "elmira", "--draws", "0"]]
)
def test_in_a_pipe_nothing_is_padded_and_no_sentence_is_broken(words: list[str]) -> None:
    lines = piped(*words).stdout.splitlines()
    assert lines == [line.rstrip() for line in lines]
    narrow = CliRunner().invoke(main, words, env={"COLUMNS": "50"}).stdout.splitlines()
    assert max(map(len, narrow)) <= 50 < max(map(len, lines))
    assert narrow == [line.rstrip() for line in narrow]
    sentence = max(lines, key=len).strip()
    assert sentence not in narrow


def test_a_file_is_as_a_pipe_whatever_the_terminal(tmp_path: Path) -> None:
    assert piped("solve", "elmira", "-o", str(tmp_path / "a.txt")).stdout == ""
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == piped("solve", "elmira").stdout


# A terminal


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["report", "elmira"],
            "name a file with -o FILE.html, or pipe it into a program; --format md can be read here",
        ),
        (["draw", "elmira", "-o", "-"], "SVG is not for a terminal: name a file with -o FILE.svg"),
        (["convert", "elmira", "--format", "xlsx"], "--format yaml can be read here"),
        (["solve", "elmira", "--format", "xlsx"], "--format text can be read here"),
    ],
)
def test_a_terminal_is_never_filled_with_what_is_no_text(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standoff.cli.output.is_terminal", lambda: True)
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_real_terminal_is_asked_the_same() -> None:
    code, shown = on_a_terminal("draw", "chicken")
    assert (code, shown.strip()) == (
        2,
        "Error: SVG is not for a terminal: name a file with -o FILE.svg, or pipe it into a program",
    )
    code, shown = on_a_terminal("solve", "chicken")
    assert code == 0
    assert re.search(r"\x1b\[1mChicken", shown)
    assert "\u2501" not in shown  # no bar for what is soon done
    assert on_a_terminal("convert", "chicken")[1].startswith("standoff: 1")


# Standard error


@pytest.mark.filterwarnings("default::standoff.errors.Note")
def test_quiet_says_nothing_but_errors(tmp_path: Path) -> None:
    said = run("convert", "prisoners-dilemma", "-o", str(tmp_path / "a.xlsx"))
    assert said.stdout == ""
    assert re.fullmatch(r"Note: a spreadsheet .*\nWrote .*a\.xlsx: .*\n", said.stderr)
    for number, words in enumerate((["-q", "convert"], ["convert", "-q"], ["convert", "--quiet"])):
        quiet = run(*words, "prisoners-dilemma", "-o", str(tmp_path / f"{number}.xlsx"))
        assert (quiet.exit_code, quiet.output) == (0, "")
    assert run("-q", "solve", "nowhere").stderr.startswith("Error: ")


def test_v_is_version() -> None:
    assert run("-V").stdout == run("--version").stdout


# Old spellings


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("solve chicken --table csv", "solve chicken --format csv", "--table is an old spelling; write --format csv"),
        ("solve chicken --table=LaTeX", "solve chicken --format tex", "--table is an old spelling; write --format tex"),
        ("invert chicken --state 0", "invert chicken 0", "--state is an old spelling; write the state after the model"),
        ("invert --state=0 chicken", "invert chicken 0", "--state is an old spelling; write the state after the model"),
        pytest.param(
            *("relations syria-2015 --csv", "relations syria-2015 --format csv", "--csv is an old spelling"),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_an_old_spelling_works_with_a_note(old: str, new: str, told: str) -> None:
    before, now = run(*shlex.split(old)), run(*shlex.split(new))
    assert now.stderr == ""
    assert (before.exit_code, before.stdout) == (now.exit_code, now.stdout)
    assert now.exit_code == 0
    assert before.stderr.startswith(f"Note: {told}")
    assert run(*shlex.split(old), "-q").stderr == ""


def test_an_output_as_an_argument_works_with_a_note(tmp_path: Path) -> None:
    for words in (["convert", "chicken"], ["new"]):
        out = str(tmp_path / f"{words[0]}.yaml")
        told = run(*words, out).stderr
        assert told.startswith(f"Note: {out} as an argument is an old spelling; write -o {out}.\nWrote ")
        assert run(*words, out, "--force").exit_code == 0
        assert "unexpected extra argument" in run(*words, out, "more").stderr
        assert "unexpected extra argument" in run(*words, out, "-o", out).stderr


@pytest.mark.slow
def test_the_format_of_event_files_had_the_name_of_the_format_of_the_answer() -> None:
    refused = run("relations", "syria-2015", "--format", "icews")
    assert "--format is an old spelling; write --input-format icews" in refused.stderr
    assert "--format" not in run("relations", "syria-2015", "--format", "json").stderr


# Help


def test_the_list_of_commands_is_in_groups_and_cuts_nothing() -> None:
    text = CliRunner().invoke(main, ["--help"], env={"COLUMNS": "80"}).stdout
    places = [text.index(f"\n{group}:\n") for group in GROUPS]
    assert places == sorted(places)
    assert "..." not in text.partition("\n\nThe answer")[2]
    for name, one in main.commands.items():
        assert f"\n  {name:10}  {summary(one)}\n" in text  # in one line


@pytest.mark.parametrize("name", list(main.commands))
def test_every_command_says_what_it_does_in_the_imperative_with_examples(name: str) -> None:
    one = main.commands[name]
    assert isinstance(one, Verb)
    assert one.group in GROUPS
    assert summary(one).split()[0] in VERBS
    assert re.fullmatch(r"[^.]+\.", summary(one))
    text = run(name, "--help").stdout
    lines = text.partition("\nExamples:\n")[2].splitlines()
    assert lines
    for line in lines:
        for command in re.split(r" [|<] ", line.strip()):
            words = shlex.split(command)
            if words[0] == "standoff":
                main.commands[words[1]].make_context(words[1], words[2:])  # raises where it is not understood


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name not in ELSEWHERE])
def test_every_question_is_written_alike(name: str) -> None:
    flags = {flag for parameter in main.commands[name].params for flag in parameter.opts}
    assert {"-o", "--output", "--format", "--force", "--json", "--quiet"} <= flags


def test_there_is_one_number_of_draws() -> None:
    shell = {(name, one.name): one.default for name, verb in main.commands.items() for one in verb.params}
    assert {default for (_, option), default in shell.items() if option == "draws"} == {DRAWS}
    python = (
        one.default for question in QUESTIONS.values() for key, one in options(question).items() if key == "draws"
    )
    assert {*python, ReportOptions().draws} == {DRAWS}
    for method in (Solution.report, Solution.draw, Solution.stress, Solution.claims):
        assert inspect.signature(method).parameters["draws"].default == DRAWS


def test_a_question_without_a_group_stands_with_the_answer() -> None:
    assert Question.group == GROUPS[0]
    assert {question.group for question in QUESTIONS.values()} <= {*GROUPS}


# Completion


def casebook_names(case: str) -> list[str]:
    """What the file of a case calls states."""
    return [one.name for one in casebook.load(case).definitions if one.calls]


def completed(*words: str) -> list[str]:
    """What a shell is offered for the last word."""
    return [one.value for one in _offers(words)]


def _offers(words: tuple[str, ...]) -> Any:
    return ShellComplete(main, {}, "standoff", "_STANDOFF_COMPLETE").get_completions(list(words[:-1]), words[-1])


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("solve", "elm"), ["elmira"]),
        (("explain", "elmira", ""), ["status_quo", *casebook_names("elmira"), *map(str, range(1, 10))]),
        (("invert", "elmira", "s"), ["status_quo"]),
        (("explain", "elmira", "5", "--who", ""), ["MoE", "Uniroyal", "LG"]),
        (("coalitions", "elmira", "--group", "MoE,"), ["MoE,Uniroyal", "MoE,LG"]),
        (("paths", "elmira", "--weights", "mo"), ["MoE="]),
        (("solve", "elmira", "--concept", "Nash,s"), ["Nash,SMR", "Nash,SEQ", "Nash,SSEQ", "Nash,SIM"]),
        (("claims", "elmira", "--explain", "dead"), ["deadlock"]),
        (("report", "elmira", "--part", "fl"), ["flips"]),
        (("draw", "elmira", "la"), ["ladder"]),
        (("schema", "con"), ["conflict"]),
        (("explain", "nowhere", ""), []),
        (("explain", "-", ""), []),
    ],
)
def test_the_shell_completes_what_the_model_has(words: tuple[str, ...], offered: list[str]) -> None:
    assert [one for one in completed(*words) if one != words[-1]] == offered


def test_what_is_completed_is_explained() -> None:
    told = {one.value: one.help for one in _offers(("explain", "elmira", ""))}
    assert (told["status_quo"], told["2"]) == ("where it stands", "MoE: modify the control order")


def test_a_model_that_cannot_be_read_offers_nothing(tmp_path: Path) -> None:
    assert completed("explain", written(tmp_path, "nonsense: ["), "") == []
