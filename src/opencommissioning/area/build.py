"""One finished build, read-only: series of any measure at any level, organisations, verdicts."""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from opencommissioning.area.data.expecting import rated, read_rates
from opencommissioning.area.finding import by_level, found_in, haystacks, known_of, unknown
from opencommissioning.area.levels import PRACTICE, read_published
from opencommissioning.area.library import Library
from opencommissioning.area.percentiles import has_percentiles, percentile_series, read_percentiles
from opencommissioning.area.settings import Settings
from opencommissioning.catalogue.calendar import dispensing_days
from opencommissioning.catalogue.contract import Accumulation
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.catalogue.organisation import LEVELS, PUBLISHED_LEVELS
from opencommissioning.catalogue.period import shift
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName, did_you_mean, nearest
from opencommissioning.measures.grid import Grid, nothing_here, one_row, practice_series
from opencommissioning.measures.quantities import scaled
from opencommissioning.measures.register import Register
from opencommissioning.measures.rollup import Membership, expected_practices, members_of
from opencommissioning.measures.series import Missing, Series, in_months
from opencommissioning.measures.shielding import shielded
from opencommissioning.measures.storing import read_grid

MOST_SERIES = 64  # kept in memory: one of a nation is 13 MB; pages read what is drawn out beside the build
MEMBERSHIPS = ("as_was", "current")


@dataclass(frozen=True)
class Organisation:
    """An organisation of the build: code, name, level, and for practices the postcode."""

    code: str
    name: str
    level: str
    postcode: str = ""
    closed: date | None = None


