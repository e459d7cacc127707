"""How far to trust it: robustness, claims, measured relations, judgements without a quote, how it was computed."""

from __future__ import annotations

from collections.abc import Sequence

from standoff._version import __version__
from standoff.abridged import PROSE, TITLE
from standoff.documents.entries import fingerprint
from standoff.errors import render_path
from standoff.model import Judgement
from standoff.plots.robustness import robustness as robustness_picture
from standoff.rendering import claims as claiming
from standoff.rendering.stress import assumptions
from standoff.report.blocks import Block, Figure, Fold, Inline, Items, Mark, Paragraph, Section, Table, Text
from standoff.report.findings import Findings
from standoff.report.relations import relations as relations_section
from standoff.report.ties import KINDS, Ties, verdict_mark
from standoff.words import count, upper_first

DRIVERS, RESTS, UNSOURCED = 8, 3, 200


def robustness(ties: Ties) -> Section | None:
    """In which share of draws the answer holds, and what drives the spread."""
    stress = ties.found.stress
    if stress is None:
        return None
    blocks: list[Block] = []
    picture = robustness_picture(stress, ties.graph)
    if picture is not None:
        blocks.append(Figure("robustness", picture, "Shares of draws, with 95 % intervals."))
    most: dict[str, dict[str, float]] = {}
    for one in stress.drivers:
        most.setdefault(one.path, {})[one.concept] = one.share
    order = sorted(most, key=lambda path: -max(most[path].values()))
    order = [path for path in order if max(most[path].values()) >= 0.01][:DRIVERS]
    if order:
        concepts = list(dict.fromkeys(one.concept for one in stress.drivers))
        rows = tuple(_driving(ties, path, [most[path].get(name) for name in concepts]) for path in order)
        heads: tuple[Text, ...] = (("Judgement",), *((name,) for name in concepts))
        right = frozenset(range(1, len(concepts) + 1))
        blocks.append(
            Table(heads, rows, "What drives the spread of the verdict on the status quo (first order)", right)
        )
    assumes = f"{count(stress.draws, 'draw')}, seed {stress.seed}. This assumes: {'; '.join(assumptions(stress))}."
    blocks.append(Paragraph((assumes,), "aside"))
    return Section("robustness", "How robust it is", tuple(blocks))


def _driving(ties: Ties, path: str, shares: Sequence[float | None]) -> tuple[Text, ...]:
    """A judgement, and how much of the spread it drives under each concept."""
    return (ties.judgement(path), f" {ties.meaning(path)}"), *(
        ("–" if one is None else f"{one:.0%}",) for one in shares
    )


def claims(ties: Ties) -> Section | None:
    """What the source says, put to the test."""
    told = ties.found.claims
    if told is None:
        return None
    rows: list[tuple[Text, ...]] = []
    for one in told.claims:
        rests: list[Inline] = []
        for path in one.pivots[:RESTS]:
            rests += [", ", ties.judgement(path)] if rests else [ties.judgement(path)]
        more = f" and {len(one.pivots) - RESTS} more" if len(one.pivots) > RESTS else ""
        nothing = "–" if one.flips is None else "no single judgement"
        rests_on: Text = (*rests, more) if rests else (nothing,)
        rows.append(
            (
                (one.claim.says, " (", ties.claim(one.claim.id), ")"),
                (verdict_mark(one),),
                (claiming.share_words(one),),
                rests_on,
            )
        )
    heads: tuple[Text, ...] = (("Claim",), ("Verdict",), ("Robust",), ("Hangs on",))
    table = Table(heads, tuple(rows), "Claims put to the test", frozenset({2}))
    robust = f"Robust: in how many of {told.draws:,} draws of uncertain judgements it holds. " if told.draws else ""
    note = Paragraph((f"{robust}This assumes: {'; '.join(claiming.assumptions(told))}.",), "aside")
    reasons = tuple((Paragraph((Mark(one.claim.says), " ", one.sentence)),) for one in told.claims)
    return Section(
        "claims", "What is claimed, put to the test", (table, note, Fold(("What came of each",), (Items(reasons),)))
    )


def relations(ties: Ties) -> Section | None:
    """The relation that is cited, measured from event data."""
    found, given = ties.found.relations, ties.found.conflict.relations
    return None if found is None else relations_section(found, ties.everything, given.citation if given else None)


def unsourced(ties: Ties) -> Section | None:
    """The judgements that carry no quote."""
    bare = [one for one in ties.judgements if one.evidence.quote is None]
    if not bare:
        return None
    rows = tuple(_bare(ties, one) for one in bare[:UNSOURCED])
    lead = f"{len(bare):,} of {count(len(ties.judgements), 'judgement')} carry no quote: somebody holds them to be so."
    blocks: list[Block] = [Paragraph((lead,))]
    heads: tuple[Text, ...] = (("Judgement",), ("What it says",), ("Kind",))
    blocks.append(Table(heads, rows, "Judgements without a quote"))
    if len(bare) > UNSOURCED:
        blocks.append(Paragraph((f"… and {len(bare) - UNSOURCED:,} more",), "aside"))
    return Section("unsourced", "On nobody's word but the author's", tuple(blocks))


def _bare(ties: Ties, one: Judgement) -> tuple[Text, ...]:
    kind = KINDS[one.evidence.kind] if one.evidence.kind else "no kind stated"
    return (ties.judgement(render_path(one.path)),), (upper_first(ties.says(one)),), (kind,)


def method(ties: Ties) -> Section:
    """How it was computed: version, fingerprint of the model, what was asked, what was left out."""
    found, analysis = ties.found, ties.found.analysis
    graph = ties.graph
    facts: list[tuple[Text, ...]] = [
        (("Model",), (found.conflict.title,)),
        (("Fingerprint (SHA-256)",), (Mark(fingerprint(found.as_given), "code"),)),
        (("Program",), (f"Standoff {__version__}, {analysis.engine} engine",)),
        (("Size",), (f"{count(len(graph.dms), 'decision maker')}, {count(len(graph.states), 'feasible state')}",)),
        (("Concepts",), (", ".join(analysis.stable),)),
        (("Draws",), (_draws(found),)),
    ]
    blocks: list[Block] = [Table((("",), ("",)), tuple(facts), "The model, the program, and what was asked")]
    if found.original is not None:
        cut = (
            f"Texts are cut here, each with a note of how much: titles at {TITLE:,} characters, all else at {PROSE:,}. "
            "The file of the conflict and the report as JSON have them whole."
        )
        blocks.append(Paragraph((cut,)))
    rest = [*analysis.left_out.items(), *found.left_out.items()]
    if rest:
        items = tuple((Paragraph((Mark(name), f": {why}.")),) for name, why in rest)
        blocks += [Paragraph(("Left out:",)), Items(items)]
    says = (
        "The method is the Graph Model for Conflict Resolution: decision makers, their options, the states that these "
        "make, the moves that each controls, and the order in which each prefers the states. Preferences are ordinal. "
        "A concept of stability says which answers of others somebody looks at before it moves; what each looks at is "
        "told with the answer."
    )
    blocks.append(Paragraph((says,)))
    return Section("method", "How it was computed", tuple(blocks))


def _draws(found: Findings) -> str:
    if found.stress is None:
        return "none"
    return f"{found.stress.draws:,}, seed {found.stress.seed}"
