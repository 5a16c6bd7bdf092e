"""Every shipped measure, computed on rows made from the definitions: a numerator that is not 0, and the same by three ways of counting."""

import tomllib
from decimal import Decimal

import duckdb
import polars as pl
import pytest

import oracle
from integration.definitions.rows_of_services import SERVICES, service_rows, service_schema
from integration.definitions.rows_that_count import per_item, product_for
from opencommissioning.area.library import Library, shipped
from opencommissioning.catalogue.presentation import presentation
from opencommissioning.language.resolve import factor_of
from opencommissioning.language.words import readable_sql, sentence
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import scaled, sum_part
from opencommissioning.measures.resolving import Resolver
from opencommissioning.warehouse.engine import DuckDB

LIBRARY = Library()
BANDS = [f"{sex}{low:02d}_{low + 4:02d}" for sex in "MF" for low in range(0, 95, 5)] + ["M95+", "F95+"]
SCHEMAS = {
    "prescribing": {
        "practice": pl.String,
        "month": pl.String,
        "bnf_code": pl.String,
        "name": pl.String,
        "route": pl.String,
        "form": pl.String,
        "brand": pl.String,
        "strength": pl.Decimal(18, 6),
        "quantity_per_item": pl.Decimal(18, 3),
        "items": pl.Int64,
        "quantity": pl.Decimal(18, 3),
        "nic": pl.Decimal(18, 5),
        "actual_cost": pl.Decimal(18, 5),
    },
    "registrations": {"practice": pl.String, "month": pl.String, "age_sex": pl.String, "patients": pl.Int64},
    "weighted_populations": {
        "practice": pl.String,
        "month": pl.String,
        "need": pl.String,
        "patients": pl.Decimal(18, 3),
    },
}


SCHEMAS |= {name: service_schema(LIBRARY.contracts[name]) for name in SERVICES}


def prescribing_rows():
    """A row for each side of each measure, and one of the denominator that the numerator leaves out."""
    names, quantities = {}, {}
    for measure in LIBRARY.measures.values():
        top, bottom = measure.numerator, measure.denominator
        for side, avoid in ((top, None), (bottom, None), (bottom, top if measure.narrowed else None)):
            made = (
                product_for(side, LIBRARY.codelists, names, avoid) if side.dataset == "prescribing" else None
            )
            if made:
                names[made.bnf_code] = made.name
                quantities.setdefault(made.bnf_code, {Decimal(28)}).add(per_item(side))
    return [
        _row(code, name, each, number)
        for number, (code, name) in enumerate(sorted(names.items()), 1)
        for each in sorted(quantities[code])
    ]


def _row(code, name, each, items):
    made = presentation(code, name)
    told = {
        "name": made.name,
        "route": made.route,
        "form": made.form,
        "brand": made.brand,
        "strength": made.strength_mg,
    }
    amounts = {
        "quantity_per_item": each,
        "items": items,
        "quantity": each * items,
        "nic": Decimal(items) / 8,
        "actual_cost": Decimal(items) / 16,
    }
    return {"practice": f"P{items % 3}", "month": "2026-01-01", "bnf_code": code, **told, **amounts}


def people_rows():
    """A list of every age and sex for three practices."""
    return [
        {"practice": f"P{p}", "month": "2026-01-01", "age_sex": band, "patients": 10 + number + p}
        for p in range(3)
        for number, band in enumerate(BANDS)
    ]


@pytest.fixture(scope="module")
def rows():
    """dataset → rows."""
    need = [
        {
            "practice": f"P{p}",
            "month": "2026-01-01",
            "need": "prescribing",
            "patients": Decimal("5230.216") + p,
        }
        for p in range(3)
    ]
    services = {name: service_rows(LIBRARY.contracts[name], LIBRARY.measures.values()) for name in SERVICES}
    people = {"prescribing": prescribing_rows(), "registrations": people_rows(), "weighted_populations": need}
    return people | services


@pytest.fixture(scope="module")
def engine_sums(rows, tmp_path_factory):
    """key → organisation → exact sum, by the product: every measure of a dataset in one pass."""
    folder, out = tmp_path_factory.mktemp("facts"), {}
    sides = {
        side for measure in LIBRARY.measures.values() for side in (measure.numerator, measure.denominator)
    }
    with DuckDB(folder, threads=2) as engine:
        for dataset, given in rows.items():
            contract = LIBRARY.contracts[dataset]
            wanted = {
                each.key: each
                for side in sides
                if side.dataset == dataset
                for each in [scaled(side, contract, LIBRARY.codelists)]
            }
            path = folder / f"{dataset}.parquet"
            pl.DataFrame(given, schema=SCHEMAS[dataset]).write_parquet(path)
            resolver = Resolver(
                contract,
                [each.quantity for each in wanted.values()],
                LIBRARY.codelists,
                Medicines(),
            )
            sums = sum_part(
                engine.frame, path, contract, list(wanted.values()), _products(dataset, given), resolver
            )
            for key, organisation, value in sums.frame().iter_rows():
                out.setdefault(key, {})[organisation] = Decimal(value) / 10 ** wanted[key].scale
    return out


