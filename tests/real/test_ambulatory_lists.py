"""Every shipped list of ambulatory-care-sensitive conditions against England's spells by main diagnosis, which another body grouped."""

import duckdb
import polars as pl
import pytest
from sqlglot import exp

from opencommissioning.area.library import Library
from opencommissioning.language.categories import is_in
from opencommissioning.sources.admitted_care import SPELLS

LIBRARY = Library()
GROUPS = ("amb_acute", "amb_chronic", "amb_vacc_prev")
TYPES = {"integer": pl.Int64, "date": pl.Date, "flag": pl.Boolean}
PLAIN = {
    "kind": "emergency",
    "method": "21",
    "age": 50,
    "sex": "1",
    "source": "19",
    "specialty": "300",
    "operated": False,
    "days": 3,
}


@pytest.fixture(scope="module")
def shares():
    """list → group → share of the group's spells that the list takes, were the main diagnosis the only one and nothing operated."""
    from conftest import SHARED

    if not (SHARED / "acsc").exists():
        pytest.skip("shared/data/acsc is not on this machine; it holds England's spells by main diagnosis")
    tables = [
        pl.read_csv(SHARED / f"acsc/top_diagnoses_{name}.csv", infer_schema=False, encoding="utf8-lossy") for name in GROUPS
    ]  # fmt: skip
    facts = pl.concat([_rows(name, table) for name, table in zip(GROUPS, tables, strict=True)])
    lists = [each for each in LIBRARY.categories["spells"] if each.id.startswith("acsc_")]
    with duckdb.connect() as connection:
        connection.register("facts", facts.to_arrow())
        return {each.id: _shares(connection, is_in(each, SPELLS, LIBRARY.codelists)) for each in lists}


def _rows(name, table):
    code, count = table.columns[0].lstrip("\ufeff"), table.columns[1]
    rows = table.rename({table.columns[0]: code}).select(
        pl.col(code).str.slice(0, 4), pl.col(count).cast(pl.Int64)
    )
    columns = {column.name: TYPES.get(str(column.kind), pl.String) for column in SPELLS.columns}
    made = [
        dict.fromkeys(columns) | PLAIN | {"diagnosis": each, "diagnoses": each, "procedures": ""} for each in rows[code]
    ]  # fmt: skip
    return pl.DataFrame(made, schema=columns).with_columns(
        rows[count].alias("spells"), pl.lit(name).alias("of")
    )


def _shares(connection, taken):
    query = exp.select("of", "sum(spells) AS every").select(exp.func("sum", exp.Case().when(taken, exp.column("spells")).else_(exp.Literal.number(0))).as_("mine")).from_("facts").group_by("of")  # fmt: skip
    return {of: mine / every for of, every, mine in connection.sql(query.sql(dialect="duckdb")).fetchall()}


TAKEN = {  # list → the share of each group's spells that it takes; what is left needs a second diagnosis or is not in that list at all
    "acsc_nhs_institute": (1.0, 0.991, 1.0),
    "acsc_nhs_institute_acute": (1.0, 0.0, 0.0),
    "acsc_nhs_institute_chronic": (0.0, 0.991, 0.0),
    "acsc_nhs_institute_vaccine": (0.0, 0.0, 1.0),
    "acsc_iif_ac02": (0.836, 0.843, 0.993),
    "acsc_nhsof_acute": (0.838, 0.018, 0.999),
    "acsc_nhsof_chronic": (0.131, 0.972, 0.000),
    "acsc_purdy_19": (1.0, 0.659, 1.0),  # without J44, which Purdy prints among the additional codes
    "acsc_purdy_36": (1.0, 0.659, 1.0),
}


def test_every_list_is_looked_at(shares):
    assert set(shares) == set(TAKEN)


@pytest.mark.parametrize("name", TAKEN)
def test_a_list_takes_of_each_group_what_its_codes_say(shares, name):
    assert [shares[name][group] for group in GROUPS] == pytest.approx(TAKEN[name], abs=0.0006)


def test_the_chronic_spells_that_the_list_leaves_are_acute_bronchitis(shares, shared_data):
    """J20 counts with a second code for chronic disease only, which a table by main diagnosis cannot show."""
    table = pl.read_csv(
        shared_data("acsc/top_diagnoses_amb_chronic.csv"), infer_schema=False, encoding="utf8-lossy"
    )
    spells = table[table.columns[1]].cast(pl.Int64)
    acute = spells.filter(table[table.columns[0]].str.starts_with("J20")).sum()
    assert 1 - shares["acsc_nhs_institute_chronic"]["amb_chronic"] == pytest.approx(
        acute / spells.sum(), abs=2e-4
    )
