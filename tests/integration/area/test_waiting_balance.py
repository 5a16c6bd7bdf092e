"""Lists from month to month: what is left over is told at status, a large gap at load, and nothing is refused."""

from datetime import date

import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting.balance import balances
from opencommissioning.sources.specimen_waits import WAITS

SPECIMEN = WAITS["RTT full extract"][1]


def extract(month, waiting, started, completed):
    """The specimen's one list of 12 in other numbers: 3 weeks waited everywhere."""
    heading, *rows = SPECIMEN.strip().split("\n")
    out = [heading]
    for row in rows:
        cells = row.split(",")
        part = cells[9]
        count = {
            "Part_1A": completed - 10,
            "Part_1B": 10,
            "Part_2": waiting,
            "Part_2A": 5,
            "Part_3": started,
        }[part]
        cells[0] = f"RTT-{month}"
        if part == "Part_3":
            cells[-1] = str(count)
        else:
            cells[13:] = [*["0"] * 2, str(count), *["0"] * 102, str(count), "0", str(count)]
        out.append(",".join(cells))
    return "\n".join(out) + "\n"


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


def load(area, tmp_path, month, *numbers):
    path = tmp_path / f"RTT-{month}.csv"
    path.write_text(extract(month, *numbers))
    return area.load([path])[0]


def test_what_is_left_over_is_the_list_before_and_starts_less_completed_and_the_list_now(area, tmp_path):
    load(area, tmp_path, "September-2024", 1000, 300, 250)
    report = load(area, tmp_path, "October-2024", 1010, 300, 270)
    table = balances(area.store, "provider")
    assert table.rows() == [("RX1", date(2024, 10, 1), 1000, 300, 270, 1010, 20)]
    assert not any("Lists by provider" in each for each in report.warnings), (
        "20 of 1,000 are nothing to tell at load"
    )
    told = area.status_notes()["Waiting lists"]
    assert told[0].startswith(
        "Lists by provider, October 2024: 20 left without a reported treatment or start, 2.0 % of those"
    )
    assert len(told) == 2, "by provider, and by commissioner"


def test_a_large_gap_is_told_at_load_and_not_refused(area, tmp_path):
    load(area, tmp_path, "September-2024", 1000, 300, 250)
    report = load(area, tmp_path, "October-2024", 1200, 300, 270)
    told = next(each for each in report.warnings if "Lists by provider" in each)
    assert "170 came without" in told
    assert "RX1 (170 came)" in told
    assert [each.part.refused for each in report.loaded] == [0] * len(report.loaded)


def test_without_the_month_before_nothing_is_said(area, tmp_path):
    load(area, tmp_path, "September-2024", 1000, 300, 250)
    load(area, tmp_path, "December-2024", 1500, 300, 250)
    notes = area.status_notes()
    assert "Waiting lists" not in notes
    assert any(
        each.startswith(
            "RTT incomplete pathways, by provider: nothing is loaded for October 2024, November 2024"
        )
        for each in notes["Missing months"]
    )


def test_a_month_that_fills_a_gap_is_weighed_on_both_sides(area, tmp_path):
    load(area, tmp_path, "September-2024", 1000, 300, 250)
    load(area, tmp_path, "November-2024", 2000, 300, 250)
    report = load(area, tmp_path, "October-2024", 1050, 300, 250)
    told = [each for each in report.warnings if "Lists by provider" in each]
    assert [each.split(":")[0] for each in told] == ["Lists by provider, November 2024"]


def test_two_months_without_anybody_of_one_part_do_not_stand_in_each_others_place(area, tmp_path):
    for month in ("September-2024", "October-2024"):
        path = tmp_path / f"RTT-{month}.csv"
        rows = [line for line in extract(month, 100, 30, 25).splitlines() if "Part_2A" not in line]
        path.write_text("\n".join(rows) + "\n")
        area.load([path])
    assert len(area.store.parts("waiting_by_provider")) == 2
    assert area.store.parts("waiting_for_admission_by_provider") == ()
