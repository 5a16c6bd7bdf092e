"""reconcile without a sheet, and a digest whose folder was meant as an organisation."""

from types import SimpleNamespace

import polars as pl
import pytest

from opencommissioning.area.data.reconciling import own_totals
from opencommissioning.cli.main import main


def run(area, *arguments: str) -> None:
    main(["--area", str(area.folder), *arguments])


def test_reconcile_without_a_sheet_prints_our_totals(invented, capsys):
    run(invented, "reconcile", "--months", "3")
    told = capsys.readouterr().out
    assert "Our totals" in told
    months = [f"{part.period:%Y-%m}" for part in invented.store.parts("prescribing")[-3:]]
    assert all(month in told for month in months)
    assert "together" in told


def test_what_is_outside_the_population_is_counted_and_said(invented):
    build, part = invented.current, invented.store.parts("prescribing")[-1]
    whole = own_totals(build, invented.store, 1)
    one = next(code for code in whole.frame.filter(~pl.col("outside"))["practice"])
    fewer = SimpleNamespace(
        register=SimpleNamespace(practices=[code for code in build.register.practices if code != one]),
        settings=build.settings,
    )
    result = own_totals(fewer, invented.store, 1)
    rows = pl.read_parquet(part.path).filter(pl.col("practice") == one)
    assert (
        whole.frame.filter("outside")["items"].sum() + rows["items"].sum()
        == result.frame.filter("outside")["items"].sum()
    )
    assert result.notes[0].startswith("Outside the measures' population: ")


def test_a_digest_into_an_organisation_is_refused_with_what_was_meant(
    invented, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    code = invented.current.register.practices[0]
    with pytest.raises(SystemExit) as ended:
        run(invented, "digest", code.lower())
    assert ended.value.code == 2
    assert f"digest letters --organisation {code}'" in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []
