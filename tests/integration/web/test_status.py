"""The data status page says what is there; an own sheet is compared to the penny and not kept."""

import io
from html import unescape

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opencommissioning.catalogue.period import spoken


def words(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def area(site):
    from opencommissioning.web import questions

    return questions.area()


@pytest.fixture
def theirs(area):
    """A practice's totals of the last month, reckoned from the stored file and not by our code."""
    part = area.store.parts("prescribing")[-1]
    rows = pl.read_parquet(part.path).group_by("practice").agg(pl.col("items").sum(), pl.col("nic").sum())
    return rows.select(
        pl.col("practice").alias("Practice Code"),
        pl.lit(f"{part.period:%Y-%m}").alias("Month"),
        pl.col("items").alias("Items"),
        pl.col("nic").cast(pl.Float64).round(2).alias("NIC"),
    )


def sheet(frame, name="sheet.csv"):
    out = io.BytesIO()
    frame.write_csv(out) if name.endswith("csv") else frame.write_excel(out)
    return {"sheet": SimpleUploadedFile(name, out.getvalue())}


def test_the_page_has_months_codes_and_products(client, area):
    page = words(client.get("/status/"))
    assert f"build {area.current.id}" in page
    for title in (
        "Months loaded",
        "Practices missing in",
        "Rows refused",
        "Codes that no list knows",
        "New products to classify",
    ):
        assert title in page
    assert "All 12" in page or " to " in page
    assert spoken(area.current.latest) in page


def test_the_sheet_holds_files_months_and_practices(client, area, theirs):
    answer = client.get("/status/reconciliation-sheet.xlsx")
    assert answer.status_code == 200
    content = io.BytesIO(answer.content)
    assert pl.read_excel(content, sheet_name="Files").height == sum(
        len(area.store.parts(n)) for n in area.store.datasets()
    )
    months = pl.read_excel(content, sheet_name="Months")
    last = months.sort("month").tail(1)
    assert last["items"][0] == theirs["Items"].sum()
    assert last["prescribers"][0] == theirs.height


def test_comparing_needs_somebody_known(client, theirs):
    assert client.get("/status/reconcile/").status_code == 302
    assert client.post("/status/reconcile/", sheet(theirs)).status_code == 403


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_an_own_sheet_agrees_or_differs_to_the_penny(client, sign_in, theirs, name):
    sign_in()
    page = words(client.post("/status/reconcile/", sheet(theirs, name)))
    assert f"{theirs.height:,} of the sheet's {theirs.height:,} practice-months agree" in page
    wrong = theirs.with_columns(
        pl.when(pl.col("Practice Code") == theirs["Practice Code"][2])
        .then(pl.col("NIC") + 0.02)
        .otherwise(pl.col("NIC"))
        .alias("NIC")
    )
    page = words(client.post("/status/reconcile/", sheet(wrong, name)))
    assert "1 differ" in page
    assert theirs["Practice Code"][2] in page


def test_the_comparison_comes_as_a_workbook(client, sign_in, theirs):
    sign_in()
    answer = client.post("/status/reconcile/", sheet(theirs) | {"as": "xlsx"})
    assert pl.read_excel(io.BytesIO(answer.content)).height == theirs.height


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("sheet.pdf", b"%PDF", "is neither"),
        ("../../sheet.toml", b"x = 1", "'sheet.toml' is neither"),
        ("sheet.xlsx", b"not a workbook", "cannot be read as a workbook"),
        ("sheet.csv", b"", "cannot be read as a table"),
        ("sheet.csv", b"\xff\xfe\x00", "your sheet.csv"),
        ("sheet.csv", b"a,b\n1,2\n", "needs a column of practice codes"),
        (
            "sheet.csv",
            b"practice,month,items\nX81001,soon,3\n",
            "row 2, column 'month': 'soon' is not a month",
        ),
        (
            "sheet.csv",
            b"practice,month,items\nX81001,2026-09,three\n",
            "row 2, column 'items': 'three' is not a number",
        ),
        ("sheet.csv", b"practice,month,items\nX81001,2026-09,inf\n", "is not a number"),
        ("sheet.csv", b"practice,month,items\nX81001,1999-01,3\n", "no prescribing is loaded"),
    ],
)
def test_a_sheet_that_cannot_be_compared_says_why(client, sign_in, name, content, sentence):
    sign_in()
    answer = client.post("/status/reconcile/", {"sheet": SimpleUploadedFile(name, content)})
    assert answer.status_code == 400
    assert sentence.lower() in words(answer).lower()


def test_no_file_and_too_much_are_refused(client, sign_in):
    sign_in()
    assert "Choose a file first" in words(client.post("/status/reconcile/"))
    large = SimpleUploadedFile("sheet.csv", b"x" * 1_100_000)
    assert client.post("/status/reconcile/", {"sheet": large}).status_code == 413


def test_new_products_come_as_a_file(client):
    answer = client.get("/status/new-products.csv")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "bnf_code,name,first_seen,near"
    assert client.get("/status/new-products.pdf").status_code == 404


def test_people_s_records_are_listed_without_anybody(client, site, monkeypatch):
    from opencommissioning.area.data.records_held import HeldRecords
    from opencommissioning.web.questions import standing

    held = HeldRecords("episodes", "Admitted care", "April 2025 to March 2026", "12", "43,210", "0", "1,205", "commissioning (3 times)")  # fmt: skip
    monkeypatch.setattr(standing, "records", lambda: ([held], "opt-outs.csv: a list of people left out"))
    page = words(client.get("/status/"))
    for cell in (*held.columns, *held.cells, "a list of people left out"):
        assert cell in page
