"""From the tree of a file to its shape; what is wrong with that is told, and replaced by what says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from standoff.conflict.interpreter import Depth
from standoff.errors import MAX_PROBLEMS, InvalidConflict, Path, Problem, shorten
from standoff.formats.shape import ConflictShape
from standoff.formats.tree import Data, Tree, shown
from standoff.formats.values import Context

_KINDS: Mapping[str, str] = {
    "string_type": "expected text (put it in quotes if it looks like a number)",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "model_attributes_type": "expected a mapping",
    "list_type": "expected a list",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
}


def shaped(tree: Tree, found: list[Problem]) -> tuple[ConflictShape, Depth, list[Path]]:
    """The file in its shape, how far what is left of it can be judged, and what is broken; problems go to ``found``.

    What is wrong is replaced by something that says nothing, so that the rest can be judged too.
    """
    context = Context(tree.paths)
    try:
        return ConflictShape.model_validate(tree.data, context=context), Depth.STATES, []
    except ValidationError as error:
        details = error.errors(include_url=False)
        paths = [_real_path(detail, tree.data) for detail in details]  # all of them before anything is replaced
        told = _told(details, paths)
        found += told
        depths = [_neutralise(tree.data, path) for path in paths if _is_there(tree.data, path[:-1])]
    finally:
        found += context.problems
    try:
        return (
            ConflictShape.model_validate(tree.data, context=Context(tree.paths)),
            min(depths),
            [one.path for one in told],
        )
    except ValidationError:
        raise InvalidConflict(placed(found, tree)) from None


def placed(found: Sequence[Problem], tree: Tree) -> list[Problem]:
    """In the order of the file, each with its line and none twice."""
    unique = {(problem.path, problem.message): problem for problem in found}
    lined = [one.at(tree.line(one.path)) if one.line is None and one.path else one for one in unique.values()]
    ordered = sorted(lined, key=lambda problem: (not problem.path and problem.line is None, problem.line or 0))
    if len(ordered) > MAX_PROBLEMS + 1:
        ordered = [*ordered[:MAX_PROBLEMS], Problem(f"and more; only the first {MAX_PROBLEMS} are listed")]
    return ordered


def _told(details: Sequence[ErrorDetails], paths: Sequence[Path]) -> list[Problem]:
    """One problem per place: where several forms are allowed, that of the form that was most nearly met."""
    by_path: dict[Path, Problem] = {}
    for detail, path in zip(details, paths, strict=True):
        by_path.setdefault(path, Problem(_message(detail), path))
    around = {path[:end] for path in by_path for end in range(len(path))}
    return [by_path[path] for path in by_path if path not in around]


def in_shadow(path: Path, broken: set[Path], around: set[Path]) -> bool:
    """Whether something broken is at the path, around it or below it: the one problem may be but a shadow of it."""
    return path in around or any(path[:end] in broken for end in range(1, len(path)))


def _real_path(detail: ErrorDetails, data: Data) -> Path:
    """The place in the file, without the names that the validator gives to alternatives; a missing key is its end."""
    path: list[str | int] = []
    here: Any = data
    for n, part in enumerate(detail["loc"]):
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            if not (detail["type"] == "missing" and n == len(detail["loc"]) - 1):
                continue
        path.append(part)
    return tuple(path)


def _message(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "literal_error":
        return f"expected {detail['ctx']['expected']}, found {shown(given)}"
    if kind in ("string_too_short", "too_short"):
        return "is empty" if not given else f"fewer than {detail['ctx']['min_length']}"
    if kind in ("less_than_equal", "greater_than_equal"):
        bound = f"at most {detail['ctx']['le']}" if "le" in detail["ctx"] else f"at least {detail['ctx']['ge']}"
        return f"expected {bound}, found {shown(given)}"
    if kind == "too_long":
        return f"more than {detail['ctx']['max_length']}"
    if kind == "string_too_long":
        return f"longer than {detail['ctx']['max_length']:,} characters"
    if kind == "string_type" and isinstance(given, dict) and len(given) == 1:
        ((key, value),) = given.items()
        if isinstance(value, str):
            whole = shorten(f"{key}: {value}")
            return f'expected text, found a mapping; a text with a colon in it needs quotes: "{whole}"'
    return f"{_KINDS.get(kind, detail['msg'])}, found {shown(given)}"


def _is_there(data: Any, path: Path) -> bool:
    """Whether a place is (still) there: what was replaced with a larger part needs no replacing itself."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _neutralise(data: Any, path: Path) -> Depth:
    """Replace what is wrong by something that says nothing; the answer is how far the rest can then be judged."""
    match path:
        case ("standoff",):
            data["standoff"] = 1
        case ("title",):
            data["title"] = ""
        case ("decision_makers",):
            data["decision_makers"] = {}
            return Depth.NAMES
        case ("decision_makers", str(dm)):
            data["decision_makers"][dm] = {}
            return Depth.NAMES
        case ("decision_makers", str(dm), "options", *rest):
            return _neutralise_option(data["decision_makers"][dm], rest)
        case ("decision_makers" | "views", _, "prefers", int(k), *_):
            data[path[0]][path[1]]["prefers"][k] = "true"
        case ("decision_makers", _, _, *_):
            return _drop(data, path[:3], Depth.STATES)
        case ("infeasible", int(k), *_):
            data["infeasible"][k] = "false"
            return Depth.FORMULAS
        case ("sources", str(name), *_):
            data["sources"][name] = {}
        case ("graph" | "define" | "names" | "states" | "infeasible" | "sources" as key, *_):
            data[key] = {"states": {}} if key == "graph" else None
            return Depth.NAMES
        case (str(key), *_):
            return _drop(data, (key,), Depth.STATES)
    return Depth.STATES


def _neutralise_option(party: Any, rest: Sequence[str | int]) -> Depth:
    """An option that is wrong in its levels keeps those that can be levels."""
    match rest:
        case [str(option), "levels", *_]:
            levels = party["options"][option].pop("levels", None)
            names = [level for level in levels if isinstance(level, str)] if isinstance(levels, (list, dict)) else []
            if len(set(names)) < 2:
                return Depth.NAMES
            party["options"][option]["levels"] = dict.fromkeys(names)
            return Depth.FORMULAS
        case [str(option), str(key), *_]:
            return _drop(party, ("options", option, key), Depth.STATES)
        case [str(option)]:
            party["options"][option] = {}
            return Depth.NAMES
    return _drop(party, ("options",), Depth.NAMES)


def _drop(data: Any, path: Path, depth: Depth) -> Depth:
    for part in path[:-1]:
        data = data[part]
    data.pop(path[-1], None)
    return depth
