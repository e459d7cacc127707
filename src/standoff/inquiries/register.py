"""The register: every question, by its name. To add one, write its class, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from standoff.inquiries import questions
from standoff.inquiries.asking import Question
from standoff.inquiries.relations import RelationsQuestion

QUESTIONS: Mapping[str, type[Question]] = {
    question.name: question
    for question in (
        questions.SolveQuestion,
        questions.StatesQuestion,
        questions.ExplainQuestion,
        questions.CheckQuestion,
        questions.CoalitionsQuestion,
        questions.PathsQuestion,
        questions.InvertQuestion,
        questions.FlipsQuestion,
        questions.StressQuestion,
        questions.MisreadQuestion,
        questions.ClaimsQuestion,
        RelationsQuestion,
    )
}
