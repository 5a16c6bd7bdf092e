"""A dm+d release and its BNF–SNOMED mapping in the layout of TRUD and NHSBSA, for invented or re-typed medicines: codes are invented."""

import csv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

RELEASE = "3261126"
HEADING = ("Presentation / Pack Level", "VMP / VMPP/ AMP / AMPP", "BNF Code", "BNF Name", "SNOMED Code", "DM+D: Product Description", "Strength", "Unit Of Measure", "DM+D: Product and Pack Description", "VTM Name")  # fmt: skip


@dataclass(frozen=True)
class Medicine:
    """A virtual product: its name, form and route as the dm+d words them, one (value, unit, per, per unit) for each ingredient by name,
    and the BNF codes and names of what is prescribed of it: its generic first, then brands."""

    name: str
    form: str
    form_route: str
    strengths: dict[str, tuple[str, str, str, str]]
    codes: dict[str, str]


def write_release(folder: Path, medicines: Sequence[Medicine], nested: bool = False) -> Path:
    """Write `nhsbsa_dmd_….zip`, with its XML files inside it or (`nested`) inside a zip of its own; returns the file."""
    path = folder / f"nhsbsa_dmd_11.4.0_{RELEASE}000001.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if nested:
            inner = folder / "week482026-r2_3-data.zip"
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as within:
                _write(within, medicines)
            archive.write(inner, inner.name)
            inner.unlink()
        else:
            _write(archive, medicines)
        archive.writestr("vmp_v2_3.xsd", "<schema/>")
    return path


def write_mapping(folder: Path, medicines: Sequence[Medicine]) -> Path:
    """Write the BNF–SNOMED mapping as CSV; returns the file."""
    path = folder / "BNF Snomed Mapping data 20261126.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING)
        for number, each in enumerate(medicines):
            for place, (code, name) in enumerate(each.codes.items()):
                for pack in (False, True):
                    kind = ("VMPP" if pack else "VMP") if place == 0 else ("AMPP" if pack else "AMP")
                    writer.writerow(("Pack" if pack else "Presentation", kind, code, name, _snomed(number, place, pack), name, "", "", name, ""))  # fmt: skip
    return path


def _snomed(number: int, place: int, pack: bool) -> str:
    """An invented code: medicine, place among what is prescribed of it, product or pack."""
    return f"99{number:06d}{place:02d}{int(pack)}00{1000119 + place}"[:18]


def _write(archive: zipfile.ZipFile, medicines: Sequence[Medicine]) -> None:
    words = _Codes()
    files = {
        "vmp": _vmp(medicines, words),
        "amp": _amp(medicines),
        "vmpp": _packs(medicines, 0),
        "ampp": _packs(medicines, 1),
    }
    files["ingredient"] = _file(
        "INGREDIENT_SUBSTANCES",
        [_element("ING", ISID=code, NM=name) for name, code in words.of["ING"].items()],
    )
    files["lookup"] = _file("LOOKUP", [_section(name, [_element("INFO", CD=code, DESC=word) for word, code in words.of[name].items()]) for name in ("FORM", "ONT_FORM_ROUTE", "UNIT_OF_MEASURE")])  # fmt: skip
    for kind, text in files.items():
        archive.writestr(f"f_{kind}2_{RELEASE}.xml", text)


class _Codes:
    """Codes of words, given as they are met: section → word → code."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, str]] = {
            name: {} for name in ("FORM", "ONT_FORM_ROUTE", "UNIT_OF_MEASURE", "ING")
        }

    def __call__(self, section: str, word: str) -> str:
        """The code of a word; none of no word."""
        return (
            self.of[section].setdefault(word, str(700000000 + 1000 * len(self.of[section]) + len(section)))
            if word
            else ""
        )


def _vmp(medicines: Sequence[Medicine], words: _Codes) -> str:
    products, ingredients, forms, routes = [], [], [], []
    for number, each in enumerate(medicines):
        vpid = _snomed(number, 0, False)
        products.append(
            _element("VMP", VPID=vpid, NM=each.name, BASISCD="0001", PRES_STATCD="0001", DF_INDCD="1")
        )
        forms.append(_element("DFORM", VPID=vpid, FORMCD=words("FORM", each.form)))
        routes.append(_element("ONT", VPID=vpid, FORMCD=words("ONT_FORM_ROUTE", each.form_route)))
        for name, (value, unit, per, per_unit) in each.strengths.items():
            ingredients.append(_element("VPI", VPID=vpid, ISID=words("ING", name), STRNT_NMRTR_VAL=value, STRNT_NMRTR_UOMCD=words("UNIT_OF_MEASURE", unit), STRNT_DNMTR_VAL=per, STRNT_DNMTR_UOMCD=words("UNIT_OF_MEASURE", per_unit)))  # fmt: skip
    parts = (
        ("VMPS", products),
        ("VIRTUAL_PRODUCT_INGREDIENT", ingredients),
        ("ONT_DRUG_FORM", routes),
        ("DRUG_FORM", forms),
    )
    return _file("VIRTUAL_MED_PRODUCTS", [_section(name, rows) for name, rows in parts])


def _amp(medicines: Sequence[Medicine]) -> str:
    rows = [
        _element(
            "AMP",
            APID=_snomed(number, place, False),
            VPID=_snomed(number, 0, False),
            NM=name,
            DESC=f"{name} (An invented maker)",
        )
        for number, each in enumerate(medicines)
        for place, name in enumerate(each.codes.values())
        if place
    ]
    return _file("ACTUAL_MEDICINAL_PRODUCTS", [_section("AMPS", rows)])


def _packs(medicines: Sequence[Medicine], actual: int) -> str:
    """Packs of virtual products, or of actual ones."""
    rows = []
    for number, each in enumerate(medicines):
        for place, name in enumerate(each.codes.values()):
            if place == 0 and not actual:
                rows.append(
                    _element(
                        "VMPP",
                        VPPID=_snomed(number, 0, True),
                        VPID=_snomed(number, 0, False),
                        NM=name,
                        QTYVAL="28.00",
                    )
                )
            if place and actual:
                rows.append(_element("AMPP", APPID=_snomed(number, place, True), VPPID=_snomed(number, 0, True), APID=_snomed(number, place, False), NM=name))  # fmt: skip
    root, section = (
        ("ACTUAL_MEDICINAL_PROD_PACKS", "AMPPS") if actual else ("VIRTUAL_MED_PRODUCT_PACK", "VMPPS")
    )
    return _file(root, [_section(section, rows)])


def _file(root: str, parts: Sequence[str]) -> str:
    head = '<?xml version="1.0" encoding="utf-8" ?>\n<!-- (c) invented -->\n'
    return (
        f'{head}<{root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{"".join(parts)}</{root}>\n'
    )


def _section(name: str, rows: Sequence[str]) -> str:
    return f"<{name}>\n{''.join(rows)}</{name}>\n"


def _element(tag: str, **fields: str) -> str:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)
    return f"<{tag}>{inner}</{tag}>\n"
