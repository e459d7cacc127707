"""The documents that ``--json`` prints, one module a verb: types and encoders side by side.

JSON Schemas and the documentation are generated from these types.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

_SUFFIX = "Document"


@cache
def types() -> dict[str, type]:
    """By verb what it prints: the type ``VerbDocument`` of whatever module defines it."""
    found: dict[str, type] = {}
    for each in iter_modules(__path__):
        module = import_module(f"{__name__}.{each.name}")
        for name, value in vars(module).items():
            if name.endswith(_SUFFIX) and value.__module__ == module.__name__:
                found[name.removesuffix(_SUFFIX).lower()] = value
    return found


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document."""
    from pydantic import TypeAdapter

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(types()[name]).json_schema(),
    }
