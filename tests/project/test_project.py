"""What must stay true of the project itself."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from ast import AST, AsyncFunctionDef, Constant, FunctionDef, parse, walk
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from pkgutil import walk_packages
from types import FunctionType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import standoff
from checks import ROOT
from standoff import __version__
from standoff.cli import main
from standoff.concepts import CONCEPTS


def committed() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_nothing_committed_names_a_package_host_or_a_path_of_a_machine() -> None:
    pattern = re.compile(
        r"py" r"pi\.org|python" r"hosted|--(extra-)?index-url \S|registry\.npm|(?<![\w.])/(root|home|work)/"
    )
    guilty = [path for path in committed() if pattern.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert guilty == []


# The set-up

Lock = Mapping[str, Requirement]
LOCKS = {"run.txt": ("build",), "dev.txt": ("build", "dev", "docs")}  # and the groups that each holds


def pins(name: str) -> list[str]:
    """The lines of a lock file that pin something."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return [line.rstrip(" \\") for line in lines if line and not line.startswith((" ", "#"))]


def lock(name: str) -> dict[str, Requirement]:
    """What a lock file pins on this machine, by canonical name."""
    every = map(Requirement, pins(name))
    return {canonicalize_name(one.name): one for one in every if one.marker is None or one.marker.evaluate()}


def asked(name: str) -> list[Requirement]:
    """What the project itself asks for where that lock file is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values() if name == "dev.txt" else ()
    groups = [project["dependency-groups"][group] for group in LOCKS[name]]
    lists = [project["project"]["dependencies"], *extras, *groups]
    return [Requirement(one) for some in lists for one in some if isinstance(one, str)]


def unmet(locked: Lock, roots: Iterable[Requirement], requires: Callable[[str], list[str] | None]) -> list[str]:
    """What is asked for, by the project or by what is locked, and is not in the lock: package, version or extra."""
    wanted = [("the project", one) for one in roots]
    for name, pin in locked.items():
        needs = map(Requirement, requires(name) or ())
        extras = pin.extras or {""}
        wanted += [
            (name, one)
            for one in needs
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    missing = []
    for by, one in wanted:
        found = locked.get(canonicalize_name(one.name))
        versions = [] if found is None else [spec.version for spec in found.specifier]
        if found is None or not all(map(one.specifier.contains, versions)) or not one.extras <= found.extras:
            missing.append(f"{by} asks for {one.name}{sorted(one.extras) or ''}{one.specifier}; locked: {found}")
    return missing


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert len(pins(name)) > 5
    assert all(f"\n{pin} \\\n    --hash=sha256:" in f"\n{text}" for pin in pins(name))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_all_that_is_asked_for_by_what_is_in_it(name: str) -> None:
    locked = lock(name)
    assert {one: f"=={metadata.version(one)}" for one in locked} == {
        one: str(pin.specifier) for one, pin in locked.items()
    }
    assert unmet(locked, asked(name), metadata.requires) == []


@pytest.mark.first(2)
@pytest.mark.parametrize(
    ("package", "pin", "message"),
    [
        ("coverage", "coverage==7.17.3", r"pytest-cov asks for coverage\['toml'\]>=.*locked: coverage==7.17.3"),
        ("iniconfig", None, "pytest asks for iniconfig.*locked: None"),
        ("numpy", None, "scipy asks for numpy.*locked: None"),
        ("pydantic-core", "pydantic-core==1.0", "pydantic asks for pydantic-core==.*locked: pydantic-core==1.0"),
        ("pytest-xdist", None, "the project asks for pytest-xdist.*locked: None"),
    ],
)
def test_a_lock_with_something_missing_is_noticed(package: str, pin: str | None, message: str) -> None:
    locked = {**lock("dev.txt"), package: Requirement(pin or "none")}
    if pin is None:
        del locked[package]
    assert re.search(message, "\n".join(unmet(locked, asked("dev.txt"), metadata.requires)))


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """``dev.py``, in an environment of its own; ``ran`` has the commands that it would run."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    found: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    found.ran = []
    monkeypatch.setattr(found, "run", lambda *words, quiet=False: found.ran.append([str(word) for word in words]))
    monkeypatch.setattr(found, "VENV", tmp_path)
    monkeypatch.setattr(found, "BIN", tmp_path / "bin")
    monkeypatch.setattr(venv, "create", lambda folder, with_pip: None)
    return found


