"""The sentence around a quote, what in it could turn its sense, and the passage nearest to words that are not there."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import run
from standoff.conflict.cues import cues, named
from standoff.conflict.evidence import Quote, Source
from standoff.conflict.passages import Nearest, Passage, laid_out, sentence_around, sentence_ends
from standoff.conflict.quotes import Document, Finding, Status, check_quotes, fold

TEXT = (
    "The port in autumn\n\nMr. Hall of the U.S. embassy met J. R. Brown on 3 Nov. 2014. “The deal is off.” "
    "(So he said.) "
    "The mayor puts little stock in the idea that a ring road could bring back trade. Nobody laughed.\n"
    "The ferry sails\nEvery day the ferry sails at 3.30 p.m. from the quay, and the mayor is on it."
)


def found(exact: str, text: str = TEXT, source: Source | None = None) -> Finding:
    source = source or Source("s")
    return check_quotes([("a", Quote(source.name, exact))], {source.name: source}, {source.name: Document(text, "h")})[
        0
    ]


def told(exact: str, text: str) -> list[tuple[str, str]]:
    return [(cue.kind.value, cue.words) for cue in found(exact, text).cues]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Mr. Smith came. He left.", ["Mr. Smith came.", "He left."]),
        ("Gen. A. B. Brown spoke.", ["Gen. A. B. Brown spoke."]),
        ("The U.S. Navy left.", ["The U.S. Navy left."]),
        ("He lives in the U.S. They do not.", ["He lives in the U.S.", "They do not."]),
        ("It cost 3.5 million. No. 5 was sold.", ["It cost 3.5 million.", "No. 5 was sold."]),
        ("On 3 Nov. 2014 it ended.", ["On 3 Nov. 2014 it ended."]),
        ("“Will you go?” he asked. “No.” Then he went.", ["“Will you go?” he asked.", "“No.”", "Then he went."]),
        ("It is over (for now.) She agreed.", ["It is over (for now.)", "She agreed."]),
        ("Well … maybe. Really?! Yes.", ["Well … maybe.", "Really?!", "Yes."]),
        ("Fish, crabs, etc. were sold. All of it.", ["Fish, crabs, etc. were sold.", "All of it."]),
        ("戦争は終わった。平和が来た。", ["戦争は終わった。", "平和が来た。"]),
        ("no stop at all", ["no stop at all"]),
        ("", [""]),
    ],
)
def test_a_paragraph_falls_into_its_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end].strip() for start, end in pairwise([0, *sentence_ends(text)])] == sentences


def test_headings_and_items_of_lists_stand_apart_and_broken_lines_do_not() -> None:
    text = "Prices\nThe price of bread rose twice in one year, and\nnobody was asked.\n- one\n- two\n\nEnd"
    lines = ["Prices", "The price of bread rose twice in one year, and nobody was asked.", "- one", "- two", "End"]
    assert laid_out(text).splitlines() == lines


@given(st.text(alphabet="ab.“” \n\t\u00a0e\u0301—A", max_size=80))
def test_laying_out_changes_nothing_that_folding_keeps(text: str) -> None:
    assert fold(laid_out(text)) == fold(text).strip(" ")


@given(st.text(alphabet="ab. A\n", max_size=60), st.data())
def test_a_sentence_holds_its_quote_and_is_of_one_paragraph(text: str, data: st.DataObject) -> None:
    laid = laid_out(text)
    start = data.draw(st.integers(0, len(laid)))
    end = data.draw(st.integers(start, len(laid)))
    passage = sentence_around(laid, start, end)
    assert passage.exact == laid[start:end].replace("\n", " ")
    assert passage.text.strip() in laid.replace("\n", " ")
    assert "\n" not in passage.before + passage.after


@pytest.mark.parametrize(
    ("exact", "sentence"),
    [
        ("met J. R. Brown", "Mr. Hall of the U.S. embassy met J. R. Brown on 3 Nov. 2014."),
        ("deal is off", "“The deal is off.”"),
        ("could bring back trade", "The mayor puts little stock in the idea that a ring road could bring back trade."),
        ("sails at 3.30", "Every day the ferry sails at 3.30 p.m. from the quay, and the mayor is on it."),
        ("in autumn", "The port in autumn"),
        (
            "trade. Nobody",
            "The mayor puts little stock in the idea that a ring road could bring back trade. Nobody laughed.",
        ),
    ],
)
def test_a_quote_is_shown_in_its_sentence_as_it_is_typed_there(exact: str, sentence: str) -> None:
    passage = found(exact).passage
    assert passage is not None
    assert passage.text == sentence


def test_the_sentence_is_that_of_the_place_which_prefix_and_suffix_tell() -> None:
    text = "They will go home. Surely nobody will stay. We think they will go away."
    quote = Quote("s", "they will go", suffix=" away")
    (one,) = check_quotes([("a", quote)], {"s": Source("s")}, {"s": Document(text, "h")})
    assert one.passage == Passage("We think ", "they will go", " away.")


@pytest.mark.parametrize(
    ("text", "exact", "kinds"),
    [
        ("Moscow puts little stock in the idea that a solution could create stability.", "could create stability",
         [("negation", "puts little stock in"), ("attribution", "the idea that")]),
        ("A solution could create stability in a year.", "could create stability", []),
        ("He does not believe that they will attack.", "they will attack",
         [("negation", "does not believe that"), ("attribution", "believe that")]),
        ("She doubts whether the road is safe.", "the road is safe", [("doubt", "doubts whether")]),
        ("If the bridge falls, the town will surrender.", "the town will surrender", [("condition", "If")]),
        ("The town will surrender unless help comes.", "will surrender", [("condition", "unless")]),
        ("According to the mayor, the town is lost.", "the town is lost", [("attribution", "According to")]),
        ("The town is lost, the mayor said.", "The town is lost", [("attribution", "said")]),
        ("They have no fleet, but the army is strong.", "the army is strong", []),
        ("They have no doubt that the army is strong.", "the army is strong", []),
        ("Not only the army is strong.", "army is strong", []),
        ("Even if it rains, the army will march.", "the army will march", []),
        ("Far from giving in, the army marches on.", "marches on", []),
        ("It could be that they might win the war.", "win the war", [("doubt", "might")]),
        ("Nobody knows. The army is strong.", "The army is strong", []),
        ("The knot was tied by another ally.", "by another ally", []),
    ],
)  # fmt: skip
def test_what_could_turn_the_sense_of_a_quote_is_to_be_looked_at(
    text: str, exact: str, kinds: list[tuple[str, str]]
) -> None:
    assert told(exact, text) == kinds


def test_words_that_their_own_source_is_said_to_say_are_as_they_should_be() -> None:
    text = "“The town is lost,” the Harbour Courier reported."
    assert not found("The town is lost", text, Source("c", publisher="Harbour Courier")).cues
    assert found("The town is lost", text, Source("c", publisher="Evening Post")).cues
    assert not named(Passage("", "the Courier", ""), [Source("c", publisher="Harbour Courier")])


def test_cues_inside_of_a_quote_are_seen_by_who_reads_it() -> None:
    assert not cues(Passage("The mayor ", "does not say that he will go", "."))


@pytest.mark.parametrize(
    ("exact", "nearest"),
    [
        ("puts no stock in the idea", "puts little stock in the idea"),
        ("the ferry sails at 4.30 p.m.", "the ferry sails at 3.30 p.m"),
        ("the emperor of a distant land", None),
        ("?!", None),
    ],
)
def test_of_a_quote_that_is_not_there_the_nearest_passage_is_shown(exact: str, nearest: str | None) -> None:
    one = found(exact)
    assert (one.status, one.nearest, one.passage) == (Status.NOT_FOUND, nearest, None)


@pytest.mark.slow
def test_the_nearest_passage_of_a_large_document_is_found_in_a_few_seconds() -> None:
    text = "The town of the river and of the hill is far from the sea. " * 50_000
    at = len(text) // 2
    began = time.process_time()
    nearest = Nearest(text[:at] + "A whale came into the harbour of the town. " + text[at:])
    for _ in range(5):
        assert nearest.to("a white whale came into the harbour") == "A whale came into the harbour"
    assert time.process_time() - began < 10


MODEL = """
standoff: 1
title: A town
sources: {courier: {publisher: Harbour Courier, file: courier.txt}}
decision_makers:
  A:
    options: {x: {}}
    prefers:
      - {that: A.x, kind: reported, quote: {source: courier, exact: could bring back trade}}
      - {that: A.x or B.y, kind: assumed, quote: {source: courier, exact: Nobody laughed}}
  B:
    options: {y: {}}
    prefers: [{that: B.y, kind: reported}, {that: A.x, kind: inferred, quote: {source: courier, exact: puts no stock}}]
