"""Records of the invented people, a row each, in HES field names: of a few practices, for the last year. They agree with the counts."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from opencommissioning.synthetic.episode_records import write_episodes
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.visit_records import write_appointments, write_attendances

MONTHS, NETWORKS = 12, 1


def practices_with_records(made: Economy) -> list[str]:
    """The practices of the first network of the place that the demo looks at."""
    home = made.organisations.practices.filter(pl.col("sub_icb") == made.organisations.home)
    networks = home["pcn"].drop_nulls().unique().sort().head(NETWORKS)
    return home.filter(pl.col("pcn").is_in(networks.implode()))["code"].to_list()


def write_records(made: Economy, folder: Path, practices: Sequence[str] = ()) -> list[Path]:
    """Admitted care, A&E and outpatients of these practices (without any: of `practices_with_records`)."""
    chosen = list(practices) or practices_with_records(made)
    last = range(max(0, len(made.months) - MONTHS), len(made.months))
    return [
        write(made, chosen, last, folder) for write in (write_episodes, write_attendances, write_appointments)
    ]
