"""Invented definitions on invented rows: what the engine sums over Parquet is what the slow oracle sums row by row."""

from decimal import Decimal

import polars as pl
import pytest
import tomlkit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import oracle
from generative import invented_definitions as invented
from opencommissioning.language.codelists import read_codelists
from opencommissioning.language.definitions import World, measure_from
from opencommissioning.language.reading import Reader
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import scaled, sum_part
from opencommissioning.measures.resolving import Resolver
from opencommissioning.sources.prescribing import PRESCRIBING
from opencommissioning.warehouse.engine import DuckDB

FACTS = {
    "practice": pl.String,
    "bnf_code": pl.String,
    "quantity_per_item": pl.Decimal(18, 3),
    "items": pl.Int64,
    "quantity": pl.Decimal(18, 3),
    "nic": pl.Decimal(18, 5),
    "actual_cost": pl.Decimal(18, 5),
}
PRODUCTS = list(invented.CODES.items())


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """One engine with two threads and the folder that it may read."""
    folder = tmp_path_factory.mktemp("facts")
    with DuckDB(folder, threads=2) as engine:
        yield engine, folder


def read_lists(raw, folder):
    """The codelists of raw tables, by way of files."""
    for old in folder.glob("*.toml"):
        old.unlink()
    for name, table in raw.items():
        (folder / f"{name}.toml").write_text(tomlkit.dumps(table), encoding="utf-8")
    return read_codelists([folder])


def written(rows, folder):
    """The rows as a Parquet file with the columns of the store."""
    path = folder / "part.parquet"
    pl.DataFrame([{name: row[name] for name in FACTS} for row in rows], schema=FACTS).write_parquet(path)
    return path


def summed(frame, path, measure, codelists):
    """side → organisation → exact sum, by the product."""
    sides = {"numerator": measure.numerator, "denominator": measure.denominator}
    quantities = {name: scaled(side, PRESCRIBING, codelists) for name, side in sides.items()}
    unique = list({each.key: each for each in quantities.values()}.values())
    resolver = Resolver(
        PRESCRIBING, [each.quantity for each in unique], codelists, Medicines(invented.SUCCESSORS)
    )
    sums = sum_part(frame, path, PRESCRIBING, unique, PRODUCTS, resolver)
    return {
        name: {
            organisation: Decimal(value) / 10**each.scale
            for key, organisation, value in sums.frame().iter_rows()
            if key == each.key and value
        }
        for name, each in quantities.items()
    }


def expected(rows, raw, name, codelists):
    """organisation → exact sum of one side, by the oracle; organisations with 0 left out, as absent and 0 are told apart elsewhere."""
    current = [row | {"bnf_code": row["current"]} for row in rows]
    return {code: value for code, value in oracle.side(current, raw, name, codelists).items() if value != 0}


# no shrinking: each try asks the engine, and a failure prints its definition and rows, which are small
@settings(
    max_examples=120,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_sums_over_parquet_equal_the_oracle(engine, data):
    run, folder = engine
    lists = data.draw(invented.codelists())
    raw = data.draw(invented.definitions(tuple(lists)))
    rows = data.draw(invented.rows())
    codelists = read_lists(lists, folder)
    measure = measure_from(
        Reader(raw, "invented.toml"), World({"prescribing": PRESCRIBING}, codelists), "invented", "own"
    )
    got = summed(run.frame, written(rows, folder), measure, codelists)
    for name in ("numerator", "denominator"):
        assert got[name] == expected(rows, raw, name, lists), name


@settings(max_examples=10, deadline=None)
@given(rows=invented.rows(), copies=st.integers(1, 400))
def test_sums_do_not_depend_on_the_number_of_threads(tmp_path_factory, rows, copies):
    """The same file in row groups of every size, summed by one, two and eight threads: the same digits."""
    folder = tmp_path_factory.mktemp("threads")
    raw = {
        "title": "All",
        "better": "lower",
        "numerator": {"sum": "prescribing.actual_cost"},
        "denominator": {"sum": "prescribing.items"},
    }
    measure = measure_from(Reader(raw, "all.toml"), World({"prescribing": PRESCRIBING}, {}), "all", "own")
    frame = pl.DataFrame([{name: row[name] for name in FACTS} for row in rows] * copies, schema=FACTS)
    found = []
    for threads, group in ((1, 100_000), (2, 1_000), (8, 37)):
        path = folder / f"{threads}.parquet"
        frame.write_parquet(path, row_group_size=group)
        with DuckDB(folder, threads=threads) as one:
            found.append(summed(one.frame, path, measure, {}))
    assert found[0] == found[1] == found[2]
    assert sum(found[0]["numerator"].values()) == sum(row["actual_cost"] for row in rows) * copies
