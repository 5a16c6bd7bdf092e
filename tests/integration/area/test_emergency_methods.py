"""Which methods of admission are emergencies is the area's to say; a changed answer is counted anew."""

import csv
from datetime import date, timedelta

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.errors import DefinitionError
from opencommissioning.sources.admitted_care import OLD, SOURCE
from opencommissioning.sources.specimens import specimen
from opted_out import nobody


@pytest.fixture
def area(tmp_path):
    """Forty admissions by method 28 (other means of emergency) in two months."""
    made = Area.create(tmp_path / "area")
    nobody(made.folder, "these people are invented")
    heading, row = specimen(SOURCE.eras[SOURCE.eras.index(OLD)])[:2]
    lines = [heading]
    for number in range(40):
        day = date(2026, 1, 1) + timedelta(number)
        told = dict(zip(heading, row, strict=True)) | {"PSEUDO_HESID": f"P{number}", "EPIKEY": f"{number}", "ADMIDATE": str(day), "DISDATE": str(day), "EPISTART": str(day), "EPIEND": str(day), "ADMIMETH": "28", "EPIORDER": "1", "GPPRAC": "M84031", "CLASSPAT": "1"}  # fmt: skip
        lines.append([told[name] for name in heading])
    path = tmp_path / "hes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    Area.open(made.folder).load([path])
    return Area.open(made.folder)


def kinds(area):
    rows = pl.concat(pl.read_parquet(part.path) for part in area.store.parts("admissions"))
    return set(rows.filter(pl.col("spells") > 0)["kind"])


def test_the_setting_decides_and_a_change_is_counted(area):
    area.count()
    assert kinds(area) == {"emergency"}
    settings = area.folder / "area.toml"
    text = settings.read_text()
    assert '"28"' in text
    settings.write_text(text.replace('"28", ', ""))
    Area.open(area.folder).count()
    assert "emergency" not in kinds(area)


def test_what_is_no_method_is_refused(area):
    settings = area.folder / "area.toml"
    settings.write_text(settings.read_text().replace('"28"', '"emergency"'))
    with pytest.raises(DefinitionError, match=r"'EMERGENCY' is no method of admission.*such as 21 or 2A"):
        _ = Area.open(area.folder).settings
