"""Charts of waiting lists."""

from collections.abc import Mapping

import numpy as np

from opencommissioning.area.drawing.charting import NARROW, WIDE
from opencommissioning.area.waiting.flowing import Fan
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.waits import Course, Named, by_week, courses, fan
from opencommissioning.flow.calibration import Month


def draw_list(name: str, now: Month, many: Fan | None, narrow: bool = False) -> Drawing:
    """A waiting list: by weeks waited at its latest month, or the fan of its courses where `many` are given."""
    width = NARROW if narrow else WIDE
    if many is None:
        labels = Labels(f"{name}: who waits how long", "people", f"{now.month:%B %Y}", width)
        return by_week(now.waiting, labels)
    return fan(Course(many.waiting), Labels(f"{name}: where it may go", "people waiting", "", width))


def draw_courses(name: str, several: Mapping[str, np.ndarray], narrow: bool = False) -> Drawing:
    """A list's courses in several scenarios (name → centiles 5, 25, 50, 75, 95 × weeks), at most six."""
    labels = Labels(f"{name}: where it may go", "people waiting", "", NARROW if narrow else WIDE)
    return courses([Named(title, centiles) for title, centiles in several.items()], labels)