@pytest.mark.parametrize("kind", ["demo", "dev"])
def test_what_is_locked_is_installed_without_resolving_anything(kind: str, dev: Any) -> None:
    dev.set_up(kind)
    locked, project = dev.ran
    assert {"--no-deps", "--require-hashes", "-r"} <= set(locked)
    assert locked[-1] == str(ROOT / "requirements" / {"demo": "run.txt", "dev": "dev.txt"}[kind])
    assert {"--no-deps", "--no-build-isolation", "-e", str(ROOT)} <= set(project)
    dev.set_up(kind)
    assert len(dev.ran) == 2  # there is nothing to do again


def test_the_set_up_is_proved_by_the_bundled_and_the_newest_pip(dev: Any) -> None:
    dev.fresh([])
    assert [words[-1] for words in dev.ran if words[-2:] == ["--upgrade", "pip"]] == ["pip"]
    assert [words[-1].rpartition("/")[2] for words in dev.ran if "-r" in words] == ["run.txt", "dev.txt"] * 2
    assert all({"--no-deps", "--require-hashes"} <= set(words) for words in dev.ran if "-r" in words)
    assert sum(words[1:] == ["-m", "pip", "check"] for words in dev.ran) == 4


def test_extras_stay_in_the_lock(dev: Any) -> None:
    dev.lock([])
    compiled = [words for words in dev.ran if "compile" in words]
    assert len(compiled) == 2
    assert all("--no-strip-extras" in words for words in compiled)


