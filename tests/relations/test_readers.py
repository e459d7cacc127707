"""Readers of event files: the samples to the last cell, the traps one by one, a reader in plain Python as judge."""

from __future__ import annotations

import csv
import datetime
import gzip
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checks import TESTS
from standoff.errors import UnknownName, UnreadableFile
from standoff.relations.readers import FORMATS, Reading, countries, files, read
from standoff.relations.readers.gdelt import HISTORY, ONE, TWO

pytestmark = pytest.mark.first(1)

duckdb = pytest.importorskip("duckdb", reason="event files are read by duckdb (extra: relations)")
pytest.importorskip("pycountry", reason="countries are known by pycountry (extra: relations)")

SAMPLES = TESTS / "data" / "relations" / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))

ICEWS = "Event ID,Event Date,Source Name,Source Sectors,Source Country,Event Text,CAMEO Code,Intensity,Target Name,"
ICEWS += (
    "Target Sectors,Target Country,Story ID,Sentence Number,Publisher,City,District,Province,Country,Latitude,Longitude"
)
POLECAT = (SAMPLES / "polecat.txt").read_text(encoding="latin-1").split("\n")[0].split("\t")
UCDP = (SAMPLES / "ucdp_ged.csv").read_text(encoding="utf-8").split("\n")[0].strip().split(",")
ACLED = (SAMPLES / "acled.csv").read_text(encoding="utf-8-sig").split("\n")[0].split(",")
PHOENIX = FORMATS["phoenix"].widths[0]

numbers = itertools.count(1)


def icews(**cells: str) -> dict[str, str]:
    row = {"Event ID": str(next(numbers)), "Event Date": "2015-09-01", "Source Country": "Iran", "CAMEO Code": "040"}
    return (
        row
        | {"Target Country": "Russian Federation", "Intensity": "1.0"}
        | {k.replace("_", " "): v for k, v in cells.items()}
    )


def gdelt(**cells: str) -> dict[str, str]:
    row = {"GLOBALEVENTID": str(next(numbers)), "SQLDATE": "20150901", "Actor1CountryCode": "IRN", "EventCode": "040"}
    return row | {"Actor2CountryCode": "RUS", "DATEADDED": "20150902001500"} | cells


def polecat(**cells: str) -> dict[str, str]:
    row = {"Event ID": str(next(numbers)), "Event Date": "2019-03-01", "Event Type": "CONSULT"}
    row |= {"Quad Code": "VERBAL COOPERATION", "Actor Country": "IRN", "Recipient Country": "RUS"}
    return row | {k.replace("_", " "): v for k, v in cells.items()}


def ucdp(**cells: str) -> dict[str, str]:
    row = {"id": str(next(numbers)), "date_prec": "1", "date_start": "2015-09-02", "best": "1", "high": "1", "low": "1"}
    row |= {"gwnoa": "640", "gwnob": "652"} | cells
    return {"date_end": row["date_start"]} | row


def acled(**cells: str) -> dict[str, str]:
    row = {"event_id_cnty": f"SYR{next(numbers)}", "event_date": "2015-09-02", "time_precision": "1", "fatalities": "0"}
    row |= {"event_type": "Battles", "sub_event_type": "Armed clash", "actor1": "Military Forces of Turkey (2016-)"}
    return row | {"actor2": "Military Forces of Syria (2000-)", "timestamp": "1"} | cells


def write(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]], delimiter: str = "\t", header: bool = True
) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        kind = "excel-tab" if delimiter == "\t" else "excel"
        writer = csv.writer(stream, kind, lineterminator="\n", quotechar="\x1c" if delimiter == "\t" else '"')
        if header:
            writer.writerow(columns)
        writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return path


def write_icews(path: Path, *rows: Mapping[str, str], columns: Sequence[str] = ICEWS.split(",")) -> Path:
    return write(path, columns, rows)


def counted(reading: Reading, one: str, other: str, period: int = 0) -> list[int]:
    """Statements, then the four classes."""
    assert reading.panel.statements is not None
    dyad = reading.panel.dyad(one, other)
    return [int(reading.panel.statements[period, dyad]), *reading.panel.counts[period, dyad].tolist()]


# The samples


@pytest.mark.first(len(EXPECTED))
@pytest.mark.parametrize("name", list(EXPECTED))
def test_every_sample_gives_what_is_expected(name: str) -> None:
    expected = EXPECTED[name]
    reading = read(SAMPLES / expected["file"], cells=True)
    report = reading.report
    place = "record" if name == "ucdp_ged" else "line"
    assert [{place: getattr(r.row, place), "reason": r.reason} for r in report.refusals] == expected["refused"]
    assert reading.cells == expected["cells"]
    assert report.dyad_day_classes == expected["dyad_day_classes"]
    undated = [
        {"record": u.row.record, "dyad": "-".join(u.dyad), "from": u.first, "to": u.last} for u in report.undated
    ]
    got = {
        "rows_read": report.rows_read,
        "events_kept": report.kept,
        "mirrored_twins": report.mirrored_twins,
        "dyad_days": report.dyad_days,
        "late": report.late,
        "imprecise_dates": report.imprecise_dates,
        "rows_with_several_actors": report.rows_with_several_actors,
        "encoding": report.files[0].encoding,
        "not_dated_to_a_day": undated,
        "warned": [{"record": row.record, "reason": reason} for row, reason in report.warned],
        **report.set_aside,
    }
    assert {key: got[key] for key in expected if key in got} == {key: expected[key] for key in expected if key in got}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(EXPECTED))
def test_nothing_is_dropped_without_being_counted(name: str) -> None:
    report = read(SAMPLES / EXPECTED[name]["file"]).report
    counted = sum(report.refused.values()) + sum(report.set_aside.values()) + report.kept
    assert report.rows_read <= counted <= report.rows_read + report.rows_with_several_actors
    assert sum(report.refused.values()) == len(report.refusals)


def test_a_refusal_names_file_line_and_value() -> None:
    refusals = read(SAMPLES / "icews.tab").report.refusals
    assert [str(one) for one in refusals] == [
        'icews.tab:26: date "2015-09-31"',
        'icews.tab:27: code "99X"',
        'icews.tab:33: fields "1031"',
    ]


