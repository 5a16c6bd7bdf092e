"""What an organisation could save: switching measures and prices per unit together, each product's saving counted once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
import polars as pl

from opencommissioning.area.belonging import above
from opencommissioning.area.build import Build, Organisation
from opencommissioning.area.comparison.peering import peers
from opencommissioning.area.money.pricing import read_prices
from opencommissioning.area.money.switching import read_money
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import NotLoaded, UnknownName, did_you_mean
from opencommissioning.finance.measures import MONTHS, money_measures
from opencommissioning.finance.once import Opportunity, count_once, spread
from opencommissioning.finance.prices import CENTILES, compatible, over_targets, price_of_all
from opencommissioning.finance.whole import total, unscaled, whole
from opencommissioning.measures.rollup import patient_weights
from opencommissioning.reports.money import AGAINST, PRICE, SPEND, SWITCH, MoneyLine, MoneyReport
from opencommissioning.reports.numbers import share, unit_price, valued
from opencommissioning.warehouse.store import Store

DEFAULT = "usual"
PARTS, BOUGHT = ("top", "bottom"), ("quantity", "cost")
AT = {"usual": (50, 10), **{str(each): (each, each) for each in CENTILES}}  # of measures, of prices


@dataclass(frozen=True)
class _Set:
    """What an organisation bought of one substitution set: £ over each centile with its sign, and above it by product."""

    quantity: float
    cost: float
    signed: Mapping[int, float]
    floors: Mapping[int, Mapping[str, float]]


@dataclass(frozen=True)
class _Rows:
    """What the build knows of one organisation.

    `measures` its rows by measure, `spent` measure → product → £, `sets` what it bought of each, `aims` and `known` what the build
    knows of measures and of sets.
    """

    measures: Mapping[str, Mapping[str, object]]
    spent: Mapping[str, Mapping[str, float]]
    sets: Mapping[str, _Set]
    aims: Mapping[str, Mapping[str, object]]
    known: Mapping[str, Mapping[str, object]]


def report_money(
    build: Build, store: Store, code: str, against: str = DEFAULT, others: bool = True
) -> MoneyReport | None:
    """What an organisation could save over the last year, None when nothing is known of it; `others` False leaves other centiles out.

    `against`: "usual" (measures against the middle practice, prices against the best tenth), "10", "20", "50" (the practice at that
    centile, best first) or "peers". UnknownName otherwise.
    """
    if against not in AGAINST:
        raise UnknownName(f"there is no target '{against}'{did_you_mean(against, AGAINST)}")
    organisation = build.organisation(code)
    products = read_prices(build, organisation.level, [organisation.code])
    if products is None or not products.height:
        return None
    alike = peers(build, store, organisation.code).codes if against == "peers" else ()
    covered = _covered(build, organisation)
    told = MoneyReport(
        organisation.code,
        organisation.name,
        organisation.level,
        build.latest,
        min(MONTHS, len(build.months_of("prescribing"))),
        against,
        (),
        {},
        *covered,
        alike,
        remarks=_remarks(build),
    )
    if covered[2] < build.settings.coverage and organisation.level != "practice":
        return replace(told, unshown=_uncovered(organisation, covered))
    rows = _rows(build, organisation, products)
    if rows is None:
        return None
    if against == "peers":
        return replace(told, lines=_counted(_against_peers(build, organisation, rows, alike)))
    at = {name: _headline(rows, *pair) for name, pair in AT.items()} if others else {}
    return replace(told, lines=_counted(_at_centiles(build, rows, *AT[against])), others=at)


def _uncovered(organisation: Organisation, covered: tuple[int, int, float]) -> str:
    have, expected, _ = covered
    return (
        f"Savings of {organisation.name} are not shown: {have} of {expected} practices have data in the last month, "
        "too few to stand for it. Load the prescribing files of the others, and the practice register."
    )


def _remarks(build: Build) -> tuple[str, ...]:
    loaded = {each["dataset"] for each in build.meta["files"]}
    if "tariff" in loaded:
        return ()
    return (
        "No Drug Tariff is loaded: every medicine is taken at 5 % discount, and ghost-branded generics cannot be told.",
    )


def _rows(build: Build, organisation: Organisation, products: pl.DataFrame) -> _Rows | None:
    measures = read_money(build, f"savings-{organisation.level}", [organisation.code])
    if measures is None:
        return None
    cost = dict(products.select("bnf_code", "actual_cost").iter_rows())
    spent = {name: {code: cost[code] for code in codes if code in cost} for name, codes in _codes(build)}
    rows = _keyed(measures, "measure")
    aims, known = (build.remember(key, make) for key, make in _everybodys(build).items())
    return _Rows(rows, spent, _sets(products, CENTILES), aims, known)


def _everybodys(build: Build) -> dict[str, Callable[[], dict]]:
    return {
        "aims": lambda: _keyed(read_money(build, "aims"), "measure"),
        "sets": lambda: _keyed(read_prices(build, "sets"), "set"),
    }


def _codes(build: Build) -> Iterable[tuple[str, Sequence[str]]]:
    """(measure, the products that its numerator counts) of measures that are money."""
    return build.remember(
        "money codes",
        lambda: list(
            read_money(build, "codes")
            .filter("money")
            .group_by("measure", maintain_order=True)
            .agg("bnf_code")
            .iter_rows()
        ),
    )


def _keyed(frame: pl.DataFrame, key: str) -> dict[str, dict[str, object]]:
    return {row[key]: row for row in frame.iter_rows(named=True)}


def _sets(
    products: pl.DataFrame, centiles: Sequence[int], over: str = "over", floor: str = "floor"
) -> dict[str, _Set]:
    """Set → what was bought of it."""
    inside = products.filter(pl.col("set").is_not_null())
    columns = {name: inside[name].to_list() for name in inside.columns}
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(columns["set"]):
        rows.setdefault(name, []).append(row)

    def added(column: str, here: list[int]) -> float:
        return fsum(columns[column][row] or 0.0 for row in here)

    def by_product(column: str, here: list[int]) -> dict[str, float]:
        return {columns["bnf_code"][row]: columns[column][row] for row in here}

    return {
        name: _Set(
            added("quantity", here),
            added("cost", here),
            {each: added(f"{over}_{each}", here) for each in centiles},
            {each: by_product(f"{floor}_{each}", here) for each in centiles},
        )
        for name, here in rows.items()
    }


def _covered(build: Build, organisation: Organisation) -> tuple[int, int, float]:
    """Practices with prescribing in the last month, practices expected, share of the expected ones' patients."""
    column = build.months.index(build.latest)
    if organisation.level == "practice":
        return 1, 1, 1.0
    members = above(build, organisation.level).filter(pl.col("above") == organisation.code)["organisation"]
    inside = np.isin(build.register.practices, members.to_list())
    there = build.grid.layers["prescribing"].reasons([column])[:, 0] == 0
    expected = build.expected[:, column] & inside
    patients = patient_weights(np.asarray(build.grid.patients))[:, column]
    whole = patients[expected].sum()
    part = patients[expected & there].sum() / whole if whole else 0.0
    return int((expected & there).sum()), int(expected.sum()), float(part)


