"""A vault with invented episodes of invented people."""

import polars as pl
import pytest

from opencommissioning.records.opt_outs import Kind, OptOuts
from opencommissioning.records.purposes import Look, Purpose
from opencommissioning.records.vault import Vault
from opencommissioning.sources.admitted_care import EPISODES

NOBODY = OptOuts(Kind.NONE, frozenset(), "no opt-outs: invented people", "0")
LOOK = Look(Purpose.COMMISSIONING, "a test")
TYPES = {"date": pl.Date, "integer": pl.Int32}
SCHEMA = {column.name: TYPES.get(str(column.kind), pl.String) for column in EPISODES.columns}


def episodes(rows: list[dict]) -> pl.DataFrame:
    """Rows with every column of the contract; what is not given is missing."""
    return pl.DataFrame([dict.fromkeys(SCHEMA) | row for row in rows], schema=SCHEMA, orient="row")


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "records", tmp_path / "keys" / "records.key", threads=1, memory="500MB")


@pytest.fixture
def keep(vault, tmp_path):
    """A function that keeps rows as one file."""

    def keep(rows, opt_outs=NOBODY, label="april", checksum="1", replace=False):
        path = tmp_path / "rows.parquet"
        episodes(rows).write_parquet(path)
        return vault.keep(
            path, dataset="episodes", label=label, file=f"{label}.csv", checksum=checksum, refused=(),
            opt_outs=opt_outs, look=LOOK, replace=replace,
        )  # fmt: skip

    return keep
