"""How sources are cited: by author or publisher, short title and date, and never two alike."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import SMALL, run, written
from standoff.conflict.evidence import MAX_CITED_AUTHORS, MAX_CITED_TITLE, Source, citations
from standoff.formats import loads
from standoff.inquiries.asking import Subject
from standoff.inquiries.files import docx, html, markdown
from standoff.inquiries.report import ReportOptions, find_all
from standoff.report.contents import report
from standoff.writers.typst import typst as typeset

LONG = "Report on talks between Russian and Iranian officials in Moscow, as the article quotes it"


@pytest.mark.parametrize(
    ("source", "cited"),
    [
        (Source("s", "A title", "An author", "A house", "2015"), "An author: A title, 2015"),
        (Source("s", "A title", publisher="A house", published="2015-09-22"), "A house: A title, 2015-09-22"),
        (Source("s", "A title"), "A title"),
        (Source("s", authors="An author", published="2015"), "An author, 2015"),
        (Source("s", published="2015"), "s, 2015"),
        (Source("s"), "s"),
        (Source("s", "A title\non two  lines"), "A title on two lines"),
        (Source("s", LONG), "Report on talks between Russian and Iranian…"),
        (Source("s", "停" * 60), "停" * 49 + "…"),
        (Source("s", "A " + "very" * 20), "A " + "very" * 11 + "ver…"),
        (Source("s", "A title", "An author and " * 5), "An author and An author and An author…: A title"),
    ],
)
def test_a_source_is_cited_by_author_or_publisher_short_title_and_date(source: Source, cited: str) -> None:
    assert citations([source]) == {"s": cited}


def test_sources_that_would_be_cited_alike_have_their_names_beside_it() -> None:
    same = [Source(name, "Notes", "An author", published="2015") for name in ("one", "two")]
    other = Source("three", "Letters", "An author", published="2015")
    in_disguise = Source("four", "Notes", "An author", published="2015 [one]")
    assert citations([*same, other]) == {
        "one": "An author: Notes, 2015 [one]",
        "two": "An author: Notes, 2015 [two]",
        "three": "An author: Letters, 2015",
    }
    assert len(set(citations([*same, in_disguise]).values())) == 3


WORDS = st.none() | st.sampled_from(["Notes", LONG, LONG + " again", "Notes [a]", "a"])
SOURCES = st.builds(lambda *parts: parts, WORDS, WORDS, WORDS, st.none() | st.just("2015"))


@given(st.dictionaries(st.sampled_from("abcdef"), SOURCES))
def test_no_two_sources_are_cited_alike(given: dict[str, tuple[str | None, ...]]) -> None:
    sources = [
        Source(name, title, authors, publisher, published)
        for name, (title, authors, publisher, published) in given.items()
    ]
    cited = citations(sources)
    assert list(cited) == list(given)
    assert len(set(cited.values())) == len(given)
    most = MAX_CITED_AUTHORS + len(": ") + MAX_CITED_TITLE + len(", 2015")
    assert all(len(words.split(" [")[0]) <= most for words in cited.values())


# Wherever something is cited

QUOTED = "{{that: {that}, kind: reported, quote: {{source: {source}, exact: {exact}}}}}"
FIRST, SECOND, THIRD = (QUOTED.format(that="A.y = hi", source=name, exact=f"words of {name}") for name in "nml")
SAME_AUTHOR = (
    SMALL.replace("prefers: [A.y = hi]", f"prefers: [{FIRST}]").replace(
        "[B.x, not A.x]",
        f"[{SECOND.replace('A.y = hi', 'B.x')}, {THIRD.replace('A.y = hi', 'not A.x')}]",
    )
    + """
sources:
  n: {title: Notes from the north, authors: A. Writer, published: 2015, grade: B2}
  m: {title: Letters, authors: A. Writer, published: 2015, grade: C3}
  l: {title: Letters, authors: A. Writer, published: 2015, via: n}
claims:
  - {id: quiet, says: It rests, quote: {source: m, exact: it rests}, test: {holds: {concept: Nash}}}
"""
)
CITED = {
    "n": "A. Writer: Notes from the north, 2015",
    "m": "A. Writer: Letters, 2015 [m]",
    "l": "A. Writer: Letters, 2015 [l]",
}
GRADED = {"n": CITED["n"] + ", B2", "m": CITED["m"] + ", C3", "l": f"{CITED['l']}, via {CITED['n']}"}


def said(*words: str) -> str:
    """What a command prints, on one line."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def document(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


@pytest.mark.parametrize(
    ("verb", "further"),
    [("explain", ["status_quo"]), ("flips", ["--all"]), ("claims", ["--explain", "quiet", "--all"])],
)
def test_two_sources_of_one_author_and_year_are_told_apart(verb: str, further: list[str], tmp_path: Path) -> None:
    text = said(verb, written(tmp_path, SAME_AUTHOR), *further)
    told = {name for name, cited in GRADED.items() if f"“words of {name}” ({cited})" in text}
    assert told
    assert all(f"“words of {name}”" not in text for name in GRADED.keys() - told)
    assert verb != "claims" or f"“it rests” ({GRADED['m']})" in text


def test_a_check_lists_the_sources_as_they_are_cited(tmp_path: Path) -> None:
    path = written(tmp_path, SAME_AUTHOR)
    text = said("check", path)
    assert all(
        f"{name} {cited} {number}" in text for (name, cited), number in zip(CITED.items(), (1, 2, 1), strict=True)
    )
    assert {one["source"]: one["citation"] for one in document("check", path)["quotes"]} == CITED


def test_documents_have_the_citation_beside_the_quote(tmp_path: Path) -> None:
    path = written(tmp_path, SAME_AUTHOR)
    (claim,) = document("claims", path)["claims"]
    flipped = [one["quote"] for one in document("flips", path)["flips"]]
    quotes = [claim["quote"], *(one["quote"] for one in claim["flips"]), *flipped]
    assert {quote["source"] for quote in quotes if quote} == {"m", "l"}
    assert all(quote["citation"] == CITED[quote["source"]] for quote in quotes if quote)


@pytest.mark.slow
def test_a_report_tells_them_apart_in_every_form() -> None:
    found = find_all(Subject(loads(SAME_AUTHOR)), ReportOptions(draws=5))
    for text in (html(found), markdown(found).replace("\\", ""), typeset(report(found)), _words(docx(found))):
        assert all(cited in " ".join(text.split()) for cited in GRADED.values())


def _words(made: bytes) -> str:
    document = pytest.importorskip("docx").Document(io.BytesIO(made))
    return "".join(document.element.body.itertext())
