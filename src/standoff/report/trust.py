"""How far to trust it: measured relations, judgements without a quote, how it was computed."""

from __future__ import annotations

from standoff._version import __version__
from standoff.conflict.model import Judgement
from standoff.documents.entries import fingerprint
from standoff.errors import render_path
from standoff.report.blocks import Block, Items, Mark, Paragraph, Section, Table, Text
from standoff.report.findings import Findings
from standoff.report.relations import relations
from standoff.report.ties import KINDS, Ties
from standoff.wording.abridged import PROSE, TITLE
from standoff.wording.words import count, upper_first

UNSOURCED = 200


def relations_section(ties: Ties) -> Section | None:
    """The relation that is cited, measured from event data."""
    found, given = ties.found.relations, ties.found.conflict.relations
    return None if found is None else relations(found, ties.everything, given.citation if given else None)


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
