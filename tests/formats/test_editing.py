"""Changes of a conflict in its author's own text: what is not about them stays, line by line."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import standoff
from checks import run, slow_but
from standoff import casebook
from standoff.analysis.inverse import applied, smallest_change
from standoff.conflict.edits import Edit, apply, edits, view_edits, with_preference
from standoff.conflict.evidence import Kind
from standoff.conflict.meaning import Meaning
from standoff.conflict.model import Conflict, OrderedStatements, Ranking, Statement
from standoff.conflict.syntax import parse
from standoff.errors import InvalidConflict, Note, StandoffError, UnreadableFile
from standoff.formats import dump, dumps, load, loads, understood
from standoff.formats.editing import mended
from standoff.formats.marks import CannotKeep
from standoff.formats.yaml import read
from standoff.graph import build_graph
from strategies.authors import Author
from strategies.conflicts import random_conflict, random_viewed

EVERY = 149  # of the edits of the casebook one in so many is made in everyday runs


def _cases() -> list[Any]:
    """Every edit of every case; in everyday runs some."""
    found, number = [], 0
    for name in casebook.names():
        meaning = understood(casebook.path(name))
        for edit in [*edits(meaning), *view_edits(meaning.conflict)]:
            marks = [] if number % EVERY == 0 else [pytest.mark.slow]
            found.append(pytest.param(name, edit, id=f"{name}: {edit.words}, {edit.where}", marks=marks))
            number += 1
    return found


def _text(name: str) -> str:
    return casebook.path(name).read_text(encoding="utf-8")


def _changed(old: str, new: str) -> tuple[list[int], list[str], list[str]]:
    """The numbers (from 1) of old lines that are gone or have new ones before them; what is gone, and what is new."""
    one, other = old.splitlines(), new.splitlines()
    numbers: set[int] = set()
    gone, come = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            numbers |= set(range(i + 1, j + 1)) or {i + 1}
            gone += one[i:j]
            come += other[k:m]
    return sorted(numbers), gone, come


def _around(text: str, path: tuple[str | int, ...]) -> range:
    """The lines of what stands at a path, with the blank lines and remarks about it; up to the next thing."""
    lines = read(text).lines
    first = lines[path]
    rows = text.splitlines()
    while first > 1 and rows[first - 2].lstrip().startswith("#"):
        first -= 1
    after = [line for place, line in lines.items() if line > lines[path] and place[: len(path)] != path]
    return range(first, min(after, default=len(rows) + 1) + 1)


def _home(edit: Edit) -> tuple[str | int, ...]:
    """The list or entry in which an edit changes anything."""
    match edit.path:
        case ("decision_makers", _, "options", _):
            return edit.path
        case ("decision_makers", _, _, _):
            return edit.path[:3]
    return edit.path[: 2 if edit.path[0] == "views" else 1]  # a view that says nothing any more goes


@pytest.mark.parametrize(("name", "edit"), _cases())
def test_every_edit_of_the_casebook_changes_its_own_lines_only(name: str, edit: Edit) -> None:
    text = _text(name)
    after = apply(understood(casebook.path(name)), edit)
    new = mended(text, after)
    assert loads_unjudged(new) == after
    numbers, gone, come = _changed(text, new)
    places = [_around(text, home) for home in (_home(edit), ("status_quo",)) if home in read(text).lines]
    if edit.path[0] != "views" and ("views",) in read(text).lines:  # a difference that says nothing any more goes
        places.append(_around(text, ("views",)))
    assert all(any(number in place for place in places) for number in numbers)
    if edit.kind in ("drop", "drop_rule"):
        assert come == [] or "status_quo:" in "".join(come)
    if edit.kind in ("swap", "top") and "prefers" in edit.path:
        assert Counter(gone) == Counter(come)


HAND = """\
standoff: 1   # the format
"title": 'A   quarrel'

