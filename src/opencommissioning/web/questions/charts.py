"""Charts: their words at once, their pictures when a browser asks for them, kept on disk for as long as their build serves."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.core.cache import caches

from opencommissioning.area.drawing.mapping import FOLDER as BOUNDARIES
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.errors import NotLoaded
from opencommissioning.web import questions

# of the pictures with one height whatever they show
HEIGHTS = {"deciles": 398, "control": 405, "funnel": 459, "prediction": 459, "organisations": 414}
NAMED = 40  # organisations up to which each has a line of its own
NOBODY = "all"  # in an address: no organisation is picked out


@dataclass(frozen=True)
class Asked:
    """A chart by what its address says. `organisation` is a code, or `all`; `membership` is as the area has it when empty."""

    kind: str
    measure: str
    level: str
    organisation: str = NOBODY
    membership: str = ""
    narrow: bool = False
    choice: ProcessChoice | None = None  # of a control chart

    @property
    def query(self) -> str:
        """What its address says beyond the path: `membership=current&spc=u`."""
        return urlencode(({"membership": self.membership} if self.membership else {}) | asked_of(self.choice))


def asked_of(choice: ProcessChoice | None) -> dict[str, str]:
    """A choice as parameters of an address; what was left open is not there."""
    if choice is None:
        return {}
    months = None if choice.rebase is None else ",".join(f"{month:%Y-%m}" for month in choice.rebase)
    told = {"spc": choice.chart, "baseline": choice.baseline, "rebase": months} | {
        "shift": choice.shift,
        "trend": choice.trend,
    }
    return {name: str(value) for name, value in told.items() if value is not None}


@dataclass(frozen=True)
class Told:
    """What stands beside a picture: the sentence that says what it shows, and its numbers as a table."""

    asked: Asked
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def size(self, narrow: bool = False) -> tuple[int, int] | None:
        """(width, height) in pixels that the picture takes about, so that a page does not jump when it comes; None when nobody can say.

        Labels make a picture a little wider or higher, which only drawing it would tell.
        """
        width, kind, rows = (380 if narrow else 700), self.asked.kind, len(self.rows)
        if kind == "organisations" and not rows and self.asked.level != "practice":
            return None  # told without its table: of few each has a line, and nobody knows how many
        if kind == "children" or (rows and kind == "organisations" and rows <= NAMED):
            return width, 110 + 23 * rows
        return (width, HEIGHTS[kind]) if kind in HEIGHTS else None


def told(asked: Asked, table: bool = True) -> Told | None:
    """The words of a chart, with its numbers unless `table` is False; None when there is nothing to draw. UnknownName for what does not exist."""
    return _told(questions.state(), asked, table)


@lru_cache(maxsize=500)
def _told(state: str, asked: Asked, table: bool) -> Told | None:
    try:
        drawing = _drawing(asked)
    except NotLoaded:
        return None
    figures = (drawing.columns, drawing.rows) if table else ((), ())
    return Told(asked, drawing.title, drawing.description, *figures)


def picture(asked: Asked, form: str, software: str) -> bytes:
    """The chart as svg, png or Vega-Lite json. NotLoaded when there is nothing to draw, UnknownName for what does not exist."""
    key = hashlib.sha256(
        f"{questions.state()} {software} {_stamp(asked)} {asked} {form}".encode()
    ).hexdigest()
    kept = caches["charts"].get(key)
    if kept is None:
        from opencommissioning.area.drawing.charting import as_bytes  # the libraries cost half a second

        kept = as_bytes(_drawing(asked), form)
        caches["charts"].set(key, kept, timeout=None)
    return kept


def _stamp(asked: Asked) -> tuple:
    """When the files of boundaries were last written: a map is made of them too."""
    folder = questions.area().folder / BOUNDARIES
    files = sorted(folder.glob("*.geojson")) if asked.kind == "map" else []
    return tuple((file.name, file.stat().st_mtime_ns) for file in files)


def _drawing(asked: Asked):
    from opencommissioning.area.drawing.charting import draw  # the libraries cost half a second

    area = questions.area()
    code = None if asked.organisation == NOBODY else area.current.organisation(asked.organisation).code
    notes = area.annotations(code) if code else ()
    return draw(
        area.current,
        asked.measure,
        asked.level,
        code,
        asked.kind,
        notes,
        narrow=asked.narrow,
        membership=asked.membership or None,
        boundaries=area.folder / BOUNDARIES,
        choice=asked.choice,
    )


def sentence_picture(sentence: str, form: str) -> bytes:
    """A sentence where a picture was asked for."""
    from opencommissioning.area.drawing.charting import sentence_as_bytes  # the libraries cost half a second

    return sentence_as_bytes(sentence, form)
