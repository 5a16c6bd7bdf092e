"""The definitions in force: those that come with the software, then those of the area."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from opencommissioning.catalogue.avoidable import Avoidable
from opencommissioning.catalogue.category import Category
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.prices import PriceRules
from opencommissioning.errors import UnknownName, meant, nearest
from opencommissioning.language.avoidable import read_avoidable
from opencommissioning.language.categories import read_categories
from opencommissioning.language.codelists import read_codelists
from opencommissioning.language.definitions import World, read_measures
from opencommissioning.language.rules import read_rules
from opencommissioning.sources.admitted_care import SPELLS, STAYS
from opencommissioning.sources.registry import contracts
from opencommissioning.sources.visits import CLINICS, VISITS

RECORDS = {each.dataset: each for each in (SPELLS, VISITS)}
ACTIVITY = RECORDS | {
    STAYS.dataset: STAYS,
    CLINICS.dataset: CLINICS,
}  # what kinds of avoidable activity may speak of


def shipped() -> Path:
    """The folder of shipped definitions."""
    return Path(str(files("opencommissioning"))) / "definitions"


@dataclass(frozen=True)
class Library:
    """Contracts, codelists and measures, read once. `own` is the area's definitions folder, if it has one."""

    own: Path | None = None

    @property
    def _folders(self) -> list[Path]:
        return [shipped()] + ([self.own] if self.own and self.own.exists() else [])

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """dataset → contract."""
        return contracts()

    @cached_property
    def codelists(self) -> dict[str, Codelist]:
        """id → codelist."""
        return read_codelists([folder / "codelists" for folder in self._folders])

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """id → measure."""
        return read_measures(
            [folder / "measures" for folder in self._folders], World(self.contracts, self.codelists)
        )

    @cached_property
    def categories(self) -> dict[str, tuple[Category, ...]]:
        """Kind of record → the categories that it is counted by."""
        return read_categories(
            [folder / "categories" for folder in self._folders], World(RECORDS, self.codelists)
        )

    @cached_property
    def avoidable(self) -> dict[str, Avoidable]:
        """id → kind of potentially avoidable activity, in the order in which a row of several kinds counts."""
        folders = [folder / "avoidable" for folder in self._folders]
        return read_avoidable(folders, World(ACTIVITY, self.codelists), self.categories)

    @cached_property
    def price_rules(self) -> PriceRules:
        """Dated rules of hospital prices: the area's own first, then those that come with the software."""
        return read_rules([folder / "rules" for folder in self._folders])

    def with_codelists(self, others: Mapping[str, Codelist]) -> "Library":
        """The same definitions with other lists under the same names."""
        changed = _Changed(self.own, dict(self.codelists) | dict(others))
        changed.__dict__["measures"] = self.measures  # read once: definitions do not depend on the weights
        return changed

    def measure(self, name: str) -> Measure:
        """The measure called `name`; UnknownName with the nearest otherwise."""
        if name not in self.measures:
            near = meant(nearest(name, self.measures))
            raise UnknownName(f"there is no measure '{name}'{near} ('opencommissioning describe' lists them)")
        return self.measures[name]

    def spoken_of(self, text: str) -> Measure:
        """The measure with this name or this title (as screens and letters show it); UnknownName with the nearest otherwise."""
        wanted = text.strip().lower()
        titled = (each for each in self.measures.values() if each.title.lower() == wanted)
        return next(titled, None) or self.measure(text)


@dataclass(frozen=True)
class _Changed(Library):
    """A library some of whose lists were filled from data."""

    codelists: Mapping[str, Codelist] = field(default_factory=dict)
