"""The sentences of every answer read well: who does what, in the plain words of the ladder, and states by words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from checks import chunks, loaded, sized, slow_but
from standoff import casebook
from standoff.concepts import CONCEPTS
from standoff.conflict.model import Conflict
from standoff.inquiries.asking import Question, Subject
from standoff.inquiries.moving import (
    CoalitionsQuestion,
    DealsQuestion,
    FlipsQuestion,
    InvertQuestion,
    PathsQuestion,
)
from standoff.inquiries.standing import ExplainQuestion, SolveQuestion
from standoff.inquiries.trust import ClaimsQuestion, MisreadQuestion, StressQuestion
from standoff.progress import Watch
from standoff.report.blocks import Block, Fold, Items, Paragraph, Part, Table, plain
from strategies.conflicts import random_conflict, random_viewed

RANDOM = 60
UGLY = ("  ", " .", " ,", "..", ", ,", " ;", "“”", "the the ", "()", "Standing", " :")
ONE = "is|has|gains|wants|moves|means|takes|thinks|does|stays|misjudges|misreads|sees|holds|prefers|comes|knows"
CONCEPT = re.compile(rf"\b({'|'.join(CONCEPTS)})\b")
EXACT = ("Published answers",)  # what others have computed, by their own terms


def told(blocks: Sequence[Block]) -> Iterator[str]:
    """What is read without a click: titles, sentences, cells of tables as wide as they are."""
    for block in blocks:
        match block:
            case Paragraph(words, _):
                yield plain(words)
            case Items(items):
                for item in items:
                    yield from told(item)
            case Part(title, within) if plain(title) not in EXACT:
                yield plain(title)
                yield from told(within)
            case Fold(summary, _):
                yield plain(summary)
            case Table(heads, rows):
                yield from (plain(cell) for row in (heads, *rows) for cell in row)


def answers(conflict: Conflict) -> Iterator[tuple[Question, list[str]]]:
    """Each question with what is told in answer."""
    subject = Subject(conflict)
    quo = subject.graph.meaning.status_quo
    state = subject.graph.states.names[0 if quo is None else quo]
    asked: list[Question] = [SolveQuestion(), ExplainQuestion(state), InvertQuestion(state), FlipsQuestion(pairs=20)]
    asked += [CoalitionsQuestion(), MisreadQuestion(), ClaimsQuestion(draws=0, flips=False), StressQuestion(draws=20)]
    if quo is not None:
        asked += [PathsQuestion(), PathsQuestion(to=state), DealsQuestion()]
    for question in asked:
        section = question.section(subject, question.answer(subject, Watch()))
        yield question, [section.title, *told(section.blocks)]


def without_brackets(text: str) -> str:
    """The text without what is in brackets, innermost first, and without what the author wrote in quotes."""
    text, before = re.sub(r"“[^“”]*”", "“…”", text), ""
    while text != before:
        text, before = re.sub(r"\([^()]*\)", "", text), text
    return text


def assert_reads_well(conflict: Conflict, named: bool = True) -> None:
    """Rules that can be stated; ``named``: each state has words."""
    plurals = [re.escape(dm.label) for dm in conflict.decision_makers if dm.plural]
    wrong_verb = re.compile(rf"({'|'.join(plurals)}) ({ONE})\b") if plurals else None
    for question, sentences in answers(conflict):
        for text in sentences:
            where = (question.name, text)
            assert not [ugly for ugly in UGLY if ugly in text.replace("…", "x").replace("x :", "")], where
            assert not re.search(r"None(?! is|:)", text), where
            assert not CONCEPT.search(without_brackets(text)), where
            assert not named or not re.search(r"\bstates? \d", without_brackets(text)), where
            assert wrong_verb is None or not wrong_verb.search(text), where
            assert text == text.strip(), where


def plural(conflict: Conflict) -> Conflict:
    """The same where the title of everybody is a plural."""
    makers = (replace(dm, title=f"the rebels of {dm.name}", plural=True) for dm in conflict.decision_makers)
    return replace(conflict, decision_makers=tuple(makers))


@pytest.mark.parametrize("name", slow_but(casebook.names(), "chicken", "cuba-1962", "garrison-diversion-unit"))
def test_answers_about_a_case_read_well(name: str) -> None:
    assert_reads_well(casebook.load(name))


@pytest.mark.parametrize("name", slow_but(["cuba-1962", "elmira"], "cuba-1962"))
def test_verbs_agree_with_titles_that_are_plurals(name: str) -> None:
    assert_reads_well(plural(casebook.load(name)))


@pytest.mark.parametrize("chunk", chunks(10))
def test_answers_about_random_conflicts_read_well(chunk: int) -> None:
    for seed in range(chunk, sized(30, RANDOM), 10):
        make = random_viewed if seed % 2 else random_conflict
        drawn = loaded(make(random.Random(seed), "option", 16))
        assert_reads_well(plural(drawn) if seed % 3 == 0 else drawn)
