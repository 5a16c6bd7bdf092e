"""Where organisations are: boundaries from the area's own GeoJSON files, else tiles by the organisation above."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.build import Build, Organisation
from opencommissioning.errors import FileRefused, NotLoaded

FOLDER = "boundaries"
ABOVE = {"practice": "pcn", "pcn": "sub_icb", "sub_icb": "icb", "icb": "region", "region": "england"}
MOST_TILES = 250


def shapes(folder: Path, codes: Iterable[str]) -> dict[str, list]:
    """code → polygons for the organisations that some feature of a GeoJSON file in the folder names in any of its properties.

    FileRefused for a file that is no GeoJSON. The first file (by name) that knows a code wins.
    """
    files, found = sorted(folder.glob("*.geojson")) if folder.is_dir() else [], {}
    wanted = set(codes) if files else set()
    for path in files:
        for feature in _features(path):
            named = [each for each in (feature.get("properties") or {}).values() if isinstance(each, str)]
            code = next((each for each in named if each in wanted and each not in found), None)
            if code and (polygons := _polygons(feature)):
                found[code] = polygons
    return found


def _features(path: Path) -> list[dict]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["features"]
    except (ValueError, KeyError, TypeError) as problem:
        raise FileRefused(
            f"{path.name} is not a GeoJSON collection of features ({problem}); export it again as GeoJSON"
        ) from problem


def _polygons(feature: dict) -> list:
    geometry = feature.get("geometry") or {}
    if geometry.get("type") == "Polygon":
        return [geometry["coordinates"]]
    return geometry["coordinates"] if geometry.get("type") == "MultiPolygon" else []


def neighbourhood(build: Build, level: str, chosen: Organisation | None) -> tuple[str, dict[str, str]]:
    """The level above and code → name of the organisation above, for the organisations that stand together in a picture of tiles.

    All of the level when they are few; else those around the chosen organisation or the area's own: the smallest organisation
    above that holds it and some others. NotLoaded when there is nobody to gather them around.
    """
    above = ABOVE.get(level, "")
    if not above:
        raise NotLoaded(
            f"organisations of the level {level} are in no larger organisation that a picture could show"
        )
    places = build.remember(("places", level), lambda: _places(build, level))
    codes = list(places)
    if len(codes) > MOST_TILES:
        codes = _around(build, level, places, chosen)
    names = {code: _name(build, above, places[code]) for code in codes}
    return above, names


def _places(build: Build, level: str) -> dict[str, int]:
    """code → a practice (row of the register) that stands for it: itself, or the first of its practices of today."""
    register = build.register
    here = np.flatnonzero(register.open[:, -1])
    if level == "practice":
        return {register.practices[row]: int(row) for row in here}
    codes, parents = build.members(level, True)
    rows = {int(parents[row, -1]): int(row) for row in here[::-1]}
    return {codes[at]: row for at, row in sorted(rows.items()) if at >= 0}


def _name(build: Build, above: str, row: int) -> str:
    if above == "england":
        return "England"
    place = int(build.register.parents[above][row, -1])
    return build.organisation(build.register.codes[above][place]).name if place >= 0 else "None known"


def _around(build: Build, level: str, places: dict[str, int], chosen: Organisation | None) -> list[str]:
    middle = chosen.code if chosen and chosen.code in places else None
    rows = places[middle] if middle else _home_row(build)
    codes, standing = list(places), np.array(list(places.values()))
    for above in ("sub_icb", "icb", "region"):
        parents = build.register.parents[above][:, -1]
        inside = np.flatnonzero((parents[standing] == parents[rows]) & (parents[rows] >= 0))
        if len(inside) > 1:
            return [codes[place] for place in inside[:MOST_TILES].tolist()]
    raise NotLoaded("there is nobody around this organisation to show it with")


def _home_row(build: Build) -> int:
    home = build.settings.home
    if home and home in build.organisations:
        level, members = build.organisation(home).level, build.organisations
        if level in build.register.parents and home in members:
            inside = build.register.parents[level][:, -1] == build.register.codes[level].index(home)
            if inside.any():
                return int(np.flatnonzero(inside)[0])
    raise NotLoaded(
        "there are too many organisations for one picture; pick one of them out to see those around it"
    )


def fifths(values: pl.Series) -> list[float]:
    """The four values between the fifths; NotLoaded when there are fewer than five values."""
    known = values.drop_nulls().to_numpy()
    if len(known) < 5:
        raise NotLoaded("fewer than five organisations have values: there are no fifths to shade")
    return np.quantile(known, [0.2, 0.4, 0.6, 0.8]).tolist()