@pytest.mark.slow
def test_lines_are_right_after_blank_lines_and_breaks_in_quotes(tmp_path: Path) -> None:
    text = write_icews(tmp_path / "a.tab", icews(), icews(Event_Date="x"), icews()).read_text(encoding="utf-8")
    (tmp_path / "a.tab").write_text(text.replace("\n", "\n\n", 2), encoding="utf-8")
    assert str(read(tmp_path / "a.tab").report.refusals[0].row) == "a.tab:5"
    (refused, *_) = read(SAMPLES / "ucdp_ged.csv").report.refusals
    assert (refused.row.record, refused.row.line) == (9, 18)


# Traps common to all


def test_a_pair_of_states_counts_once_a_day_in_each_class(tmp_path: Path) -> None:
    both = icews(Source_Country="Russian Federation", Target_Country="Iran")
    reading = read(write_icews(tmp_path / "a.tab", icews(), both, icews(CAMEO_Code="036"), icews(CAMEO_Code="190")))
    assert counted(reading, "IRN", "RUS") == [0, 1, 0, 0, 1]
    assert reading.report.mirrored_twins == 1
    assert reading.panel.unit == "dyad-days"


@pytest.mark.slow
def test_statements_are_apart_unless_they_are_asked_for(tmp_path: Path) -> None:
    file = write_icews(tmp_path / "a.tab", icews(CAMEO_Code="010"), icews(CAMEO_Code="016"))
    assert counted(read(file), "IRN", "RUS") == [1, 0, 0, 0, 0]
    with_them = read(file, statements=True).panel
    assert with_them.statements is None
    assert with_them.counts.sum() == with_them.cooperation.sum() == 1


@pytest.mark.slow
def test_an_identifier_is_one_event_only_on_one_date(tmp_path: Path) -> None:
    rows = [icews(Event_ID="7"), icews(Event_ID="7", Event_Date="2015-09-02"), icews(Event_ID="7", CAMEO_Code="190")]
    report = read(write_icews(tmp_path / "a.tab", *rows)).report
    assert (report.kept, report.set_aside["same_id_and_date"]) == (2, 1)


@pytest.mark.slow
def test_a_file_given_again_under_another_name_adds_nothing(tmp_path: Path) -> None:
    one = write_icews(tmp_path / "a.tab", icews(), icews(CAMEO_Code="190"))
    (tmp_path / "b.tab").write_bytes(one.read_bytes())
    reading = read(str(tmp_path / "*.tab"))
    assert reading.report.set_aside["same_id_and_date"] == 2
    assert np.array_equal(reading.panel.counts, read([one, one]).panel.counts)


@pytest.mark.slow
def test_only_the_first_check_that_applies_decides(tmp_path: Path) -> None:
    wrong = icews(Event_Date="2015-02-30", CAMEO_Code="99X", Intensity="much", Source_Country="NULL")
    rows = [wrong, wrong | {"Event Date": "2015-02-28"}, wrong | {"Event Date": "2015-02-28", "CAMEO Code": "040"}]
    report = read(write_icews(tmp_path / "a.tab", *rows, icews())).report
    assert report.refused == {"date": 1, "code": 1, "number": 1}


@pytest.mark.slow
def test_refused_rows_seen_before_do_not_set_others_aside(tmp_path: Path) -> None:
    rows = [icews(Event_ID="7", CAMEO_Code="---"), icews(Event_ID="7", Target_Country="NULL"), icews(Event_ID="7")]
    assert read(write_icews(tmp_path / "a.tab", *rows)).report.kept == 1


@pytest.mark.parametrize("missing", ["", "NA", "NULL", "None", "---", " NULL "])
def test_missing_values_are_no_country(tmp_path: Path, missing: str) -> None:
    report = read(write_icews(tmp_path / "a.tab", icews(Source_Country=missing), icews())).report
    assert report.set_aside["no_country"] == 1


@pytest.mark.slow
def test_namibia_is_not_a_missing_value(tmp_path: Path) -> None:
    reading = read(write(tmp_path / "a.txt", POLECAT, [polecat(Actor_Country="NAM")]))
    assert reading.panel.actors == ("NAM", "RUS")
    reading = read(write_icews(tmp_path / "a.tab", icews(Source_Country="Namibia")))
    assert reading.panel.actors == ("NAM", "RUS")


@pytest.mark.parametrize(
    ("code", "root"), [("010", 0), ("10", 3), ("0211", 1), ("211", None), ("13y", None), ("---", None)]
)
def test_a_leading_zero_of_a_code_is_significant(tmp_path: Path, code: str, root: int | None) -> None:
    reading = read(write_icews(tmp_path / "a.tab", icews(CAMEO_Code="062"), icews(CAMEO_Code=code)))
    assert counted(reading, "IRN", "RUS") == [int(k in (2, root)) for k in range(5)]
    assert reading.report.refused == ({"code": 1} if root is None else {})


@pytest.mark.slow
def test_codes_that_may_have_lost_a_zero_are_refused(tmp_path: Path) -> None:
    rows = [icews(CAMEO_Code=code) for code in ("40", "10", "190", "11")]
    report = read(write_icews(tmp_path / "a.tab", *rows)).report
    assert (report.refused, report.kept) == ({"code": 3}, 1)
    assert "leading zeros" in report.notes[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Russian Federation", "RUS"),
        ("Russia", "RUS"),
        ("Côte d’Ivoire", "CIV"),
        ("COTE D'IVOIRE", "CIV"),
        ("Türkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Korea, Republic of", "KOR"),
        ("North Korea", "PRK"),
        ("The Bahamas", "BHS"),
        ("Congo, The Democratic Republic of the", "COD"),
        ("Republic of Congo", "COG"),
        ("Kosovo", "XKX"),
        ("Occupied Palestinian Territory", "PSE"),
        ("Viet Nam", "VNM"),
        ("Niger", "NER"),
    ],
)
def test_names_of_states_are_compared_without_case_accents_and_punctuation(
    tmp_path: Path, name: str, code: str
) -> None:
    reading = read(write_icews(tmp_path / "a.tab", icews(Source_Country=name, Target_Country="Iran")))
    assert set(reading.panel.actors) == {"IRN", code}


