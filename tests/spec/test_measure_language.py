"""The manual of the measure language, run: every table in it is what comes out."""

import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.warehouse.engine import DuckDB
from spec.examples import ONE_MONTH, examples, rows_of, run, shown

EXAMPLES = examples()


@pytest.fixture
def engine(tmp_path):
    """An engine that may read this test's folder."""
    with DuckDB(tmp_path, threads=1) as engine:
        yield engine


def test_the_manual_has_examples_of_both_kinds():
    assert sum(bool(each.result) for each in EXAMPLES) >= 8
    assert sum(bool(each.refused) for each in EXAMPLES) >= 4


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.result], ids=lambda each: each.title)
def test_the_result_is_what_comes_out(example, tmp_path, engine):
    wanted = [{"month": ONE_MONTH} | row for row in rows_of(example.result)]
    assert shown(run(example, tmp_path, engine.frame)) == wanted


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.refused], ids=lambda each: each.title)
def test_the_refusal_is_the_sentence_that_is_shown(example, tmp_path, engine):
    with pytest.raises(DefinitionError) as refusal:
        run(example, tmp_path, engine.frame)
    assert str(refusal.value).startswith(example.refused.strip())
