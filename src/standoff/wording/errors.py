"""Errors needed in words: how many judgements would have to be wrong for a verdict to turn."""

from __future__ import annotations

from standoff.analysis.errors_needed import Errors, ErrorsNeeded
from standoff.conflict.evidence import Sure
from standoff.conflict.model import Conflict
from standoff.wording.ladder import least_words
from standoff.wording.states import PRESENT
from standoff.wording.words import count, upper_first

_POOLS = {
    Sure.DOUBTFUL: "marked doubtful",
    Sure.LIKELY: "marked likely or doubtful",
    Sure.CERTAIN: "",
}


def errors_cell(errors: Errors) -> str:
    """The fewest errors: ``1``, ``at least 3``, ``never``."""
    if errors.sets:
        return f"{errors.least:,}"
    return "never" if errors.impossible else f"at least {errors.least:,}"


def errors_lead(conflict: Conflict) -> str:
    """What is counted."""
    among = " Definitions are among them where evidence is given for them."
    return (
        "The fewest judgements that would have to be wrong at the same time, each by one smallest change of it; "
        f"never: no such set of these judgements would do.{among if conflict.definitions else ''}"
    )


def others_words(errors: Errors) -> str:
    """What else would do, after the first set: other changes of the same judgements, and sets of others."""
    sets = [frozenset(one.judgement.path for one in chosen) for chosen in errors.sets]
    ways, others = sets.count(sets[0]) - 1, len(set(sets)) - 1
    told = count(ways, "other change") + (" of it" if len(sets[0]) == 1 else " of them") if ways else ""
    more = f"{others:,} more such {'set' if others == 1 else 'sets'}" if others else ""
    return "".join(f"; {part}" for part in (told, more) if part)


def turned(one: ErrorsNeeded) -> str:
    """How many errors would turn a verdict, as a sentence; without its stop where what they are follows."""
    verdict = f"{upper_first(PRESENT)} would {'no longer be' if one.stable else 'be'} {least_words(one.concept)}"
    errors = one.cheapest
    if errors is None:
        least = one.fewest
        if least.impossible:
            return f"{verdict} after no set of errors."
        return f"{verdict} if {count(least.least, 'judgement')} or more were wrong at the same time."
    pool = f" {_POOLS[errors.grade]}" if _POOLS[errors.grade] else ""
    if errors.least == 1:
        return f"{verdict} if a single judgement{pool} were wrong"
    return f"{verdict} if {count(errors.least, 'judgement')}{pool} were wrong at the same time"