# ICEWS


@pytest.mark.slow
def test_quotes_in_icews_are_data(tmp_path: Path) -> None:
    rows = [icews(Source_Name='"Half', Source_Sectors='"A,B"'), icews(CAMEO_Code="190", Target_Name='x"')]
    assert read(write_icews(tmp_path / "a.tab", *rows)).report.kept == 2


def without_code(*dates: str) -> list[dict[str, str]]:
    return [icews(Event_Date=date, Event_Text="Consult") for date in dates]


COLUMNS_2017 = [name for name in ICEWS.split(",") if name != "CAMEO Code"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (("03/01/2017", "13/02/2017"), {"2017-01-03", "2017-02-13"}),
        (("03/01/2017", "02/13/2017"), {"2017-03-01", "2017-02-13"}),
        (("3-1-2017", "13.2.2017"), {"2017-01-03", "2017-02-13"}),
    ],
)
def test_the_order_of_a_date_is_told_by_a_row_that_leaves_no_choice(
    tmp_path: Path, dates: Sequence[str], days: set[str]
) -> None:
    reading = read(write_icews(tmp_path / "a.tab", *without_code(*dates), columns=COLUMNS_2017), cells=True)
    assert reading.cells is not None
    assert set(reading.cells["IRN-RUS"]) == days


@pytest.mark.slow
@pytest.mark.parametrize("dates", [("03/01/2017", "04/05/2017"), ("13/01/2017", "01/13/2017")])
def test_dates_that_no_row_settles_are_refused(tmp_path: Path, dates: Sequence[str]) -> None:
    with pytest.raises(UnreadableFile, match="no rows are left"):
        read(write_icews(tmp_path / "a.tab", *without_code(*dates), columns=COLUMNS_2017))
    report = read(
        [write_icews(tmp_path / "a.tab", *without_code(*dates), columns=COLUMNS_2017), SAMPLES / "icews.tab"]
    ).report
    assert report.refused["date"] == 3


@pytest.mark.slow
def test_columns_are_found_by_name(tmp_path: Path) -> None:
    columns = [*ICEWS.split(",")[::-1], "Headline"]
    assert read(write_icews(tmp_path / "a.tab", icews(), columns=columns)).report.kept == 1


# GDELT and Phoenix


def added(days: int) -> str:
    return f"{datetime.date(2015, 9, 1) + datetime.timedelta(days):%Y%m%d}"


@pytest.mark.slow
def test_late_rows_are_kept_and_left_out_of_the_series(tmp_path: Path) -> None:
    rows = [gdelt(DATEADDED=added(31)), gdelt(DATEADDED=added(32) + "001500", EventCode="190")]
    file = write(tmp_path / "a.CSV", TWO, rows, header=False)
    reading = read(file)
    assert (reading.report.kept, reading.report.late) == (2, 1)
    assert counted(reading, "IRN", "RUS") == [0, 1, 0, 0, 0]
    assert counted(read(file, late=True), "IRN", "RUS") == [0, 1, 0, 0, 1]


def test_a_report_in_time_is_not_hidden_by_a_late_one(tmp_path: Path) -> None:
    rows = [gdelt(DATEADDED=added(99)), gdelt()]
    reading = read(write(tmp_path / "a.CSV", TWO, rows, header=False))
    assert (reading.report.kept, reading.report.late, counted(reading, "IRN", "RUS")[1]) == (1, 0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [ONE, HISTORY], ids=["58", "57"])
def test_gdelt_1_is_told_by_the_number_of_fields(tmp_path: Path, columns: Sequence[str]) -> None:
    report = read(write(tmp_path / "a.CSV", columns, [gdelt(), gdelt(EventCode="190")], header=False)).report
    assert (report.format, report.kept) == ("gdelt1", 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "outcome"),
    [("ROM", "ROU"), ("TMP", "TLS"), ("EUR", None), ("WSB", None), ("", None), ("QQQ", "refused"), ("UA", "refused")],
)
def test_cameo_countries_regions_and_unknown_codes(tmp_path: Path, code: str, outcome: str | None) -> None:
    reading = read(
        write(tmp_path / "a.CSV", TWO, [gdelt(Actor1CountryCode=code), gdelt(Actor1CountryCode="USA")], header=False)
    )
    report = reading.report
    assert report.refused.get("country", 0) == (outcome == "refused")
    assert report.set_aside["no_country"] == (outcome is None)
    assert (outcome in reading.panel.actors) == (outcome not in (None, "refused"))


@pytest.mark.slow
def test_text_where_a_number_stands_is_refused(tmp_path: Path) -> None:
    rows = [gdelt(GoldsteinScale="high"), gdelt(GoldsteinScale="nan"), gdelt(GoldsteinScale="")]
    assert read(write(tmp_path / "a.CSV", TWO, rows, header=False)).report.refused == {"number": 2}


@pytest.mark.slow
def test_the_quad_class_of_phoenix_is_not_used(tmp_path: Path) -> None:
    row = {
        "id_version": "1_v0",
        "date": "20150901",
        "source_root": "IRN",
        "target_root": "RUS",
        "code": "190",
        "quad_class": "1",
    }
    reading = read(write(tmp_path / "a.txt", PHOENIX, [row], header=False))
    assert counted(reading, "IRN", "RUS") == [0, 0, 0, 0, 1]


def test_organisations_in_phoenix_are_no_states(tmp_path: Path) -> None:
    row = {"id_version": "1_v0", "date": "20150901", "source_root": "IRN", "target_root": "RUS", "code": "190"}
    report = read(write(tmp_path / "a.txt", PHOENIX, [row, row | {"source_root": "IGO"}], header=False)).report
    assert report.set_aside["no_country"] == 1


# POLECAT


