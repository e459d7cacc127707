from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import jsonschema
import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from checks import SMALL, loaded
from standoff import casebook, formats
from standoff.conflict.model import Direction, OrderedStatements, Ranking, Weights
from standoff.conflict.remarks import remarks
from standoff.documents.entries import fingerprint
from standoff.errors import InvalidConflict, render_path
from standoff.formats.shape import json_schema
from standoff.formats.yaml import resolve, write
from standoff.graph import build_graph
from strategies.conflicts import Drawn, conflicts

SCHEMA = Path(formats.__file__).parent / "conflict.schema.json"

FULL = """
standoff: 1
title: Everything at once
date: 2015-09-22
about: All keys of the format.
sources:
  paper: {title: A paper, authors: "A, B", publisher: P, published: 1993, url: "https://example.org", file: p.txt,
          grade: B2, via: [archive, a letter from the author], note: n}
  archive:
define:
  calm: {that: not A.push, title: it is calm, why: w, note: n1}
  tense: not calm
decision_makers:
  A:
    title: Side A
    about: The first side.
    options:
      push: {title: Push on, moves: forward, why: w, kind: assumed, sure: doubtful, note: n2}
      level: {levels: {low: stay low, high: go high}, moves: backward}
    prefers:
      - true
      - {that: calm if B.x, title: calm, why: w, kind: reported, sure: likely,
         quote: {source: paper, exact: words, prefix: some, suffix: here}, note: n3}
  B:
    options: {x: , y: {levels: [a, b, c]}}
    weights: {A.push: -1.50, calm or B.y = c: {weight: "3", why: w, note: n4}}
  C:
    options: {z: {}}
    weights: {A.push: 7}
infeasible:
  - B.x and A.push
  - {rule: B.y = c and A.push, title: r, why: w, kind: inferred, note: n5}
status_quo: {state: {push: yes}, why: w, kind: assumed, note: n6}
views:
  A: {B: {note: n7, weights: {B.x: {weight: 1, note: n8}}, options: {x: {moves: forward, note: n9}}}}
history:
  - {date: 2015-09, moves: {A.push: yes}, title: t, why: w, quote: {source: paper, exact: words}, note: n10}
claims:
  - {id: c-1, says: s, quote: {source: paper, exact: words}, note: n11,
     test: {cannot_reach: {by: [[A], [A, B]], goal: tense}}}
  - {id: c-2, says: s, test: {not: {any: [{holds: {at: 1, concept: Nash}}]}}}
"""


def test_notes_arrive_on_whatever_is_judged_or_claimed() -> None:
    found = {render_path(path): note for path, note in remarks(formats.loads(FULL))}
    assert found == {
        "define.calm": "n1",
        "decision_makers.A.options.push": "n2",
        "decision_makers.A.prefers[1]": "n3",
        'decision_makers.B.weights["calm or B.y = c"]': "n4",
        "infeasible[1]": "n5",
        "status_quo": "n6",
        "views.A.B": "n7",
        'views.A.B.weights["B.x"]': "n8",
        "views.A.B.options.x": "n9",
        "history[0]": "n10",
        "claims[0]": "n11",
    }


def test_every_key_of_the_format_arrives() -> None:
    conflict = formats.loads(FULL)
    a, b, _ = conflict.decision_makers
    assert isinstance(a.preference, OrderedStatements)
    assert isinstance(b.preference, Weights)
    statement = a.preference.statements[1]
    quote = statement.evidence.quote
    assert quote is not None
    assert (quote.exact, quote.prefix, quote.suffix, statement.evidence.sure) == ("words", "some", "here", "likely")
    assert a.options[0].moves is Direction.FORWARD
    assert [level.title for level in a.options[1].levels] == ["stay low", "go high"]
    assert str(b.preference.weights[0].weight) == "-1.50"
    assert conflict.sources[0].via == ("archive", "a letter from the author")
    assert conflict.sources[0].published == "1993"
    assert (conflict.history[0].date, conflict.claims[1].id) == ("2015-09", "c-2")
    assert len(list(conflict.quotes())) == 3


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@pytest.mark.parametrize("text", [FULL, SMALL])
def test_a_dumped_conflict_loads_back_equal(text: str, suffix: str) -> None:
    conflict = formats.loads(text)
    assert formats.loads(formats.dumps(conflict, suffix), suffix) == conflict


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("[lo, mid, hi]", "{lo: Low, mid: , hi: }"),
        SMALL + "published: {}\n",
        SMALL + "published: {citation: c, computed: {equilibria: {}}}\n",
        SMALL + "claims: [{id: a, says: b, test: {drawn: {}}}]\n",
        SMALL + "infeasible:\n".replace("infeasible", "history") + "define:\n",
        SMALL.replace("A small conflict", '"two\\r\\nlines"'),
    ],
)
def test_what_is_empty_or_null_survives_the_round_trip(text: str, suffix: str) -> None:
    conflict = formats.loads(text)
    assert formats.loads(formats.dumps(conflict, suffix), suffix) == conflict


