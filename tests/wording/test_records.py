"""Edits as records: a program that makes them in the file gets what was told; paths are spelled in one way."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from checks import chunks, loaded, run, sized, written
from oracles.inverse import ranked, small_conflicts
from standoff import casebook
from standoff.analysis.flips import Variations
from standoff.analysis.stability import solve
from standoff.conflict.edits import edits
from standoff.documents import schema
from standoff.documents.entries import edit_record
from standoff.errors import render_path
from standoff.formats import loads
from strategies.conflicts import Drawn, with_evidence

PART = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def parsed(path: str) -> list[str | int]:
    """The parts of a path as docs/json.md spells it."""
    parts: list[str | int] = []
    at = 0
    while at < len(path):
        found = PART.match(path, at)
        assert found is not None, path
        name, number, quoted = found.groups()
        parts.append(int(number) if number is not None else json.loads(quoted) if quoted is not None else name)
        at = found.end()
    return parts


def made(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """The document after the edit that a record tells, made by nothing but the record."""
    changed = deepcopy(document)
    *above, last = parsed(record["path"])
    inner: Any = changed
    for part in above:
        inner = inner[part]
    match record["kind"]:
        case "drop" | "drop_rule":
            del inner[last]
        case "negate" if isinstance(inner, list) and isinstance(last, int):
            inner[last] = f"not ({inner[last]['that'] if isinstance(inner[last], dict) else inner[last]})"
        case "negate":
            inner[last] = str(-float(inner[last])) if "." in str(inner[last]) else -int(inner[last])
        case "swap" | "top":
            inner.insert(record["place"], inner.pop(last))
        case "make_reversible":
            inner[last] = {**inner[last], "moves": "both"}
        case "status_quo":
            inner[last] = record["level"]
        case "leave_out" | "join_otherwise":
            inner[last] = {**inner[last], "that": record["formula"]}
        case kind:
            raise AssertionError(kind)
    return changed


def by_levels(drawn: Drawn) -> bool:
    """Whether rules and levels of the status quo mean the same after any edit: it is not given by a state's number."""
    return isinstance(drawn.document.get("status_quo", {}), dict)


@pytest.mark.parametrize("chunk", chunks(4))
def test_a_program_that_makes_the_edit_of_a_record_gets_what_was_told(chunk: int) -> None:
    rng, seen = Random(chunk), Counter[str]()
    drawn = [with_evidence(rng, one) for one in small_conflicts(1300 + chunk, sized(4, 20), most=8)]
    more = (with_evidence(rng, one) for k in range(200) for one in small_conflicts(2300 + 200 * chunk + k, 1, most=8))
    joined = next(one for one in more if by_levels(one) and any(e.kind == "leave_out" for e in edits(loaded(one))))
    for one in filter(by_levels, [*drawn, *map(ranked, drawn[:4]), joined]):
        kept = Variations(loaded(one), ["Nash", "SEQ"])
        every = list(edits(kept.conflict))
        rare = [edit for edit in every if edit.path[0] == "define"][:4]
        for edit in [*rare, *rng.sample(every, min(12, len(every)))]:
            flip, record = kept.flip(edit), edit_record(edit)
            if flip.invalid is not None:
                continue
            before, after = (
                solve(loads(json.dumps(document), ".json"), ["Nash", "SEQ"])
                for document in (one.document, made(one.document, json.loads(json.dumps(record))))
            )
            quo = [analysis.graph.meaning.status_quo for analysis in (before, after)]
            for concept in ("Nash", "SEQ"):
                if edit.path[0] not in ("infeasible", "define"):  # without a rule numbers mean other states
                    names = [{a.graph.states.names[s] for s in a.equilibria(concept)} for a in (before, after)]
                    assert set(flip.appears.get(concept, ())) == names[1] - names[0]
                    assert set(flip.vanishes.get(concept, ())) == names[0] - names[1]
                held = [q is None or q in a.equilibria(concept) for q, a in zip(quo, (before, after), strict=True)]
                assert flip.status_quo.get(concept) == (None if held[0] == held[1] else held[1])
            seen[edit.kind] += 1
    assert {"drop", "negate", "swap", "status_quo", "make_reversible", "leave_out"} <= seen.keys()


