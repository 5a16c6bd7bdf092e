"""A build that is killed, wherever it had come to, leaves the old one serving; two at once do not hurt each other."""

import subprocess
import sys

import pytest

from opencommissioning.area import Area

CHILD = """
import os, sys
from opencommissioning.area import Area, area as module
from opencommissioning.area.comparison import pieces
from opencommissioning.warehouse.builds import Draft
moment = sys.argv[2]
pieces.WORTH = pieces.WORTH if moment == "never" else 10**9  # those that are killed have no helpers when it happens
if moment == "publish":
    Draft.publish = lambda *asked: os._exit(9)
elif moment == "swap":
    Draft._sync = lambda self: (os.replace(self.folder, self.builds.folder / "left"), os._exit(9))
elif moment != "never":
    setattr(module, moment, lambda *asked, **named: os._exit(9))
Area.open(sys.argv[1]).build()
"""
MOMENTS = ("check", "write_money", "swap")


def building(area: Area, moment: str = "never") -> subprocess.Popen:
    """Another process that builds the area, and is gone at a moment without a chance to tidy up."""
    return subprocess.Popen([sys.executable, "-c", CHILD, str(area.folder), moment])


@pytest.fixture
def area(small):
    """A small area with a build, and one setting changed since, so that there is something to build."""
    settings = small.folder / "area.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"0.90"', '"0.80"'), encoding="utf-8")
    return small


def test_a_kill_at_any_moment_leaves_the_old_build_serving_and_the_next_one_whole(area):
    old = area.builds.current()
    before = area.current.series("all_items", "practice").frame()
    for moment in MOMENTS:
        assert building(area, moment).wait() == 9, moment
        assert area.builds.current() == old
    again = Area.open(area.folder)
    assert again.current.series("all_items", "practice").frame().equals(before)
    both = [building(area), building(area)]
    assert [each.wait() for each in both] == [0, 0]
    assert area.builds.current() not in (None, old)
    assert not Area.open(area.folder).build().changed
