"""All sources, in the order in which `opencommissioning sources` lists them."""

from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.source import Source
from opencommissioning.sources import practice_map, practices, prescribing, registrations

SOURCES: tuple[Source, ...] = (prescribing.SOURCE, registrations.SOURCE, practices.SOURCE, practice_map.SOURCE)


def contracts() -> dict[str, Contract]:
    """dataset → contract, over all sources."""
    return {
        projection.contract.dataset: projection.contract for source in SOURCES for era in source.eras for projection in era.projections
    }
