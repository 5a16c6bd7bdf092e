"""Files about persons: checked like any other, kept in the records instead of the store."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from opencommissioning.area.settings import Settings
from opencommissioning.catalogue.contract import PERSON
from opencommissioning.catalogue.source import Era, Sniff, Source
from opencommissioning.records.opt_outs import OptOuts, read_opt_outs
from opencommissioning.records.pseudonyms import Keys
from opencommissioning.records.purposes import Look, Purpose
from opencommissioning.records.vault import Vault
from opencommissioning.warehouse.report import KEPT_APART
from opencommissioning.warehouse.store import LoadReport, Store

Recognised = tuple[Source, Era, Sniff]
FOLDER, SECRET = "records", "records.key"
GATE_SECRET = "disclosure.key"
KEYS = "OPENCOMMISSIONING_KEYS"  # a folder elsewhere for the area's secret


def vault_of(folder: Path, settings: Settings) -> Vault:
    """The people's store of an area. Its secret lies apart from it: in `keys/`, or in the folder that the environment names."""
    return Vault(folder / FOLDER, _keys(folder) / SECRET, settings.threads, settings.memory)


def gate_secret(folder: Path) -> bytes:
    """What decides how counts of people are rounded; made at the first build that holds such counts."""
    return Keys.open(_keys(folder) / GATE_SECRET, make=True).key("disclosure")


def _keys(folder: Path) -> Path:
    elsewhere = os.environ.get(KEYS)
    return Path(elsewhere) if elsewhere else folder / "keys"


def opt_outs_of(folder: Path, settings: Settings) -> OptOuts:
    """Whose opt-outs apply; DefinitionError when area.toml does not say it clearly."""
    return read_opt_outs(settings.opt_outs, folder)


def is_about_persons(recognised: Recognised) -> bool:
    """Whether a file's rows are people's facts."""
    return any(each.contract.level == PERSON for each in recognised[1].projections)


def take_in(
    vault: Vault,
    opt_outs: OptOuts,
    file: Path,
    recognised: Recognised,
    replace_it: bool,
    on_error: str,
    month: date | None,
    progress: Callable | None,
    label: str | None = None,
) -> LoadReport:
    """Check a file as the store does, in a folder of the records that is gone afterwards, and keep its rows under pseudonyms.

    Rows that are refused are counted and not kept: their text would be a person's.
    """
    look = Look(Purpose.COMMISSIONING, f"loading {file.name}")
    with vault.staging() as folder:
        report = Store(folder / "checked").load(
            file,
            recognised=recognised,
            replace=True,
            on_error=on_error,
            month=month,
            label=label,
            progress=progress,
        )
        already = False
        for each in report.loaded:
            part = each.part
            already |= _is_held(vault, part.dataset, part.label, part.file_checksum)
            if already and not replace_it:
                continue
            vault.keep(
                part.path,
                dataset=part.dataset,
                label=part.label,
                file=part.file,
                checksum=part.file_checksum,
                refused=each.reasons,
                opt_outs=opt_outs,
                look=look,
                replace=replace_it,
            )
    already = already and not replace_it
    return replace(report, warnings=() if already else _remarks(report), already=already)


def _is_held(vault: Vault, dataset: str, label: str, checksum: str) -> bool:
    return any((each.dataset, each.label, each.checksum) == (dataset, label, checksum) for each in vault.held)


def _remarks(report: LoadReport) -> tuple[str, ...]:
    out = []
    for each in report.loaded:
        if each.reasons:
            why = "; ".join(f"{count:,} × {reason}" for reason, count in each.reasons)
            out.append(f"{report.file}: {each.part.refused:,} rows were refused and not kept: {why}")
    return (*out, *(each for each in report.warnings if KEPT_APART not in each))
