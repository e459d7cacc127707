"""YAML 1.2 (core schema): ``yes``, ``no``, ``on``, ``off`` and dates are text. No tags, anchors or aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import yaml

from standoff.conflict.model import as_state_name
from standoff.errors import InvalidConflict, Problem, shorten
from standoff.formats.tree import Data, ReadingStep, Scalar, Tree, build

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BEGINS = frozenset("~-+.0123456789tTfFnN")  # all that is no text begins so
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_SECOND_COLON = re.compile(r"""(\w+):[ \t]+([^"'{}\[\],|>#&*!\s][^"'{}\[\],#]*?:[ \t]+[^"'{}\[\],#]+)""")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")


def read(text: str) -> Tree:
    """The tree of a YAML text. Raises InvalidConflict on syntax that is not YAML or not of the format."""
    try:
        return build(_events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        what += (_with_tab(text, mark.line) or _with_colon(text, mark.line)) if mark else ""
        raise InvalidConflict([Problem(f"not YAML: {what}", line=mark.line + 1 if mark else None)]) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise InvalidConflict([Problem(f"not YAML: {shorten(str(error), 200)}")]) from None


def _with_tab(text: str, line: int) -> str:
    """What to say of a line that is indented with a tab; nothing of others."""
    found = next(islice(text.splitlines(), line, None), "")
    return "; a tab stands at its beginning: indent with spaces" if "\t" in found[: -len(found.lstrip())] else ""


def _with_colon(text: str, line: int) -> str:
    """What to say of a line that has a second colon in what looks like a text; nothing of others."""
    found = _SECOND_COLON.search(next(islice(text.splitlines(), line, None), ""))
    return f'; a text with a colon in it needs quotes, as in {found[1]}: "{found[2].strip()}"' if found else ""


def _events(text: str) -> Iterator[ReadingStep]:
    """What a text is made of, what there is most of asked for first: there may be a million."""
    documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.ScalarEvent():
                _refuse(event, line)
                value = event.value
                yield ReadingStep("scalar", line, resolve(value) if event.implicit[0] else value, value)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                _refuse(event, line)
                yield ReadingStep("map" if isinstance(event, yaml.MappingStartEvent) else "list", line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                yield ReadingStep("end", line)
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise InvalidConflict([Problem("a second document begins; a file holds one", line=line)])
            case yaml.AliasEvent():
                told = f"aliases (*{shorten(str(event.anchor))}) are not of the format"
                raise InvalidConflict([Problem(told, line=line)])


def _refuse(event: Any, line: int) -> None:
    """Raises InvalidConflict for an anchor or a tag."""
    if event.anchor is not None:
        raise InvalidConflict([Problem(f"anchors (&{shorten(event.anchor)}) are not of the format", line=line)])
    if event.tag not in (None, "!"):
        told = f"tags ({shorten(str(event.tag))}) are not of the format; quotes make text"
        raise InvalidConflict([Problem(told, line=line)])


def resolve(text: str) -> Scalar:
    """What a plain scalar is by the core schema; numbers are exact."""
    if text and text[0] not in _BEGINS:
        return text
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    if len(text) > 1000:
        return text
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return Decimal(text)
    return text


class _Dumper(yaml.SafeDumper):
    """Block style, in the order given, and plain scalars only where YAML 1.2 reads them as text.

    But a key that is an integer, as the number of a state, is written as one: what we read as a key is always text.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _ in node.value:
            if isinstance(as_state_name(key.value), int):
                key.style = None
        return node


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    ambiguous = not isinstance(resolve(value), str)
    style = "|" if "\n" in value and not ambiguous and value.strip() else '"' if ambiguous else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value))


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:str", "null"))
_Dumper.add_representer(
    bool, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", "true" if value else "false")
)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(int, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value)))


def write(data: Data) -> str:
    """The data as YAML text."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
