"""Who is with whom, asked of the table of event data that a conflict names; actors and spans as people say them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.errors import StandoffError, UnknownName
from standoff.inquiries.asking import Question, Subject, listed, option
from standoff.progress import Watch

if TYPE_CHECKING:
    from standoff.analysis.measured import MeasuredAffinities
    from standoff.conflict.model import Conflict
    from standoff.inquiries.report import ReportOptions
    from standoff.relations.panel import Panel
    from standoff.relations.study import Relations
    from standoff.report.blocks import Section

Spans = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class RelationsQuestion(Question):
    """Measure who is with whom from the event data that the conflict's file names."""

    name = "relations"
    group = "Where it stands"
    main = "dyads"
    dyad: str | Sequence[str] | None = option(
        None, "One dyad in detail (default: the one that claims are about, or that judgements cite)."
    )
    before: str | None = option(None, "A span to compare with the one after, like 2006-2010.")
    after: str | None = option(None, "A span to compare with the one before.")
    blocs: bool = option(False, "Who would stand with whom, had one to cut the panel in two.", bool)
    reference: str | None = option(None, "With blocs: on whose side (default: the first of the dyad or panel).")
    evaluate: bool = option(False, "Predict each period from the one before, against naive predictors.", bool)
    dispersion: float | None = option(None, "How many reports are worth one that is independent.", float, at_least=1)
    seed: int = option(0, "The same seed, the same draws.", int, at_least=0)

    def answer(self, subject: Subject, watch: Watch) -> Relations:
        from standoff.relations.study import RelationsOptions, study

        data, conflict = subject.measured, subject.conflict
        if data is None:
            given = "the conflict names no table of event data"
            raise StandoffError(f"relations: {given if conflict.relations is None else 'the conflict has no file'}")
        panel, dyad, spans = data.panel, listed(self.dyad), (self.before, self.after)
        if (self.before is None) != (self.after is None) or (self.before and not dyad):
            raise StandoffError("relations: before and after go together, and with a dyad")
        if dyad and len(dyad) != 2:
            raise StandoffError(f"relations: a dyad is of two, not of {len(dyad)}")
        pair: tuple[str, str] | None = (actor(panel, dyad[0]), actor(panel, dyad[1])) if dyad else None
        at: Spans = span_of(panel, spans[0]), span_of(panel, spans[1])
        if pair is None:
            pair, at = next(_dyads(conflict, data), (None, ((), ())))
        phi = float(data.given.dispersion) if self.dispersion is None else self.dispersion
        reference = actor(panel, self.reference) if self.reference else None
        options = RelationsOptions(pair, *at, self.blocs, reference, self.evaluate, phi, True, self.seed)
        return study(panel, options, None, watch.progress)

    def document(self, found: Relations) -> Mapping[str, Any]:
        from standoff.documents import relations

        return relations.document(found)

    def section(self, subject: Subject, found: Relations, everything: bool = False) -> Section:
        from standoff.report.relations import relations

        given = subject.conflict.relations
        return relations(found, everything, given.citation if given else None)

    @classmethod
    def of_report(cls, subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        return [cls()] if subject.conflict.relations is not None and subject.folder is not None else ()


def _dyads(conflict: Conflict, data: MeasuredAffinities) -> Iterator[tuple[tuple[str, str], Spans]]:
    """Dyads that can be looked at, those that claims are about first, with the periods that these compare."""
    from standoff.conflict.claim_tests import Trend, simple

    tests = (one for claim in conflict.claims for one in simple(claim.test))
    cited = (judgement.evidence.relation for judgement in conflict.judgements())
    pairs: list[tuple[tuple[str, str], Spans]] = [
        (test.between, ((test.start,), (test.end,))) for test in tests if isinstance(test, Trend)
    ]
    pairs += [(one.between, ((), ())) for one in cited if one is not None]
    names = [dm.name for dm in conflict.decision_makers if data.actor(dm.name) is not None]
    pairs += [((names[0], names[1]), ((), ()))] if len(names) > 1 else []
    for (one, other), spans in pairs:
        actors = data.actor(one), data.actor(other)
        known = all(period in data.panel.periods for spanned in spans for period in spanned)
        if actors[0] is not None and actors[1] is not None:
            yield (actors[0], actors[1]), spans if known else ((), ())


def actor(panel: Panel, name: str) -> str:
    """An actor by its code, or by the name of a country where that library is installed. Raises UnknownName."""
    if name in panel.actors:
        return name
    with suppress(StandoffError):  # without the library of countries codes still do
        from standoff.relations.readers import countries

        codes = {known.casefold(): code for known, code in reversed(countries.country_names())}
        if codes.get(name.casefold()) in panel.actors:
            return codes[name.casefold()]
    panel.actor(name)
    return name


def span_of(panel: Panel, text: str | None) -> tuple[str, ...]:
    """The periods from one to another, both in. Raises UnknownName."""
    if text is None:
        return ()
    parts = re.fullmatch(r"(\d{4}(?:-(?:Q[1-4]|\d\d(?!\d)))?)(?:[-:](\d{4}(?:-(?:Q[1-4]|\d\d(?!\d)))?))?", text)
    if parts is None:
        raise UnknownName(f'"{text}" is not a span of periods, like 2006-2010')
    first, last = panel.period(parts[1]), panel.period(parts[2] or parts[1])
    if first > last:
        raise UnknownName(f'"{text}" ends before it begins')
    return panel.periods[first : last + 1]