def test_negative_and_long_numbers_name_states() -> None:
    text = SMALL + "states: {-3: not B.x, 123456789012: B.x and not A.x}\n"
    text = text.replace("prefers: [A.y = hi]", "ranking: [123456789012, -3]").replace("not A.x]", "not B.x]")
    assert [state.name for state in formats.loads(text).states] == [-3, 123456789012]


@pytest.mark.parametrize("value", [{"prefers": [True]}, {"sources": {"s": None}}])
def test_the_schema_accepts_what_the_loader_accepts(value: dict[str, object]) -> None:
    data = json.loads(formats.dumps(formats.loads(SMALL), ".json"))
    if "prefers" in value:
        data["decision_makers"]["B"] |= value
    else:
        data |= value
    formats.loads(json.dumps(data), ".json")
    jsonschema.Draft202012Validator(json_schema()).validate(data)


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@pytest.mark.parametrize("name", casebook.names())
def test_every_case_survives_the_round_trip(name: str, suffix: str) -> None:
    conflict = casebook.load(name)
    back = formats.loads(formats.dumps(conflict, suffix), suffix)
    assert back == conflict
    assert fingerprint(back) == fingerprint(conflict)


@given(conflicts(), st.sampled_from([".yaml", ".json"]))
def test_random_conflicts_survive_the_round_trip(drawn: Drawn, suffix: str) -> None:
    conflict = loaded(drawn)
    assert formats.loads(formats.dumps(conflict, suffix), suffix) == conflict


ANSWERED = """
standoff: 1
title: Numbered
decision_makers: {A: {ranking: [[2, "-3"], 1]}, B: {ranking: ["1", 2, -3]}}
graph: {states: {1: one, 2: two, -3: }, moves: {A: {1: [2, -3]}, B: {"2": ["1"]}}}
status_quo: 1
claims:
  - {id: c, says: s, test: {holds: {at: [1, 2], concept: Nash}}}
  - {id: d, says: s, test: {can_reach: {by: [[A]], from: 1, goal: -3}}}
published:
  equilibria: {Nash: [2, -3]}
  stability: {Nash: {A: [2]}}
  coalitions: [{group: [A, B], from: 1, to: [2]}]
  computed: {coalitionally_stable: [2]}
"""


def texts(data: object) -> set[str]:
    """All texts in plain data, keys and values."""
    match data:
        case dict():
            return texts(list(data.keys())) | texts(list(data.values()))
        case list():
            return set().union(*map(texts, data))
        case str():
            return {data}
    return set()


@pytest.mark.parametrize("text", [ANSWERED, formats.dumps(casebook.load("elmira"))])
def test_numbers_of_states_are_written_as_numbers(text: str) -> None:
    conflict = formats.loads(text)
    in_yaml, in_json = (formats.dumps(conflict, suffix) for suffix in (".yaml", ".json"))
    assert formats.loads(in_yaml) == formats.loads(in_json, ".json") == conflict
    numbers = {str(name) for name in build_graph(conflict).states.names}
    assert numbers & texts(pyyaml.safe_load(in_yaml)) == set()
    as_values = json.loads(in_json, object_pairs_hook=lambda pairs: [value for _, value in pairs])
    assert numbers & texts(as_values) == set()


def test_names_of_states_that_only_look_like_numbers_stay_texts() -> None:
    text = SMALL + 'states: {"007": not B.x, "1e3": B.x and not A.x}\n'
    text = text.replace("prefers: [A.y = hi]", 'ranking: ["1e3", "007"]').replace("not A.x]", "not B.x]")
    conflict = formats.loads(text)
    assert [state.name for state in conflict.states] == ["007", "1e3"]
    assert '"007": ' in formats.dumps(conflict)
    assert formats.loads(formats.dumps(conflict)) == conflict


@given(conflicts())
def test_yaml_and_json_of_one_document_are_one_conflict(drawn: Drawn) -> None:
    assert formats.loads(write(drawn.document), ".yaml") == loaded(drawn)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=30))
def test_titles_carry_any_text(title: str) -> None:
    conflict = formats.loads(SMALL.replace("A small conflict", json.dumps(title, ensure_ascii=False)))
    assert conflict.title == title
    for suffix in (".yaml", ".json"):
        assert formats.loads(formats.dumps(conflict, suffix), suffix) == conflict


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", "yes"), ("no", "no"), ("on", "on"), ("2015-09-22", "2015-09-22"), ("1:30", "1:30"), ("true", True)],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    assert resolve(text) == value
    assert resolve(text) is value or isinstance(value, str)


