"""Prediction of the next period, and the table of dyad-years that it is tried on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from standoff.errors import UnreadableFile
from standoff.relations.evaluation import LAST_SHARE, Score, above_median, holdout
from standoff.relations.panel import Panel
from standoff.relations.table import read_table
from strategies.panels import TABLE, panel_of, twelve


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {one.predictor: one for one in holdout(twelve())}


HOLDOUT_TABLE = [
    ("pooled share", None, 0.457, 0.191),
    ("actor means only", 0.581, 0.418, 0.159),
    ("actor part of this model", 0.698, 0.408, 0.150),
    (LAST_SHARE, 0.748, 0.386, 0.113),
    ("discounted share", 0.760, 0.382, 0.110),
    ("actors + affinity", 0.773, 0.380, 0.109),
    ("actors + affinity, discounted", 0.769, 0.379, 0.109),
]


@pytest.mark.parametrize(("name", "spearman", "log_loss", "rmse"), HOLDOUT_TABLE)
def test_predictions_are_as_good_as_expected(
    scores: dict[str, Score], name: str, spearman: float | None, log_loss: float, rmse: float
) -> None:
    one = scores[name]
    assert one.spearman == (None if spearman is None else pytest.approx(spearman, abs=0.001))
    assert (one.log_loss, one.rmse, one.periods) == pytest.approx((log_loss, rmse, 12), abs=0.001)


def test_affinity_is_of_use(scores: dict[str, Score]) -> None:
    mine, actors, last = (scores[name] for name in ("actors + affinity", "actor part of this model", LAST_SHARE))
    assert mine.spearman is not None
    assert actors.spearman is not None
    assert mine.spearman >= max(0.76, actors.spearman + 0.06)
    assert mine.log_loss < last.log_loss
    assert mine.better == 10
    assert (mine.sparse_log_loss, last.sparse_log_loss) == pytest.approx((0.358, 0.371), abs=0.001)


@pytest.mark.parametrize(
    ("material", "wanted"),
    [(False, (0.250, 0.165, 0.155, 0.175, 0.151)), (True, (0.250, 0.194, 0.184, 0.197, 0.178))],
)
def test_above_the_median_next_year(material: bool, wanted: tuple[float, ...]) -> None:
    found = above_median(twelve(), material=material)
    assert [one.brier for one in found[:5]] == pytest.approx(wanted, abs=0.0011)
    assert found[5].better == (6 if material else 5)
    assert {one.periods for one in found} == {10}


def test_nothing_of_the_period_predicted_is_used() -> None:
    whole = twelve()
    panel = Panel(whole.actors, whole.periods[:3], whole.counts[:3], None, whole.totals[:3], whole.known[:3])
    counts = panel.counts.copy()
    counts[2] = counts[2][:, [2, 3, 0, 1]]
    before, after = holdout(panel), holdout(replace(panel, counts=counts))
    assert [one.periods for one in before] == [one.periods for one in after] == [2] * 7
    for one, other in zip(before[1:], after[1:], strict=True):
        assert one.spearman is not None
        assert other.spearman is not None
        assert other.spearman < one.spearman


def test_too_little_data_is_an_empty_table() -> None:
    nothing = np.zeros((3, 6), int)
    assert holdout(panel_of(nothing, nothing, 4)) == []
    assert above_median(panel_of(nothing, nothing, 4)) == []


def test_unknown_dyads_are_neither_used_nor_judged() -> None:
    panel = twelve()
    known = panel.known.copy()
    known[:, panel.actor("LBY")] = False
    hidden = holdout(replace(panel, known=known))
    without = holdout(panel.without("LBY"))
    assert [one.log_loss for one in hidden] == pytest.approx([one.log_loss for one in without], abs=1e-4)


# The table


def test_the_table_of_the_twelve_states_is_whole() -> None:
    panel = read_table(TABLE)
    assert (len(panel.actors), panel.periods[0], panel.periods[-1]) == (12, "2002", "2014")
    assert panel.counts.shape == (13, 66, 4)
    assert panel.known.all()
    assert panel.totals[0] == 518951
    assert panel.counts[0, panel.dyad("IRN", "CHN")].tolist() == [852, 12, 4, 3]
    assert ((panel.cooperation + panel.conflict) < 200).mean() == pytest.approx(0.39, abs=0.005)


HEADER = "a,b,year,verbal_cooperation,material_cooperation,verbal_conflict,material_conflict,set_total"


def read(folder: Path, *rows: str, header: str = HEADER) -> object:
    path = folder / "table.csv"
    path.write_bytes(("\n".join([header, *rows]) + "\n").encode("utf-8", "surrogateescape"))
    return read_table(path)


def test_an_actor_is_known_where_it_has_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = ["B,A,2001,1,2,3,4,90", "A,C,2002,1,0,0,0,95", "", "B,C,2002,0,0,0,0,95"]
    path.write_text("﻿" + "\r\n".join([HEADER, *rows]), encoding="utf-8", newline="")
    panel = read_table(path)
    assert panel.known.tolist() == [[True, True, False], [True, True, True]]
    assert panel.counts[0, 0].tolist() == [1, 2, 3, 4]
    assert panel.totals.tolist() == [90, 95]
    assert (panel.unit, panel.source) == ("events", "t.csv")


def test_columns_may_stand_in_any_order_and_periods_be_no_years(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(reversed(HEADER.replace("year", "period").split(","))) + "\n9,4,3,2,1,2001-Q1,B,A\n")
    panel = read_table(path)
    assert panel.periods == ("2001-Q1",)
    assert panel.counts[0, 0].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (["A,B,2001,1,2,3,4"], ":2: 7 fields; the header has 8"),
        (["A,B,2001,1,2,3,4,9", "A,B,2001,1,-2,3,4,9"], ':3: material_cooperation is "-2"'),
        (["A,B,2001,1,2.5,3,4,9"], ':2: material_cooperation is "2.5"'),
        (["A,B,2001,1,²,3,4,9"], ':2: material_cooperation is "²"'),
        (["A,B,2001,1,2,3,99999999999999999999,9"], ":2: material_conflict is"),
        (["A,B,2001,1,2,3,,9"], ':2: material_conflict is ""'),
        (["A,B,2001,1,2,3,4,9", "B,A,2001,1,2,3,4,9"], ":3: B and A in 2001 a second time"),
        (["A,B,2001,1,2,3,4,9", "A,C,2001,1,2,3,4,8"], ":3: set_total is 8 here and 9 before, in 2001"),
        (["A,A,2001,1,2,3,4,9"], ":2: A with itself"),
        ([" ,A,2001,1,2,3,4,9"], ':2: a is ""'),
        (["A,B\x00,2001,1,2,3,4,9"], ":2: b is"),
        (["A,B,01,1,2,3,4,9"], ':2: year is "01"'),
        (['A,"B,2001,1,2,3,4,9'], ":2: unexpected end of data"),
        (["A," + "B" * 200_000 + ",2001,1,2,3,4,9"], ":2: field larger than field limit"),
        (["A,\udcff,2001,1,2,3,4,9"], ":2: not text in UTF-8"),
        ([], ": no rows"),
        ([f"A,B{k},2001,1,2,3,4,9" for k in range(600)], ":501: more than 500 actors"),
    ],
)
def test_wrong_rows_are_told_with_their_line(tmp_path: Path, rows: list[str], wanted: str) -> None:
    with pytest.raises(UnreadableFile) as wrong:
        read(tmp_path, *rows)
    assert str(wrong.value).startswith(f"{tmp_path / 'table.csv'}{wanted}")
    assert len(str(wrong.value)) < 300 + len(str(tmp_path))


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (HEADER.replace(",", ";"), "no column a"),
        (HEADER.replace("set_total", "total"), "no column set_total"),
        (HEADER + ",note", 'column "note" not known'),
        (HEADER + ",a", 'column "a" twice'),
        (HEADER + ",period", 'column "period" not known'),
        ("", "no column a"),
    ],
)
def test_wrong_columns_are_told(tmp_path: Path, header: str, wanted: str) -> None:
    with pytest.raises(UnreadableFile, match=wanted):
        read(tmp_path, header=header)


def test_files_that_are_missing_or_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path, tmp_path / "none.csv", "a\0b"):
        with pytest.raises(UnreadableFile):
            read_table(path)
    monkeypatch.setattr("standoff.relations.table.MAX_BYTES", 100)
    with pytest.raises(UnreadableFile, match="larger than"):
        read_table(TABLE)