@dataclass(frozen=True)
class _Found:
    """A line before counting, and the products its possible saving comes from."""

    line: MoneyLine
    by_product: Mapping[str, float]


def _counted(found: list[_Found]) -> tuple[MoneyLine, ...]:
    counted = {each.id: each for each in count_once(Opportunity(f.line.id, f.by_product) for f in found)}
    lines = [
        replace(
            each.line,
            counted=counted[each.line.id].counted,
            counted_elsewhere=len(counted[each.line.id].elsewhere),
        )
        for each in found
    ]
    return tuple(sorted(lines, key=lambda line: (-line.counted, -line.possible, line.title)))


def _headline(rows: _Rows, of_measures: int, of_prices: int) -> float:
    """£ in all at a pair of centiles, each product counted once."""
    switches = (
        Opportunity(name, spread(row[f"floor_{of_measures}"], rows.spent.get(name, {})))
        for name, row in rows.measures.items()
        if row[f"over_{of_measures}"] is not None
    )
    prices = (Opportunity(_id(name), each.floors[of_prices]) for name, each in rows.sets.items())
    return sum(each.counted for each in count_once((*switches, *prices)))


def _at_centiles(build: Build, rows: _Rows, of_measures: int, of_prices: int) -> list[_Found]:
    over, floor, aim = (f"{name}_{of_measures}" for name in ("over", "floor", "aim"))
    measures = [
        _measure_line(build, rows, row, row[over], row[floor], rows.aims[name][aim])
        for name, row in rows.measures.items()
        if row[over] is not None
    ]
    return measures + [_price_line(rows, name, each, of_prices) for name, each in rows.sets.items()]


def _measure_line(
    build: Build, rows: _Rows, row: Mapping[str, object], signed: float, floor: float, aim: float
) -> _Found:
    measure = build.measures[row["measure"]]
    aims = rows.aims[measure.id]
    value = row["top"] / row["bottom"] if row["bottom"] else None
    swaps = build.remember(("swaps", measure.id), lambda: _swaps(measure))
    kind = SWITCH if swaps else SPEND
    texts = [_value(measure, swaps, each) for each in (value, aim, aims["aim_50"], aims["before_50"])]
    line = MoneyLine(
        measure.id, measure.title, kind, row["spend"] or 0.0, signed, floor, 0.0, *texts, row["practices"]
    )
    return _Found(line, spread(floor, rows.spent.get(measure.id, {})))


