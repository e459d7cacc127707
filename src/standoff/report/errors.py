"""How many judgements would have to be wrong at the same time for the verdict on the status quo to turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.errors_needed import ErrorsNeeded, Mistake
from standoff.report.blocks import Block, Inline, Items, Paragraph, Part, Table, Text
from standoff.report.ties import Ties
from standoff.wording.edits import edit_words
from standoff.wording.errors import errors_cell, errors_lead, others_words, turned
from standoff.wording.ladder import least_words
from standoff.wording.states import PRESENT
from standoff.wording.words import upper_first

TITLE = "How many judgements would have to be wrong"
HEADS: tuple[Text, ...] = (("Now",), ("If only doubtful ones can be",), ("or likely ones too",), ("or any",))


def errors_part(ties: Ties, found: Sequence[ErrorsNeeded]) -> Iterator[Block]:
    """By how firmly it stands: whether it does, the fewest errors that would change that, and the most believable."""
    if not found:
        return
    rows: list[tuple[Text, ...]] = []
    items: list[tuple[Block, ...]] = []
    for one in found:
        name = upper_first(least_words(one.concept))
        rows.append(((name,), ("yes" if one.stable else "no",), *((errors_cell(errors),) for errors in one.by_grade)))
        items.append((Paragraph(tuple(_cheapest(ties, one))),))
    table = Table((((f"{upper_first(PRESENT)} is",)), *HEADS), tuple(rows), TITLE)
    yield Part((TITLE,), (table, Paragraph((errors_lead(ties.found.conflict),), "aside"), Items(tuple(items))))


def _cheapest(ties: Ties, one: ErrorsNeeded) -> Iterator[Inline]:
    """What would have to be wrong, the most believable set of the fewest."""
    cheapest = one.cheapest
    if cheapest is None or cheapest.first is None:
        yield turned(one)
        return
    yield f"{turned(one)}: "
    yield from mistaken(ties, cheapest.first)
    yield f"{others_words(cheapest)}."


def mistaken(ties: Ties, chosen: Sequence[Mistake]) -> Iterator[Inline]:
    """Judgements taken for wrong, each with what is done to it."""
    for number, mistake in enumerate(chosen):
        yield " and " if number else ""
        yield ties.judgement(mistake.edit.where)
        yield f" ({ties.says(mistake.judgement)}): {edit_words(ties.graph, mistake.edit)}"
