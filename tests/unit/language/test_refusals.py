"""A definition that loads is one that runs: everything else is refused with file, key and the nearest valid word."""

import re
from dataclasses import replace

import pytest

from opencommissioning.area.library import Library
from opencommissioning.errors import DefinitionError
from opencommissioning.language.codelists import read_codelists
from opencommissioning.language.definitions import World, read_measure

LIBRARY = Library()
WORLD = World(LIBRARY.contracts, LIBRARY.codelists)
WHOLE = """
title = "A"
better = "lower"
[numerator]
sum = "prescribing.items"
{where}
[denominator]
sum = "registrations.patients"
"""


def refused(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(DefinitionError) as refusal:
        read_measure(path, WORLD)
    sentence = str(refusal.value)
    assert sentence.startswith("own.toml")
    return sentence


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ('where.bnf_cod = "0501"', "column of prescribing 'bnf_cod' is not known; did you mean 'bnf_code'?"),
        ('where.bnf_code = { undr = "0501" }', "key 'undr' is not known; did you mean 'under'?"),
        ('where.bnf_code = { under = [""] }', "'under' needs non-empty text in quotes, got ''"),
        ("where.bnf_code = { under = [] }", "'under' is empty"),
        ("where.bnf_code = {}", "tests nothing; give one of any_of"),
        ("where.bnf_code = { under = 50101 }", "'under' needs text in quotes or a list of it, got 50101"),
        ("where.bnf_code = { under = 0501 }", "not valid TOML"),
        ('where.bnf_code = { under = "O501" }', "'O501' is not the beginning of a BNF code"),
        ('where.bnf_code = { under = "0501013B0AAABAB1" }', "is not the beginning of a BNF code"),
        (
            'where.bnf_code = { codelist = "oral_antibacterial" }',
            "codelist 'oral_antibacterial' is not known; did you mean 'oral_antibacterials'?",
        ),
        (
            'where.bnf_code = { codelist = "star_pu_antibacterials" }',
            "codelist 'star_pu_antibacterials' holds age_sex codes, but prescribing has bnf codes",
        ),
        ('times = "star_pu_antibacterials"', "holds age_sex codes, but prescribing has bnf codes"),
        ('times = "opioid_ome"', "'times' names the codelist 'opioid_ome'"),
        ('where.route = "orl"', "there is no route 'orl'; did you mean 'oral'?"),
        ('where.form = { none_of = ["tablets"] }', "there is no form 'tablets'; did you mean 'tablet'?"),
        ('where.route = { under = "o" }', "'under' does not go with 'route'"),
        (
            'where.strength = "500"',
            "'any_of' does not go with 'strength', which is a strength in mg; use at_least, at_most",
        ),
        (
            "where.strength = { at_least = 0.5 }",
            'needs an exact number: whole, or quoted such as "0.4", got 0.5',
        ),
        (
            'where.quantity_per_item = "seven"',
            "'quantity_per_item' is compared with 'seven', which is not a number",
        ),
        ('where.items = { contains = "3" }', "'contains' does not go with 'items', which is a number"),
        (
            'where.month = "2026-01"',
            "does not go with 'month', which is the month: a measure is of every month",
        ),
        ('where.bnf_code = { at_least = "5" }', "'at_least' does not go with 'bnf_code', which is a code"),
    ],
)
def test_a_condition_that_would_not_run_is_refused(tmp_path, where, sentence):
    assert sentence in refused(tmp_path, WHOLE.format(where=where))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('better = "lower"', 'better = "lowest"'), "'better' is 'lowest'; did you mean 'lower'?"),
        (('title = "A"', 'titel = "A"'), "'title'"),
        (('title = "A"', 'title = "A"\noutput_value = "items"'), "key 'output_value' is not known"),
        (
            ("prescribing.items", "prescribing.item"),
            "not a column of prescribing that adds up; did you mean 'items'?",
        ),
        (("prescribing.items", "prescribing.quantity_per_item"), "not a column of prescribing that adds up"),
        (
            ("prescribing.items", "prescribign.items"),
            "'sum' names the dataset 'prescribign'; did you mean 'prescribing'?",
        ),
        (("registrations.patients", "indicators.numerator"), "'sum' names 'numerator'"),
        (('better = "lower"', 'better = "lower"\nper = 0'), "'per' needs a whole number of 1 or more, got 0"),
        (('sum = "registrations.patients"', ""), "needs both a [numerator] and a [denominator]"),
    ],
)
def test_a_measure_that_would_not_run_is_refused(tmp_path, change, sentence):
    assert sentence in refused(tmp_path, WHOLE.format(where="").replace(*change))


def test_a_numerator_that_narrows_nothing_is_refused(tmp_path):
    text = WHOLE.format(where="").replace('sum = "prescribing.items"', "where = {}")
    assert re.search(r"narrows the denominator but names no condition|needs both", refused(tmp_path, text))


def test_two_levels_are_not_divided(tmp_path):
    by_provider = replace(LIBRARY.contracts["registrations"], dataset="waiting", level="provider")
    world = World({**LIBRARY.contracts, "waiting": by_provider}, LIBRARY.codelists)
    path = tmp_path / "own.toml"
    path.write_text(WHOLE.format(where="").replace("registrations", "waiting"))
    with pytest.raises(DefinitionError, match="prescribing is by practice but waiting is by provider"):
        read_measure(path, world)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('title = "A"\nsystem = "bnf"', "names no code; give 'under', 'weights', 'includes' or 'rates'"),
        ('title = "A"\nsystem = "bmf"\nunder = "05"', "'system' is 'bmf'; did you mean 'bnf'?"),
        (
            'title = "A"\nsystem = "bnf"\nunder = "05"\nexcept = "x5"',
            "'x5' is not the beginning of a BNF code",
        ),
        ('title = "A"\nsystem = "bnf"\n[weights]\n"0501" = 0.5', "'0501' needs an exact number"),
        ('title = "A"\nsystem = "bnf"\n[weights]\n"" = 1', "an empty code; every code stands in quotes"),
        ('title = "A"\nsystem = "bnf"\nincludes = "own"', "'includes' goes round in a circle"),
        ('title = "A"\nsystem = "bnf"\nincludes = "other"', "includes 'other', which is not a codelist"),
    ],
)
def test_a_codelist_that_would_not_run_is_refused(tmp_path, text, sentence):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(DefinitionError, match=re.escape(sentence)) as refusal:
        read_codelists([tmp_path])
    assert str(refusal.value).startswith("own.toml")
