"""What is claimed, put to the test: all claims in a table, or the whole chain of one."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.claim_robustness import ClaimFlip, Examination, Examined
from standoff.analysis.claims import ClaimVerdict
from standoff.conflict.evidence import Evidence
from standoff.errors import render_path
from standoff.report.blocks import Block, Fold, Inline, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.solution import stopped
from standoff.report.ties import Ties, evidence_blocks, note_blocks, verdict_mark
from standoff.wording.claim_sentences import clause, sentence
from standoff.wording.claims import (
    assumptions,
    carried,
    chance_sentence,
    construction_sentence,
    counts,
    flipped,
    marks,
    otherwise_words,
    robust_sentence,
    share_words,
    turned_sentence,
    untestable_words,
    verdict_word,
    what_robust_means,
)
from standoff.wording.words import count, joined, upper_first

RESTS = 3  # judgements on which a verdict rests that are told in the table
TITLE = "What is claimed, put to the test"
SHOWN = 8  # judgements on which one claim hangs that are told


def claimed(ties: Ties) -> Section | None:
    """The section of a report; None where no claims were tested."""
    return None if ties.found.claims is None else claims(ties, ties.found.claims)


def claims(ties: Ties, found: Examination) -> Section:
    """Every claim with its verdict, those that fail among them, and on what each verdict hangs."""
    if not found.claims and not found.not_done:
        return Section("claims", TITLE, (Paragraph(("The file makes no claims.",)),))
    notes = [words for words in (what_robust_means(found), f"This assumes: {'; '.join(assumptions(found))}.") if words]
    reasons = tuple(
        (
            Paragraph((Mark(one.claim.says), " ", sentence(ties.graph, one.outcome.witness))),
            *note_blocks(one.claim.note),
        )
        for one in found.claims
    )
    blocks: tuple[Block, ...] = (
        Paragraph((counts(found),)),
        _table(ties, found),
        Paragraph((" ".join(notes),), "aside"),
        Fold(("What came of each",), (Items(reasons),)),
        *stopped(found.not_done),
    )
    return Section("claims", TITLE, blocks)


def _came(ties: Ties, one: Examined) -> str:
    """What came of a test, as a sentence."""
    return sentence(ties.graph, one.outcome.witness)


def _table(ties: Ties, found: Examination) -> Table:
    """A row for each claim; on a page that knows its width what a verdict rests on stands below the claim."""
    rows: list[tuple[Text, ...]] = []
    below: list[tuple[Text, ...]] = []
    for one in found.claims:
        mark = verdict_mark(one)
        name = ties.claim(one.claim.id)
        rests = tuple(_pivots(ties, one)) or ("–" if one.flips is None else "no single judgement",)
        known: Text = (Mark(joined(list(marks(one))) or "–", "faint"),)
        rows.append(((one.claim.says, " (", name, ")"), known, (mark,), (share_words(one),), rests))
        says: Text = (one.claim.says, *(part for line in _rests(ties, one) for part in ("\n", *line)))
        below.append(((name,), says, (Mark(verdict_word(one), mark.look),), (share_words(one),)))
    heads: tuple[Text, ...] = (("Claim",), ("To know first",), ("Verdict",), ("Share",), ("Hangs on",))
    narrow = Table(
        (("Claim",), ("It says; what to know first; on what it rests",), ("Verdict",), ("Share",)),
        tuple(below),
        "Claims put to the test",
        whole=frozenset({0, 2, 3}),
    )
    return Table(heads, tuple(rows), "Claims put to the test", frozenset({3}), forms=(narrow,))


def _pivots(ties: Ties, one: Examined) -> Iterator[Inline]:
    """The judgements on which a verdict hangs, the first of them."""
    shown = one.pivots if ties.everything else one.pivots[:RESTS]
    for number, path in enumerate(shown):
        yield ", " if number else ""
        yield ties.judgement(path)
    if len(one.pivots) > len(shown):
        yield f" and {len(one.pivots) - len(shown)} more"


def _rests(ties: Ties, one: Examined) -> Iterator[Text]:
    """What a verdict rests on, in lines below the claim."""
    if one.outcome.verdict is ClaimVerdict.UNTESTABLE:
        yield (Mark(_came(ties, one), "faint"),)
        return
    chance = chance_sentence(one) if one.chance is not None and one.chance.always else None
    for known in (construction_sentence(one), chance, _said_back(ties, one), turned_sentence(one)):
        if known is not None:
            yield (Mark(known, "faint"),)
    if one.flips is not None:
        words = "".join(part if isinstance(part, str) else part.text for part in _pivots(ties, one))
        yield (Mark(f"rests on {words or 'no single judgement'}", "faint"),)
    untestable = untestable_words(one)
    if untestable is not None:
        yield (Mark(untestable, "faint"),)


def _said_back(ties: Ties, one: Examined) -> str | None:
    """Which judgements stand on the very words on which the claim stands; None where none does."""
    if not one.said_back:
        return None
    links = [ties.judgement(render_path(judgement.path)) for judgement in one.said_back]
    named = joined([link if isinstance(link, str) else link.text for link in links])
    return f"Said back: {named} {'stand' if len(one.said_back) > 1 else 'stands'} on the same words of the source."


# One claim


def explained(ties: Ties, found: Examination, one: Examined) -> Section:
    """The whole chain of one claim: from the sentence to the test, the verdict, and the judgements it hangs on."""
    blocks: list[Block] = [Paragraph((one.claim.says,))]
    if one.claim.quote is not None:
        blocks += evidence_blocks(ties, Evidence(quote=one.claim.quote))
    blocks += note_blocks(one.claim.note)
    robust = robust_sentence(one, found.draws)
    came: Text = (
        "It ",
        Mark(one.outcome.verdict.value),
        f": {clause(one.outcome.witness, ties.graph)}.",
        f" {robust}" if robust else "",
    )
    known = (construction_sentence(one), chance_sentence(one), _said_back(ties, one), turned_sentence(one))
    blocks += [Paragraph((words,)) for words in known if words is not None]
    blocks.append(Paragraph(came))
    if one.otherwise:
        heads: tuple[Text, ...] = (("The same sentence",), ("Verdict",))
        tested = tuple(((otherwise_words(each),), (each.verdict.value,)) for each in one.otherwise)
        blocks.append(Fold(("Tested otherwise",), (Table(heads, tested, "The same sentence, tested otherwise"),)))
    if one.flips is not None and one.outcome.verdict is not ClaimVerdict.UNTESTABLE:
        blocks += _hangs(ties, one)
    return Section("claim", one.claim.id, (*blocks, *stopped(found.not_done)))


def _hangs(ties: Ties, one: Examined) -> Iterator[Block]:
    """The judgements on which the verdict hangs, and what changes of each do to it."""
    by_path: dict[str, list[ClaimFlip]] = {}
    for flip in one.flips or ():
        by_path.setdefault(flip.edit.where, []).append(flip)
    if not by_path:
        yield Paragraph(("No single change of a judgement changes the verdict.",))
        return
    shown = list(by_path.items())[: None if ties.everything else SHOWN]
    items = tuple(tuple(_pivot(ties, path, made)) for path, made in shown)
    blocks: list[Block] = [Items(items)]
    if len(by_path) > len(shown):
        blocks.append(Paragraph((f"… and {len(by_path) - len(shown):,} more",), "more"))
    yield Part((f"It hangs on {count(len(by_path), 'judgement')}",), tuple(blocks))


def _pivot(ties: Ties, path: str, made: list[ClaimFlip]) -> Iterator[Block]:
    judgement = carried(ties.graph, made[0].edit)
    says = ties.meaning(path) or judgement.says
    yield Paragraph((Mark(upper_first(says)), " (", ties.judgement(path), ")"))
    if judgement.evidence != Evidence():
        yield from evidence_blocks(ties, judgement.evidence)
    yield Items(tuple((Paragraph((line,)),) for line in flipped(ties.graph, made)))