class Build:
    """A build folder. Everything derived is cached for as long as the build lives: a build never changes."""

    def __init__(self, folder: Path, library: Library, settings: Settings) -> None:
        self.folder, self.library, self.settings = folder, rated(library, read_rates(folder)), settings
        self.meta = json.loads((folder / "build.json").read_text(encoding="utf-8"))
        self.series = lru_cache(maxsize=MOST_SERIES)(self._series)

    @cached_property
    def _remembered(self) -> dict[Hashable, object]:
        return {}

    def remember(self, key: Hashable, make: Callable[[], object]):
        """What `make` gives: made once, for as long as the build lives."""
        if key not in self._remembered:
            self._remembered[key] = make()
        return self._remembered[key]

    @cached_property
    def _memberships(self) -> dict[tuple[str, bool, int, int], Membership]:
        return {}

    @property
    def id(self) -> str:
        """The build's id: cache key and ETag."""
        return self.meta["id"]

    @cached_property
    def grid(self) -> Grid:
        """Register, layers and sums."""
        return read_grid(self.folder)

    @property
    def register(self) -> Register:
        """Practices, months and memberships."""
        return self.grid.register

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The measures that this build has sums for, as they are defined now."""
        return {name: each for name, each in self.library.measures.items() if self._has(each)}

    def _has(self, measure: Measure) -> bool:
        keys = (self._scaled(measure, side).key for side in ("numerator", "denominator"))
        grid = self._grid_of(measure)
        is_summed = grid is not None and all(key in grid.values for key in keys)
        return is_summed and has_percentiles(self.folder, measure)

    @cached_property
    def published(self) -> dict[str, Grid]:
        """level → grid of figures published for organisations that practices do not add up to."""
        return read_published(self.folder)

    def level_of(self, measure: Measure) -> str:
        """The level at which a measure's figures come: practice, or one for which they are published."""
        return self.library.contracts[measure.numerator.dataset].level

    def _grid_of(self, measure: Measure) -> Grid | None:
        level = self.level_of(measure)
        return self.grid if level == PRACTICE else self.published.get(level)

    def _scaled(self, measure: Measure, side: str):
        quantity = getattr(measure, side)
        return scaled(quantity, self.library.contracts[quantity.dataset], self.library.codelists)

    def measure(self, name: str) -> Measure:
        """The measure, when this build has it; NotLoaded says what to do when it has not."""
        measure = self.library.measure(name)
        if name not in self.measures:
            needs = " and ".join(sorted({measure.numerator.dataset, measure.denominator.dataset}))
            raise NotLoaded(
                f"measure '{name}' is not in this build; it needs {needs}: load the files, then 'opencommissioning build'"
            )
        return measure

    def stocks(self, measure: Measure) -> tuple[bool, bool]:
        """Whether numerator and denominator are stocks (averaged over a window) rather than flows (summed)."""
        top, bottom = (self._is_stock(side) for side in (measure.numerator, measure.denominator))
        return top, bottom

    def _is_stock(self, quantity: Quantity) -> bool:
        """Expected numbers of events add up over months, though the people that they are made of do not."""
        column = self.library.contracts[quantity.dataset].column(quantity.column)
        expected = quantity.times and self.library.codelists[quantity.times].rates
        return column.accumulates == Accumulation.STOCK and not expected

    def _series(
        self,
        name: str,
        level: str,
        window: int | None = None,
        membership: str | None = None,
        per_day: bool = False,
    ) -> Series:
        """The measure at a level. `window` in months (default: the definition's, or 1 where nobody has a value of it); `membership` "as_was" or "current".

        `per_day` divides by dispensing days too, so that a month with fewer of them is not a fall; DefinitionError for a measure
        whose denominator is of the same days.
        """
        series = self.shown(self.kept(name, level, window, membership))
        return self._each_day(series, series.window) if per_day else series

    def kept(self, name: str, level: str, window: int | None = None, membership: str | None = None) -> Series:
        """The series as the build keeps it, for verdicts to be made of: counts of people rounded together, none hidden yet."""
        measure = self.measure(name)
        monthly = self._monthly(measure, level, self.is_current(membership))
        stocks = self.stocks(measure)
        return monthly.windowed(window, stocks) if window else monthly.in_its_window(stocks)

    def behind(
        self, measure: Measure, level: str, window: int, membership: str | None = None
    ) -> Series | None:
        """The events behind an amount, over the measure's own denominator; None for counts."""
        events = measure.behind()
        if events is None:
            return None
        counted = replace(measure, numerator=events)
        monthly = self._monthly(counted, level, self.is_current(membership))
        return monthly.windowed(window, self.stocks(counted))

    def shown(self, series: Series) -> Series:
        """What of a series is shown: nothing where a count of people may be small."""
        sides = (series.measure.numerator, series.measure.denominator)
        found = [self.library.contracts.get(side.dataset) for side in sides]  # none for what was worked out
        top, bottom = (contract is not None and contract.disclosive for contract in found)
        return shielded(series, (top, bottom))

    def series_of_one(
        self, name: str, code: str, window: int | None = None, membership: str | None = None
    ) -> Series:
        """The measure's series of one organisation alone, shape (1, months): what `series` has in its row.

        Of a practice only its own row of the arrays is read.
        """
        measure, level = self.measure(name), self.organisation(code).level
        if level != PRACTICE or self.level_of(measure) != PRACTICE:
            return self.series(name, level, window, membership).of(code)
        sides = [self._scaled(measure, side) for side in ("numerator", "denominator")]
        row, keys = self.register.practices.index(code), [side.key for side in sides]
        monthly = practice_series(measure, one_row(self.grid, row, keys), *sides)
        own = monthly.windowed(window or measure.window, self.stocks(measure))
        if window is None and (own.missing != Missing.NOTHING).all():  # it may be so for everybody
            return self.series(name, level, None, membership).of(code)
        return self.shown(own)

    def can_be_per_day(self, measure: Measure) -> bool:
        """Whether the numerator is counted over days and the denominator is not."""
        top, bottom = self.stocks(measure)
        return bottom and not top

    def _each_day(self, series: Series, window: int) -> Series:
        if not self.can_be_per_day(series.measure):
            raise DefinitionError(
                f"measure '{series.measure.id}' divides two counts of the same months: dispensing days cancel out; ask for it without them"
            )
        return series.per_day(self.days(window, series.months))

    def days(self, window: int, months: Sequence[date] | None = None) -> np.ndarray:
        """Dispensing days of each of `months` (None: all of the build) with the `window − 1` before it; bank holidays are England's."""
        return np.array(
            [
                sum(dispensing_days(shift(month, -back)) for back in range(window))
                for month in months or self.months
            ]
        )

    def series_of(self, measure: Measure, level: str, window: int) -> Series:
        """The series of any measure object whose quantities this build has summed, in the area's own membership."""
        monthly = self._monthly(measure, level, self.is_current(None))
        return self.shown(monthly.windowed(window, self.stocks(measure)))

    def is_current(self, membership: str | None) -> bool:
        """Whether `membership` ("as_was", "current", None for the area's own choice) means today's; UnknownName for another word."""
        if membership not in (None, *MEMBERSHIPS):
            raise UnknownName(f"there is no membership '{membership}'{did_you_mean(membership, MEMBERSHIPS)}")
        return self.settings.current_membership if membership is None else membership == "current"

    def _monthly(self, measure: Measure, level: str, current: bool) -> Series:
        own = self.level_of(measure)
        sides = self._scaled(measure, "numerator"), self._scaled(measure, "denominator")
        if own != PRACTICE:
            series = practice_series(measure, self._grid_of(measure), *sides, level=own)
            if measure.percentile is not None:
                series = percentile_series(series, read_percentiles(self.folder, measure.id))
            return series if level == own else nothing_here(measure, self._empty(level, current, series))
        if level in self.published and level not in LEVELS:
            return nothing_here(measure, self._bare(level))
        practices = practice_series(measure, self.grid, *sides)
        if level == PRACTICE:
            return practices
        return self.membership(level, current, self.columns(practices)).roll_up(
            practices, self.settings.coverage
        )

    def columns(self, series: Series) -> slice:
        """A series of practices (or of what they add up to) has its dataset's months: their columns in the register."""
        first = self.months.index(series.months[0])
        return slice(first, first + len(series.months))

    def patients(self, series: Series) -> np.ndarray:
        """Registered patients of practices in the months of a series, nan where unknown: so where the months are those of files that
        are published for others and practices have none."""
        if not {series.months[0], series.months[-1]} <= set(self.months):
            return np.full((len(self.register.practices), len(series.months)), np.nan)
        return in_months(np.asarray(self.grid.patients), self.months, series.months, np.nan)

    def membership(self, level: str, current: bool, columns: slice) -> Membership:
        """Who belongs to whom at a level in some months: worked out once, it is the same for every measure of a dataset."""
        key = level, current, columns.start, columns.stop
        if key not in self._memberships:
            codes, parents = self.members(level, current)
            parts = (np.asarray(part[:, columns]) for part in (parents, self.expected, self.grid.patients))
            self._memberships[key] = Membership(level, codes, *parts)
        return self._memberships[key]

    def _empty(self, level: str, current: bool, like: Series) -> Series:
        """The organisations of a level in the months of `like`: what a measure published for others has there is nothing."""
        codes = self.register.practices if level == PRACTICE else self.members(level, current)[0]
        shape = (len(codes), len(like.months))
        zeros, none = np.zeros(shape, np.int32), np.full(shape, np.nan)
        return replace(like, level=level, organisations=codes, counted=zeros, expected=zeros, share=none,
                       numerator=zeros, denominator=zeros, missing=zeros)  # fmt: skip

    def _bare(self, level: str) -> Series:
        """The organisations of a published level, as a series of any of its measures."""
        some = next(each for each in self.measures.values() if self.level_of(each) == level)
        return self._monthly(some, level, True)

    @cached_property
    def expected(self) -> np.ndarray:
        """bool (P, M): practices that should have data; nobody is expected when no register is loaded, so nothing is covered."""
        if not self.register.registered:
            return np.zeros(self.register.open.shape, bool)
        return expected_practices(self.register, self.grid.patients)

    def check_level(self, level: str) -> None:
        """UnknownName with the nearest level when there is none of this name."""
        if level not in (*LEVELS, *PUBLISHED_LEVELS):
            raise UnknownName(f"there is no level '{level}'{did_you_mean(level, LEVELS)}")

    def members(self, level: str, current: bool) -> tuple[tuple[str, ...], np.ndarray]:
        """Codes of a level and int32 (P, M): each practice's organisation as an index into them, −1 = none."""
        self.check_level(level)
        if level in PUBLISHED_LEVELS:
            codes = self.published[level].register.practices if level in self.published else ()
            return codes, np.full(self.register.open.shape, -1, np.int32)
        return members_of(self.register, level, current, self.settings.groups)

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Code → organisation, every level."""
        register = self.register
        out = {
            code: Organisation(code, register.names.get(code, code), "practice", register.postcodes.get(code, ""), register.closed.get(code))
            for code in register.practices
        }  # fmt: skip
        for level, codes in register.codes.items():
            out |= {code: Organisation(code, register.labels[level].get(code, code), level) for code in codes}
        for level, grid in self.published.items():
            for code in grid.register.practices:
                out.setdefault(code, Organisation(code, grid.register.names[code], level))
        out |= {name: Organisation(name, name, "group") for name in self.settings.groups}
        return out | {"ENGLAND": Organisation("ENGLAND", "England", "england")}

    def organisations_of(self, level: str) -> list[Organisation]:
        """The organisations of a level, in the order of their codes; a practice that is a provider as well is among both."""
        if level in self.published and level not in LEVELS:
            theirs = self.published[level].register
            return [Organisation(code, theirs.names[code], level) for code in theirs.practices]
        return list(self.remember("by level", lambda: by_level(self.organisations)).get(level, ()))

    def organisation(self, code: str) -> Organisation:
        """The organisation with this code (case ignored); UnknownName with the nearest otherwise."""
        wanted = code.strip()
        for spelt in (wanted, wanted.upper()):
            if spelt in self.organisations:
                return self.organisations[spelt]
        for name in self.settings.groups:
            if name.lower() == wanted.lower():
                return self.organisations[name]
        raise UnknownName(unknown(code, self.near(wanted)))

    def near(self, code: str, cutoff: float = 0.6) -> list[str]:
        """Codes that somebody may have meant: those that begin with what was written first, those with more data before others."""
        held = self.remember("known of", lambda: known_of(self.register, self.grid.layers))
        return nearest(code, self.organisations, held, cutoff)

    @cached_property
    def _haystacks(self) -> list[tuple[str, Organisation]]:
        return haystacks(self.organisations.values())

    def find(self, text: str, most: int = 20) -> list[Organisation]:
        """Organisations whose code, name or postcode holds every word of `text`; a whole code or postcode first, then open and larger ones."""
        return found_in(self._haystacks, text, most)

    def children(self, code: str) -> tuple[str, list[str]]:
        """The level just below an organisation and its members now: PCNs of a sub-ICB location, practices of a PCN."""
        organisation = self.organisation(code)
        below = {
            "england": "region",
            "region": "icb",
            "icb": "sub_icb",
            "sub_icb": "practice",
            "pcn": "practice",
            "group": "practice",
        }
        level = below.get(organisation.level, "")
        return (level, self._inside(organisation, level)) if level else ("", [])

    def _inside(self, organisation: Organisation, level: str) -> list[str]:
        codes, parents = self.members(organisation.level, True)
        if organisation.code not in codes:
            return []  # known by published figures alone
        mine = (parents[:, -1] == codes.index(organisation.code)) & self.register.open[:, -1]
        if level == "practice":
            return [code for code, inside in zip(self.register.practices, mine, strict=True) if inside]
        below, at = self.members(level, True)
        return [below[number] for number in sorted({int(number) for number in at[mine, -1] if number >= 0})]

    def parent(self, practice: str, level: str, month: date | None = None) -> str | None:
        """The organisation of `level` that a practice belongs (belonged) to; None when not known."""
        column = self.register.months.index(month) if month else -1
        number = int(self.register.parents[level][self.register.practices.index(practice), column])
        return self.register.codes[level][number] if number >= 0 else None

    @property
    def months(self) -> tuple[date, ...]:
        """All months that have columns, in order; each dataset of practices has its own among them."""
        return self.register.months

    def months_of(self, dataset: str) -> tuple[date, ...]:
        """The months of one dataset that have columns (see `columns_for`); none when the build has nothing of it."""
        for grid in (self.grid, *self.published.values()):
            if dataset in grid.layers:
                return grid.register.months[grid.layers[dataset].cut]
        return ()

    @cached_property
    def latest(self) -> date:
        """The last month with prescribing (or, without it, with any data)."""
        loaded = [month for over in self._flow_layers().values() for month in over.loaded]
        if not loaded:
            raise NotLoaded(
                "this build holds no monthly data; load prescribing or activity files, then 'opencommissioning build'"
            )
        return min(max(loaded), self.months[-1])

    def _flow_layers(self) -> Mapping[str, object]:
        others = {name: over for grid in self.published.values() for name, over in grid.layers.items()}
        return (
            {name: over for name, over in self.grid.layers.items() if name == "prescribing"}
            or self.grid.layers
            or others
        )
