"""What a browser needs beyond the picture: the figures of a mark when it is pointed at, and a plot that can be zoomed and moved."""

from collections.abc import Iterator

SAID = {  # column → (title, kind, format)
    "name": ("Organisation", "nominal", None),
    "month": ("Month", "temporal", "%b %Y"),
    "value": ("Value", "quantitative", ",.4~g"),
    "size": ("Size", "quantitative", ",.4~g"),
    "lower": ("Expected from", "quantitative", ",.4~g"),
    "upper": ("to", "quantitative", ",.4~g"),
    "lower95": ("95 % limits from", "quantitative", ",.4~g"),
    "upper95": ("to", "quantitative", ",.4~g"),
    "low": ("From", "quantitative", ",.4~g"),
    "high": ("To", "quantitative", ",.4~g"),
}
POINTED_AT = ("point", "circle", "bar", "line", "geoshape")
CONTINUOUS = ("quantitative", "temporal")
UNSEEN = {"filled": True, "opacity": 0, "size": 160}


def with_hover(specification: dict) -> dict:
    """The Vega-Lite specification, changed in place: tooltips where a mark has figures, zoom where both axes are continuous."""
    for layer in _layers(specification):
        mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
        if mark["type"] in POINTED_AT:
            _say(layer, mark, _columns(specification, layer))
    for layer in _layers(specification):
        if _zooms(layer):
            layer["params"] = [{"name": "zoom", "select": "interval", "bind": "scales"}]
            break
    return specification


def _layers(specification: dict) -> Iterator[dict]:
    for layer in specification.get("layer", [specification]):
        yield from (_layers(layer) if "layer" in layer else [layer])


def _columns(specification: dict, layer: dict) -> dict:
    """The first row of a layer's data; a shape's own properties."""
    data = layer.get("data") or specification.get("data") or {}
    rows = data.get("values") or specification.get("datasets", {}).get(data.get("name"), [])
    return rows[0] if rows else {}


def _say(layer: dict, mark: dict, row: dict) -> None:
    prefix, known = ("properties.", row["properties"]) if "properties" in row else ("", row)
    fields = [name for name in SAID if name in known]
    if not fields or (mark["type"] == "line" and "month" not in fields):
        return
    if mark["type"] == "line":  # a line has one figure, its months have one each
        mark = {**mark, "point": UNSEEN}
    layer["mark"] = {**mark, "tooltip": True}
    layer.setdefault("encoding", {})["tooltip"] = [_field(prefix + name, *SAID[name]) for name in fields]


def _field(field: str, title: str, kind: str, form: str | None) -> dict:
    return {"field": field, "title": title, "type": kind} | ({"format": form} if form else {})


def _zooms(layer: dict) -> bool:
    places = [layer.get("encoding", {}).get(side, {}) for side in ("x", "y")]
    return all(place.get("type") in CONTINUOUS and "field" in place for place in places)