def test_every_pair_of_parties_counts(tmp_path: Path) -> None:
    row = polecat(Actor_Country="IRN; None; SYR", Recipient_Country="RUS; IRN")
    reading = read(write(tmp_path / "a.txt", POLECAT, [row]), cells=True)
    assert reading.cells is not None
    assert set(reading.cells) == {"IRN-RUS", "IRN-SYR", "RUS-SYR"}
    assert (reading.report.rows_read, reading.report.kept, reading.report.rows_with_several_actors) == (1, 3, 1)


@pytest.mark.slow
def test_a_row_with_one_unknown_country_is_refused_as_a_whole(tmp_path: Path) -> None:
    row = polecat(Actor_Country="IRN; QQQ")
    report = read(write(tmp_path / "a.txt", POLECAT, [row, polecat()])).report
    assert (report.refused, report.kept, report.refusals[0].value) == ({"country": 1}, 1, "QQQ")


@pytest.mark.slow
def test_a_cell_with_very_many_parties_is_refused(tmp_path: Path) -> None:
    many = "; ".join(["IRN"] * 20_000)
    report = read(
        write(tmp_path / "a.txt", POLECAT, [polecat(Actor_Country=many, Recipient_Country=many), polecat()])
    ).report
    assert report.refused == {"fields": 1}


@pytest.mark.slow
def test_a_state_without_iso_code_is_told_by_its_number(tmp_path: Path) -> None:
    row = polecat(Actor_Country="None; IRN", Actor_COW="970; 630")  # of Nauru; Gleditsch and Ward's 970 is Kiribati
    assert set(read(write(tmp_path / "a.txt", POLECAT, [row])).panel.actors) == {"NRU", "IRN", "RUS"}


def test_the_quad_code_of_the_file_decides_whatever_its_case(tmp_path: Path) -> None:
    rows = [polecat(Event_Type="SANCTION", Quad_Code="Verbal Conflict"), polecat(Event_Type="DEMAND", Quad_Code="none")]
    reading = read(write(tmp_path / "a.txt", POLECAT, rows))
    assert counted(reading, "IRN", "RUS") == [0, 0, 0, 1, 0]
    assert reading.report.refused == {"code": 1}


@pytest.mark.slow
def test_other_columns_of_polecat(tmp_path: Path) -> None:
    columns = ["Headline", *("Event Intensity" if name == "Intensity" else name for name in POLECAT)]
    report = read(write(tmp_path / "a.txt", columns, [polecat(Event_Intensity="x"), polecat(Actor_Name="é")])).report
    assert (report.refused, report.kept, report.files[0].encoding) == ({"number": 1}, 1, "UTF-8")


# UCDP and ACLED


@pytest.mark.slow
def test_a_ged_file_without_a_header(tmp_path: Path) -> None:
    report = read(write(tmp_path / "a.csv", UCDP, [ucdp(), ucdp()], ",", header=False)).report
    assert (report.format, report.kept) == ("ucdp", 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [("255", "DEU"), ("260", "DEU"), ("678", "YEM"), ("340", "SRB"), ("345", "SRB"), ("970", "KIR")]
)
def test_gleditsch_ward_numbers(tmp_path: Path, number: str, code: str) -> None:
    assert code in read(write(tmp_path / "a.csv", UCDP, [ucdp(gwnoa=number)], ",")).panel.actors


def test_a_state_against_a_group_is_no_dyad_and_an_alliance_is_several(tmp_path: Path) -> None:
    rows = [ucdp(gwnob="", side_b="Invented Front"), ucdp(gwnoa="2, 200", gwnob="645")]
    reading = read(write(tmp_path / "a.csv", UCDP, rows, ","), cells=True)
    assert reading.report.set_aside["no_country"] == 1
    assert reading.report.unmapped == (("Invented Front", 1),)
    assert set(reading.cells or ()) == {"IRQ-USA", "GBR-IRQ"}


@pytest.mark.slow
def test_dates_that_are_not_precise_are_on_no_day(tmp_path: Path) -> None:
    report = read(write(tmp_path / "a.csv", UCDP, [ucdp(), ucdp(date_prec="2", date_end="2015-09-09")], ",")).report
    assert (report.kept, report.dyad_days, report.imprecise_dates, len(report.undated)) == (2, 1, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_version_of_an_acled_event_counts(tmp_path: Path, order: int) -> None:
    rows = [acled(event_id_cnty="S1"), acled(event_id_cnty="S1", event_date="03 September 2015", timestamp="2")][
        ::order
    ]
    reading = read(write(tmp_path / "a.csv", ACLED, rows, ","), cells=True)
    assert reading.cells == {"SYR-TUR": {"2015-09-03": {"material_conflict": 1}}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("actor", "is_state"),
    [
        ("Military Forces of Iran (1989-) Invented Guard Corps", True),
        ("Police Forces of Ivory Coast (2011-)", True),
        ("Government of the United States (2017-2021)", True),
        ("Rioters (Iran)", False),
        ("Civilians (Iran)", False),
        ("Former Military Forces of Iran (1989-)", False),
        ("Iran", False),
    ],
)
def test_whose_forces_an_acled_actor_is(tmp_path: Path, actor: str, is_state: bool) -> None:
    reading = read(write(tmp_path / "a.csv", ACLED, [acled(actor1=actor), acled()], ","))
    assert (reading.report.set_aside["no_country"] == 0) == is_state


def test_classes_of_acled(tmp_path: Path) -> None:
    strategic = {"event_type": "Strategic developments"}
    rows = [
        acled(**strategic, sub_event_type="Agreement"),
        acled(**strategic, sub_event_type="Headquarters or base established"),
        acled(event_type="Peace"),
    ]
    reading = read(write(tmp_path / "a.csv", ACLED, rows, ","))
    assert counted(reading, "SYR", "TUR") == [0, 0, 1, 0, 0]
    assert (reading.report.set_aside["no_class"], reading.report.refused) == (1, {"code": 1})


# Plain tables


def plain(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_plain_table_with_names_and_codes_whatever_else_is_in_it(tmp_path: Path) -> None:
    table = "Date,source,TARGET,quad,mood\n2015-09-01,Iran,RUS,VC,x\n2015-09-01,RUS,Iran,4,x\n"
    table += "2015-09-01,Hezbollah,Iran,MX,\n"
    reading = read(plain(tmp_path / "a.csv", table + "2015-09-01,630,Iran,MX,\n2015-09-01,Iran,RUS,5,\n"))
    assert counted(reading, "IRN", "RUS") == [0, 1, 0, 0, 1]
    assert reading.report.files[0].ignored == ("mood",)
    assert reading.report.refused == {"code": 1, "country": 1}
    assert reading.report.unmapped == (("Hezbollah", 1),)


COUNTS = "a,b,year,verbal_cooperation,material_cooperation,verbal_conflict,material_conflict,set_total\n"


def test_a_table_of_counts(tmp_path: Path) -> None:
    rows = "IRN,RUS,2014,5,1,0,2,1000\nRUS,IRN,2014,1,0,0,0,1000\nIRN,USA,2015,1,2,3,4,900\n"
    reading = read(plain(tmp_path / "a.csv", COUNTS + rows), ["Iran", "Russia", "USA"])
    panel = reading.panel
    assert panel.counts[0, panel.dyad("Iran", "Russia")].tolist() == [6, 1, 0, 2]
    assert (panel.periods, panel.totals.tolist(), panel.unit, panel.statements) == (
        ("2014", "2015"),
        [1000, 900],
        "events",
        None,
    )
    assert panel.known.tolist() == [[True, True, False], [True, False, True]]
    assert reading.monthly is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("IRN,RUS,2014,5,x,0,2,1\n", "number"),
        ("IRN,RUS,2014,5,-1,0,2,1\n", "number"),
        ("IRN,RUS,20144,5,1,0,2,1\n", "date"),
        ("IRN,RUS,2014,5\n", "fields"),
        ("1,RUS,2014,5,1,0,2,1\n", "country"),
        ("IRN,USA,2014,9,9,9,9,1\n", "number"),
    ],
)
def test_wrong_rows_of_a_table_of_counts(tmp_path: Path, row: str, reason: str) -> None:
    report = read(plain(tmp_path / "a.csv", COUNTS + "IRN,USA,2014,1,2,3,4,900\n" + row)).report
    assert (report.refused, report.kept, str(report.refusals[0].row)) == ({reason: 1}, 1, "a.csv:3")


