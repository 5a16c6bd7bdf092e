"""A process as a picture: the one control chart of page, command and notebook."""

import numpy as np

from opencommissioning.catalogue.measure import Measure, Shape
from opencommissioning.charts.control import Control, control
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.marking import Note
from opencommissioning.charts.small_control import small_control
from opencommissioning.reports.process import BETWEEN, Process


def draw_process(process: Process, notes: tuple[Note, ...], width: int) -> Drawing:
    """The control chart of a process."""
    by = "from event to event" if process.chart in BETWEEN else "month by month"
    labels = Labels(
        process.measure.title, process.unit, f"{process.name}, {by}: {process.chart_words}", width
    )
    return control(told_of(process, notes), labels)


def draw_small(process: Process) -> str:
    """The same for paper, as SVG."""
    return small_control(told_of(process, ()), process.unit)


def told_of(process: Process, notes: tuple[Note, ...]) -> Control:
    """What is drawn: the rules have judged by the limits themselves, what is drawn stays where values can be."""
    limits = process.limits
    least, most = _ends(process)
    lines = (limits.mean, np.clip(limits.lower, least, None), np.clip(limits.upper, None, most))
    return Control(
        process.dates,
        limits.values,
        *lines,
        process.direction,
        process.causes,
        process.name,
        notes,
        process.chart_words,
        process.centre_words,
        process.phases,
    )


def _ends(process: Process) -> tuple[float, float]:
    """Between which values a point can lie: a share from nothing to all, counts from nothing, an amount anywhere."""
    measure: Measure = process.measure
    shape = measure.shape()
    counts = process.chart in (*BETWEEN, "c")
    return (
        -np.inf if shape is Shape.RATIO else 0.0,
        float(measure.per) if shape is Shape.PROPORTION and not counts else np.inf,
    )
