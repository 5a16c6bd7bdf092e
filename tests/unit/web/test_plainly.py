"""Readers are told what is missing, not what to type."""

import logging

import pytest

from opencommissioning.web.plainly import for_readers


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (
            "Elm Surgery (X81001) has no values in this build; 'opencommissioning status' says what is missing",
            "Elm Surgery (X81001) has no values in this build; the data status page says what is missing",
        ),
        (
            "this build holds no prices; load prescribing files, then 'opencommissioning build'",
            "this build holds no prices",
        ),
        (
            "this build knows no ICB. The register is not loaded, or is of another time: 'opencommissioning sources practices'",
            "this build knows no ICB.",
        ),
        (
            "no counts are in this build; load a table ('opencommissioning sources' names its columns), and run 'opencommissioning build'",
            "no counts are in this build",
        ),
        ("'opencommissioning build' first", "This cannot be shown yet."),
        ("there is no measure 'x' in this build", "there is no measure 'x' in this build"),
    ],
)
def test_commands_are_left_out(told, shown):
    assert for_readers(told) == shown
    assert for_readers(ValueError(told)) == shown


def test_the_command_stands_in_the_log(caplog):
    with caplog.at_level(logging.INFO, "opencommissioning.web"):
        for_readers("no prices; run 'opencommissioning build'")
    assert "run 'opencommissioning build'" in caplog.text
