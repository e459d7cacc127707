"""The register: every question, by its name. To add one, write its class, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from standoff.inquiries import questions
from standoff.inquiries.asking import Question
from standoff.inquiries.relations import MeasuredRelations

QUESTIONS: Mapping[str, type[Question]] = {
    question.name: question
    for question in (
        questions.Solve,
        questions.States,
        questions.Explain,
        questions.Check,
        questions.Coalitions,
        questions.PathsFrom,
        questions.Invert,
        questions.FlipsOf,
        questions.Stress,
        questions.Misread,
        questions.Claims,
        MeasuredRelations,
    )
}
