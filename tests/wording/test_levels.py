"""What an option is at a level, and taking it there, as parts of sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks import run, written
from standoff.conflict.model import Level, Option
from standoff.wording.words import act_words, level_words

FINES = """
standoff: 1
title: Fines
decision_makers:
  Agency:
    title: the agency
    options:
      act: {title: Enforcement, levels: {off: not fine, on: fine}}
      rules: {levels: {off: not enforce, some: warn, on: enforce}}
    prefers: [Plant.stay, not act = on, rules = off]
  Plant:
    title: the plant
    options: {stay: {title: Not leave the town}}
    prefers: [Agency.act = off, stay if Agency.act = off, Agency.rules = off]
status_quo: {Agency.act: on, Agency.rules: some}
"""


def option(title: str | None, **levels: str | None) -> Option:
    return Option("x", title, tuple(Level(name, given) for name, given in levels.items()))


@pytest.mark.parametrize(
    ("given", "level", "act", "state"),
    [
        (option("Enforcement", off="not fine", on="fine"), 0, "cease to fine", "not fine"),
        (option("Enforcement", off="not fine", on="fine"), 1, "fine", "fine"),
        (option("Enforcement", off="not fine", on="punish"), 0, "go to “not fine” (enforcement)", "not fine"),
        (option(None, off="no fines", some="warn", on="fine"), 0, "go to “no fines” (x)", "no fines"),
        (option("Not leave", no=None, yes=None), 1, "choose “not leave”", "not leave"),
        (option("Not leave", no=None, yes=None), 0, "give up “not leave”", "not “not leave”"),
        (option("Notify the other", no=None, yes=None), 1, "notify the other", "notify the other"),
    ],
)
def test_what_is_not_done_is_no_verb_after_could(given: Option, level: int, act: str, state: str) -> None:
    assert (act_words(given, level), level_words(given, level)) == (act, state)


@pytest.mark.parametrize(
    "words", [["brief"], ["explain", "status_quo"], ["deals"], ["paths"], ["invert", "status_quo"]]
)
def test_nobody_could_not_act(words: list[str], tmp_path: Path) -> None:
    verb, *rest = words
    told = " ".join(run(verb, written(tmp_path, FINES), *rest).stdout.split())
    assert "cease to fine" in told
    assert not re.search(r"\b(can|could|would|gladly|to) not (fine|enforce|leave)", told)
