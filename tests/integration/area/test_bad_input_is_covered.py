"""Every item of what bad input must get has its test: by a publisher's own layout, and by the rule alone."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
LAYOUTS = "integration/area/test_what_bad_input_gets.py"
RULES = "unit/warehouse/test_bad_input.py"
COVERED = {
    "unknown file kind": [(LAYOUTS, "test_unknown_kind_of_file")],
    "eras mixed up": [
        (LAYOUTS, "test_rows_of_one_era_under_the_heading_of_another"),
        (LAYOUTS, "test_two_eras_in_one_file"),
    ],
    "truncated file": [
        (LAYOUTS, "test_truncated_file"),
        (RULES, "test_cut_short_file_is_refused"),
        (RULES, "test_cut_short_gzip_is_refused"),
        (RULES, "test_damaged_zip_is_refused"),
    ],
    "wrong encoding": [(LAYOUTS, "test_wrong_encoding"), (RULES, "test_wrong_encoding_names_the_row")],
    "a column missing": [(RULES, "test_missing_column_names_the_nearest")],
    "a column renamed": [(LAYOUTS, "test_column_that_is_renamed")],
    "a column doubled": [
        (LAYOUTS, "test_column_that_is_there_twice"),
        (RULES, "test_doubled_column_is_refused"),
        (RULES, "test_doubled_column_that_nobody_needs_does_not_matter"),
    ],
    "text in numbers": [
        (LAYOUTS, "test_values_that_cannot_be"),
        (RULES, "test_bad_row_is_set_apart_with_its_number"),
    ],
    "negative or absurd values": [
        (LAYOUTS, "test_values_that_cannot_be"),
        (RULES, "test_number_beyond_what_is_kept_is_refused_not_wrapped"),
        (RULES, "test_a_row_of_the_future_is_set_apart"),
    ],
    "SNOMED code damaged by a spreadsheet": [(LAYOUTS, "test_snomed_code_that_went_through_a_spreadsheet")],
    "BNF code of impossible length": [
        (LAYOUTS, "test_bnf_code_of_impossible_length"),
        (LAYOUTS, "test_bnf_code_of_impossible_length_in_the_older_layout"),
    ],
    "unknown practice": [
        (LAYOUTS, "test_practice_that_the_register_does_not_know"),
        (RULES, "test_unknown_practices_are_kept_and_told"),
    ],
    "period already loaded with other content": [
        (LAYOUTS, "test_period_that_is_loaded_with_other_content"),
        (RULES, "test_period_loaded_with_other_content_says_what_differs"),
    ],
    "duplicate rows": [
        (LAYOUTS, "test_duplicate_rows"),
        (RULES, "test_file_appended_to_itself_is_doubted"),
        ("unit/warehouse/test_store_loading.py", "test_key_makes_repeats_lawless"),
    ],
    "empty file": [
        (LAYOUTS, "test_empty_file"),
        (RULES, "test_heading_without_rows"),
        (RULES, "test_file_of_which_nothing_is_meant"),
    ],
    "totals that jump tenfold": [
        (LAYOUTS, "test_totals_that_jump_tenfold"),
        (RULES, "test_totals_that_jump_are_doubted"),
    ],
    "list size 0": [(LAYOUTS, "test_a_list_of_nobody_is_no_denominator_and_no_value")],
    "codes retired by the yearly BNF change": [
        ("integration/area/test_planted_truths.py", "test_a_retired_code_goes_on_under_the_new_one"),
        ("integration/area/test_money_area.py", "test_a_retired_code_is_no_product_given_up"),
    ],
    "names of other codes than the rows": [
        (LAYOUTS, "test_a_list_of_names_with_other_codes_is_told_and_leaves_nothing_uncounted")
    ],
    "Welsh practices in the English register": [
        (LAYOUTS, "test_welsh_practices_of_the_english_register_are_no_rows_of_the_grid")
    ],
    "the rest goes on or stops": [
        (RULES, "test_bad_row_stops_the_file_when_asked"),
        (RULES, "test_stop_names_the_first_row_of_each_reason"),
        ("integration/cli/test_load_report.py", "test_one_file_of_two_that_is_not_loaded_is_a_failure"),
    ],
    "refused rows are kept beside the manifest": [
        (RULES, "test_refused_rows_go_with_their_part"),
        (LAYOUTS, "test_status_of_a_broken_area"),
    ],
}


@pytest.mark.parametrize("item", COVERED)
def test_each_kind_of_bad_input_has_its_test(item):
    for file, name in COVERED[item]:
        text = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{file} has no {name}"