def _products(dataset, given):
    if dataset == "prescribing":
        return list({row["bnf_code"]: row["name"] for row in given}.items())
    code = LIBRARY.contracts[dataset].code
    if not code:
        return []
    return [(each, None) for each in sorted({row[code] for row in given})]


@pytest.fixture(scope="module")
def database(rows):
    """A database in which readable SQL runs: facts with what names tell, and a table of factors for each weighted list."""
    connection = duckdb.connect()
    for dataset, given in rows.items():
        connection.register(dataset, pl.DataFrame(given, schema=SCHEMAS[dataset]).to_arrow())
    products = {row["bnf_code"]: row["name"] for row in rows["prescribing"]}
    for name, codelist in LIBRARY.codelists.items():
        column, codes = (
            ("bnf_code", products)
            if codelist.system == "bnf"
            else (codelist.system, dict.fromkeys(BANDS, ""))
        )
        pairs = [(code, factor_of(code, words, codelist)) for code, words in codes.items()]
        frame = pl.DataFrame(
            [p for p in pairs if p[1]], schema={column: pl.String, "factor": pl.Decimal(18, 6)}, orient="row"
        )
        connection.register(name, frame.to_arrow())
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def raw():
    """What the files say, read without the product: id → measure, id → codelist."""
    return toml_below("measures"), toml_below("codelists")


def toml_below(folder):
    paths = (shipped() / folder).rglob("*.toml")
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def test_at_least_eighty_measures_are_shipped():
    assert sum(measure.numerator.dataset == "prescribing" for measure in LIBRARY.measures.values()) >= 80


def covered(measure):
    """Whether rows of both its datasets are made here (people's facts have tests of their own)."""
    return {measure.numerator.dataset, measure.denominator.dataset} <= set(SCHEMAS)


MEASURES = sorted(name for name, measure in LIBRARY.measures.items() if covered(measure))


@pytest.mark.parametrize("name", MEASURES)
def test_measure_counts_something_and_all_ways_of_counting_agree(name, rows, engine_sums, database, raw):
    measure = LIBRARY.measures[name]
    queries = readable_sql(measure, LIBRARY.contracts, LIBRARY.codelists).split("\n\n")
    for side, query in zip(("numerator", "denominator"), queries, strict=True):
        quantity = getattr(measure, side)
        key = scaled(quantity, LIBRARY.contracts[quantity.dataset], LIBRARY.codelists).key
        got = {code: value for code, value in engine_sums.get(key, {}).items() if value}
        assert sum(got.values()) > 0, f"{side} of {name} counts nothing"
        assert got == slow(rows[quantity.dataset], raw, name, side), "the engine against the oracle"
        by_sql = {code: value for code, _, value in database.sql(query).fetchall() if value}
        assert {code: float(value) for code, value in got.items()} == pytest.approx(
            {code: float(value) for code, value in by_sql.items()}
        ), "the engine against the SQL that is shown"


def slow(rows, raw, name, side):
    """organisation → sum by the oracle, 0 left out."""
    measures, lists = raw
    return {code: value for code, value in oracle.side(rows, measures[name], side, lists).items() if value}


@pytest.mark.parametrize("name", sorted(LIBRARY.measures))
def test_measure_is_told_in_a_sentence(name):
    measure = LIBRARY.measures[name]
    words = sentence(measure, LIBRARY.codelists)
    assert measure.numerator.column.replace("_", " ") in words
    assert words.endswith("is better)")
    assert measure.why
    assert measure.do, "what to do about it is told, or why nothing can be"
    assert measure.source
    assert measure.review.by == "" or measure.review.checked


def test_every_codelist_is_used():
    used = {
        name for m in LIBRARY.measures.values() for q in (m.numerator, m.denominator) for name in _named(q)
    }
    ways = [way for group in LIBRARY.categories.values() for each in group for way in each.ways]
    used |= {name for way in ways for condition in way for name in condition.codelists}
    used |= {part.id for name in used for part in LIBRARY.codelists[name].parts}
    bnf = {
        name for name, each in LIBRARY.codelists.items() if each.system == "bnf"
    }  # others serve --per and records
    assert bnf - used == set()


def _named(quantity):
    return {name for each in quantity.where for name in each.codelists} | ({quantity.times} - {""})