@pytest.mark.parametrize(
    ("head", "cells", "period"),
    [
        ("year,month", "2015,9", "2015-09"),
        ("year,quarter", "2015,3", "2015Q3"),
        ("period", "2015-09", "2015-09"),
        ("period", "2015Q3", "2015Q3"),
        ("date", "2015-09-30", "2015-09"),
    ],
)
def test_periods_of_counts(tmp_path: Path, head: str, cells: str, period: str) -> None:
    file = plain(
        tmp_path / "a.csv",
        f"a;b;{head.replace(',', ';')};cooperation;conflict\nIRN;RUS;{cells.replace(',', ';')};3;4\n",
    )
    by = "quarter" if "Q" in period else "month"
    assert read(file, period=by).panel.periods == (period,)
    assert read(file).panel.counts[0, 0].tolist() == [3, 0, 4, 0]


def test_years_cannot_be_told_by_month(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="counts by year: they cannot be told by month"):
        read(plain(tmp_path / "a.csv", COUNTS + "IRN,USA,2014,1,2,3,4,900\n"), period="month")


# Actors, periods, what is reported


@pytest.mark.slow
def test_a_panel_of_given_actors_and_the_total_of_all(tmp_path: Path) -> None:
    reading = read(SAMPLES / "icews.tab", ["Russia", "IRN"])
    assert reading.panel.actors == ("Russia", "IRN")
    assert reading.panel.counts.sum() == 2
    assert reading.panel.totals.tolist() == [16] == [sum(reading.report.dyad_day_classes.values())]


@pytest.mark.parametrize(
    ("actors", "message"), [(["Iran", "Rusia"], "Russia"), (["Iran", "IRN"], "twice"), (["Iran"], "two")]
)
def test_actors_that_cannot_be(actors: list[str], message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        read(SAMPLES / "icews.tab", actors)


@pytest.mark.slow
def test_a_mapping_makes_actors_of_names_and_codes(tmp_path: Path) -> None:
    mapping = plain(
        tmp_path / "m.csv",
        "name,actor\nunidentified FORCE,Rebels\nInvented Minister 15 (Russia),The Fifteen\nIran,Islamic Republic\n",
    )
    reading = read(SAMPLES / "icews.tab", ["Rebels", "Syria", "The Fifteen", "Islamic Republic"], mapping=mapping)
    assert counted(reading, "Rebels", "Syria") == [0, 0, 0, 1, 0]
    assert counted(reading, "Rebels", "The Fifteen") == [0, 1, 0, 0, 0]
    assert counted(reading, "Islamic Republic", "Syria") == [0, 0, 1, 0, 0]
    assert reading.report.unmapped == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", "columns name and actor"),
        ("name,actor\nx,\n", "m.csv:2"),
        ("name,actor\nx,A\nx,B\n", "twice"),
        ("name,actor\nx,A,B\n", "m.csv:2"),
    ],
)
def test_mappings_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(SAMPLES / "icews.tab", mapping=plain(tmp_path / "m.csv", text))


@pytest.mark.slow
def test_an_actor_that_a_period_lacks_is_unknown_there_not_zero(tmp_path: Path) -> None:
    rows = [icews(), icews(Event_Date="2017-01-01", Target_Country="China")]
    reading = read(write_icews(tmp_path / "a.tab", *rows), ["IRN", "RUS", "CHN"])
    assert reading.panel.periods == ("2015", "2016", "2017")
    assert reading.panel.known.tolist() == [[True, True, False], [False] * 3, [True, False, True]]
    assert reading.coverage.tolist() == [[1, 1, 0], [0, 0, 0], [1, 0, 1]]


@pytest.mark.parametrize(
    ("period", "names"), [("year", ["2015"]), ("quarter", ["2015Q3", "2015Q4"]), ("month", ["2015-09", "2015-10"])]
)
def test_periods(tmp_path: Path, period: str, names: list[str]) -> None:
    reading = read(write_icews(tmp_path / "a.tab", icews(), icews(Event_Date="2015-10-31")), period=period)
    assert list(reading.panel.periods) == names
    assert reading.monthly is not None
    assert reading.monthly.periods == ("2015-09", "2015-10")


