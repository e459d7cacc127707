"""What ``standoff check`` tells of documents that are not there."""

from __future__ import annotations

import json
from pathlib import Path

from checks import run, written

QUOTING = """
standoff: 1
title: Quotes
sources:
  paper: {title: A report, file: docs/report_2024.txt}
  other: {title: Another}
  told: {title: What the report tells, via: paper}
decision_makers:
  A: {options: {x: {}}, prefers: [{that: A.x, quote: {source: paper, exact: they went}}]}
  B:
    options: {x: {}}
    prefers:
      - {that: B.x, quote: {source: other, exact: they went}}
      - {that: A.x, quote: {source: told, exact: they went}}
status_quo: {}
"""


def test_a_document_that_is_missing_is_told_with_file_and_line_and_the_nearest_that_is_there(tmp_path: Path) -> None:
    path = written(tmp_path, QUOTING)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "report-2024.txt").write_text("There they went.", encoding="utf-8")
    result = run("check", path)
    assert result.exit_code == 0
    told = " ".join(result.stdout.split())
    assert (
        "conflict.yaml:5: sources.paper.file: “docs/report_2024.txt” is not there; did you mean “docs/report-2" in told
    )
    assert "conflict.yaml:6: sources.other: it names no file" in told
    assert "sources.told" not in told
    (missing, _) = json.loads(run("check", path, "--json").stdout)["missing_documents"]
    assert missing == {
        "source": "paper",
        "file": "docs/report_2024.txt",
        "line": 5,
        "nearest": "docs/report-2024.txt",
    }


def test_a_document_in_another_folder_is_meant_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, QUOTING)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "report_2024.txt").write_text("There they went.", encoding="utf-8")
    assert "did you mean “elsewhere/report_2024.txt”?" in " ".join(run("check", path).stdout.split())


def test_a_folder_that_is_not_there_is_told_with_one_that_may_be_meant(tmp_path: Path) -> None:
    path = written(tmp_path, QUOTING)
    (tmp_path / "documents").mkdir()
    refused = run("check", path, "--sources", str(tmp_path / "document"))
    assert refused.exit_code == 2
    assert f'did you mean "{tmp_path / "documents"}"?' in refused.stderr
