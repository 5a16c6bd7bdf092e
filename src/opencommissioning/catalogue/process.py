"""How a measure is looked at as a process: on which control chart, on which months its limits rest, and how long a run is a signal."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from opencommissioning.errors import DefinitionError, did_you_mean

AUTO = "auto"
CHARTS: Mapping[str, str] = {
    "xmr": "XmR chart",
    "p": "P chart",
    "pp": "P′ chart",
    "u": "U chart",
    "up": "U′ chart",
    "c": "C chart",
    "t": "T chart",
    "g": "G chart",
}
SHIFTS, TRENDS = (6, 7, 8), (6, 7)
FEWEST_BASELINE = 12  # fewer months settle no limits (Making Data Count)


@dataclass(frozen=True)
class ProcessChoice:
    """What somebody chose; None where they left it to the area, or to the house.

    `chart`: a key of `CHARTS`, or "auto" for the one of the measure's shape. `baseline`: limits rest on the first so many months of each
    phase (0: on all). `rebase`: months with which a new phase begins. `shift`, `trend`: months in a row that are a signal.
    """

    chart: str | None = None
    baseline: int | None = None
    rebase: tuple[date, ...] | None = None
    shift: int | None = None
    trend: int | None = None

    def over(self, other: "ProcessChoice") -> "ProcessChoice":
        """This choice, and the other's where this one leaves something open."""
        left = {each.name: getattr(other, each.name) for each in fields(self) if self._open(each.name)}
        return replace(self, **left)

    def _open(self, name: str) -> bool:
        return getattr(self, name) is None

    @property
    def made(self) -> bool:
        """Whether anything was chosen."""
        return any(not self._open(each.name) for each in fields(self))


HOUSE = ProcessChoice(chart=AUTO, baseline=0, rebase=(), shift=7, trend=7)


def checked(choice: ProcessChoice) -> ProcessChoice:
    """The choice itself; DefinitionError, a sentence with what can be chosen, when it cannot be used."""
    if choice.chart is not None and choice.chart not in (AUTO, *CHARTS):
        raise DefinitionError(
            f"'{choice.chart}' is not a control chart{did_you_mean(choice.chart, (AUTO, *CHARTS))}"
        )
    for name, known in (("shift", SHIFTS), ("trend", TRENDS)):
        value = getattr(choice, name)
        if value is not None and value not in known:
            raise DefinitionError(
                f"'{name}' is {value}; choose {' or '.join(map(str, known))} months in a row"
            )
    if choice.baseline and choice.baseline < FEWEST_BASELINE:
        raise DefinitionError(
            f"'baseline' is {choice.baseline}; limits need at least {FEWEST_BASELINE} months to rest on (0: all months)"
        )
    return choice