"""


def test_check_and_report_tell_the_sentence_and_what_to_look_at(tmp_path: Path) -> None:
    model, folder = tmp_path / "town.yaml", tmp_path / "documents"
    model.write_text(MODEL, encoding="utf-8")
    folder.mkdir()
    (folder / "courier.txt").write_text(TEXT, encoding="utf-8")
    known = ("--sources", str(folder))
    entry = json.loads(run("check", str(model), *known, "--json").output)
    assert [one["sentence"] is not None for one in entry["quotes"]] == [True, True, False]
    assert [cue["words"] for cue in entry["quotes"][0]["look_at"]] == ["puts little stock in", "the idea that"]
    assert entry["quotes"][2]["nearest"] == "puts little stock"
    assert [(one["where"], one["kind"]) for one in entry["odd_kinds"]] == [
        ("decision_makers.A.prefers[1]", "assumed"),
        ("decision_makers.B.prefers[0]", "reported"),
    ]
    text = " ".join(run("check", str(model), *known).output.split())
    assert "“puts little stock in” stands before it (negation)" in text
    assert "decision_makers.B.prefers[0]: reported, but nobody is quoted" in text
    assert "nearest passage: “puts little stock”" in text
    page = tmp_path / "r.html"
    assert run("report", str(model), *known, "--draws", "5", "-o", str(page)).exit_code == 0
    told = page.read_text(encoding="utf-8")
    assert "puts little stock in the idea that a ring road" in told
    assert "Look at: “puts little stock in” stands before it (negation)" in told
    assert run("report", str(model), "--draws", "5", "-o", str(page), "--force").exit_code == 0
    assert "ring road" not in page.read_text(encoding="utf-8")
