"""[process] in area.toml: used, or refused with the key and what can be written."""

from datetime import date

import pytest

from opencommissioning.area.settings import read_settings, write_settings
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.errors import DefinitionError


def settings_with(folder, text):
    write_settings(folder, "An area", "")
    file = folder / "area.toml"
    kept = file.read_text().split("# Control charts of this area")[0]
    file.write_text(f"{kept}\n{text}\n")
    return read_settings(folder)


def test_the_template_says_what_the_house_does(tmp_path):
    write_settings(tmp_path, "An area", "")
    assert read_settings(tmp_path).process == ProcessChoice(chart="auto", shift=7, trend=7)


def test_what_the_area_says_is_read(tmp_path):
    told = settings_with(
        tmp_path,
        '[process]\nchart = "xmr"\nbaseline = 24\ntrend = 6\n[process.rebase]\nall_items = ["2025-06", "May 2026"]',
    )
    assert told.process == ProcessChoice(chart="xmr", baseline=24, trend=6)
    assert told.rebases == {"all_items": (date(2025, 6, 1), date(2026, 5, 1))}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('chart = "p"', "'chart' is 'p'"),
        ("shift = 5", "choose 6 or 7 or 8"),
        ("baseline = 5", "at least 12"),
        ("shifts = 7", "did you mean 'shift'"),
        ('[process.rebase]\nall_items = ["soon"]', "'soon' is not a month"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(tmp_path, text, says):
    with pytest.raises(DefinitionError, match=says) as wrong:
        settings_with(tmp_path, f"[process]\n{text}")
    assert "area.toml [process" in str(wrong.value)
