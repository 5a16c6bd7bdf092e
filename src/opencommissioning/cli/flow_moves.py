"""flow move: what happens to the others, and to the money, when care moves closer to home; scenarios from options or files."""

from collections.abc import Mapping
from pathlib import Path

import click

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.moving import CLINIC, KINDS, Asked, Contact, ListChange, answer
from opencommissioning.area.waiting.plans import Plans
from opencommissioning.area.waiting.scenario_files import scenario_of_file
from opencommissioning.area.waiting.scenario_words import FREED
from opencommissioning.cli.flow_asking import of_lists, plans_asked, told_how_far
from opencommissioning.cli.flow_moved import tell, tell_beside
from opencommissioning.cli.screen import heading
from opencommissioning.cli.shares import Share

ANY = "contact"  # the kind of a number that names none
MOST_BESIDE = 5
SHARE = Share()
OF_OPTIONS = ("moves", "extra", "capacity", "plan", "kind", "into", "freed", "back", "induced", "price", "cost", "contacts", "stranded")  # fmt: skip


@click.command(
    epilog="Example: opencommissioning flow move RTT-extract.csv --list gynaecology=0.3 --freed closed --price 180 --cost 110 --stranded 0.4 --by 2025-03"
)
@of_lists
@click.option("--scenario", "files_of", multiple=True, type=click.Path(path_type=Path), help=f"A scenario in a TOML file (a table [[change]] for each list that changes), instead of the options below; again, up to {MOST_BESIDE}, to see them side by side.")  # fmt: skip
@click.option("--list", "moves", multiple=True, metavar="NAME=SHARE", help="Share of a list's new people who are seen in the community; again for more lists.")  # fmt: skip
@click.option("--kind", type=click.Choice(list(KINDS)), default=CLINIC, show_default=True, help="A community clinic, or direct-access tests.")  # fmt: skip
@click.option("--into", default="", metavar="NAME", help="The list that those who move join, where it is one of these lists.")  # fmt: skip
@click.option("--back", type=SHARE, default=0.0, show_default=True, help="Of those seen or tested there the share who join the list after all (needed with --kind tests).")  # fmt: skip
@click.option("--induced", type=Share(0, None), default=0.0, show_default=True, help="Further people there because it is nearer, as a share of those moved.")  # fmt: skip
@click.option("--extra", multiple=True, metavar="NAME=TREATMENTS", help="Treatments a week more (or fewer, with a minus); again for more lists.")  # fmt: skip
@click.option("--freed", type=click.Choice(FREED), default="kept", show_default=True, help="What becomes of the treatments that are freed: kept by the list, shared with the others, closed, or moved to the list that people join.")  # fmt: skip
@click.option("--price", multiple=True, metavar="[KIND=]£", help="What the commissioner pays the hospital for a contact; with a kind (first=180) once for each kind.")  # fmt: skip
@click.option("--cost", multiple=True, metavar="[KIND=]£", help="What one costs in the community.")
@click.option("--contacts", multiple=True, metavar="[KIND=]NUMBER", help="Contacts of each person (default 1): most people have more than one.")  # fmt: skip
@click.option("--stranded", type=SHARE, default=0.0, show_default=True, help="Of the hospital's income for what moves the share that stays as cost there (buildings, rotas).")  # fmt: skip
def move(lists: Lists, weeks: int, files_of: tuple[Path, ...], **options) -> None:
    """What happens to the others, and to the money, if lists change: part of one moves closer to home, another gets more treatments.

    Two courses of every list, as it is and changed, with limits that hold the error of the rates. With --price and --cost the money a year:
    as the commissioner sees it, and as the whole system does, which keeps the hospital's stranded cost. The options are the same for all
    lists that change; where they differ, write a file:

    \b
      name = "Closer to home"
      by = "2025-03"
      [[change]]
      list = "gynaecology"
      share = "30 %"
      freed = "closed"
      price = 180
      cost = 110
      [[change]]
      list = "ophthalmology"
      extra = 20
    """
    if not files_of:
        asked = _of_options(lists, weeks, **options)
        found = answer(lists, asked)
        kinds = {each.kind for each in asked.changes.values() if each.share}
        words = f"{KINDS[kinds.pop()]}, " if len(kinds) == 1 else ""
        heading(f"{lists.organisation}: {words}{weeks} weeks from the end of {lists.latest:%B %Y}")
        tell(found)
        return
    _refuse_both(len(files_of))
    length = weeks if told_how_far() else None
    scenarios = [scenario_of_file(path, lists, length) for path in files_of]
    if len(scenarios) == 1:
        found = answer(lists, scenarios[0].asked)
        heading(f"{lists.organisation}: {scenarios[0].name}, {scenarios[0].asked.weeks} weeks from the end of {lists.latest:%B %Y}")  # fmt: skip
        tell(found)
        return
    furthest = max(each.asked.weeks for each in scenarios)
    heading(f"{lists.organisation}: {len(scenarios)} scenarios, {furthest} weeks from the end of {lists.latest:%B %Y}")  # fmt: skip
    tell_beside({each.name: answer(lists, Asked(furthest, each.asked.changes)) for each in scenarios})