@pytest.mark.slow
def test_a_shorter_time(tmp_path: Path) -> None:
    file = write_icews(tmp_path / "a.tab", *(icews(Event_Date=f"201{k}-06-01") for k in range(6)))
    reading = read(file, since=datetime.date(2012, 6, 1), until=datetime.date(2014, 5, 31))
    assert (reading.panel.periods, reading.panel.counts.sum()) == (("2012", "2013"), 2)


@pytest.mark.slow
def test_the_entity_that_contributes_most_and_the_series_without_it(tmp_path: Path) -> None:
    rows = [icews(Source_Name="Iran", Target_Name="A Minister", Event_Date=f"2015-09-0{k}") for k in range(1, 4)]
    file = write_icews(tmp_path / "a.tab", *rows, icews(Source_Name="Iran", Target_Name="Russia"))
    entities = read(file, ["Russia", "Iran"]).entities
    assert entities is not None
    (entity,) = entities.values()
    assert (entity.name, entity.rows, entity.of, entity.share) == ("A Minister", 3, 4, 0.75)
    reading = read(file, ["Russia", "Iran"], without=["A Minister"])
    assert (int(reading.rows[0, 0]), reading.report.set_aside["left_out"]) == (1, 3)


def test_a_source_does_not_go_on_in_another() -> None:
    with pytest.raises(UnreadableFile, match="one at a time"):
        read([SAMPLES / "icews.tab", SAMPLES / "polecat.txt"])


@pytest.mark.slow
def test_progress_is_told_by_files() -> None:
    told: list[tuple[int, int]] = []
    read([SAMPLES / "icews.tab", SAMPLES / "icews_2017.tab"], progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]


# Countries


def test_no_name_of_a_state_means_two_states() -> None:
    import unicodedata

    meant: dict[str, set[str]] = defaultdict(set)
    for name, code in countries.country_names():
        plain_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        meant["".join(c for c in plain_name if c.isalnum())].add(code)
    assert {name: codes for name, codes in meant.items() if len(codes) > 1} == {}


def test_the_tables_of_states_hold_known_codes_once() -> None:
    known = set(countries.country_codes())
    rows = countries.data("state_numbers.csv")
    assert {row["iso3"] for row in rows} | {code for _, code in countries.country_names()} <= known
    for system in ("cow", "gw"):
        once = Counter(row["number"] for row in rows if row["system"] in (system, "both"))
        assert set(once.values()) == {1}
    cameo = countries.data("cameo_countries.csv")
    assert len({row["code"] for row in cameo}) == len(cameo)
    assert {row["code"] for row in cameo if not row["iso3"]} & known == set()


# Packed files, and files of other kinds


@pytest.mark.slow
def test_packed_files_are_read_as_they_are(tmp_path: Path) -> None:
    text = (SAMPLES / "gdelt2.export.CSV").read_bytes()
    (tmp_path / "a.CSV.gz").write_bytes(gzip.compress(text))
    with zipfile.ZipFile(tmp_path / "a.CSV.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.export.CSV", text)
    expected = read(SAMPLES / "gdelt2.export.CSV", cells=True)
    for name in ("a.CSV.gz", "a.CSV.zip"):
        reading = read(tmp_path / name, cells=True)
        assert reading.cells == expected.cells
        assert [refusal.row.line for refusal in reading.report.refusals] == [25, 26, 34]
    assert read(tmp_path / "a.CSV.zip").report.files[0].name == "a.CSV.zip/a.export.CSV"


def test_parquet_and_zstd(tmp_path: Path) -> None:
    for name, options in (("a.parquet", "FORMAT parquet"), ("a.csv.zst", "FORMAT csv, COMPRESSION zstd")):
        duckdb.sql(
            f"""COPY (SELECT DATE '2015-09-01' AS date, 'Iran' AS source, 'RUS' AS target, '040' AS code, 'é' AS place)
            TO '{tmp_path / name}' ({options})"""
        )
        reading = read(tmp_path / name)
        assert counted(reading, "IRN", "RUS") == [0, 1, 0, 0, 0]
        assert reading.report.files[0].ignored == ("place",)


@pytest.mark.slow
def test_parquet_of_counts(tmp_path: Path) -> None:
    four = "1 AS verbal_cooperation, 2 AS material_cooperation, 3.0 AS verbal_conflict, 4 AS material_conflict"
    duckdb.sql(f"COPY (SELECT 'IRN' AS a, 'RUS' AS b, 2015 AS year, {four}) TO '{tmp_path / 'a.parquet'}'")
    assert read(tmp_path / "a.parquet").panel.counts.tolist() == [[[1, 2, 3, 4]]]


def test_a_name_with_the_signs_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    write_icews(tmp_path / "a[1]*.tab", icews())
    write_icews(tmp_path / "a1.tab", icews(), icews(CAMEO_Code="190"))
    assert read(tmp_path / "a[1]*.tab").report.rows_read == 1


# Hostile files


@pytest.mark.parametrize(
    "cut", [b"", b"\n\n", b"\x00\x01\x02" * 100, b"just words\nand more\n", b"a,b,c\n1,2,3\n", b"\xff\xfe" * 50]
)
def test_files_that_are_no_event_files(tmp_path: Path, cut: bytes) -> None:
    (tmp_path / "x.tab").write_bytes(cut)
    with pytest.raises(UnreadableFile, match=r"x\.tab"):
        read(tmp_path / "x.tab")


