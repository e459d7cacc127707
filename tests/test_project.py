"""What must stay true of the project itself."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from standoff import __version__
from standoff.cli import main
from standoff.stability import CONCEPTS

ROOT = Path(__file__).resolve().parent.parent


def committed() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_nothing_committed_names_a_package_host_or_a_path_of_a_machine() -> None:
    pattern = re.compile(
        r"py" r"pi\.org|python" r"hosted|--(extra-)?index-url \S|registry\.npm|(?<![\w.])/(root|home|work)/"
    )
    guilty = [path for path in committed() if pattern.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert guilty == []


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_locked_requirement_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.\[\]-]+==\S+.*?(?=^[\w.\[\]-]+==|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pins) > 5
    assert all("--hash=sha256:" in pin for pin in pins)


@pytest.mark.parametrize("command", list(main.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`standoff {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_concept_is_defined_in_the_docs(concept: str) -> None:
    assert re.search(rf"\b{concept}\b", (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8"))


def test_every_key_of_the_file_format_is_in_the_docs() -> None:
    from standoff.formats import shape

    page = (ROOT / "docs" / "file-format.md").read_text(encoding="utf-8")
    shapes = [each for each in vars(shape).values() if isinstance(each, type) and issubclass(each, shape.Shape)]
    keys = {field.alias or name for each in shapes for name, field in each.model_fields.items()}
    assert {key for key in keys if f"`{key}" not in page} == set()


def test_one_version_everywhere() -> None:
    assert f"version: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"] == ["version"]