def test_numbers_are_exact() -> None:
    assert [str(resolve(text)) for text in ("0.1", "1e3", "0x10", "0o17", "-7")] == ["0.1", "1E+3", "16", "15", "-7"]


def test_state_names_are_integers_or_text() -> None:
    text = SMALL + "states: {10: not B.x, 2: B.x and not A.x}\n"
    conflict = formats.loads(text.replace("prefers: [A.y = hi]", "ranking: [2, 10]").replace("not A.x]", "not B.x]"))
    assert [state.name for state in conflict.states] == [10, 2]
    assert isinstance(conflict.decision_makers[1].preference, Ranking)


def test_the_shipped_schema_is_that_of_the_models() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json_schema(), "run: python3 dev.py generate"


@pytest.mark.parametrize("name", casebook.names())
def test_the_schema_accepts_the_cases(name: str) -> None:
    data = pyyaml.safe_load(casebook.path(name).read_text(encoding="utf-8").replace(": 2015-09-22", ': "2015-09-22"'))
    data = json.loads(json.dumps(data, default=str))
    jsonschema.Draft202012Validator(json_schema()).validate(data)


@pytest.mark.parametrize("change", [{"titel": 1}, {"decision_makers": []}, {"standoff": 2}, {"claims": {}}])
def test_the_schema_refuses_what_the_loader_refuses(change: dict[str, object]) -> None:
    data = json.loads(formats.dumps(formats.loads(SMALL), ".json")) | change
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(data)
    with pytest.raises(InvalidConflict):
        formats.loads(json.dumps(data), ".json")


def test_writing_never_clobbers_and_never_leaves_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.yaml"
    conflict = formats.loads(SMALL)
    formats.dump(conflict, path)
    with pytest.raises(FileExistsError):
        formats.dump(conflict, path)
    before = path.read_text()
    monkeypatch.setattr("os.fdopen", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        formats.dump(conflict, path, overwrite=True)
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["c.yaml"]


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_overwriting_when_asked_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("old")
    formats.dump(formats.loads(SMALL), path, overwrite=True)
    assert formats.load(path) == formats.loads(SMALL)


COMPOSED = """
standoff: 1
title: A small conflict
decision_makers:
  Élan: {options: {été: {levels: [bas, éclat]}}, prefers: [été = éclat]}
  B: {options: {x: {}}, prefers: [not B.x]}
status_quo: {Élan.été: éclat}
history: [{date: "2015", moves: {Élan.été: éclat}}]
claims:
  - {id: a, says: b, test: {holds: {at: status_quo, concept: Nash, who: Élan}}}
  - {id: c, says: b, test: {can_reach: {by: [Élan], goal: Élan.été = bas}}}
published: {citation: c, equilibria: {Nash: [1]}, coalitions: [{group: [Élan, B], from: 1, to: [2]}]}
"""
GRAPH = """
standoff: 1
title: Named states
decision_makers: {A: {ranking: [é, b]}, B: {ranking: [b, é]}}
graph: {states: {é: one, b: two}, moves: {A: {é: [b]}, B: {b: [é]}}}
status_quo: é
"""


@pytest.mark.parametrize("text", [COMPOSED, GRAPH])
def test_a_name_is_the_same_in_every_unicode_form(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    assert formats.loads(decomposed) == formats.loads(text)


def test_levels_that_differ_in_their_unicode_form_only_are_given_twice() -> None:
    with pytest.raises(InvalidConflict, match="a level is given twice"):
        formats.loads(COMPOSED.replace("[bas, éclat]", "[éclat, e\u0301clat]"))


@pytest.mark.parametrize(
    ("before", "after", "hint"),
    [
        ("title: Everything at once", "title: All: at once", 'needs quotes, as in title: "All: at once"'),
        ("{title: Push on, ", "{title: Push: on, ", 'needs quotes, as in title: "Push: on"'),
        ("    title: Side A", "    title:\n      Side: A", 'needs quotes: "Side: A"'),
        ("sources:", "limits:\n  - It leaves out: the sea\nsources:", 'needs quotes: "It leaves out: the sea"'),
    ],
)
def test_a_text_with_a_colon_is_said_to_need_quotes(before: str, after: str, hint: str) -> None:
    with pytest.raises(InvalidConflict) as caught:
        formats.loads(FULL.replace(before, after, 1))
    (problem,) = caught.value.problems
    assert problem.line is not None
    assert hint in problem.message


def test_where_no_text_has_a_colon_quotes_are_not_spoken_of() -> None:
    for broken in ("a: [1, 2", "a: {b: 1, c: 2]", "a:\n b: 1\n  c: 2", 'a: "x: y" z: 1', "- a: 1\n b: 2"):
        with pytest.raises(InvalidConflict) as caught:
            formats.loads(broken)
        assert "quotes, as in" not in str(caught.value)
