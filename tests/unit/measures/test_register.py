"""Who belongs where is told by registers; a prescribing file tells it only when it names most of the practices."""

from datetime import date

import polars as pl

from opencommissioning.measures.register import read_register

MONTH = date(2026, 1, 1)
CODES = [f"A{number:05d}" for number in range(8)]


def practices(setting="4", grouping="Y60", status=None):
    rows = [
        {
            "practice": code,
            "name": f"SURGERY {code}",
            "postcode": "AB1 2CD",
            "grouping": grouping,
            "commissioner": "9A1",
            "setting": setting,
            "opened": date(1990, 1, 1),
            "closed": None,
            "month": MONTH,
            "status": (status or {}).get(code, "A"),
        }
        for code in CODES
    ]
    return pl.DataFrame(rows, schema_overrides={"closed": pl.Date})


def prescribers(named):
    levels = dict.fromkeys(("icb", "region"), "Q1") | {"sub_icb": "9A100"}
    names = {f"{level}_name": "Area" for level in levels}
    return pl.DataFrame(
        [{"practice": code, "practice_name": "x", "month": MONTH, **levels, **names} for code in named]
    )


def read(**tables):
    return read_register(tables.get, [MONTH], CODES)


def test_a_file_of_few_practices_does_not_make_an_area():
    register = read(practices=practices(), prescribers=prescribers(CODES[:3]))
    assert register.codes["icb"] == ()
    assert register.codes["sub_icb"] == ("9A1",)
    assert (register.parents["sub_icb"] == 0).all()


def test_a_file_of_most_practices_does():
    register = read(practices=practices(), prescribers=prescribers(CODES[:4]))
    assert register.codes["icb"] == ("Q1",)
    assert (register.parents["icb"][:, 0] >= 0).sum() == 4


def test_without_a_register_the_file_is_all_there_is():
    register = read(prescribers=prescribers(CODES[:3]))
    assert register.codes["icb"] == ("Q1",)
    assert not register.registered


def test_other_settings_and_wales_are_no_practices():
    assert read(practices=practices(setting="13")).practices == ()
    assert read(practices=practices(grouping="W00")).practices == ()


def test_dormant_and_proposed_practices_are_not_open_unless_a_file_has_data_of_them():
    table = practices(status={CODES[0]: "D", CODES[1]: "P", CODES[2]: "D", CODES[3]: "C"})
    register = read_register({"practices": table}.get, [MONTH], CODES[2:])
    assert register.practices == tuple(CODES)
    assert register.open[:, 0].tolist() == [False, False, *[True] * 6]


def test_a_register_of_an_earlier_load_without_status_is_read_as_before():
    assert read(practices=practices().drop("status")).open.all()