decision_makers:
    A: {options: {x: }, prefers: ["A.x",   'B.y' , not A.x and not B.y]}  # in one line
    B:
        options:
            y: {moves: forward}
        # what B wants
        prefers:

        # one, in short
        - A.x     # it said so

        # --- the rest, not about two ---

        # two, in
        # two lines
        - why: >
            A reason
            in lines.
          that: B.y
          # below two
        - not A.x   # three
infeasible: [ A.x and B.y ]
status_quo: {B.y: no}
"""


def _with(text: str, path: str, kind: str) -> str:
    conflict = loads(text)
    source = conflict
    for edit in edits(source):
        if (edit.where, edit.kind) == (path, kind):
            return mended(text, apply(source, edit))
    raise AssertionError(path)


def test_a_preference_that_is_moved_takes_its_remarks_along() -> None:
    before, after = (
        """\
        # one, in short
        - A.x     # it said so

        # --- the rest, not about two ---

        # two, in
        # two lines
        - why: >
            A reason
            in lines.
          that: B.y
          # below two
""",
        """\
        # two, in
        # two lines
        - why: >
            A reason
            in lines.
          that: B.y
          # below two

        # --- the rest, not about two ---

        # one, in short
        - A.x     # it said so
""",
    )
    assert before in HAND
    assert _with(HAND, "decision_makers.B.prefers[0]", "swap") == HAND.replace(before, after)


def test_a_preference_that_is_dropped_takes_its_remarks_away() -> None:
    gone = """\
        # two, in
        # two lines
        - why: >
            A reason
            in lines.
          that: B.y
          # below two