@pytest.mark.slow
def test_missing_columns_and_wrong_delimiters_are_named(tmp_path: Path) -> None:
    columns = [name for name in ICEWS.split(",") if name != "Target Country"]
    with pytest.raises(UnreadableFile, match=r"a\.tab:1: not ICEWS events: no column Target Country"):
        read(write_icews(tmp_path / "a.tab", icews(), columns=columns))
    with pytest.raises(UnreadableFile, match=r"a\.csv:1: .*tabs"):
        read(write(tmp_path / "a.csv", TWO, [gdelt()], ",", header=False), format_name="gdelt")
    with pytest.raises(UnreadableFile, match=r"a\.tab:1: not ICEWS"):
        read(write(tmp_path / "a.tab", ICEWS.split(","), [icews()], ","), format_name="icews")
    with pytest.raises(UnknownName, match="polecat"):
        read(tmp_path / "a.tab", format_name="polcat")


def test_text_that_is_not_utf_8_is_named_by_line(tmp_path: Path) -> None:
    file = write_icews(tmp_path / "a.tab", icews(), icews(Source_Country="Türkiye"), icews())
    file.write_bytes(file.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(UnreadableFile, match=r"a\.tab:3: not UTF-8"):
        read(file)


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 1])
def test_a_line_without_end_is_refused(tmp_path: Path, place: int) -> None:
    file = write_icews(tmp_path / "a.tab", *[icews(), icews()][:place])
    with file.open("a", encoding="utf-8") as stream:
        stream.write("x" * 40_000_000)
    with pytest.raises(UnreadableFile, match=r"a\.tab:\d: a line longer than"):
        read(file)


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ACLED, [acled(), acled()], ",")
    with file.open("a", encoding="utf-8") as stream:
        stream.write('SYR,"2015' + ",x\n" * 2_000_000)
    with pytest.raises(UnreadableFile, match=r"a\.csv"):
        read(file)


@pytest.mark.parametrize("name", ["x.csv.gz", "x.zip", "x.parquet", "x.csv.zst"])
def test_packed_files_that_are_broken(tmp_path: Path, name: str) -> None:
    magic = {"gz": b"\x1f\x8b\x08\x00", "zip": b"PK\x03\x04", "parquet": b"PAR1", "zst": b"\x28\xb5\x2f\xfd"}
    (tmp_path / name).write_bytes(magic[name.rpartition(".")[2]] + b"\x07" * 100)
    with pytest.raises(UnreadableFile, match=r"x\."):
        read(tmp_path / name)


def test_an_archive_that_grows_beyond_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 2**20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.tab", b"x" * 2**22)
    with pytest.raises(UnreadableFile, match=r"a\.zip/a\.tab: larger than"):
        read(tmp_path / "a.zip")


@pytest.mark.parametrize("path", ["nothing.tab", "*.nothing", ".", "https://example.org/x.tab"])
def test_files_that_are_not_there(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableFile):
        read(path)


def test_names_in_a_file_are_never_sql(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE staged; --"
    columns = [*ICEWS.split(","), evil]
    file = write_icews(tmp_path / "a'b.tab", icews(Source_Country=evil), icews(), columns=columns)
    reading = read(file, ["IRN", "RUS"], without=[evil])
    assert reading.report.unmapped == ((evil, 1),)


@pytest.mark.slow
def test_at_most_a_hundred_refusals_are_listed(tmp_path: Path) -> None:
    report = read(write_icews(tmp_path / "a.tab", icews(), *(icews(CAMEO_Code="x") for _ in range(300)))).report
    assert (report.refused, len(report.refusals)) == ({"code": 300}, 100)


@pytest.mark.slow
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    read(SAMPLES / "icews.tab")
    with pytest.raises(KeyboardInterrupt):
        read(SAMPLES / "icews.tab", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals as Unix has them")
def test_an_interrupt_ends_a_long_read_and_leaves_nothing(tmp_path: Path) -> None:
    line = "\t".join(icews().get(column, "NULL") for column in ICEWS.split(","))
    with (tmp_path / "a.tab").open("w", encoding="utf-8") as stream:
        stream.write(ICEWS.replace(",", "\t") + "\n")
        stream.writelines([f"{line}\n" * 10_000] * 100)
    (tmp_path / "temporary").mkdir()
    code = "import sys; from standoff.relations.readers import read\n"
    code += "try: read(sys.argv[1], progress=lambda *_: print(flush=True))\n"
    code += "except KeyboardInterrupt: sys.exit(9)\n"
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "a.tab")], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        begun = time.perf_counter()
        assert process.wait(20) == 9
        assert time.perf_counter() - begun < 5
    assert list((tmp_path / "temporary").iterdir()) == []


# Another reader, in plain Python, as judge

STATES = {
    "Iran": "IRN",
    "Russian Federation": "RUS",
    "Syria": "SYR",
    "Côte d’Ivoire": "CIV",
    "NULL": None,
    "Nowhere": None,
}
CODES = ["010", "012", "040", "046", "062", "0831", "111", "130", "190", "1823", "99X", "", "40x"]
DATES = ["2015-09-01", "2015-09-02", "2015-09-30", "2015-09-31", "2016-02-29", "2015-02-29", "x", "2015-9-1"]


def group(code: str) -> str:
    root = int(code[:2])
    if root == 1:
        return "statement"
    bounds = {5: "verbal_cooperation", 8: "material_cooperation", 13: "verbal_conflict", 20: "material_conflict"}
    return next(name for most, name in bounds.items() if root <= most)


def is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def judge(rows: Iterable[tuple[str, dict[str, Any]]]) -> tuple[Counter[str], dict[str, dict[str, dict[str, int]]]]:
    """Outcomes and cells; a row comes with the reason to refuse it, or ''."""
    known = {row["code"] for row in countries.data("goldstein.csv")}
    outcomes: Counter[str] = Counter()
    ids: set[tuple[str, str]] = set()
    kept: set[tuple[str, str, str, str]] = set()
    found: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for wrong, row in rows:
        if wrong == "fields":
            outcomes["fields"] += 1
            continue
        date, code, a, b = row["date"], row["code"], row["a"], row["b"]
        if not is_day(date):
            outcomes["date"] += 1
        elif code not in known:
            outcomes["code"] += 1
        elif wrong:
            outcomes[wrong] += 1
        elif a is None or b is None:
            outcomes["no_country"] += 1
        elif a == b:
            outcomes["same_country"] += 1
        elif row["id"] and (row["id"], date) in ids:
            outcomes["same_id_and_date"] += 1
        else:
            ids.add((row["id"], date))
            if (date, a, b, code) in kept:
                outcomes["exact_repeats"] += 1
                continue
            kept.add((date, a, b, code))
            outcomes["kept"] += 1
            outcomes["mirrored_twins"] += (date, b, a, code) in kept
            found["-".join(sorted((a, b)))][date][group(code)].add(code)
    cells = {d: {day: {k: len(v) for k, v in g.items()} for day, g in days.items()} for d, days in found.items()}
    return outcomes, cells


