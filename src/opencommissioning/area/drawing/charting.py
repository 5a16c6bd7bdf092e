"""Charts of a build: which numbers go into which chart. What is drawn is what the verdicts were made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from opencommissioning.area.annotations import Annotation
from opencommissioning.area.build import Build, Organisation
from opencommissioning.area.comparison.control import process_of
from opencommissioning.area.comparison.predicting import predicted
from opencommissioning.area.comparison.rows import HELD, rows_of
from opencommissioning.area.comparison.trend import trend
from opencommissioning.area.drawing.controlling import draw_process
from opencommissioning.area.drawing.mapping import fifths, neighbourhood, shapes
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import months_between, spoken
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.charts.boundaries import Boundaries, boundaries
from opencommissioning.charts.children import Children, children
from opencommissioning.charts.deciles import Deciles, deciles
from opencommissioning.charts.decomposition import Steps, decomposition
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.funnel import Funnel, funnel
from opencommissioning.charts.marking import Note
from opencommissioning.charts.organisations import Organisations, organisations
from opencommissioning.charts.render import sentence_svg, svg_to_png, to_json, to_png, to_svg
from opencommissioning.charts.tiles import Tiles, tiles
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName, did_you_mean
from opencommissioning.reports.spending import Explanation
from opencommissioning.variation.verdict import HIGH, LOW

WIDE, NARROW = 720, 380
FORMS = ("svg", "png", "json")
# of the verdicts, what pictures show
LIMITS = ("lower95", "upper95", "lower998", "upper998")
DRAWN = (
    "organisation",
    "name",
    "level",
    "month",
    "window",
    "value",
    "denominator",
    "centre",
    *LIMITS,
    "stand",
)


@dataclass(frozen=True)
class _Asked:
    """One chart asked of a build."""

    build: Build
    measure: str
    level: str
    chosen: Organisation | None
    notes: tuple[Annotation, ...]
    width: int
    membership: str | None = None
    boundaries: Path | None = None
    choice: ProcessChoice | None = None

    @property
    def peers(self) -> str:
        """`practices`, `PCNs`."""
        return level_name(self.level, self.build.latest, plural=True)

    def labels(self, subtitle: str) -> Labels:
        """The measure's title and unit over a line of its own."""
        measure = self.build.measure(self.measure)
        return Labels(measure.title, measure.unit, subtitle, self.width)

    def window(self, months: int) -> str:
        """`, 3 months together` when months were summed."""
        return f", {months} months together" if months > 1 else ""


def draw(
    build: Build,
    measure: str,
    level: str = "practice",
    organisation: str | None = None,
    kind: str = "deciles",
    notes: Iterable[Annotation] = (),
    narrow: bool = False,
    membership: str | None = None,
    boundaries: Path | None = None,
    choice: ProcessChoice | None = None,
) -> Drawing:
    """A chart of one of `KINDS`. UnknownName for what does not exist, NotLoaded when there is nothing to draw.

    `membership` "as_was" or "current" rolls series up by the members of each month or of today; None is the area's own choice.
    `boundaries` is a folder of GeoJSON files for the map; without a shape for anybody there, tiles are drawn instead. `choice`: of the
    control chart, which kind and what its limits rest on.
    """
    if kind not in KINDS:
        raise UnknownName(f"there is no chart '{kind}'{did_you_mean(kind, KINDS)}")
    chosen = build.organisation(organisation) if organisation else None
    _refuse(kind, level, chosen)
    width = NARROW if narrow else WIDE
    asked = _Asked(build, measure, level, chosen, tuple(notes), width, membership, boundaries, choice)
    return KINDS[kind](asked)


def _refuse(kind: str, level: str, chosen: Organisation | None) -> None:
    if kind in NEED_ONE and chosen is None:
        raise UnknownName(f"the chart '{kind}' is of one organisation; say which")
    if chosen is not None and kind not in NEED_ONE and chosen.level != level:
        raise UnknownName(f"{chosen.name} ({chosen.code}) is not of the level '{level}' but '{chosen.level}'")


