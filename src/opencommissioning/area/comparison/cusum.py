"""Who drifts: small lasting changes added up month by month, against the middle organisation and as OpenPrescribing's alert does."""

from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import comparable
from opencommissioning.area.comparison.rows import with_names
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.errors import NotLoaded
from opencommissioning.statistics.autocorrelation import shared_autocorrelation
from opencommissioning.statistics.cusum import (
    openprescribing_cusum,
    standardised_cusum,
    threshold_for_false_alarms,
)
from opencommissioning.statistics.ranks import percent_rank

BASELINE, WATCHED, FEWEST = 24, 12, 3  # months of baseline, months watched after it at most, at least
FALSE_ALARMS = 0.01  # of unchanged organisations, over all months watched
GREATEST = 0.7  # autocorrelation that is allowed for: up to there the promise holds
ALERT_MONTHS = 18  # that OpenPrescribing's alert looks at
COLUMNS = ("Code", "Name", "Drift", "Since", "Spreads", "Percentile", "Alert")


@dataclass(frozen=True)
class Drift:
    """`frame`: an organisation a row, those in alarm first (organisation, name, way, since, spreads, percentile_from, percentile_to,
    alert_months); `watched` of them had a baseline; `words` says what was done and how many alarms luck alone would give.
    """

    frame: pl.DataFrame
    watched: int
    words: str

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """Rows for `COLUMNS`, of those that either way of looking finds."""
        return [
            (
                row["organisation"],
                row["name"],
                row["way"] or "–",
                spoken(row["since"]) if row["since"] else "–",
                f"{row['spreads']:+.1f}".replace("-", "−") if row["since"] else "–",
                _percentiles(row),
                _months(row["alert_months"]),
            )
            for row in self.frame.iter_rows(named=True)
        ]


def _percentiles(row: dict[str, object]) -> str:
    return f"{row['percentile_from']:.0f} to {row['percentile_to']:.0f}" if row["alert_months"] else "–"


def _months(count: int) -> str:
    return "–" if not count else "1 month" if count == 1 else f"{count} months"


def drift_of(build: Build, name: str, level: str = "practice") -> Drift:
    """Organisations of a level that have drifted on a measure in the last months; NotLoaded with less than 27 months of it.

    Each month's difference from the middle organisation, by its own mean and spread in 24 months of baseline, is summed (Page 1954); the
    threshold is simulated so that 1 in 100 who do not change ever alarm in the months watched, when one month resembles the next as much
    as the level's baselines say (their shared autocorrelation and one standard error more, within 0 and 0.7).
    """
    series = build.series(name, level, 1)
    values = comparable(build, series)
    known = np.flatnonzero(np.isfinite(values).any(axis=0))
    watched = min(WATCHED, len(known) - BASELINE)
    if watched < FEWEST:
        held = _months(len(known)) if len(known) else "no month"
        raise NotLoaded(
            f"{held} of {name} with values by {level_name(level, build.latest)}, and {BASELINE + FEWEST} are needed: a baseline of {BASELINE} "
            f"and {FEWEST} to watch; load earlier months"
        )
    columns = known[-(BASELINE + watched) :]
    months = [series.months[column] for column in columns]
    apart = values[:, columns] - np.nanmedian(values[:, columns], axis=0)
    allowed = allowed_for(apart[:, :BASELINE])
    frame = with_names(
        build,
        pl.DataFrame(
            {
                "organisation": series.organisations,
                **_own(apart, months, allowed),
                **_compatible(values[:, known]),
            },
            nan_to_null=True,
        ),
    )
    able = int(frame["watched"].sum())
    found = frame.filter(pl.col("since").is_not_null() | (pl.col("alert_months") > 0)).drop("watched")
    order = ["since", "alert_months", "organisation"]
    words = _words(found, able, watched, level_name(level, build.latest, plural=True), allowed)
    return Drift(found.sort(order, nulls_last=True), able, words)


def allowed_for(baselines: np.ndarray) -> float:
    """The autocorrelation that the threshold allows for: what whole baselines (organisation, month) share and one standard error more,
    rounded up to two places, within 0 and 0.7. The error matters where organisations are few: too low an estimate breaks the promise."""
    told = shared_autocorrelation(baselines[np.isfinite(baselines).all(axis=1)])
    upper = told.estimate + told.error
    return ceil(100 * min(max(upper, 0.0), GREATEST)) / 100 if np.isfinite(upper) else 0.0


def _own(apart: np.ndarray, months: list[date], allowed: float) -> dict[str, object]:
    """way ("up", "down", ""), since (month of the first alarm), spreads (mean shift after the baseline), watched (has a baseline)."""
    watched = apart.shape[1] - BASELINE
    full = np.isfinite(apart[:, :BASELINE]).all(axis=1)
    early = np.where(full[:, None], apart[:, :BASELINE], 0.0)
    mean, sd = early.mean(axis=1), early.std(axis=1, ddof=1)
    able = full & (sd > 0)
    sd = np.where(able, sd, np.nan)
    threshold = threshold_for_false_alarms(
        FALSE_ALARMS, baseline=BASELINE, months=watched, autocorrelation=allowed
    )
    paths = standardised_cusum(apart, mean=mean, sd=sd, threshold=threshold, start=BASELINE)
    first = paths.first_alarm
    signs = np.take_along_axis(paths.alarm, np.maximum(first, 0)[:, None], 1)[:, 0]
    late = np.where(np.isfinite(apart), apart, 0.0)[:, BASELINE:].sum(axis=1)
    counted = np.maximum(np.isfinite(apart)[:, BASELINE:].sum(axis=1), 1)
    return {
        "way": [
            ("", "up", "down")[sign] if at >= 0 else ""
            for sign, at in zip(signs.tolist(), first.tolist(), strict=True)
        ],
        "since": pl.Series([months[at] if at >= 0 else None for at in first.tolist()], dtype=pl.Date),
        "spreads": (late / counted - mean) / sd,
        "watched": able,
    }


def _compatible(values: np.ndarray) -> dict[str, object]:
    """OpenPrescribing's alert on monthly percentiles: percentile_from, percentile_to, alert_months (0: no alert in the last month)."""
    found = openprescribing_cusum(percent_rank(values[:, -ALERT_MONTHS:], axis=0))
    return {
        "percentile_from": found.change_from,
        "percentile_to": found.change_to,
        "alert_months": found.period,
    }


def _words(found: pl.DataFrame, able: int, watched: int, level: str, allowed: float) -> str:
    alarms = found.filter(pl.col("since").is_not_null()).height
    luck = FALSE_ALARMS * able
    about = f"about {luck:.0f}" if luck >= 1 else "less than 1"
    if allowed >= GREATEST:
        resembling = f"The threshold allows for one month resembling the next by an autocorrelation of {GREATEST}; here it is more, and so is what luck gives, which then would be {about}."
    elif allowed:
        resembling = f"The threshold allows for one month resembling the next as it does in those {BASELINE} (autocorrelation up to {allowed:.2f}); luck alone would give {about}."
    else:
        resembling = f"The threshold takes months as independent, as those {BASELINE} are; luck alone would give {about}."
    return (
        f"{alarms} of {able} {level} have drifted from the middle one in the last {watched} months, beyond what {BASELINE} months before show. "
        f"{resembling} OpenPrescribing's alert on percentiles stands beside it for comparison: it names "
        f"{found.filter(pl.col('alert_months') > 0).height}, and states no rate."
    )