def test_every_path_is_read_back_as_it_was() -> None:
    text = "A.x and (B.y or not A.x) and (B.y or not A.x) and (B.y or not A.x) and (B.y or not A.x)"
    for path in (
        ("decision_makers", "Иран", "weights", text),
        ("decision_makers", "A", "weights", f"{text} and A.x"),
        ("states", 'the "deal" \\ [1].x'),
        ("states", "line\nand \u202e turned"),
        ("status_quo", "A.x"),
        ("views", "A", "B", "views", "A", "prefers", 3),
        ("define", ""),
    ):
        told = render_path(path)
        assert parsed(told) == list(path)
        assert told.isprintable()


def test_a_path_in_a_message_is_shortened_but_nowhere_else(tmp_path: Path) -> None:
    texts = [f"A.x and {'(B.x or A.x) and ' * 6}{last}" for last in ("A.x", "B.x")]
    weights = "{" + ", ".join(f'"{text}": {k}' for k, text in enumerate(texts, 1)) + "}"
    head = (
        "standoff: 1\ntitle: Long weights\nstatus_quo: {}\ndecision_makers:\n  B: {options: {x: {}}, prefers: [A.x]}\n"
    )
    path = written(tmp_path, head + f"  A: {{options: {{x: {{}}}}, weights: {weights}}}\n")
    found = json.loads(run("flips", path, "--json").stdout)
    told = {parsed(flip["judgement"])[-1] for flip in found["flips"]} & set(texts)
    assert told
    broken = written(tmp_path, head + f"  A: {{options: {{x: {{}}}}, weights: {weights.replace(': 2', ': many')}}}\n")
    message = run("check", broken).stderr
    assert "…" in message
    assert texts[1] not in message


def document(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema(words[0])).validate(found)
    return found


def told(value: Any) -> list[dict[str, Any]]:
    """Everything in a document that tells an edit in words."""
    if isinstance(value, list):
        return [one for each in value for one in told(each)]
    if not isinstance(value, dict):
        return []
    return [value] * ("edit" in value) + [one for each in value.values() for one in told(each)]


@pytest.mark.first(2)
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("flips", "syria-2015", "--concept", "Nash"), marks=pytest.mark.slow),
        ("flips", "elmira"),
        ("invert", "syria-2015", "317", "--concept", "GMR"),
        ("invert", "syria-2015", "21"),
        ("misread", "syria-2015", "--to", "Iran.confront"),
        pytest.param(("claims", "syria-2015", "--draws", "0"), marks=pytest.mark.slow),
    ],
)
def test_every_edit_in_a_document_is_a_record_with_words_beside_it(words: tuple[str, ...]) -> None:
    entries = told(document(*words))
    assert entries or words[-1] == "GMR"
    for entry in entries:
        record = entry["record"]
        assert record.keys() == {"kind", "path", "level", "place", "formula", "words"}
        assert (record["path"], record["words"]) == (entry["judgement"], entry["edit"])
        assert (record["level"] is not None) == (record["kind"] == "status_quo")
        assert (record["place"] is not None) == (record["kind"] in ("swap", "top"))
        assert (record["formula"] is not None) == (record["kind"] in ("leave_out", "join_otherwise"))


@pytest.mark.slow
def test_what_documents_call_a_judgement_is_where_check_finds_it() -> None:
    conflict = casebook.load("syria-2015")
    known = {render_path(one.path) for one in conflict.judgements()}
    drivers = {one["judgement"] for one in document("stress", "syria-2015", "--draws", "100")["drivers"]}
    reasons = {
        sentence["judgement"]
        for told_of in document("explain", "syria-2015", "status_quo")["explanations"]
        for sentence in told_of["sentences"]
    } - {None}
    assert drivers
    assert reasons
    assert drivers | reasons <= known
