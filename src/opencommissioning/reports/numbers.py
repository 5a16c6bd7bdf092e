"""Numbers as people read them. Rounding happens here and nowhere else."""

from opencommissioning.catalogue.measure import Measure


def plain(value: float | None, largest: float | None = None) -> str:
    """`1,234`, `43.2`, `3.14`, `0.052`: decimals by size (Fingertips' rule: above 1000 none, above 10 one, below 1 three)."""
    if value is None or value != value:
        return "–"
    size = abs(largest if largest is not None else value)
    decimals = 0 if size > 1000 else 1 if size > 10 else 3 if 0 < size < 1 else 2
    return f"{value:,.{decimals}f}"


def pounds(value: float | None) -> str:
    """`£1,234`; pence below £10; a minus sign before the pound sign; `£0` of nothing."""
    if value is None or value != value:
        return "–"
    if abs(value) < 0.005:
        return "£0"
    amount = f"£{abs(value):,.2f}" if abs(value) < 10 else f"£{abs(value):,.0f}"
    return f"−{amount}" if value < 0 and amount.strip("£0.,") else amount


def unit_price(value: float | None) -> str:
    """`£34.00`, `£0.087`, `£1,234`: what one unit costs, to a tenth of a penny below £1 and without pence from £1,000."""
    if value is None or value != value:
        return "–"
    decimals = 3 if 0 < value < 1 else 2 if 0 < value < 1000 else 0
    return f"£{value:,.{decimals}f}"


def valued(value: float | None, measure: Measure) -> str:
    """A measure's value with its unit, short: `43.2 %`, `£1,234`, `51.3`."""
    if value is None or value != value:
        return "–"
    if measure.unit.startswith("%"):
        return f"{value:.1f} %"
    return pounds(value) if measure.unit.startswith("£") else plain(value)


def share(value: float | None) -> str:
    """`97.3 %` of 0.973."""
    return "–" if value is None or value != value else f"{100 * value:.1f} %"


def whole(value: float | None) -> str:
    """`1,234` of 1233.6: people, treatments; a minus sign, not a hyphen, before what is below 0."""
    return "–" if value is None or value != value else f"{round(value) + 0:,}".replace("-", "−")


def signed(value: float | None) -> str:
    """A difference with its sign: `+186`, `−186`, `0`."""
    text = whole(value)
    return text if text in ("0", "–") or text.startswith("−") else f"+{text}"


def tenths(value: float | None) -> str:
    """`1,234.5`: a rate with one decimal."""
    return "–" if value is None or value != value else f"{value:,.1f}".replace("-", "−")
