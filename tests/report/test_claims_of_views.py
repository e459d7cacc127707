"""A claim that hangs on what one is taken to want says so by the least sure judgement of that view."""

from __future__ import annotations

import re
from pathlib import Path

from checks import run, written

STUMBLE = """
standoff: 1
title: A takes the bank not to pay
decision_makers:
  A: {options: {o: {}}, prefers: [not (A.o and B.p), A.o]}
  B: {title: the bank, options: {p: {}}, prefers: [B.p if A.o, not B.p]}
status_quo: {A.o: no}
views:
  A:
    B:
      prefers:
        - {that: not B.p, sure: likely, kind: reported, why: It says so.}
        - {that: not A.o, sure: doubtful, kind: inferred, why: It never did.}
claims: [{id: stumble, says: They stumble., test: {accident: {to: B.p}}}]
"""


def test_a_view_that_turns_a_claim_has_the_least_sure_of_its_evidence_and_comes_by_it(tmp_path: Path) -> None:
    text = run("claims", written(tmp_path, STUMBLE), "--explain", "stumble", "--all").output
    hangs = text[text.index("It hangs on") :]
    first = hangs.splitlines()[1:4]
    assert [line.strip() for line in first] == [
        "What A takes the bank to want (A on B aims)",
        "It never did.",
        "inferred, doubtful; no quote",
    ]


def test_the_register_tells_at_each_aim_of_a_view_which_claims_hang_on_the_whole(tmp_path: Path) -> None:
    page = tmp_path / "r.md"
    model = written(tmp_path, STUMBLE)
    assert run("report", model, "-o", str(page), "--draws", "0").exit_code == 0
    notes = re.split(r"^#+ ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    aims = [note for note in notes if re.search(r"`views\.A\.B\.prefers\\?\[", note)]
    assert aims
    assert all("Claims that hang on it: " in note and "stumble" in note for note in aims)