def _swaps(measure: Measure) -> bool:
    return money_measures([measure])[0].swap is not None


def _value(measure: Measure, swaps: bool, value: float | None) -> str:
    """A share of quantity, or £ per so many patients."""
    if value is None or value != value:
        return "–"
    return share(value) if swaps else valued(value * measure.per, measure)


def _id(name: str) -> str:
    return f"price:{name}"


def _price_line(rows: _Rows, name: str, bought: _Set, centile: int) -> _Found:
    known = rows.known.get(name, {})
    quantity, cost, over = bought.quantity, bought.cost, bought.signed[centile]
    # the target of the whole window: each month's, weighted by what was bought in it
    aim = (cost - over) / quantity if quantity else None
    prices = (cost / quantity if quantity else None, aim, known.get("price_50"), known.get("before_50"))
    line = MoneyLine(
        _id(name),
        str(known.get("name") or name),
        PRICE,
        cost,
        over,
        fsum(bought.floors[centile].values()),
        0.0,
        *(unit_price(each) for each in prices),
        known.get("practices") or 0,
    )
    return _Found(line, bought.floors[centile])


def _against_peers(
    build: Build, organisation: Organisation, rows: _Rows, alike: Sequence[str]
) -> list[_Found]:
    """Against what the peers pay and spend together over the same months: one comparison of wholes, floored at the organisation."""
    others = read_money(build, f"savings-{organisation.level}", alike)
    prices = read_prices(build, organisation.level, alike)
    if not prices.height:
        raise NotLoaded(
            f"{organisation.name} has no peers to be compared with; name them in area.toml, or choose a centile"
        )
    pooled = whole(others, PARTS).group_by("measure").agg(total(*PARTS))
    pooled = unscaled(pooled, PARTS).select("measure", *PARTS)
    aims = {name: top / bottom for name, top, bottom in pooled.iter_rows() if bottom}
    found = []
    for name, row in rows.measures.items():
        if name in aims and row["slope"] is not None:
            signed = row["over_10"] + row["slope"] * (aims[name] - rows.aims[name]["aim_10"])
            is_above = bool(row["bottom"]) and row["top"] / row["bottom"] > aims[name]
            found.append(
                _measure_line(build, rows, row, signed, max(0.0, signed) if is_above else 0.0, aims[name])
            )
    mine = _over_peers(read_prices(build, organisation.level, [organisation.code]), prices)
    return found + [_price_line(rows, name, each, 0) for name, each in _sets(mine, (0,)).items()]


def _over_peers(mine: pl.DataFrame, peers_prices: pl.DataFrame) -> pl.DataFrame:
    """The organisation's rows of sets that its peers buy, with `over_0`, £ over what they pay together, and `floor_0`."""
    paid = price_of_all(whole(peers_prices.filter(pl.col("set").is_not_null()), BOUGHT)).rename(
        {"price": "price_0"}
    )
    over = over_targets(whole(mine, BOUGHT), paid, (0,)).filter(pl.col("over_0").is_not_null())
    floor = pl.when(total("over_0").over("set") > 0).then("over_0").otherwise(0)
    return unscaled(over.with_columns(floor_0=floor), (*BOUGHT, "over_0", "floor_0")).sort("bnf_code")


def compatible_prices(build: Build, code: str) -> pl.DataFrame:
    """OpenPrescribing's price-per-unit list of an organisation for the last month: set, name, quantity, cost, saving.

    Where ours differs from theirs even so: sets are BNF generic equivalents unless the user has loaded sets from dm+d, and products
    that dm+d calls unavailable are not left out. NotLoaded without prices.
    """
    organisation = build.organisation(code)
    month, sets = read_prices(build, "month"), read_prices(build, "sets")
    if month is None or sets is None:
        raise NotLoaded("this build holds no prices; load prescribing files, then 'opencommissioning build'")
    if organisation.level == "practice":
        inside = [organisation.code]
    else:
        members = above(build, organisation.level)
        inside = members.filter(pl.col("above") == organisation.code)["organisation"].to_list()
    mine = month.filter(pl.col("practice").is_in(inside)).with_columns(over_10=pl.col("compatible_10"))
    told = compatible(whole(mine, (*BOUGHT, "over_10")), organisation.level)
    return told.join(sets.select("set", "name"), on="set", how="left").select(
        "set", "name", "quantity", "cost", "saving"
    )
