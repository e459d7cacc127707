"""The fuzzer itself: the same name is the same input, and nothing that goes wrong is lost."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from fuzz import call, campaign, files

from checks import sized
from standoff.cli import main
from standoff.cli.output import write


@pytest.mark.parametrize("kind", files.KINDS)
def test_a_name_is_always_the_same_input(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        monkeypatch.chdir(folder)
        lines = [files.made(f"{kind}:7:{number}", folder) for number in range(sized(3, 5))]
        made.append((lines, {path.name: path.read_bytes() for path in sorted(folder.iterdir())}))
    assert made[0] == made[1]
    assert all(lines for lines in made[0][0])


def test_a_call_tells_exit_codes_and_what_is_no_json() -> None:
    assert call.run(["check", "elmira", "--json"]).what == "0"
    assert call.run(["check", "no-such-case"]).what == "2"
    assert call.run(["solve", "--nonsense"]).what == "2"


def _instead(monkeypatch: pytest.MonkeyPatch, callback: Any) -> None:
    monkeypatch.setattr(main.commands["cases"], "callback", callback)


def test_a_call_that_fails_is_a_traceback_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise KeyError("peace")

    _instead(monkeypatch, fail)
    outcome = call.run(["cases"])
    assert (outcome.what, "KeyError at " in outcome.where, "peace" in outcome.detail) == ("traceback", True, True)


def test_a_call_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, lambda **_: time.sleep(600))
    outcome = call.run(["cases"], seconds=0.1)
    assert outcome.what == "hang"


def test_a_document_that_is_not_json_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, lambda **_: write('{"a": NaN}'))
    assert call.run(["cases", "--json"]).what == "not JSON"


def test_memory_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, lambda **_: len(bytearray(os.urandom(1)) * 2**28))
    assert call.run(["cases"]).megabytes > 256
    monkeypatch.setattr(call, "MEGABYTES", 200)
    assert call.run(["cases"]).what == "over memory"


@pytest.mark.slow
def test_a_campaign_counts_everything_and_survives_its_workers(tmp_path: Path) -> None:
    names = [*campaign.names(5, 3, "conflict"), "nonsense:0:0", *campaign.names(2, 3, "gmcr")]
    tally = campaign.Campaign(iter(names), len(names)).run(io.StringIO())
    assert tally.inputs == {"conflict": 5, "nonsense": 1, "gmcr": 2}
    assert [(one.name, one.what) for one in tally.findings] == [("nonsense:0:0", "exit code 1 of the process")]
    assert "KeyError: 'nonsense'" in tally.findings[0].detail
    assert tally.calls["check", "0"] + tally.calls["check", "2"] >= 7
    campaign.keep(tally, tmp_path)
    assert "nonsense:0:0" in (tmp_path / "nonsense-0-0" / "making-the-input.txt").read_text()
    assert "8 inputs (5 conflict, 1 nonsense, 2 gmcr)" in campaign.summary(tally)


def test_a_worker_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    # given up at its first silence, long before its own limit; it may still end by itself a moment later
    monkeypatch.setattr(campaign, "GRACE", 0.01 - call.SECONDS)
    tally = campaign.Campaign(iter(["conflict:0:0"]), 1, seconds=call.SECONDS).run(io.StringIO())
    assert [one.what for one in tally.findings] == ["hang"]


def test_all_kinds_have_their_share() -> None:
    assert {name.partition(":")[0] for name in campaign.names(20, 0)} == set(files.KINDS)
    assert list(campaign.names(3, 5, "html")) == ["html:5:0", "html:5:1", "html:5:2"]
