"""Authors of YAML files: the same data written in many hands, with remarks that tell what they are about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass
class Author:
    """Somebody who writes YAML, with habits of its own."""

    rng: Random
    remarks: bool = True
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.step = self.rng.choice([2, 2, 3, 4])
        self.dash = self.rng.choice([0, 2])  # how far lists are indented below their key
        self.quotes = self.rng.choice(["", "", "'", '"'])

    def write(self, data: dict[str, Any]) -> str:
        """The text of a file."""
        self.lines = ["# The file begins.", ""] if self.rng.random() < 0.5 else []
        self._map(data, 0, "")
        text = "\n".join(self.lines)
        if self.rng.random() < 0.8:
            text += "\n" + self.rng.choice(["", "", "\n", "# The file ends.\n"])
        return text.replace("\n", "\r\n") if self.rng.random() < 0.3 else text

    def _scalar(self, value: Any, key: bool = False) -> str:
        if isinstance(value, str):
            plain = value.replace("_", "a").replace(" ", "").isalnum() and not value[:1].isdigit() and not key
            style = self.quotes if self.rng.random() < 0.5 or (key and self.quotes) else ""
            if style == "'":
                return "'" + value.replace("'", "''") + "'"
            if style or not (plain or (key and value.isidentifier())):
                return json.dumps(value, ensure_ascii=False)
            return json.dumps(value) if value.lower() in ("true", "false", "null") else value
        return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    def _inline(self, value: Any) -> str:
        gap = self.rng.choice(["", " "])
        if isinstance(value, dict):
            return (
                "{"
                + gap
                + ", ".join(f"{self._scalar(k, True)}: {self._inline(v)}" for k, v in value.items())
                + gap
                + "}"
            )
        if isinstance(value, list):
            return "[" + gap + f",{self.rng.choice(['', ' ', '  '])}".join(map(self._inline, value)) + gap + "]"
        return self._scalar(value)

    def _flows(self, value: Any) -> bool:
        if not isinstance(value, (dict, list)) or not value:
            return True
        return self.rng.random() < 0.25

    def _end(self) -> str:
        return self.rng.choice(["", "", "  # by the way"])

    def _value(self, value: Any, indent: int, head: str) -> None:
        """A value behind a key that stands in ``head``."""
        if self._flows(value):
            self.lines.append(f"{head} {self._inline(value)}{self._end()}")
        elif isinstance(value, dict):
            self.lines.append(head + self._end())
            self._map(value, indent + self.step, " " * (indent + self.step))
        elif self.rng.random() < 0.2:
            self._spread(value, indent + self.step, head)
        else:
            self.lines.append(head + self._end())
            self._list(value, indent + self.dash)

    def _map(self, data: dict[str, Any], indent: int, first: str) -> None:
        for number, (name, value) in enumerate(data.items()):
            if number and self.rng.random() < 0.15:
                self.lines += [""] + [" " * indent + "# of its own", ""] * (self.rng.random() < 0.3)
            if number and self.rng.random() < 0.15:
                self.lines.append(" " * indent + f"# key {name}")
            self._value(value, indent, (" " * indent if number else first) + self._scalar(name, True) + ":")

    def about(self, value: Any) -> str:
        """What a remark says that is about an item."""
        return json.dumps(value, default=str)

    def _list(self, items: list[Any], indent: int) -> None:
        for value in items:
            if self.rng.random() < 0.15:
                self.lines.append("")
            if self.remarks and self.rng.random() < 0.4:
                self.lines.append(" " * indent + f"# above {self.about(value)}")
            dash = " " * indent + "-" + " " * self.rng.choice([1, 1, 3])
            end = f"  # end {self.about(value)}" if self.remarks and self.rng.random() < 0.4 else ""
            if isinstance(value, dict) and value and self.rng.random() < 0.8:
                self._map(value, len(dash), dash)
            else:
                self.lines.append(dash + self._inline(value) + end)

    def _spread(self, items: list[Any], indent: int, head: str) -> None:
        """A list in brackets, each item on a line of its own."""
        self.lines.append(head + " [")
        for number, value in enumerate(items):
            if self.remarks and self.rng.random() < 0.3:
                self.lines.append(" " * indent + f"# above {self.about(value)}")
            comma = "," if number + 1 < len(items) or self.rng.random() < 0.3 else ""
            end = f"  # end {self.about(value)}" if self.remarks and self.rng.random() < 0.4 else ""
            self.lines.append(" " * indent + self._inline(value) + comma + end)
        self.lines.append(" " * indent + "]")
