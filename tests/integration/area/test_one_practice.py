"""The short way to one practice's values, and to one organisation's verdicts, gives what the long way gives."""

import numpy as np
import polars as pl

from opencommissioning.area.comparison.judging import read_verdicts


def test_one_practices_row_is_that_of_the_whole_series(invented):
    build = invented.current
    for code in build.register.practices[::40]:
        short = build.of_practice(code)
        assert set(short) == set(build.measures)
        for name, values in short.items():
            whole = build.series(name, "practice")
            np.testing.assert_array_equal(values, whole.values[whole.row(code)], err_msg=f"{code} {name}")


def test_verdicts_of_some_are_those_of_all_narrowed(invented):
    build = invented.current
    whole = read_verdicts(build, "practice")
    codes, names = list(build.register.practices[3:6]), ["trimethoprim_share", "broad_spectrum_antibiotics"]
    for wanted in (codes, codes[:1]):
        here = pl.col("organisation").is_in(wanted)
        assert read_verdicts(build, "practice", wanted).equals(whole.filter(here))
        both = here & pl.col("measure").is_in(names)
        assert read_verdicts(build, "practice", wanted, names).equals(whole.filter(both))
