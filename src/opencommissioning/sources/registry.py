"""All sources, in the order in which `opencommissioning sources` lists them. The first era that recognises a file takes it."""

from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.source import Source
from opencommissioning.sources import (
    admissions,
    admitted_care,
    appointments,
    avoidable,
    community,
    companions,
    comparators,
    deaths,
    delays,
    deprivation_areas,
    dmd,
    hospital_prices,
    indicators,
    infections,
    lists_of_people,
    long_waits,
    medicines,
    organisations,
    pct_shares,
    populations,
    practice_map,
    practices,
    prescribing,
    quality_outcomes,
    referrals,
    registrations,
    service_log,
    spells_by_diagnosis,
    spells_by_icb,
    stays,
    strengths,
    substitution,
    surveys,
    urgent_calls,
    urgent_care,
    visits,
    waiting_england,
    waiting_times,
)

SOURCES: tuple[Source, ...] = (
    prescribing.SOURCE,
    companions.SOURCE,
    registrations.SOURCE,
    practices.SOURCE,
    practice_map.SOURCE,
    organisations.PCN_SOURCE,
    organisations.COMMISSIONER_SOURCE,
    organisations.TRUST_SOURCE,
    organisations.SUCCESSION_SOURCE,
    pct_shares.SOURCE,
    populations.WEIGHTED_SOURCE,
    populations.DEPRIVATION_SOURCE,
    deprivation_areas.SOURCE,
    *medicines.SOURCES,
    dmd.SOURCE,
    strengths.SOURCE,
    substitution.SOURCE,
    admitted_care.SOURCE,
    admissions.SOURCE,
    visits.AE_SOURCE,
    visits.OP_SOURCE,
    avoidable.SOURCE,
    hospital_prices.SOURCE,
    waiting_times.SOURCE,
    long_waits.SOURCE,
    waiting_england.SOURCE,
    lists_of_people.WAITING_SOURCE,  # before infections, whose table of people by commissioner has fewer of the same columns
    lists_of_people.FOLLOW_UP_SOURCE,
    urgent_care.SOURCE,
    delays.SOURCE,
    stays.SOURCE,
    quality_outcomes.SOURCE,
    spells_by_icb.SOURCE,
    spells_by_diagnosis.SOURCE,
    referrals.RETURN_SOURCE,
    referrals.SOURCE,
    appointments.SOURCE,
    urgent_calls.SOURCE,
    surveys.SURVEY_SOURCE,
    surveys.FRIENDS_SOURCE,
    infections.SOURCE,
    deaths.SOURCE,
    community.MENTAL_HEALTH_SOURCE,
    community.SOURCE,
    service_log.SOURCE,
    comparators.SOURCE,
    indicators.SOURCE,
)


def contracts() -> dict[str, Contract]:
    """dataset → contract, over all sources."""
    return {
        projection.contract.dataset: projection.contract
        for source in SOURCES
        for era in source.eras
        for projection in era.projections
    }
