"""The register: every question by its name, in the order in which a report asks. A new class is found by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from standoff.inquiries import comparing, moving, relations, standing, trust
from standoff.inquiries.asking import Question


def _defined(module: ModuleType) -> Iterator[type[Question]]:
    """The questions of a module, in the order in which they stand there."""
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Question) and "name" in vars(value):
            yield value


QUESTIONS: Mapping[str, type[Question]] = {
    question.name: question
    for module in (standing, moving, trust, comparing, relations)
    for question in _defined(module)
}
