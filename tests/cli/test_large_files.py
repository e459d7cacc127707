"""What the verbs do with large files: they end soon, or say that it takes long and tell what is done when stopped."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checks import SMALL, run, slow_but, written
from standoff import casebook
from standoff.analysis.claim_robustness import examination, examine
from standoff.analysis.coalition import CoalitionalStability, CoalitionOptions, analyse_coalitions
from standoff.analysis.flips import flips
from standoff.analysis.stability import solve
from standoff.analysis.uncertainty import stress
from standoff.cli.work import Teller, has_long_steps
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.progress import Enough, Stopped, undone, until
from standoff.wording.abridged import PROSE, TITLE, abridged, cut
from strategies import large_files


def after(steps: int) -> Enough:
    """It is enough when it was asked so many times."""
    left = [steps]

    def enough() -> bool:
        left[0] -= 1
        return left[0] < 0

    return enough


# Work that stops early


def test_a_time_is_over_when_its_seconds_are() -> None:
    clock = [0.0]
    enough = until(3, lambda: clock[0])
    assert not enough()
    clock[0] = 3.0
    assert enough()
    assert undone(3, 3, "steps") == []
    assert undone(1, 3_000, "steps were not made") == ["2,999 of 3,000 steps were not made"]


def test_flips_that_stop_early_are_those_found_by_then() -> None:
    conflict = loads(SMALL)
    whole, part = flips(conflict), flips(conflict, enough=after(3))
    assert (part.tried, part.singles_possible) == (3, whole.tried)
    assert all(flip in whole.singles for flip in part.singles)
    assert part.not_done == [f"{whole.tried - 3:,} of {whole.tried:,} changes were not tried"]
    assert whole.not_done == []


def test_pairs_that_were_not_tried_are_said() -> None:
    conflict = loads(json.dumps(large_files.base()), ".json")
    found = flips(conflict)
    part = flips(conflict, most_pairs=50, enough=after(found.tried + 20))
    if found.pairs_possible:
        assert part.not_done == ["30 of 50 pairs of changes were not tried"]


def test_coalitions_that_stop_early_are_those_looked_at_by_then() -> None:
    analysis = solve(loads(json.dumps(large_files.base(4)), ".json"), ["Nash", "SEQ"])
    whole = analyse_coalitions(analysis, CoalitionOptions((0, 1)))
    for steps in (0, 5, 20):
        part = analyse_coalitions(analysis, CoalitionOptions((0, 1)), enough=after(steps))
        assert list(part.groups) == list(whole.groups)[: len(part.groups)]
        assert all(whole.stable[key] == states for key, states in part.stable.items())
        assert all(one in whole.departures for one in part.departures)
        if len(part.groups) < len(whole.groups):
            assert part.equilibria == {}
            assert part.not_done == (f"{len(whole.groups) - len(part.groups)} of 15 groups were not looked at",)
    assert whole.equilibria
    assert not whole.not_done


def test_groups_beyond_a_bound_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.analysis.coalition.MOST_GROUPS", 5)
    analysis = solve(loads(json.dumps(large_files.base(4)), ".json"), ["Nash", "SEQ"])
    told = analyse_coalitions(analysis, CoalitionOptions((0,)))
    assert len(told.groups) == 5
    assert told.not_done == ("10 of 15 groups were not looked at",)
    assert told.equilibria == {}


def test_a_verdict_on_a_group_that_is_stopped_is_none() -> None:
    graph = build_graph(loads(SMALL))
    with pytest.raises(Stopped):
        CoalitionalStability(graph, after(0)).verdict("SEQ", (0,), 0)


def test_joint_improvements_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = build_graph(loads(SMALL))
    whole = CoalitionalStability(graph)
    monkeypatch.setattr("standoff.analysis.coalition.MOST_KEPT", 100)
    small = CoalitionalStability(graph)
    for s in range(len(graph.states)):
        for group in ((0,), (1,), (0, 1)):
            assert small.improvements(group, s).tolist() == whole.improvements(group, s).tolist()
            assert len(small._improvements) <= 3


def test_claims_that_stop_early_have_the_draws_and_changes_of_a_whole_number(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = build_graph(loads(json.dumps(large_files.base()), ".json"))
    whole = examine(graph, draws=20, flips=True)
    for steps in (0, 1, 2, 9, 50):
        part = examination(graph, draws=20, flips=True, enough=after(steps))
        assert len(part.claims) == min(steps, 2)
        assert part.not_done
        assert all(one.outcome.verdict is other.outcome.verdict for one, other in zip(part.claims, whole, strict=False))
        assert all(
            set(one.flips or ()) <= set(other.flips or ()) for one, other in zip(part.claims, whole, strict=False)
        )
        assert all(one.share is None or one.share.draws == part.draws for one in part.claims)
    assert part.draws == 20
    done = examination(graph, draws=20, flips=True)
    assert (list(done.claims), done.draws, done.not_done) == (whole, 20, ())


def test_draws_that_stop_early_are_those_made(tmp_path: Path) -> None:
    conflict = loads(json.dumps(large_files.base()), ".json")
    part = stress(conflict, 300, enough=after(0))
    assert (part.draws, part.not_done) == (100, ["200 of 300 draws were not made"])
    assert part.equilibria == stress(conflict, 100).equilibria


@pytest.mark.parametrize(
    "words", [["flips"], ["coalitions"], ["claims"], ["misread"], ["stress", "--draws", "100000", "--workers", "1"]]
)
def test_verbs_stop_when_their_time_is_over_and_say_what_was_left_out(words: list[str], tmp_path: Path) -> None:
    path = written(
        tmp_path, json.dumps(large_files.base(6) | {"views": {"D0": {"D1": {"prefers": ["D1.o0", "D0.o0"]}}}}), "c.json"
    )
    result = run(*words, path, "--time", "0.000001", "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["not_done"] or words == ["misread"]
    told = run(*words, path, "--time", "0.000001")
    assert ("Stopped early" in told.stdout) == bool(document["not_done"])


def test_a_report_that_stops_early_says_what_it_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    result = run("report", path, "--format", "md", "--time", "0.000001")
    assert "it was stopped early" in result.stdout


LONG_WORK = [["claims", "--draws", "20000"], ["flips", "--pairs", "1000000"], ["coalitions"]]


@pytest.mark.slow
@pytest.mark.parametrize("words", slow_but(LONG_WORK, LONG_WORK[0]))
def test_an_interruption_tells_what_is_done(words: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(large_files.base(14)), "c.json")
    with started([*words, path, "--json"]) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith(words[0])  # it is at work
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out)["not_done"]
    assert "Interrupted" in err
    assert "Traceback" not in err


# What is said of work that takes long


def test_long_work_is_told_with_an_estimate_and_short_work_is_not() -> None:
    teller = Teller("changes")
    teller.progress(6_000, 12_000)
    assert teller.line(2) == ""
    teller.progress(0, 12_000)
    assert teller.line(2) == "this may take long for 12,000 changes; after 2 s there is no estimate yet"
    assert teller.line(7) == ""
    teller.progress(100, 12_000)
    assert teller.line(2) == "about 4 min for 12,000 changes"
    teller.progress(100, 12_000)
    assert teller.line(3) == ""
    assert teller.line(5) == "about 10 min for 12,000 changes"


def test_work_in_short_steps_waits_for_an_estimate_before_it_says_that_it_takes_long() -> None:
    teller = Teller("draws", long_steps=False)
    assert teller.line(2) == ""  # it has hardly begun: the program was still being loaded
    teller.progress(0, 200)
    assert teller.line(2) == ""
    teller.progress(60, 200)
    assert teller.line(2) == ""
    teller.progress(20, 200)
    assert teller.line(2) == "about 20 s for 200 draws"
    many = Teller("draws", long_steps=False)
    many.progress(0, 100_000)
    assert many.line(2).startswith("this may take long for 100,000 draws")
    unknown = Teller("", long_steps=False)
    assert (unknown.line(4), unknown.line(5)[:18]) == ("", "this may take long")


def test_an_estimate_is_of_the_steps_that_are_counted_now() -> None:
    teller = Teller("draws", long_steps=False)
    teller.begun -= 4  # seconds in which other steps were made
    teller.progress(0, 100)
    teller.progress(50, 100)
    assert teller.line(5) == ""
    teller.progress(20, 100)
    assert teller.line(5) == ""  # of all seconds since the begin it would be 25
    teller.progress(11, 100)
    assert teller.line(6) == "about 22 s for 100 draws"


def test_steps_are_short_where_there_are_few_states_and_judgements() -> None:
    assert not has_long_steps(loads(SMALL))
    assert not has_long_steps(casebook.load("syria-2015"))
    assert has_long_steps(loads(json.dumps(large_files.base(14)), ".json"))
    many = SMALL.replace("[B.x, not A.x]", f"[{', '.join(['B.x', 'not A.x'] * 300)}]")
    assert has_long_steps(loads(many))


@pytest.mark.slow
def test_long_work_is_told_within_two_seconds(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(large_files.base(16)), "c.json")
    with started(["coalitions", path]) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        running = process.poll() is None
    assert running
    assert line.startswith("coalitions: ")
    assert "--time 60 stops earlier" in line


# Long texts on pages and in pictures


def test_what_is_cut_says_how_much() -> None:
    assert cut("word " * 100, 500) == "word " * 100
    assert cut("x" * 100_000, 300) == "x" * 300 + " … (99,700 characters cut)"


def test_a_conflict_without_long_texts_is_shown_as_it_is() -> None:
    conflict = loads(SMALL)
    assert abridged(conflict) is conflict


def test_only_long_texts_are_cut() -> None:
    conflict = loads(large_files.text("long_texts"), ".json")
    shown = abridged(conflict)
    dm, statement = shown.decision_makers[0], shown.decision_makers[0].preference
    assert dm.title is not None
    assert dm.title.endswith("characters cut)")
    assert len(dm.title) < TITLE + 50
    assert len(shown.about or "") < PROSE + 50
    assert dm.name == "D0"
    assert statement is not None
    assert [one.formula for one in getattr(statement, "statements")] == [  # noqa: B009
        one.formula
        for one in getattr(conflict.decision_makers[0].preference, "statements")  # noqa: B009
    ]
    assert abridged(shown) is not conflict


def test_a_long_name_is_shown_by_a_title() -> None:
    name = "D" + "x" * 900
    conflict = loads(SMALL.replace("  B:\n    options: {x: {}}", f"  B:\n    options: {{x: {{}}, {name}: {{}}}}"))
    option = abridged(conflict).decision_makers[1].options[1]
    assert option.name == name
    assert option.title is not None
    assert "cut" in option.title


@pytest.mark.parametrize("name", slow_but(["long_texts", "long_words", "one_long_text"], "long_words"))
def test_reports_and_pictures_of_long_texts_stay_small_and_say_what_was_cut(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, large_files.text(name), "c.json")
    report = run("report", path, "--draws", "0", "--part", "flips")
    assert report.exit_code == 0, report.stderr
    assert len(report.stdout) < 2_000_000
    assert "characters cut)" in report.stdout
    assert "Texts are cut here" in report.stdout
    picture = run("draw", path)
    assert len(picture.stdout) < 300_000
    whole = json.loads(run("report", path, "--draws", "0", "--part", "flips", "--json").stdout)
    assert "characters cut)" not in json.dumps(whole)
    assert whole["model"]["hash"][:12] in report.stdout


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["pdf", "docx"])
def test_typeset_reports_of_long_texts_stay_within_a_gigabyte(suffix: str, tmp_path: Path) -> None:
    pytest.importorskip({"pdf": "typst", "docx": "docx"}[suffix])
    path = written(tmp_path, large_files.text("one_long_text"), "c.json")
    out = tmp_path / f"r.{suffix}"
    with started(["report", path, "--draws", "0", "--part", "flips", "-o", str(out)]) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.stat().st_size < 2_000_000


# Every verb on every file


class _Killed(subprocess.Popen[str]):
    """A process that does not outlive the test that began it, however that ends."""

    def __exit__(self, *error: object) -> None:
        self.kill()
        super().__exit__(None, None, None)


def started(words: list[str]) -> subprocess.Popen[str]:
    """A command in a process of its own, which has a gigabyte."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))

    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    return _Killed(
        [sys.executable, "-m", "standoff", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
        env=environment,
    )


VERBS: dict[str, list[str]] = {
    "check": ["check"],
    "states": ["states"],
    "solve": ["solve"],
    "explain": ["explain", "", "status_quo"],
    "coalitions": ["coalitions"],
    "paths": ["paths"],
    "invert": ["invert", "status_quo"],
    "flips": ["flips", "--pairs", "20"],
    "stress": ["stress", "--draws", "200", "--workers", "1"],
    "misread": ["misread"],
    "claims": ["claims", "--draws", "5"],
    **{
        f"report {suffix}": ["report", "--draws", "20", "-o", f"r.{suffix}"] for suffix in ("html", "md", "docx", "pdf")
    },
    **{f"draw {name}": ["draw", "", name, "-o", f"{name}.png"] for name in ("conflict", "ladder", "answers")},
    **{
        f"convert {suffix}": ["convert", "", "-o", f"c{suffix}"]
        for suffix in (".yaml", ".xlsx", ".gmcr", ".nfg", ".graphml")
    },
}
STOPPABLE = {"coalitions", "flips", "stress", "misread", "claims", "report"}


@pytest.mark.large
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", large_files.FILES)
def test_every_verb_ends_or_says_that_it_takes_long(
    name: str, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, large_files.text(name), "c.json")
    monkeypatch.chdir(tmp_path)
    words = VERBS[verb]
    words = [path if word == "" else word for word in words] if "" in words else [words[0], path, *words[1:]]
    with started(words) as process:
        try:
            _, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            assert words[0] in STOPPABLE, "it takes longer than a minute, and cannot be stopped"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            assert process.returncode == 130, err
            assert f"{words[0]}: " in err, "it was not said that it takes long"
            assert out
    assert "Traceback" not in err
    assert process.returncode in (0, 1, 2, 130), err