def _refuse_both(files: int) -> None:
    source = click.get_current_context().get_parameter_source
    if given := [name for name in OF_OPTIONS if source(name) is click.core.ParameterSource.COMMANDLINE]:
        named = {"moves": "list"}.get(given[0], given[0])
        raise click.UsageError(f"--scenario tells the whole change; write --{named} into its file")
    if files > MOST_BESIDE:
        raise click.UsageError(f"up to {MOST_BESIDE} scenarios stand side by side; {files} are given")


def _of_options(
    lists: Lists,
    weeks: int,
    moves: tuple[str, ...],
    extra: tuple[str, ...],
    capacity: tuple[str, ...],
    plan: Path | None,
    price: tuple[str, ...],
    cost: tuple[str, ...],
    contacts: tuple[str, ...],
    **alike,
) -> Asked:
    """The same kind of move for all lists that are named; treatments list by list."""
    shares, more = _by_list(lists, moves), _by_list(lists, extra)
    if beyond := next((text for text in moves if float(shares.get(lists.function(text.partition("=")[0]), 0)) > 1), None):  # fmt: skip
        raise click.UsageError(f"'{beyond}' is more than all; {beyond.partition('=')[2]} per cent is written {beyond}%")  # fmt: skip
    plans = plans_asked(lists, tuple(shares) or tuple(more), capacity, plan)
    if not shares and not more and not plans:
        raise click.UsageError("say what changes: --list gynaecology=0.3, --extra ophthalmology=20, --plan FILE, or --scenario FILE")  # fmt: skip
    every = dict.fromkeys((*shares, *more, *plans))
    return Asked(weeks, {code: _change(code, shares, more, plans, _contacts(price, cost, contacts), alike) for code in every})  # fmt: skip


def _change(
    code: str,
    shares: Mapping[str, float],
    more: Mapping[str, float],
    plans: Plans,
    contacts: Mapping[str, Contact],
    alike: Mapping,
) -> ListChange:
    extra, steps = more.get(code, 0.0), plans.get(code, ())
    if code not in shares:
        return ListChange(extra=extra, steps=steps)
    return ListChange(shares[code], extra=extra, steps=steps, contacts=contacts, **alike)


def _by_list(lists: Lists, texts: tuple[str, ...]) -> dict[str, float]:
    out: dict[str, float] = {}
    for name, value in _pairs(texts).items():
        code = lists.function(name)
        if code in out:
            raise click.UsageError(f"'{name}' is given twice; give it once")
        out[code] = value
    return out


def _contacts(price: tuple[str, ...], cost: tuple[str, ...], contacts: tuple[str, ...]) -> dict[str, Contact]:
    prices, costs, numbers = _kinds(price), _kinds(cost), _kinds(contacts)
    if prices.keys() != costs.keys():
        odd = sorted(prices.keys() ^ costs.keys())[0]
        raise click.UsageError(f"'{odd}' needs both --price and --cost: what it costs in hospital and in the community")  # fmt: skip
    if unknown := sorted(numbers.keys() - prices.keys()):
        raise click.UsageError(f"--contacts names '{unknown[0]}', which has no --price and --cost")
    return {name: Contact(numbers.get(name, 1.0), prices[name], costs[name]) for name in prices}


def _kinds(texts: tuple[str, ...]) -> dict[str, float]:
    found = _pairs(tuple(text if "=" in text else f"{ANY}={text}" for text in texts))
    if low := next((name for name, value in found.items() if value < 0), None):
        raise click.UsageError(f"'{low}' is below 0; give 0 or more")
    return found


def _pairs(texts: tuple[str, ...]) -> dict[str, float]:
    out = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            number = float(value.removesuffix("%").removeprefix("£")) / (100 if value.endswith("%") else 1)
        except ValueError:
            raise click.UsageError(f"'{text}' is not NAME=NUMBER, such as gynaecology=0.3 or gynaecology=30%") from None  # fmt: skip
        if number != number or abs(number) == float("inf"):
            raise click.UsageError(f"'{text}' is not a number that can be worked with")
        if name in out:
            raise click.UsageError(f"'{name}' is given twice; give it once")
        out[name] = number
    return out


COMMANDS = (move,)
