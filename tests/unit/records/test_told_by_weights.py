"""What other stays and published weights tell of a stay: each rule by hand, and lots that add up to the fractions they are drawn with."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from sqlglot import exp

from opencommissioning.area.library import shipped
from opencommissioning.records.spells import spells
from opencommissioning.records.telling import told
from opencommissioning.records.weights import NEEDS, read_weights
from unit.records.conftest import LOOK, NOBODY

WEIGHTS = read_weights(shipped() / "weights")


def stay(episode, admitted, discharged, **more):
    usual = {
        "person": "A",
        "provider": "R99",
        "practice": "Z99001",
        "method": "21",
        "age": 80,
        "sex": "1",
        "end_method": "1",
    }
    return usual | {"episode": episode, "admitted": admitted, "discharged": discharged} | more  # fmt: skip


@pytest.fixture
def read(vault, keep):
    """read(rows, *columns) → episode → those columns of its stay."""

    def read(rows, *columns):
        keep(rows)
        query = exp.select("episode", *columns).from_(told(spells(), set(columns)).subquery("stays"))
        found = vault.read(query, "episodes", LOOK, NOBODY, WEIGHTS)
        return {row[0]: row[1] if len(columns) == 1 else row[1:] for row in found.iter_rows()}

    return read


def test_points_of_frailty_count_each_code_once_over_two_years_and_this_stay(read):
    """N39 3.2, F05 3.2, G30 4.0, R29 3.6 (Gilbert 2018), times ten."""
    rows = [
        stay("E1", date(2023, 1, 1), date(2023, 1, 9), diagnoses="R296", diagnosis="R296"),  # more than two years before E3
        stay("E2", date(2024, 6, 1), date(2024, 6, 9), diagnoses="G309 N390", diagnosis="G309"),
        stay("E3", date(2025, 3, 1), date(2025, 3, 2), diagnoses="N390 F059 N399", diagnosis="N390"),
        stay("E4", date(2025, 3, 1), date(2025, 3, 2), diagnoses="G309", diagnosis="G309", person="B", age=74),
        stay("E5", date(2025, 3, 1), date(2025, 3, 2), diagnoses="M171", diagnosis="M171", person="C"),
    ]  # fmt: skip
    assert read(rows, "frailty") == {"E1": 36, "E2": 40 + 32 + 36, "E3": 40 + 32 + 32, "E4": None, "E5": None}


def test_nights_before_the_operation(read):
    days = {"E1": date(2025, 3, 1), "E2": date(2025, 3, 3), "E3": date(2025, 2, 1), "E4": None}
    rows = [stay(name, date(2025, 3, 1), date(2025, 3, 9), person=name, operated_on=day) for name, day in days.items()]  # fmt: skip
    assert read(rows, "days_before_operation") == {"E1": 0, "E2": 2, "E3": None, "E4": None}


def test_nights_beyond_the_trim_point_of_the_kind_of_stay(read):
    """CA60B: 6 nights planned; DZ65K: 5 planned and 230 of emergencies (nhp_data)."""
    told = {
        "E1": ("11", "CA60B", 7, 1),
        "E2": ("11", "CA60B", 6, 0),
        "E3": ("21", "DZ65K", 231, 1),
        "E4": ("21", "DZ65K", 200, -30),
        "E5": ("31", "DZ65K", 300, None),
        "E6": ("21", None, 300, None),
        "E7": ("21", "PB03Z", 3, None),  # its trim point is 0 in the source: none
    }
    rows = [
        stay(name, date(2025, 1, 1), date(2025, 1, 1) + timedelta(nights), person=name, method=method, hrg=hrg)
        for name, (method, hrg, nights, _) in told.items()
    ]  # fmt: skip
    assert read(rows, "beyond_trim") == {name: each[3] for name, each in told.items()}


def test_lots_add_up_to_the_fractions(read):
    """J44 of men: the fraction is drawn, not the stay; twice the same. Men of 60 with a fall: alcohol's fraction of those who lived."""
    rows = [
        stay(
            f"E{n}",
            date(2025, 1, 1),
            date(2025, 1, 2),
            person=f"P{n}",
            age=60,
            diagnosis="J440",
            diagnoses="J440 W190",
        )
        for n in range(4000)
    ]
    found = read(rows, "by_smoking", "by_alcohol_acute", "by_obesity")
    counts = np.array(list(found.values())).sum(axis=0)
    wanted = [_fraction("smoking", "J44"), _fraction("alcohol_acute", "W19"), 0]
    assert all(0.02 < each < 0.9 for each in wanted[:2])
    for count, share in zip(counts, wanted, strict=True):
        assert count == pytest.approx(4000 * share, abs=4 * np.sqrt(4000 * share * (1 - share)))


def _fraction(cause, code):
    rows = WEIGHTS["attributable"].filter(
        pl.col("from_age") == 55, ~pl.col("died"), cause=cause, code=code, sex="1"
    )
    return rows["fraction"].item()


def test_a_protective_fraction_and_another_position_count_as_none(read):
    """Smoking goes by the main diagnosis only; nobody under 16 has an alcohol fraction."""
    rows = [
        stay(f"E{n}", date(2025, 1, 1), date(2025, 1, 2), person=f"P{n}", age=10, diagnosis="R074", diagnoses="R074 J440 W190")
        for n in range(300)
    ]  # fmt: skip
    assert set(read(rows, "by_smoking", "by_alcohol_acute").values()) == {(False, False)}


def test_every_column_names_a_table_that_is_shipped():
    assert set(NEEDS.values()) == set(WEIGHTS)
    assert WEIGHTS["attributable"]["fraction"].is_between(0, 1, closed="right").all()
    assert WEIGHTS["frailty_points"]["points"].sum() == 1732  # 173.2 points in Gilbert's table
