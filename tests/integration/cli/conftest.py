"""What tests of the flow commands share: a year of two invented hospitals' lists."""

import pytest

from opencommissioning.area.waiting import flowing
from opencommissioning.synthetic.model import economy
from opencommissioning.synthetic.waits import write_waits


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    """A year of them, as the publisher's file."""
    made = economy(practices=40, products=20, months=12, seed=1)
    return write_waits(made, tmp_path_factory.mktemp("waits"))


@pytest.fixture(scope="module")
def lists(extract):
    """Those of one hospital."""
    return flowing.lists_from_files([extract], "RZ1")