def as_bytes(drawing: Drawing, form: str = "svg") -> bytes:
    """The drawing as svg, png, or as the Vega-Lite specification that a browser can draw."""
    if form not in FORMS:
        raise UnknownName(f"'{form}' is not a kind of picture; choose from {', '.join(FORMS)}")
    if form == "png":
        return to_png(drawing.chart)
    if form == "json":
        return to_json(drawing.chart)
    return to_svg(drawing.chart, drawing.title, drawing.description).encode()


def sentence_as_bytes(sentence: str, form: str = "svg") -> bytes:
    """A sentence as a picture, for whoever asked for a chart that cannot be drawn."""
    svg = sentence_svg(sentence)
    return svg_to_png(svg) if form == "png" else svg.encode()


def draw_why(explanation: Explanation, narrow: bool = False) -> Drawing:
    """Why an organisation's spend moved, as a waterfall."""
    parts = explanation.decomposition
    names = (_period(explanation.before), _period(explanation.after))
    labels = Labels(
        f"Why spend of {explanation.name} moved",
        "£",
        "Actual cost, before rebates and dispensing fees",
        NARROW if narrow else WIDE,
    )
    return decomposition(Steps(parts.before, parts.after, *names, parts.causes), labels)


def _period(months: tuple) -> str:
    first, last = (f"{month:%b %Y}" for month in months)
    return first if first == last else f"{first} to {last}"


def _deciles(asked: _Asked) -> Drawing:
    window = int(_verdicts(asked)["window"][0])
    code = _code(asked) or None
    found = trend(asked.build, asked.measure, asked.level, window, code, asked.membership)
    name = asked.chosen.name if asked.chosen else ""
    told = Deciles(found.months, found.deciles, found.mine, name, _notes(asked, found.months))
    among = f"{name} among all {asked.peers}" if name else f"All {asked.peers}"
    return deciles(told, asked.labels(f"{among}, by month{asked.window(window)}"))


def _notes(asked: _Asked, months: tuple) -> tuple[Note, ...]:
    return tuple(
        Note(each.month, each.text)
        for each in asked.notes
        if each.month in months and each.measure in ("", asked.measure)
    )


def _verdicts(asked: _Asked, level: str | None = None) -> pl.DataFrame:
    """The level's verdicts on the measure with names, `beyond` (+1, −1, 0) and `chosen`; NotLoaded without any value."""
    rows = _named_verdicts(asked.build, asked.measure, level or asked.level, asked.membership)
    return rows.with_columns(chosen=pl.col("organisation") == _code(asked))


@lru_cache(maxsize=HELD)  # the charts of one page are of the same verdicts
def _named_verdicts(build: Build, measure: str, level: str, membership: str | None) -> pl.DataFrame:
    build.measure(measure)
    frame = rows_of(build, measure, level, membership)
    if frame is None or not frame["value"].is_not_null().any():
        raise NotLoaded(
            f"'{measure}' has no values at level {level}; 'opencommissioning status' says what is missing"
        )
    return frame.select(DRAWN).with_columns(_beyond())


def _centre(asked: _Asked, rows: pl.DataFrame) -> float:
    """The value of all together; NotLoaded when there are too few organisations to have one."""
    known = rows["centre"].drop_nulls()
    if not len(known):
        raise NotLoaded(
            f"too few {level_name(rows['level'][0], asked.build.latest, plural=True)} have values of '{asked.measure}' to be compared"
        )
    return float(known[0])


def _code(asked: _Asked) -> str:
    return asked.chosen.code if asked.chosen else ""


def _beyond() -> pl.Expr:
    high, low = ([str(stand) for stand in side] for side in (HIGH, LOW))
    side = pl.when(pl.col("stand").is_in(high)).then(1).when(pl.col("stand").is_in(low)).then(-1)
    return side.otherwise(0).alias("beyond")


def _of_month(asked: _Asked, rows: pl.DataFrame, what: str) -> Labels:
    return asked.labels(f"{what}, {spoken(rows['month'].max())}{asked.window(int(rows['window'][0]))}")


