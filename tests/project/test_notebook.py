from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from checks import ROOT

NOTEBOOK = ROOT / "docs" / "tutorial-notebook.ipynb"
LONGEST = 120  # seconds for a cell


def stripped(text: str) -> str:
    """A notebook without what running it left behind."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        cell["metadata"] = {}
    notebook["metadata"]["language_info"] = {"name": "python"}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def run(folder: Path) -> dict[str, Any]:
    """The notebook after all of its cells have run, in a kernel of its own."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    made: dict[str, Any] = notebook
    return made


def test_the_notebook_is_stored_without_outputs(request: pytest.FixtureRequest) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    if request.config.getoption("--accept"):
        NOTEBOOK.write_text(stripped(text), encoding="utf-8")
    assert NOTEBOOK.read_text(encoding="utf-8") == stripped(text), "outputs are stored; pytest --accept strips them"


@pytest.mark.slow
def test_the_notebook_runs_and_shows_what_it_speaks_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the client; a cell that fails is an error
        done = run(tmp_path)
    code = [cell for cell in done["cells"] if cell["cell_type"] == "code"]
    outputs = {cell["source"].splitlines()[-1]: cell["outputs"] for cell in code}
    kinds = {last: {kind for out in outs for kind in out.get("data", ())} for last, outs in outputs.items()}
    assert kinds['solution.draw("conflict")'] == {"image/svg+xml", "text/plain"}
    shown = ["solution", 'solution.explain("status_quo", "US")', "solution.paths()", 'solution.misread("direct_war")']
    assert all("text/html" in kinds[last] for last in [*shown, "solution.claims(draws=0)", "report"])
    assert all("text/html" in kinds[last] for last in kinds if last.startswith(("states.loc", "flips.loc")))
    text = json.dumps(done["cells"], ensure_ascii=False)
    assert "The United States is deterred" in text
    assert "expand arms and training well beyond the present" in text
    assert (tmp_path / "syria-2015.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
