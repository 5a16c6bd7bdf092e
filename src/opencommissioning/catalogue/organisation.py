"""Organisations and their levels, in the words of the date shown."""

from datetime import date

LEVELS = ("practice", "pcn", "sub_icb", "icb", "region", "england", "group")
PUBLISHED_LEVELS = (
    "provider",
    "local_authority",
    "contract_area",  # of NHS 111
)  # practices do not add up to them: their figures come as they are
PARENT_LEVELS = ("pcn", "sub_icb", "icb", "region")
_ICB_FROM = date(2022, 7, 1)
_SHORT = {
    "practice": "practice",
    "pcn": "PCN",
    "region": "region",
    "england": "England",
    "group": "group",
    "provider": "provider",
}
_PLURAL = {"England": "England", "local authority": "local authorities"}


def level_name(level: str, month: date, plural: bool = False) -> str:
    """`CCG` until June 2022, `sub-ICB location` after; likewise STP and ICB."""
    after = month >= _ICB_FROM
    names = {"sub_icb": "sub-ICB location" if after else "CCG", "icb": "ICB" if after else "STP", **_SHORT}
    name = names.get(level, level.replace("_", " "))
    return _PLURAL.get(name, name + "s") if plural else name