def test_the_demo_ends_with_how_to_call_it(
    dev: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    dev.demo([])
    called = [words for words in dev.ran if words[0].endswith("standoff")]
    assert [words[1:] for words in called] == [["brief", "syria-2015"], ["explain", "syria-2015", "status_quo"]]
    told = capsys.readouterr().out
    assert f"The same again: {tmp_path.name}/bin/standoff brief syria-2015\n" in told
    assert f"activate the environment first: . {tmp_path.name}/bin/activate\n" in told


# Nothing grows too large, and a start costs what it uses

SOURCE = ROOT / "src" / "standoff"
MOST_LINES, MOST_OF_A_FUNCTION = 450, 60


def sources() -> dict[str, str]:
    """The text of each module."""
    return {file.relative_to(SOURCE).as_posix(): file.read_text("utf-8") for file in SOURCE.rglob("*.py")}


@cache
def nodes(text: str) -> list[AST]:
    return list(walk(parse(text)))


def long_functions(text: str) -> list[str]:
    """The functions, methods and inner functions that have too many lines, from ``def`` to the end."""
    return [
        f"{node.name}, line {node.lineno}"
        for node in nodes(text)
        if isinstance(node, FunctionDef | AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= MOST_OF_A_FUNCTION
    ]


def test_no_module_has_over_450_lines() -> None:
    found = {name for name, text in sources().items() if len(text.splitlines()) > MOST_LINES}
    assert found == set()


def test_no_function_has_over_60_lines() -> None:
    assert {name: found for name, text in sources().items() if (found := long_functions(text))} == {}


@pytest.mark.parametrize(("lines", "found"), [(60, []), (61, ["longest, line 2"])])
def test_a_long_function_is_noticed_wherever_it_stands(lines: int, found: list[str]) -> None:
    assert long_functions("class Any:\n    async def longest(self):\n" + "        pass\n" * (lines - 1)) == found


IMPORTING = """
import json, sys
from importlib import import_module
loaded = {}
for name in sys.argv[1:]:
    import_module(name)
    for other in {one.partition(".")[0] for one in sys.modules}:
        loaded.setdefault(other, name)
print(json.dumps(loaded))
"""


def loaded_by(*modules: str) -> dict[str, str]:
    """What a fresh interpreter has loaded once it has imported these, and which of them first brought it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", IMPORTING, *modules]
    found: dict[str, str] = json.loads(subprocess.run(words, check=True, capture_output=True, env=environment).stdout)
    return found


def modules_of(package: str) -> list[str]:
    """A package and all that is in it."""
    home = import_module(package)
    return [package, *(found.name for found in walk_packages(home.__path__, f"{package}."))]


@pytest.mark.first(2)
@pytest.mark.parametrize(
    ("modules", "without"),
    [
        (["standoff.cli"], "numpy scipy pydantic yaml rich"),
        (["standoff.api"], "scipy pydantic yaml click rich"),
        (modules_of("standoff.plots"), "scipy pydantic yaml click rich"),
        (modules_of("standoff.analysis"), "scipy pydantic yaml click rich"),
        (modules_of("standoff.conflict"), "scipy pydantic yaml click rich"),
        (modules_of("standoff.inquiries"), "scipy pydantic yaml click rich"),
    ],
    ids=["the command line", "the library", "pictures", "analyses", "conflicts", "questions"],
)
def test_an_import_loads_nothing_large_that_it_does_not_need(modules: list[str], without: str) -> None:
    loaded = loaded_by(*modules)
    assert loaded["standoff"] == modules[0]
    assert {name: loaded[name] for name in without.split() if name in loaded} == {}


def test_what_an_import_loads_is_noticed() -> None:
    loaded = loaded_by("standoff", "standoff.cli", "standoff.plots.plan")
    assert (loaded["click"], loaded["numpy"]) == ("standoff.cli", "standoff.plots.plan")


# Everything is told


@pytest.mark.parametrize("command", list(main.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`standoff {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_concept_is_defined_in_the_docs(concept: str) -> None:
    assert re.search(rf"\b{concept}\b", (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8"))


NAMING = {
    "concepts.py",
    "analysis/stability.py",
    "analysis/coalition.py",
    "_engine/compiled.py",
}  # what defines a concept


def test_nothing_but_their_definitions_names_single_concepts() -> None:
    """What needs to know something of concepts asks them, so that a new one is nowhere forgotten."""
    texts = {name: text for name, text in sources().items() if name not in NAMING}
    assert len(texts) > 100
    named = {
        f"{name}:{node.lineno}"
        for name, text in texts.items()
        for node in nodes(text)
        if isinstance(node, Constant) and node.value in CONCEPTS
    }
    assert named == set()


def test_every_key_of_the_file_format_is_in_the_docs() -> None:
    from standoff.formats.shape import json_schema

    schema = json_schema()
    page = (ROOT / "docs" / "file-format.md").read_text(encoding="utf-8")
    keys = {key for each in (schema, *schema["$defs"].values()) for key in each["properties"]}
    assert {"decision_makers", "cannot_reach", "with"} <= keys
    assert {key for key in keys if f"`{key}" not in page} == set()


def test_one_version_everywhere() -> None:
    assert f"version: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"] == ["version"]


def defined() -> Iterator[tuple[str, str]]:
    """Each public class and function with the module that defines it; what is only imported does not count."""
    for found in walk_packages(standoff.__path__, "standoff."):
        if found.name in ("standoff.__main__", "standoff._engine._kernel"):
            continue
        module = import_module(found.name)
        for name, value in vars(module).items():
            if not name.startswith("_") and callable(value) and getattr(value, "__module__", None) == found.name:
                yield name, found.name


def test_few_names_of_classes_and_functions_are_defined_in_two_modules() -> None:
    """One may search for a name and find one thing. The few left are what all modules of a kind have (``read`` and
    ``write`` of formats, ``document`` of verbs, ``fields`` of event files), or are called by their module.
    """
    modules: dict[str, list[str]] = {}
    for name, module in defined():
        modules.setdefault(name, []).append(module)
    assert {"Graph", "solve", "write"} <= set(modules)
    shared = {name: found for name, found in modules.items() if len(found) > 1}
    assert len(shared) <= 20, shared


EXAMPLES: tuple[str, ...] = (
    "analysis.stability",
    "analysis.evolution",
    "analysis.coalition",
    "analysis.uncertainty",
    "analysis.inverse",
)
EXAMPLES += ("analysis.history", "analysis.draws", "conflict.formula", "conflict.syntax", "conflict.preference")
EXAMPLES += ("conflict.evidence", "conflict.quotes", "graph", "relations.affinity")
NO_EXAMPLE = {"end_with"}  # ends the process that it is called in


def test_every_function_that_a_reader_may_try_has_an_example() -> None:
    """That the examples are true is seen where pytest collects them: ``testpaths``."""
    looked_at = 0
    for name, module in defined():
        value = vars(import_module(module))[name]
        if isinstance(value, FunctionType) and module.removeprefix("standoff.").startswith(EXAMPLES):
            assert name in NO_EXAMPLE or ">>> " in (value.__doc__ or ""), f"{module}.{name}"
            looked_at += 1
    assert looked_at > 80


def test_what_docstrings_cite_is_among_the_references() -> None:
    known = set(
        re.findall(r"^@\w+\{(.+),$", (ROOT / "docs" / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    )
    cited = set()
    for path in SOURCE.rglob("*.py"):
        for among in re.findall(r"\[([^\[\]]*\b[a-z-]{3,}[12]\d{3}[^\[\]]*)\]", path.read_text(encoding="utf-8")):
            cited |= set(re.findall(r"[a-z-]{3,}[12]\d{3}\b", among))
    assert cited <= known, cited - known
    assert {"nash1950", "fraser-hipel1979"} <= cited
