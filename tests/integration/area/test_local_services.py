"""A local service's log from its file to what leaves: people's rows stay in the records, counts go out rounded together."""

import random
from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.data.services import services
from opencommissioning.cli.main import main
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import FileRefused, UnknownName
from opted_out import answer, nobody

HEADING = "person,practice,service,referred,offered,attended,completed,measure,start,end"
LIST = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
PRACTICES = [f"X810{number:02d}" for number in range(1, 13)]
FALLS, WALK = "falls prevention", "pulmonary rehabilitation"


def invented(number, draw):
    """One referral: how far it came, and what was measured."""
    referred = date(2026, 1, 1) + timedelta(draw.randrange(120))
    far = draw.choices(range(4), (1, 2, 2, 5))[0]
    days = [str(referred + timedelta(14 * (step + 1))) if step < far else "" for step in range(3)]
    start = 250 + draw.randrange(100)
    measured = (
        ("six-minute walk", start, start + draw.randrange(-10, 60))
        if far == 3 and number % 2
        else ("", "", "")
    )
    return [f"943476{number:04d}", draw.choice(PRACTICES), FALLS if number % 3 else WALK, str(referred), *days, *measured]  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    draw = random.Random(7)
    return [invented(number, draw) for number in range(1500)]


def log(folder, rows, name="log.csv"):
    path = folder / name
    path.write_text("\n".join([HEADING, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


def new_area(folder, because="the people are invented"):
    area = Area.create(folder)
    nobody(area.folder, because)
    return Area.open(folder)


@pytest.fixture(scope="module")
def area(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("services")
    made = new_area(folder / "area")
    for month in ("JAN", "FEB", "MAR", "APR"):
        sizes = [f"GP_PRAC_PAT_LIST,01{month}2026,GP,{code},E1,AB1 2CD,MALE,25_29,2000" for code in PRACTICES]
        (folder / f"{month}.csv").write_text("\n".join([LIST, *sizes]) + "\n")
    made.load([log(folder, rows), *(folder / f"{month}.csv" for month in ("JAN", "FEB", "MAR", "APR"))])
    made.build()
    return made


def reached(rows, step, service=None):
    """How many came at least so far (0 referred … 3 completed), by a loop."""
    return sum((step == 0 or row[3 + step] != "") and service in (None, row[2]) for row in rows)


def test_counts_by_service_are_those_of_a_loop_to_within_what_is_rounded(area, rows):
    for row in services(area).frame.iter_rows(named=True):
        for step, name in enumerate(("referred", "offered", "attended", "completed")):
            assert abs(row[name] - reached(rows, step, row["service"])) <= HES.off * (4 - step)
            assert row[name] % HES.rounding == 0
        assert row["uptake"] == row["attended"] / row["offered"]


def test_by_practice_nothing_small_is_shown(area):
    frame = services(area, WALK, "practice").frame
    assert frame["service"].unique().to_list() == [WALK]
    shown = [value for name in ("offered", "attended", "completed") for value in frame[name].drop_nulls()]
    assert shown
    assert min(shown) >= HES.fewest_shown


def test_the_mean_change_is_of_those_measured_twice(area, rows):
    for found in services(area).changes.iter_rows(named=True):
        mine = [row for row in rows if row[2] == found["service"] and row[7]]
        assert found["start"] == pytest.approx(sum(row[8] for row in mine) / len(mine), abs=0.05)
        assert found["change"] == pytest.approx(sum(row[9] - row[8] for row in mine) / len(mine), abs=0.11)
        assert abs(found["measured"] - len(mine)) <= HES.off


def test_measures_are_shares_of_the_same_people(area, rows):
    found = area.current.kept("service_uptake", "practice", 1)
    offered = sum(reached([row], 1) for row in rows)
    assert np.nansum(found.denominators) == pytest.approx(offered, abs=HES.off)
    completed = area.current.kept("service_completion", "practice", 1)
    assert np.nansum(completed.numerators) == pytest.approx(reached(rows, 3), abs=HES.off)
    rate = area.current.kept("service_referrals_rate", "practice", 1)
    assert np.nansum(rate.numerators) == pytest.approx(len(rows), abs=HES.off)


def test_no_identifier_is_in_the_store_nor_in_the_records(area):
    numbers = [b"9434760000", b"9434760011"]
    for path in area.folder.rglob("*"):
        if path.is_file():
            assert not any(number in path.read_bytes() for number in numbers), path
    held = pl.read_parquet(next((area.folder / "records" / "facts" / "service_log").glob("*.parquet")))
    assert not held["person"].str.contains("943476").any()
    assert not held["episode"].str.contains("943476").any()


def test_who_opted_out_is_not_counted(tmp_path, rows):
    made = Area.create(tmp_path / "area")
    answer(made.folder, 'file = "opt-outs.csv"')
    (made.folder / "opt-outs.csv").write_text(
        "person\n" + "\n".join(sorted({row[0] for row in rows[:50]})) + "\n"
    )
    made = Area.open(made.folder)
    made.load([log(tmp_path, rows)])
    made.count()
    out = {row[0] for row in rows[:50]}
    counted = sum(part.rows and pl.read_parquet(part.path)["people"].sum() for part in made.store.parts("service_activity"))  # fmt: skip
    assert counted == sum(row[0] not in out for row in rows)


def test_without_an_answer_about_opt_outs_nothing_is_loaded(tmp_path, rows):
    made = Area.create(tmp_path / "area")
    with pytest.raises(FileRefused, match="does not say whose opt-outs apply"):
        made.load([log(tmp_path, rows)])


BAD = {
    "2026-04-01,2026-03-31,,": "nobody is offered before being referred",
    "2026-04-01,,2026-03-31,": "nobody is attended before being referred",
    "2026-04-01,2026-04-02,,2026-05-01": "nobody completes before attending",
    "2026-04-01,soon,,": "'offered' is a day such as 2026-04-11, or blank",
    "2031-04-01,,,": "lies in the future",
    "whenever,,,": "'referred' is a day",
}


@pytest.mark.parametrize("days", BAD)
def test_bad_rows_are_counted_with_their_reason_and_not_kept(tmp_path, rows, days):
    made = new_area(tmp_path / "area")
    bad = f"9434765999,X81001,{FALLS},{days},,,".split(",")
    (report,) = made.load([log(tmp_path, [*rows[:40], bad])])
    assert report.loaded[0].part.refused == 1
    told = " ".join(reason for reason, _ in report.loaded[0].reasons)
    assert BAD[days] in told or "empty or unreadable" in told
    assert not any("kept apart" in each for each in report.warnings), "a person's row is kept nowhere"
    with pytest.raises(FileRefused):
        made.load([log(tmp_path, [*rows[:40], bad], "other.csv")], on_error="stop")


def test_the_command_says_it(area, capsys):
    main(["--area", str(area.folder), "services"])
    told = " ".join(capsys.readouterr().out.split())
    assert "Uptake" in told
    assert "falls prevention" in told
    assert "multiples of 5" in told
    with pytest.raises(UnknownName, match="falls prevention"):
        services(area, "fall prevention")


def test_stages_are_each_counted_once(area, rows):
    stages = Counter()
    for part in area.store.parts("service_activity"):
        for stage, people in (
            pl.read_parquet(part.path).group_by("stage").agg(pl.col("people").sum()).iter_rows()
        ):
            stages[stage] += people
    assert stages["referred only"] == sum(row[4] == "" for row in rows)
    assert stages["completed"] == reached(rows, 3)
    assert sum(stages.values()) == len(rows)
