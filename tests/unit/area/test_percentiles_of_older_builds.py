"""A build that an earlier version made has no percentiles of measures that came later: they are not in it, and nothing breaks."""

from opencommissioning.area.library import Library
from opencommissioning.area.percentiles import has_percentiles


def test_a_percentile_that_was_never_worked_out_is_not_there(tmp_path):
    library = Library()
    median = next(each for each in library.measures.values() if each.percentile is not None)
    share = library.measures["trimethoprim_share"]
    assert not has_percentiles(tmp_path, median)
    assert has_percentiles(tmp_path, share)
    (tmp_path / "percentiles").mkdir()
    (tmp_path / "percentiles" / f"{median.id}.npz").touch()
    assert has_percentiles(tmp_path, median)
