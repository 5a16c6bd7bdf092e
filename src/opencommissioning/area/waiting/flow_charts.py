"""Charts of waiting lists."""

from opencommissioning.area.drawing.charting import NARROW, WIDE
from opencommissioning.area.waiting.flowing import Fan
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.waits import Course, by_week, fan
from opencommissioning.flow.calibration import Month


def draw_list(name: str, now: Month, many: Fan | None, narrow: bool = False) -> Drawing:
    """A waiting list: by weeks waited at its latest month, or the fan of its courses where `many` are given."""
    width = NARROW if narrow else WIDE
    if many is None:
        labels = Labels(f"{name}: who waits how long", "people", f"{now.month:%B %Y}", width)
        return by_week(now.waiting, labels)
    return fan(Course(many.waiting), Labels(f"{name}: where it may go", "people waiting", "", width))
