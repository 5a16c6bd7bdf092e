"""A few months are enough: an economy without a change of codes writes no file that its own loader would refuse."""

import csv

from opencommissioning.synthetic import economy
from opencommissioning.synthetic.write import write_once


def test_no_file_of_a_short_economy_is_without_rows(tmp_path):
    for name in ("organisations", "reference", "tariff", "population"):
        (tmp_path / name).mkdir()
    made = economy(practices=40, products=60, months=3, seed=1)
    assert "code_change" not in {truth.kind for truth in made.truths}
    files = write_once(made, tmp_path)
    assert "bnf_code_changes.csv" not in {file.name for file in files}
    for file in files:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8", newline="") as rows:
                assert sum(1 for _ in csv.reader(rows)) > 1, file.name