"""
    assert _with(HAND, "decision_makers.B.prefers[1]", "drop") == HAND.replace(gone, "")
    last = "        - not A.x   # three\n"
    assert _with(HAND, "decision_makers.B.prefers[2]", "drop") == HAND.replace(last, "")


@pytest.mark.parametrize(
    ("path", "kind", "old", "new"),
    [
        ("decision_makers.A.prefers[0]", "swap", """["A.x",   'B.y' ,""", """['B.y',   "A.x" ,"""),
        ("decision_makers.A.prefers[0]", "negate", '"A.x"', '"not (A.x)"'),
        ("decision_makers.A.prefers[1]", "negate", "'B.y'", "'not (B.y)'"),
        ("decision_makers.A.prefers[2]", "drop", """'B.y' , not A.x and not B.y]""", """'B.y']"""),
        ("decision_makers.A.prefers[0]", "drop", """["A.x",   'B""", """['B"""),
        ("decision_makers.B.options.y", "make_reversible", "y: {moves: forward}", "y: {}"),
        ('status_quo["A.x"]', "status_quo", "{B.y: no}", "{B.y: no, A.x: yes}"),
        ('status_quo["B.y"]', "status_quo", "{B.y: no}", "{B.y: yes}"),
        ("infeasible[0]", "drop_rule", "infeasible: [ A.x and B.y ]\n", ""),
    ],
)
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_an_edit_changes_its_words_in_the_hand_of_the_author(
    path: str, kind: str, old: str, new: str, breaks: str, end: str
) -> None:
    text = (HAND.removesuffix("\n") + end).replace("\n", breaks)
    old, new = old.replace("\n", breaks), new.replace("\n", breaks)
    assert text.count(old) == 1
    assert _with(text, path, kind) == text.replace(old, new)


def test_the_opposite_of_a_statement_is_assumed_and_not_what_was_said_for_the_statement() -> None:
    new = _with(HAND, "decision_makers.B.prefers[1]", "negate")
    assert "A reason" in HAND
    assert new.count("A reason") == 1
    assert re.search(r"Supposed: the opposite of “[^”]+”, for which the reason was: A reason", new)
    assert "that: not (B.y)" in new
    assert "kind: assumed" in new
    assert "# two, in" in new


@pytest.mark.parametrize(
    ("path", "kind", "why"),
    [
        ("decision_makers.A.prefers[0]", "negate", "the opposite of “no war”, for which the reason was: She said so."),
        ("decision_makers.A.prefers[1]", "negate", "the opposite of “a war at B”"),
        ("decision_makers.B.weights['A.x']", "negate", "the opposite of “a war”, for which the reason was: He: yes"),
        (
            "decision_makers.A.options.x",
            "make_reversible",
            "in place of “moves forward”, for which the reason was: A dam",
        ),
        (
            "status_quo['B.x']",
            "status_quo",
            "in place of “B.x = no”, for which the reason was: As they say.",
        ),
    ],
)
def test_a_saved_change_keeps_the_title_and_the_reason_of_what_was_judged(
    path: str, kind: str, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "said.yaml"
    file.write_text(SAID, encoding="utf-8")
    conflict = loads(SAID)
    (edit,) = (one for one in edits(conflict) if one.where.replace('"', "'") == path and one.kind == kind)
    after = loads(dumps(apply(conflict, edit), ".yaml", like=file))
    whys = [one.evidence for one in after.judgements() if (one.evidence.why or "").startswith("Supposed")]
    assert [(one.why, one.kind) for one in whys] == [(f"Supposed: {why}", Kind.ASSUMED)]


SAID = """\
standoff: 1
title: What was said for it
decision_makers:
  A:
    options: {x: {moves: forward, why: A dam, kind: reported}}
    prefers:
      - {that: not A.x, title: no war, why: She said so., kind: reported}
      - {that: B.x, title: a war at B}
  B: {options: {x: {}}, weights: {A.x: {weight: 2, title: a war, why: "He: yes"}, B.x: 1}}
status_quo: {state: {A.x: yes}, why: As they say., kind: reported}
"""
SPREAD = """\
standoff: 1
title: Spread
decision_makers:
  A:
    options: {x: {}}
    ranking: [
      # the best
      1,   # by far
      [2, 3, 4]    # the worst
      ]
  B: {options: {y: {}}, weights: {A.x: 3, not A.x: "1.50"}}
"""


def test_in_brackets_too_what_is_moved_takes_its_remarks_along() -> None:
    old, new = (
        "# the best\n      1,   # by far\n      [2, 3, 4]    # the worst\n",
        "[2, 3, 4],    # the worst\n      # the best\n      1   # by far\n",
    )
    assert _with(SPREAD, "decision_makers.A.ranking[0]", "swap") == SPREAD.replace(old, new)


def test_a_weight_is_negated_and_dropped_in_its_place() -> None:
    assert _with(SPREAD, 'decision_makers.B.weights["not A.x"]', "negate") == SPREAD.replace('"1.50"', '"-1.50"')
    assert _with(SPREAD, 'decision_makers.B.weights["A.x"]', "drop") == SPREAD.replace("A.x: 3, ", "")


def test_statements_that_views_name_by_numbers_stay_those_that_were_meant() -> None:
    text = """\
standoff: 1
title: Numbers
decision_makers:
  A: {options: {x: }, prefers: [A.x, B.y, not A.x]}
  B: {options: {y: }, prefers: [B.y]}
views:
  B:
    A:
      as_in_truth_except:
      - drop: 3   # by its number
"""
    new = _with(text, "decision_makers.A.prefers[0]", "drop")
    assert new == text.replace("[A.x, B.y,", "[B.y,").replace("drop: 3 ", "drop: not A.x ")


def _drawn(seed: int) -> tuple[str, Meaning]:
    rng = Random(seed)
    drawn = random_viewed(rng, None, 16) if seed % 2 else random_conflict(rng, None, 16)
    text = Author(rng).write(drawn.document)
    from standoff.formats import _understood

    return text, _understood(text, ".yaml", None)


@example(1952307)  # an option is called like the word for the groups of a ranking with evidence, and its weight goes
@example(1149538)  # what is moved up from a last line without a break gets one
@given(st.integers(0, 10**9))
def test_in_whatever_hand_a_file_is_written_edits_are_made_in_place(seed: int) -> None:
    text, meaning = _drawn(seed)
    assert mended(text, meaning.conflict) == text
    possible = [*edits(meaning), *view_edits(meaning.conflict)]
    for edit in Random(seed).sample(possible, min(4, len(possible))):
        after = apply(meaning, edit)
        new = mended(text, after)  # never CannotKeep
        assert loads_unjudged(new) == after
        _check_remarks(text, new, edit, meaning.conflict, after)


def loads_unjudged(text: str) -> Conflict:
    from standoff.formats.reading import unjudged

    return unjudged(read(text))


def _check_remarks(text: str, new: str, edit: Edit, before: Conflict, after: Conflict) -> None:
    """No remark is invented, none is lost that is about what stays, and each stands where its item is."""
    remark = r"# (?:above|end|key|of its|The file)[^\r\n]*"  # the last line of a file may have no break of its own
    told, tells = (Counter(re.findall(remark, one)) for one in (text, new))
    assert not tells - told
    if edit.kind in ("swap", "top", "status_quo") and before.views == after.views:
        assert tells == told
    if edit.kind not in ("swap", "top", "drop"):
        return
    for match in re.finditer(r"# above (.*)\r?\n", new):
        about = json.loads(match[1])
        formula = about.get("that") if isinstance(about, dict) else about
        if isinstance(formula, str):
            follows = new[match.end() :].replace("''", "'").replace('\\"', '"')
            assert json.dumps(formula)[1:-1] in follows[:2000] or formula in follows[:2000]


@pytest.mark.parametrize("name", slow_but(casebook.names(), "chicken", "elmira", "cuba-1962"))
def test_a_preference_that_is_changed_to_make_a_state_stable_is_changed_in_place(name: str) -> None:
    graph = build_graph(understood(casebook.path(name)))
    text = _text(name)
    for i in graph.dms:
        for s in range(0, len(graph.states), max(1, len(graph.states) // 3)):
            change = smallest_change(graph, "Nash", i, s)
            if change is None:
                continue
            after = applied(graph, [change])
            new = mended(text, after)
            assert loads(new) == after
            numbers, _, _ = _changed(text, new)
            dm = graph.conflict.decision_makers[i]
            places = [_around(text, ("decision_makers", dm.name))]
            places += [_around(text, (key,)) for key in ("published", "views") if (key,) in read(text).lines]
            assert all(any(number in place for place in places) for number in numbers)


def test_a_preference_in_another_form_stands_where_the_old_one_stood() -> None:
    conflict = with_preference(loads(HAND), "B", Ranking(((3,), (1, 2))))
    new = mended(HAND, conflict)
    assert "        # what B wants\n        ranking: [3, [1, 2]]\n" in new
    begin = HAND.index("        prefers:")
    assert new[:begin] == HAND[:begin]
    assert new.endswith(HAND[HAND.index("infeasible") :])


def test_what_is_new_is_written_where_it_belongs() -> None:
    conflict = loads(HAND)
    a, b = conflict.decision_makers
    assert isinstance(b.preference, OrderedStatements)
    extra = Statement(parse("A.x or B.y"), title="either: both")
    more = replace(b, preference=OrderedStatements((extra, *b.preference.statements)), about="B # of all")
    new = mended(HAND, replace(conflict, decision_makers=(a, more), date="2001", view_depth=2))
    assert loads_unjudged(new).decision_makers == (a, more)
    _, gone, come = _changed(HAND, new)
    assert gone == []
    assert len([line for line in come if line.strip()]) == 5  # date, about, statement and its title, view_depth


def test_a_file_that_cannot_be_mended_is_written_anew_and_that_is_told(tmp_path: Path) -> None:
    text = "standoff: 1\ntitle: x\n? date\n: 2001\ndecision_makers: {A: {options: {x: }, prefers: [A.x]}}  # she\n"
    source, out = tmp_path / "odd.yaml", tmp_path / "new.yaml"
    source.write_text(text, encoding="utf-8")
    conflict = replace(load(source), date=None)
    with pytest.raises(CannotKeep):
        mended(text, conflict)
    with pytest.warns(Note, match="odd.yaml: .*; it is written anew, without its remarks and layout"):
        dump(conflict, out, like=source)
    assert out.read_text(encoding="utf-8") == dumps(conflict)


def test_a_file_may_be_changed_in_its_place_and_keeps_its_mark_of_the_order_of_bytes(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    content = b"\xef\xbb\xbf" + HAND.replace("\n", "\r\n").encode()
    file.write_bytes(content)
    dump(load(file), file, overwrite=True, like=file)
    assert file.read_bytes() == content
    dump(replace(load(file), title="Peace"), file, overwrite=True, like=file)
    assert file.read_bytes() == content.replace(b"'A   quarrel'", b"'Peace'")
    with pytest.raises(FileExistsError):
        dump(load(file), file, like=file)
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_not_yaml_is_written_anew(tmp_path: Path) -> None:
    conflict, file = loads(HAND), tmp_path / "c.yaml"
    file.write_text(HAND, encoding="utf-8")
    assert dumps(conflict, ".json", file) == dumps(conflict, ".json")
    dump(conflict, tmp_path / "c.json")
    assert dumps(conflict, ".yaml", tmp_path / "c.json") == dumps(conflict)


@pytest.mark.parametrize(
    "content",
    [b"", b"- a\n", b"a: &x 1\nb: *x\n", b"[" * 500, b"\xff\xfe", b"standoff: 1\ntitle: x\n", b"a: 1\na: 2\n"],
)
def test_a_pattern_that_is_no_conflict_is_refused_and_nothing_is_written(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    with pytest.raises((InvalidConflict, UnreadableFile)) as refused:
        dump(loads(HAND), tmp_path / "out.yaml", like=file)
    assert "bad.yaml" in str(refused.value)
    assert not (tmp_path / "out.yaml").exists()


def test_a_pattern_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "large.yaml"
    file.write_text(HAND, encoding="utf-8")
    monkeypatch.setattr("standoff.formats.MAX_BYTES", 10)
    with pytest.raises(StandoffError, match="larger than"):
        dumps(loads(HAND), like=file)


@pytest.mark.parametrize(
    "words",
    [
        ["flips", "{file}", "--save", "1", "{out}"],
        ["invert", "{file}", "1", "--concept", "Nash", "--save", "{out}"],
        ["misread", "{file}", "--to", "war", "--save", "1", "{out}"],
    ],
)
def test_what_a_verb_saves_keeps_what_the_author_wrote(words: list[str], tmp_path: Path) -> None:
    file, out = tmp_path / "mine.yaml", tmp_path / "out.yaml"
    text = _text("cuba-1962").replace("\npublished:", "\n# Remarks are kept.\n\npublished:", 1) + "# To the end.\n"
    file.write_text(text, encoding="utf-8")
    result = run(*(word.format(file=file, out=out) for word in words))
    assert result.exit_code == 0, result.output
    new = out.read_text(encoding="utf-8")
    assert loads(new) != loads(text)
    assert new.endswith("# To the end.\n")
    assert len(_changed(text, new)[0]) < 40


def test_a_change_of_a_case_is_saved_in_the_text_of_the_case(tmp_path: Path) -> None:
    out = tmp_path / "out.yaml"
    assert run("flips", "syria-2015", "--concept", "Nash", "--save", "1", str(out)).exit_code == 0
    _, gone, come = _changed(_text("syria-2015"), out.read_text(encoding="utf-8"))
    assert 0 < len(gone) + len(come) < 20


def test_the_library_changes_a_file_as_well(tmp_path: Path) -> None:
    path = casebook.path("elmira")
    conflict = standoff.load("elmira")
    standoff.dump(replace(conflict, title="Elmira"), tmp_path / "e.yaml", like=path)
    numbers, _, come = _changed(_text("elmira"), (tmp_path / "e.yaml").read_text(encoding="utf-8"))
    assert (len(numbers), come) == (1, ["title: Elmira"])
