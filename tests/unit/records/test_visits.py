"""Earlier attendances by a slow reading; avoidable by the rule, one breach at a time; follow-ups and missed appointments."""

import random
from datetime import date, timedelta

import polars as pl
import pytest
from sqlglot import exp, parse_one

from opencommissioning.area.library import Library
from opencommissioning.records.visits import EARLIER, appointment_counts, attendance_counts
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.specimens import specimen
from opencommissioning.sources.visits import APPOINTMENTS, ATTENDANCES, ECDS, HES_AE
from opencommissioning.warehouse.store import Store
from unit.records.conftest import LOOK, NOBODY

TYPES = {"date": pl.Date, "integer": pl.Int32, "flag": pl.Boolean}
LIBRARY = Library()


def put(vault, tmp_path, contract, rows):
    schema = {column.name: TYPES.get(str(column.kind), pl.String) for column in contract.columns}
    frame = pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema, orient="row")
    frame.write_parquet(tmp_path / "rows.parquet")
    vault.keep(
        tmp_path / "rows.parquet", dataset=contract.dataset, label="a", file="a.csv", checksum="1", refused=(), opt_outs=NOBODY, look=LOOK
    )  # fmt: skip


def earlier(rows, row):
    """Attendances of the person in the 365 days before, and on the same day with a lower identifier."""
    return sum(
        other["person"] == row["person"]
        and timedelta(0) <= row["day"] - other["day"] <= timedelta(365)
        and (other["day"] < row["day"] or other["episode"] < row["episode"])
        for other in rows
    )


def test_earlier_attendances(vault, tmp_path):
    draw = random.Random(5)
    rows = [
        {"person": draw.choice("AB"), "episode": f"E{n:03d}", "practice": "Z99001", "day": date(2025, 1, 1) + timedelta(draw.choice([0, 1, 30, 364, 365, 366, 700]))}
        for n in range(40)
    ]  # fmt: skip
    put(vault, tmp_path, ATTENDANCES, rows)
    query = exp.select("episode", parse_one(EARLIER, dialect="duckdb")).from_("attendance_records")
    found = dict(vault.read(query, "attendance_records", LOOK, NOBODY).iter_rows())
    assert found == {row["episode"]: earlier(rows, row) for row in rows}
    counts = vault.read(
        attendance_counts(LIBRARY.categories["attendances"], LIBRARY.codelists, [date(2025, 1, 1), date(2027, 1, 1)]),
        "attendance_records", LOOK, NOBODY,
    )  # fmt: skip
    often = counts.filter(pl.col("category") == "frequent")["attendances"].sum()
    assert often == sum(earlier(rows, row) >= 3 for row in rows)
    assert counts.filter(pl.col("category") == "all")["attendances"].sum() == len(rows)


BREACHES = [
    (HES_AE, [("AEDEPTTYPE", "03"), ("AEATTENDCAT", "3"), ("AEARRIVALMODE", "1"), ("AEATTENDDISP", "01"), ("INVEST2_02", "01"), ("TREAT3_12", "011")]),
    (ECDS, [("DEPARTMENT_TYPE", "02"), ("ATTENDANCE_CATEGORY", "2"), ("ARRIVAL_MODE", "1048071000000103"), ("DISCHARGE_STATUS", "1"), ("INVESTIGATION_CODE_2", "1"), ("TREATMENT_CODE_12", "1")]),
]  # fmt: skip
CASES = [(era, change) for era, changes in BREACHES for change in [None, *changes]]


@pytest.mark.parametrize(("era", "change"), CASES, ids=lambda case: getattr(case, "name", str(case)))
def test_avoidable_by_the_rule_until_one_part_of_it_is_broken(tmp_path, era, change):
    heading, row = specimen(era)[:2]
    if change:
        row[heading.index(change[0])] = change[1]
    path = tmp_path / "visits.csv"
    path.write_text(",".join(heading) + "\n" + ",".join(row) + "\n")
    report = Store(tmp_path / "store").load(path, recognised=recognise(path))
    (found,) = pl.read_parquet(report.loaded[0].part.path).to_dicts()
    assert found["avoidable"] is (change is None)


def test_appointments_missed_and_kept(vault, tmp_path):
    day, codes = (
        date(2026, 4, 14),
        [("5", "1"), ("6", "2"), ("3", "2"), ("7", "4"), ("2", "1"), ("4", "3"), ("5", "9")],
    )
    rows = [
        {
            "person": "A",
            "episode": f"E{n}",
            "practice": "Z99001",
            "day": day,
            "attended": attended,
            "first": first,
        }
        for n, (attended, first) in enumerate(codes)
    ]
    put(vault, tmp_path, APPOINTMENTS, rows)
    found = vault.read(appointment_counts([date(2026, 4, 1)]), "appointment_records", LOOK, NOBODY)
    counts = {row[3:6]: row[6] for row in found.iter_rows()}
    assert counts == {
        ("first", "seen", "no"): 1,
        ("follow-up", "seen", "no"): 1,
        ("follow-up", "did not attend", "no"): 1,
        ("follow-up", "did not attend", "yes"): 1,
        ("first", "cancelled by patient", "no"): 1,
        ("first", "cancelled by provider", "yes"): 1,
        ("unknown", "seen", "no"): 1,
    }
