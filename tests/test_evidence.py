from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.errors import UnreadableFile
from standoff.evidence import (
    Document,
    Grade,
    Quote,
    Source,
    Status,
    check,
    find,
    fold,
    read_document,
    read_documents,
)

TEXT = "He said “no—never”.\nShe  said it twice: it was it. Café\u00a0noir."


@pytest.mark.parametrize(
    ("exact", "status", "places"),
    [
        ("“no—never”", Status.EXACT, 1),
        ('"no-never"', Status.NORMALISED, 1),
        ("She said", Status.NORMALISED, 1),
        ("never”. She", Status.NORMALISED, 1),
        ("Cafe\u0301 noir", Status.NORMALISED, 1),
        ("it was", Status.EXACT, 1),
        ("it", Status.EXACT, 3),
        ("he SAID", Status.NOT_FOUND, 0),
        ("no - never", Status.NOT_FOUND, 0),
        ("Cafe noir", Status.NOT_FOUND, 0),
        ("sai ", Status.NOT_FOUND, 0),
        ("said ", Status.EXACT, 2),
        ("said it", Status.EXACT, 1),
        ("said no", Status.NOT_FOUND, 0),
    ],
)
def test_a_quote_is_found_as_it_is_or_with_typography_folded_or_not(exact: str, status: Status, places: int) -> None:
    assert find(Quote("s", exact), TEXT)[:2] == (status, places)


@pytest.mark.parametrize(
    ("prefix", "suffix", "status", "places"),
    [
        ("twice: ", "", Status.EXACT, 1),
        ("twice:", "", Status.EXACT, 1),
        ("", " was", Status.EXACT, 1),
        ("was", ".", Status.EXACT, 1),
        ("said", "", Status.EXACT, 1),
        ("She said", "", Status.NORMALISED, 1),
        ("nobody", "", Status.NOT_FOUND, 0),
        ("tw ", "", Status.NOT_FOUND, 0),
        ("", " w", Status.EXACT, 1),
    ],
)
def test_prefix_and_suffix_tell_places_apart(prefix: str, suffix: str, status: Status, places: int) -> None:
    assert find(Quote("s", "it", prefix, suffix), TEXT)[:2] == (status, places)


def test_words_that_stand_elsewhere_are_said_to() -> None:
    assert "not between" in str(find(Quote("s", "it", "nobody"), TEXT)[2])


def test_a_place_where_a_line_breaks_counts_too() -> None:
    assert find(Quote("s", "red line"), "The red line matters. They spoke of a red\nline.")[:2] == (Status.EXACT, 2)


def test_white_space_is_folded_but_not_dropped() -> None:
    assert find(Quote("s", "war "), "The warfare went on.")[0] is Status.NOT_FOUND
    assert find(Quote("s", "fare", "war "), "The warfare went on.")[0] is Status.NOT_FOUND
    assert find(Quote("s", "fare", "war"), "The warfare went on.")[0] is Status.EXACT


def test_overlapping_places_all_count() -> None:
    assert find(Quote("s", "aa"), "aaa")[1] == 2


@given(st.text(max_size=40), st.text(min_size=1, max_size=10).filter(str.strip), st.text(max_size=40))
def test_what_stands_in_a_text_is_found_exactly(before: str, exact: str, after: str) -> None:
    assert find(Quote("s", exact), before + exact + after)[0] is Status.EXACT


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_source_without_document_is_looked_for_in_what_passes_it_on() -> None:
    sources = {"paper": Source("paper", via=("article",)), "article": Source("article", via=("paper",))}
    documents = {"article": Document("some words", "hash", "article.txt")}
    found, missing = check([("a", Quote("paper", "some words")), ("b", Quote("nowhere", "some"))], sources, documents)
    assert (found.status, found.document, found.sha256) == (Status.EXACT, "article.txt", "hash")
    assert missing.status is Status.NO_DOCUMENT


def test_ambiguity_is_told_beside_the_status() -> None:
    found = check([("a", Quote("s", "it"))], {"s": Source("s")}, {"s": Document(TEXT, "h")})[0]
    assert found.ambiguous
    assert found.status is Status.EXACT


def test_a_grade_has_two_halves() -> None:
    grade = Grade("B", "2")
    assert (str(grade), grade.words) == ("B2", "usually reliable; probably true")
    with pytest.raises(ValueError, match="A-F"):
        Grade("G", "2")


def test_html_becomes_text_with_blocks_apart_and_inline_markup_gone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><head><title>t</title></head><body><p>one <b>wo</b>rd</p><p>two</p></body></html>")
    text = fold(read_document(path).text)
    assert "one word two" in text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>" + "<div>" * 400 + "deep words" + "</div>" * 400, "deep words"),
        ("<p>" + "long " * 500_000 + "words</p>", "long words"),
        ("one<hr>two", "one two"),
        ("a<br>b", "a b"),
        ("", ""),
    ],
)
def test_no_text_of_a_page_is_lost(html: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    assert text in fold(read_document(path).text)


def test_a_page_that_would_take_for_ever_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p " + " ".join(f'a{k}="1"' for k in range(100_000)) + ">x</p>")
    with pytest.raises(UnreadableFile, match="64 KiB"):
        read_document(path)


def test_everything_wrong_with_documents_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"a\0b")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    sources = [Source(name, file=file) for name, file in (("a", "binary.txt"), ("b", "loop.txt"), ("c", "x" * 300))]
    with pytest.raises(UnreadableFile) as error:
        read_documents(sources, tmp_path)
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [f"sources.{n}.file" for n in "abc"]


def test_documents_outside_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("secret")
    for name in ("../out.txt", str(tmp_path / "out.txt")):
        with pytest.raises(UnreadableFile, match="outside"):
            read_documents([Source("s", file=name)], tmp_path / "in")


def test_a_document_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_document(path)
