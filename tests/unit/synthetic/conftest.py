"""One small economy, written once for all tests of the package."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from opencommissioning.synthetic import Economy, economy, write


@dataclass(frozen=True)
class Written:
    """An economy and the folder that holds its files."""

    made: Economy
    folder: Path
    paths: list[Path]

    def text(self, pattern: str, **options) -> pl.DataFrame:
        """The one file that matches, every column as text."""
        (path,) = self.folder.glob(pattern)
        return pl.read_csv(path, infer_schema=False, encoding="latin1", **options)

    def prescribing(self) -> pl.DataFrame:
        """All months of prescribing under the names of the older layout."""
        files = sorted(self.folder.glob("prescribing/*.csv"), key=lambda path: path.stem[-6:])
        return pl.concat([older_names(pl.read_csv(f, infer_schema=False, encoding="latin1")) for f in files])


RENAMES = {
    "BNF_PRESENTATION_CODE": "BNF_CODE",
    "BNF_CHEMICAL_SUBSTANCE_CODE": "CHEMICAL",
    "ADQ_USAGE": "ADQUSAGE",
}
KEPT = ["YEAR_MONTH", "PRACTICE_CODE", "PCO_CODE", "BNF_CODE", "QUANTITY", "ITEMS", "TOTAL_QUANTITY", "NIC", "ACTUAL_COST", "UNIDENTIFIED"]  # fmt: skip


def older_names(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.rename(RENAMES, strict=False)
        .select(KEPT)
        .with_columns(pl.col("YEAR_MONTH").str.replace("-", ""))
    )


@pytest.fixture(scope="session")
def small() -> Economy:
    """Fourteen months across both changes of layout, and a January."""
    return economy(practices=45, products=330, months=14, seed=7, end=date(2025, 8, 1))


@pytest.fixture(scope="session")
def written(small, tmp_path_factory) -> Written:
    folder = tmp_path_factory.mktemp("economy")
    return Written(small, folder, write(small, folder))