def compare(reading: Reading, rows: Sequence[tuple[str, dict[str, Any]]]) -> None:
    outcomes, cells = judge(rows)
    report = reading.report
    got = Counter({**report.refused, **report.set_aside, "kept": report.kept, "mirrored_twins": report.mirrored_twins})
    assert +got == +outcomes
    assert reading.cells == cells
    assert report.dyad_days == sum(len(days) for days in cells.values())
    panel = reading.panel
    assert panel.statements is not None
    assert panel.counts.sum() + panel.statements.sum() == sum(len(g) for days in cells.values() for g in days.values())


@pytest.mark.parametrize("seed", range(6))
def test_icews_as_a_plain_reader_reads_it(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    rows = []
    for k in range(400):
        row = icews(
            Event_ID=str(draw.randrange(300)),
            Event_Date=draw.choice(DATES),
            CAMEO_Code=draw.choice(CODES),
            Source_Country=draw.choice([*STATES]),
            Target_Country=draw.choice([*STATES]),
            Intensity=draw.choice(["1", "-0.4", "", "x"] if k % 9 == 0 else ["1"]),
        )
        rows.append(row)
    file = write_icews(tmp_path / "a.tab", icews(Event_ID="first"), *rows)
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [
        line if k < 2 or draw.random() > 0.05 else draw.choice([line + "\tx", line.rpartition("\t")[0]])
        for k, line in enumerate(lines)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = next(reader)
        judged = []
        for cells in reader:
            found: dict[str, Any] = dict(zip(columns, cells, strict=False))
            wrong = "fields" if len(cells) != len(columns) else "number" if found["Intensity"] == "x" else ""
            if wrong != "fields":
                found = {"id": found["Event ID"], "date": found["Event Date"], "code": found["CAMEO Code"]} | {
                    "a": STATES[found["Source Country"]],
                    "b": STATES[found["Target Country"]],
                }
            judged.append((wrong, found))
    compare(read(file, cells=True), judged)


@pytest.mark.parametrize("seed", range(6))
def test_gdelt_2_as_a_plain_reader_reads_it(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    actors = {"IRN": "IRN", "RUS": "RUS", "ROM": "ROU", "EUR": None, "": None, "QQQ": "unknown"}
    rows = []
    judged = []
    for _ in range(400):
        date, a, b = draw.choice(DATES), draw.choice([*actors]), draw.choice([*actors])
        row = gdelt(GLOBALEVENTID=str(draw.randrange(300)), SQLDATE=date.replace("-", ""), EventCode=draw.choice(CODES))
        row |= {"Actor1CountryCode": a, "Actor2CountryCode": b, "GoldsteinScale": draw.choice(["1", "", "-5.5", "?"])}
        rows.append(row)
        wrong = "country" if "QQQ" in (a, b) else "number" if row["GoldsteinScale"] == "?" else ""
        facts = {"id": row["GLOBALEVENTID"], "date": date, "code": row["EventCode"], "a": actors[a], "b": actors[b]}
        judged.append((wrong, facts))
    compare(read(write(tmp_path / "a.CSV", TWO, rows, header=False), cells=True, late=True), judged)


@pytest.mark.parametrize("seed", range(6))
def test_a_plain_table_as_a_plain_reader_reads_it(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    names = {"Iran": "IRN", "IRN": "IRN", "russia": "RUS", "Syria": "SYR", "A, B": None, "7": "unknown", "NA": None}
    columns = ["note", "target", "source", "code", "date"]
    rows, judged = [], []
    for _ in range(400):
        row = {"date": draw.choice(DATES), "code": draw.choice(CODES), "source": draw.choice([*names])}
        row |= {"target": draw.choice([*names]), "note": draw.choice(["", 'said "no"', "two\nlines", "x,y"])}
        rows.append(row)
        wrong = "country" if "7" in (row["source"], row["target"]) else ""
        facts = {
            "id": "",
            "date": row["date"],
            "code": row["code"],
            "a": names[row["source"]],
            "b": names[row["target"]],
        }
        judged.append((wrong, facts))
    file = write(tmp_path / "a.csv", columns, rows, ",")
    reading = read(file, cells=True)
    compare(reading, judged)
    with file.open(encoding="utf-8", newline="") as stream:
        assert reading.report.rows_read == len(list(csv.DictReader(stream)))


# Real rows, which are not part of the project

FOLDER = os.environ.get("STANDOFF_RELATIONS")


@pytest.mark.skipif(not FOLDER, reason="STANDOFF_RELATIONS does not name a folder with events_2011_2015.csv")
def test_the_figures_of_real_rows(tmp_path: Path) -> None:
    with (Path(FOLDER or "") / "events_2011_2015.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["source_role"] == row["target_role"] == "state"]
    file = write(tmp_path / "states.csv", [*rows[0]], rows, ",")
    reading = read(file, ["Iran", "Russia", "Syria", "United States", "Israel"])
    dyad = reading.panel.dyad("Iran", "Russia")
    assert reading.rows[:, dyad].tolist() == [13, 15, 8, 8, 54]
    assert reading.days is not None
    assert reading.days[:, dyad].tolist() == [11, 8, 4, 4, 23]
    last = read(file, ["Iran", "Russia"], since=datetime.date(2015, 1, 1))
    assert last.entities is not None
    entity = last.entities["Iran", "Russia"]
    assert (entity.rows, entity.of) == (36, 54)
    without = read(file, ["Iran", "Russia"], without=[entity.name])
    assert without.days is not None
    assert (int(without.rows[-1, 0]), int(without.days[-1, 0])) == (18, 9)
