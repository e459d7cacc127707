"""The finding in one sentence, and what the first page says of certainty."""

from __future__ import annotations

from standoff.analysis.brief import Brief
from standoff.analysis.deals import Deal
from standoff.concepts import Standing
from standoff.conflict.evidence import Sure
from standoff.conflict.model import Conflict, Judgement, Weights
from standoff.wording.ladder import at_least
from standoff.wording.people import agrees, names_of
from standoff.wording.words import count, joined


def headline(told: Brief) -> str:
    """What was found, in one sentence: whether it lasts, and who could agree on something better."""
    if told.firmness is None:
        return "Where could it rest?"
    graph = told.analysis.graph
    found = lasts(told).removesuffix(".")
    first = next(iter(told.best_deals), None)
    if first is None:
        return f"{found}."
    if told.firmness is Standing.AT_REST and not first.lasts:
        gaining = names_of(graph, first.gaining)
        return f"Nobody gains by moving alone; {gaining} would gain by agreement, but that would not last."
    if told.firmness is Standing.AT_REST:
        if first.unharmed:
            gaining, asked = names_of(graph, first.gaining), names_of(graph, first.unharmed)
            return f"Nobody gains by moving alone, but {gaining} would if {asked} agreed."
        return f"Nobody gains by moving alone, but {names_of(graph, first.group)} can together."
    if not first.lasts:
        return f"{found}."
    if leads_there(told, first):
        each = ", each alone" if moves_anyway(told, first) else ""
        could = "they" if each else names_of(graph, first.group)
        return f"{found}{each}; that leads to what {could} could agree on, too."
    if moves_anyway(told, first):
        both = {one.by for one in told.leaving} == {*first.group}
        names = "they" if both else names_of(graph, first.group)
        return f"{found}, each alone; instead {names} can agree on something that would last."
    return f"{found}; {names_of(graph, first.group)} can agree on something that would last."


def moves_anyway(told: Brief, deal: Deal) -> bool:
    """Whether each of those who could make a deal will move by itself, too."""
    return {*deal.group} <= {one.by for one in told.leaving}


def leads_there(told: Brief, deal: Deal) -> bool:
    """Whether all that is gained by moving alone ends where a deal would."""
    return len(told.ends) == 1 and told.leading_end == (deal.to,)


def lasts(told: Brief) -> str:
    """Whether the present situation lasts, by the ladder, as a sentence."""
    graph = told.analysis.graph
    leaving = tuple(one.by for one in told.leaving)
    held = tuple(one.by for one in told.held if one.stands is told.firmness)
    names = names_of(graph, leaving or held)
    match told.firmness:
        case Standing.AT_REST:
            return "The present situation lasts as long as each acts alone: nobody gains by moving."
        case Standing.DETERRED:
            verb = agrees(graph, held, "is", "are")
            return f"The present situation lasts: {names} could gain, but {verb} deterred."
        case Standing.DETERRED_AT_COST:
            nobody = "and nobody would gladly answer"
            return f"The present situation lasts by costly threats only: {names} could gain, {nobody}."
    return f"The present situation will not last: {names} will move."


def in_short(firmness: Standing | None) -> str:
    """Whether it lasts, in a word or two."""
    return {
        Standing.AT_REST: "Yes, as long as each acts alone.",
        Standing.DETERRED: "Yes, by deterrence.",
        Standing.DETERRED_AT_COST: "Only by threats that nobody would gladly carry out.",
        Standing.WILL_MOVE: "No.",
        None: "",
    }[firmness]


def then_words(after: Standing) -> str:
    """How the present situation would stand after a change, as a clause."""
    if after is Standing.WILL_MOVE:
        return "the present situation would not last"
    return f"the present situation would stand, everybody {at_least(after)}"


def sure_words(judgement: Judgement) -> str:
    """What kind of judgement it is, and how sure: ``an inference marked doubtful``."""
    evidence = judgement.evidence
    if evidence.kind is None and evidence.sure is not Sure.CERTAIN:
        return f"marked {evidence.sure}"
    kinds = {None: "of no stated kind", "reported": "reported", "inferred": "an inference", "assumed": "an assumption"}
    kind = kinds[None if evidence.kind is None else str(evidence.kind)]
    if evidence.sure is Sure.CERTAIN:
        return kind
    return f"{'a report' if kind == 'reported' else kind} marked {evidence.sure}"


def together_words(told: Brief) -> str:
    """What is known of several judgements wrong at the same time, where no single change turns it: an end."""
    if told.errors is None:
        return "; several at the same time were not tried"
    fewest = told.errors.fewest
    if fewest.sets:
        return "" if fewest.least == 1 else f"; {count(fewest.least, 'judgement')} wrong at the same time would: "
    return "; nor do several" if fewest.impossible else f"; at least {fewest.least:,} would have to be wrong together"


def not_varied(conflict: Conflict, drawn: bool) -> str:
    """What was not varied at all, as a sentence."""
    spoken = any(not one.calls and not one.is_judgement for one in conflict.definitions)
    left = ["definitions without evidence"] if spoken else []
    if any(isinstance(dm.preference, Weights) for dm in conflict.decision_makers):
        left.append("the sizes of weights")
    left += ["new rules", "who takes part", "which options there are"]
    also = ", and in the draws what is marked certain" if drawn else ""
    return f"Not varied: {joined(left)}{also}."
