"""Registers of trusts of two years stand beside each other: the earlier is not in the later's way, whichever is loaded last."""

from datetime import date

from opencommissioning.area import Area
from opencommissioning.area.levels import level_names


def test_two_vintages_of_the_register_of_trusts(shared_data, tmp_path):
    area = Area.create(tmp_path / "area")
    for name in ("etr_2026.csv", "etr_2022.csv"):
        area.load([shared_data(f"ods/{name}")])
    parts = area.store.parts("trusts")
    assert [(part.period, part.rows) for part in parts] == [
        (date(2021, 9, 1), 218),  # the latest day in each file: 30 September 2021, 31 December 2024
        (date(2024, 12, 1), 273),
    ]
    assert len(level_names(area.store, "provider")) == 273
