"""A scheme that loads is one that can be paid: what is wrong is refused with file and key."""

import pytest

from opencommissioning.area.library import Library
from opencommissioning.area.money.scheme_files import one_scheme, read_scheme
from opencommissioning.errors import DefinitionError, UnknownName

GOOD = """title = "Quality scheme"
from = 2026-04-01
to = 2027-03-31
per_point = "25.00"

[[indicator]]
measure = "broad_spectrum_antibiotics"
months = 3
thresholds = { "12" = 5, "9" = 10 }

[[indicator]]
measure = "oral_antibiotics"
improvement = { "2.5" = 5, "10" = 10 }
baseline = { from = 2025-07-01, to = 2025-09-30 }
"""


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "quality.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_scheme_is_read_as_written(write, library):
    scheme = read_scheme(write(GOOD), library)
    assert (scheme.id, str(scheme.first), str(scheme.last), scheme.most) == (
        "quality",
        "2026-04-01",
        "2027-03-01",
        20,
    )
    assert [str(each.at) for each in scheme.indicators[0].thresholds] == ["12", "9"]
    assert [str(each.at) for each in scheme.indicators[1].thresholds] == ["2.5", "10"]
    assert [str(day) for day in scheme.indicators[1].baseline] == ["2025-07-01", "2025-09-01"]
    assert not scheme.public


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('per_point = "25.00"', "", "quality.toml: needs either 'per_point' or 'per_patient'"),
        ('per_point = "25.00"', "per_point = 2.5", "'per_point' needs an exact number"),
        ('per_point = "25.00"', 'per_point = "25"\nper_patient = "1"', "not both"),
        ('title = "Quality scheme"', 'title = "Q"\ntarget = 1', "key 'target' is not known"),
        (
            "broad_spectrum_antibiotics",
            "broad_spectrum_antibiotic",
            "[[indicator]] 1: 'measure' is 'broad_spectrum_antibiotic'; did you mean",
        ),
        ("to = 2027-03-31", "to = 2025-03-31", "must span 1 to 24 months"),
        ("from = 2026-04-01", "", "needs 'from' and 'to'"),
        ('"12" = 5, "9" = 10', '"12" = 10, "9" = 5', "points must rise"),
        ('"12" = 5, "9" = 10', '"12" = 0', "points must be above 0"),
        ('"12" = 5, "9" = 10', "", "is empty"),
        ("months = 3", "months = 30", "longer than the scheme"),
        ("to = 2025-09-30", "to = 2026-09-30", "must lie before the scheme begins"),
        ("baseline = { from = 2025-07-01, to = 2025-09-30 }", "", "belong together"),
        ('"10" = 10', '"110" = 10', "per cent between 0 and 100"),
        ("oral_antibiotics", "broad_spectrum_antibiotics", "quality.toml"),
        ('per_point = "25.00"', 'per_point = "25.00"\npublic = "yes"', "'public' needs true or false"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_key(write, library, old, new, sentence):
    text = GOOD.replace(old, new, 1)
    if sentence == "quality.toml":  # the same measure twice, once by value and once by improvement, is lawful
        assert len(read_scheme(write(text), library).indicators) == 2
        return
    with pytest.raises(DefinitionError) as refused:
        read_scheme(write(text), library)
    assert sentence in str(refused.value)
    assert "quality.toml" in str(refused.value)


def test_a_measure_without_a_better_way_needs_one(write, library):
    neither = next(name for name, each in library.measures.items() if each.better == "neither")
    text = GOOD.replace("broad_spectrum_antibiotics", neither, 1)
    with pytest.raises(DefinitionError, match="say better"):
        read_scheme(write(text), library)
    chosen = text.replace("months = 3", 'months = 3\nbetter = "lower"', 1)
    assert read_scheme(write(chosen), library).indicators[0].better == "lower"


def test_an_unknown_scheme_names_the_place(tmp_path, library):
    with pytest.raises(UnknownName, match=r"schemes/quality\.toml"):
        one_scheme(tmp_path, library, "quality")
