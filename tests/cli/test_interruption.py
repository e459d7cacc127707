"""Ctrl-C, whenever it comes: in a process of its own, which a script interrupts at a chosen moment."""

from __future__ import annotations

import signal
import subprocess
import sys
from enum import EnumType
from pathlib import Path

import pytest

from checks import run, written

SCRIPT = """
import os, signal, sys, time
from concurrent.futures import ThreadPoolExecutor
import standoff.__main__ as command

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
command.PATIENCE = 0.5

def interrupt(*_):
    os.kill(os.getpid(), signal.SIGINT)

def wait():
    for _ in range(600):
        time.sleep(0.1)

def at_work(then):
    from standoff.inquiries import report
    from standoff.inquiries.register import QUESTIONS

    solve, flips = QUESTIONS["solve"], QUESTIONS["flips"]
    whole = flips.answer
    report.find_all = solve.answer = lambda *_: then()
    flips.answer = lambda *given: (then(), whole(*given))[1]

{moment}

sys.argv[0] = "standoff"
command.main()
"""
ENDED = (130, -signal.SIGINT)  # to a shell both are 130
STOPPED = "Interrupted: what is done is told; once more ends at once."
MOMENTS = {
    "while modules are loaded": """
class Finder:
    def find_spec(self, name, *_):
        if name == "standoff.cli.frame":
            interrupt()

sys.meta_path.insert(0, Finder())
""",
    "while arguments are read": """
from standoff.cli.frame import Verb
Verb.parse_args = interrupt
""",
    "at work": """
at_work(lambda: (interrupt(), wait()))
""",
    "where Python drops exceptions": """
class Dropping:
    __del__ = interrupt

def dropping():
    Dropping()
    wait()

at_work(dropping)
""",
    "while threads are at work": """
def threads():
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(wait)
        interrupt()
        work.result()

at_work(threads)
""",
    "where an interruption is taken for something else": """
def mistaken():
    try:
        interrupt()
        wait()
    except BaseException:
        wait()

at_work(mistaken)
""",
}


def ran(moment: str, *words: str) -> tuple[int, str, list[str]]:
    """A command line that is interrupted at that moment: its exit code, its output, what it says beside that."""
    command = [sys.executable, "-c", SCRIPT.replace("{moment}", moment), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    told = [line for line in done.stderr.splitlines() if "this may take long" not in line]  # a busy machine says so
    return done.returncode, done.stdout, told


@pytest.mark.first(2)
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interruption_ends_a_command_whenever_it_comes(moment: str) -> None:
    code, out, told = ran(MOMENTS[moment], "solve", "chicken")
    assert code in ENDED
    assert out == ""
    if moment == "where Python drops exceptions":  # of which it tells by itself
        assert told[0].startswith("Exception ignored in")
        told = told[-1:]
    assert told == ["Interrupted."]


@pytest.mark.slow
def test_an_interruption_ends_the_work_for_a_picture() -> None:
    code, out, told = ran(MOMENTS["at work"], "draw", "chicken")
    assert code in ENDED
    assert (out, told) == ("", ["Interrupted."])


def test_the_first_interruption_stops_work_that_can_be_stopped_and_tells_what_is_done() -> None:
    code, out, told = ran("at_work(interrupt)", "flips", "chicken")
    assert (code, told) == (130, [STOPPED])
    assert "Stopped early" in out


def test_the_second_interruption_ends_everything() -> None:
    code, out, told = ran("at_work(lambda: (interrupt(), interrupt(), wait()))", "flips", "chicken")
    assert code in ENDED
    assert (out, told) == ("", [STOPPED, "Interrupted."])


@pytest.mark.slow
def test_a_command_that_is_to_ignore_interruptions_goes_on() -> None:
    ignoring = "signal.signal(signal.SIGINT, signal.SIG_IGN); from standoff.cli import main; main.callback = interrupt"
    code, out, told = ran(ignoring, "cases")
    assert (code, told) == (0, [])
    assert "chicken" in out


def test_work_that_could_be_stopped_goes_on_where_interruptions_are_to_be_ignored() -> None:
    code, out, told = ran("signal.signal(signal.SIGINT, signal.SIG_IGN)\nat_work(interrupt)", "flips", "elmira")
    assert (code, told) == (0, [])
    assert "smallest changes" in out


def test_a_command_that_takes_minutes_ends_soon_when_it_is_interrupted(tmp_path: Path) -> None:
    options = ", ".join(f"o{k}: {{}}" for k in range(11))
    text = "standoff: 1\ntitle: big\ndecision_makers:\n" + "".join(
        f"  {dm}: {{options: {{{options}}}, prefers: [{dm}.o1, A.o2 iff B.o3]}}\n" for dm in "AB"
    )
    code = SCRIPT.replace("{moment}", "")
    command = [sys.executable, "-c", code, "solve", written(tmp_path, text), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "this may take long" in process.stderr.readline()  # it is at work
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert process.returncode in ENDED
    assert (out, errors) == ("", "Interrupted.\n")


def test_states_are_not_compared_one_by_one_with_members_of_enumerations(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []  # in doing so numpy asks for what a member may do with arrays, and drops exceptions

    def missing(cls: type, name: str) -> None:
        asked.append(name)
        raise AttributeError(name)

    monkeypatch.setattr(EnumType, "__getattr__", missing, raising=False)
    assert run("solve", "syria-2015").exit_code == 0
    assert len(asked) < 100