def _organisations(asked: _Asked) -> Drawing:
    rows = _verdicts(asked)
    known = rows.filter(pl.col("value").is_not_null())
    frame = known.select(
        "name",
        "value",
        pl.col("lower95").alias("lower"),
        pl.col("upper95").alias("upper"),
        "beyond",
        "chosen",
    )
    told = Organisations(frame, _centre(asked, known), rows.height - known.height)
    return organisations(told, _of_month(asked, rows, f"All {asked.peers}"))


def _funnel(asked: _Asked) -> Drawing:
    rows = _verdicts(asked)
    known = rows.filter(pl.col("value").is_not_null() & (pl.col("denominator") > 0))
    column = asked.build.measure(asked.measure).denominator.column.replace("_", " ")
    told = Funnel(
        known.with_columns(pl.col("denominator").alias("size")),
        _centre(asked, known),
        f"denominator ({column})",
    )
    return funnel(told, _of_month(asked, rows, f"All {asked.peers} by size"))


def _prediction(asked: _Asked) -> Drawing:
    """The funnel with exact limits of chance alone; a sentence's reason where the measure is no count."""
    try:
        told = predicted(asked.build, asked.measure, asked.level, asked.membership)
    except DefinitionError as unfit:
        raise NotLoaded(str(unfit)) from None
    rows = told.frame.with_columns(chosen=pl.col("organisation") == _code(asked), size=pl.col("denominator"))
    column = told.measure.denominator.column.replace("_", " ")
    drawn = Funnel(rows, _centre(asked, rows), f"denominator ({column})", "prediction limits of chance alone")
    return funnel(drawn, _of_month(asked, rows, f"All {asked.peers} by size, prediction limits"))


def _control(asked: _Asked) -> Drawing:
    process = process_of(asked.build, asked.measure, asked.chosen.code, asked.choice, asked.membership)
    first, last = (day.replace(day=1) for day in (process.dates[0], process.dates[-1]))
    return draw_process(process, _notes(asked, months_between(first, last)), asked.width)


def _children(asked: _Asked) -> Drawing:
    level, codes = asked.build.children(asked.chosen.code)
    if not codes:
        raise NotLoaded(f"{asked.chosen.name} has no members to draw")
    rows = _verdicts(asked, level)
    members = rows.filter(pl.col("organisation").is_in(codes))
    frame = members.select(
        "name", "value", pl.col("lower95").alias("lower"), pl.col("upper95").alias("upper"), "beyond"
    )
    told = Children(frame, _centre(asked, rows), asked.chosen.name)
    words = level_name(level, asked.build.latest, plural=True)
    return children(told, _of_month(asked, rows, f"{words[:1].upper()}{words[1:]} of {asked.chosen.name}"))


def _map(asked: _Asked) -> Drawing:
    rows = _verdicts(asked)
    marks = fifths(rows["value"])
    drawn = shapes(asked.boundaries, rows["organisation"]) if asked.boundaries else {}
    if drawn:
        frame = rows.select(pl.col("organisation").alias("code"), "name", "value", "beyond", "chosen")
        told = Boundaries(drawn, frame, marks, frame.filter(~pl.col("code").is_in(list(drawn))).height)
        return boundaries(told, _of_month(asked, rows, f"{asked.peers[:1].upper()}{asked.peers[1:]}"))
    above, groups = neighbourhood(asked.build, asked.level, asked.chosen)
    frame = rows.filter(pl.col("organisation").is_in(list(groups)))
    if not frame.height:
        raise NotLoaded(f"none of these organisations has a row of '{asked.measure}'")
    frame = frame.with_columns(pl.col("organisation").replace_strict(groups).alias("group"))
    words = level_name(above, asked.build.latest, plural=True) if above != "england" else "country"
    told = Tiles(frame.select("name", "value", "beyond", "chosen", "group"), marks, words)
    return tiles(
        told,
        _of_month(
            asked,
            rows,
            f"{asked.peers[:1].upper()}{asked.peers[1:]} by {level_name(above, asked.build.latest)}",
        ),
    )


KINDS: dict[str, Callable[[_Asked], Drawing]] = {
    "deciles": _deciles,
    "organisations": _organisations,
    "funnel": _funnel,
    "prediction": _prediction,
    "control": _control,
    "children": _children,
    "map": _map,
}
NEED_ONE = ("control", "children")
