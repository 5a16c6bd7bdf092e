"""Lists of people on their way in: whose they are and of which day, and that opt-outs can be kept."""

from datetime import date

from opencommissioning.area.data.people_in import Recognised, is_about_persons
from opencommissioning.errors import FileRefused
from opencommissioning.records.opt_outs import Kind, OptOuts
from opencommissioning.sources.lists_of_people import FOLLOW_UP_SOURCE, WAITING_SOURCE
from opencommissioning.sources.reading_lists import Taken, completed, has_person

LISTS = (WAITING_SOURCE.id, FOLLOW_UP_SOURCE.id)


def taken(organisation: str = "", on: date | None = None) -> Taken:
    """What a list does not say itself: the organisation whose people they are, and the day on which it was taken."""
    return Taken(organisation, on)


def answered(recognised: Recognised, given: Taken) -> Recognised:
    """What was recognised, with what a list leaves open; FileRefused in one sentence while something is. Other files are as they were."""
    source, era, sniff = recognised
    return (source, completed(era, sniff, given), sniff) if _is_list(recognised) else recognised


def label_of(recognised: Recognised, given: Taken) -> str | None:
    """Under which name a list is held: with the day that was given, so that next month's file may be called the same."""
    name = recognised[2].path.name.split(".")[0]
    return f"{name} {given.on} {given.organisation}".strip() if given and _is_list(recognised) else None


def refuse_nameless(recognised: Recognised, opt_outs: OptOuts) -> None:
    """FileRefused for a list that does not say whose each row is, where some people must be left out: nobody could be."""
    if _is_list(recognised) and opt_outs.kind is not Kind.NONE and not has_person(recognised[2]):
        raise FileRefused(
            f"{recognised[2].path.name}: has no column 'person', so nobody who opted out could be left out ({opt_outs.basis}); give the "
            "identifiers of the opt-outs in a column 'person'"
        )


def _is_list(recognised: Recognised) -> bool:
    return recognised[0].id in LISTS and is_about_persons(recognised)
