"""What is left of texts made by hand, for ``misread`` alone: blocks of ``report`` will take their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text


def title(text: str) -> Text:
    """A heading."""
    return Text(text, "bold")


def indented(*parts: RenderableType) -> RenderableType:
    """Parts below a heading."""
    return Padding(Group(*parts), (0, 0, 0, 2), expand=False)


def left_out(reasons: Mapping[str, str]) -> RenderableType | None:
    """Why a concept is not in the table."""
    if not reasons:
        return None
    return Group(*(Text(f"{name} is not computed: {why}.", "dim") for name, why in reasons.items()))


def not_done(what: Sequence[str]) -> RenderableType | None:
    """What was left out because the time was over or somebody interrupted."""
    if not what:
        return None
    return Text(f"Stopped early: {'; '.join(what)}.", "yellow")
