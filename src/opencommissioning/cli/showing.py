"""show: an organisation or a measure on one screen."""

import shlex
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.comparison import deprived
from opencommissioning.area.comparison.asking import EMPTY_LIST
from opencommissioning.area.comparison.comparing import middle_of
from opencommissioning.area.comparison.indicators import Known, indicator_report, known_indicators
from opencommissioning.area.comparison.need import default_base, is_per_patient
from opencommissioning.area.comparison.peering import BY, Peers
from opencommissioning.area.comparison.predicting import LIMITS
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.cli.helping import Told
from opencommissioning.cli.membership import MEMBERSHIP, OF_LEVEL
from opencommissioning.cli.process_options import choice_of, process_options, tell_process
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.cli.telling_directly import tell_direct
from opencommissioning.cli.telling_predicted import tell_predicted
from opencommissioning.errors import did_you_mean
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.reports.money import MoneyReport
from opencommissioning.reports.numbers import pounds, valued
from opencommissioning.reports.organisation import Line, OrganisationReport

MARKS = {"worse": ("▲", "red"), "better": ("▼", "green"), "": ("◆", "blue")}
REGISTERED = "registered"


class _Shown(Told):
    """A group that says what to type when somebody gives a code or name where the kind belongs, or misspells the kind."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as failed:
            named, *rest = args
            if rest and not rest[0].startswith("-"):
                told = did_you_mean(named, self.list_commands(ctx))
                raise click.UsageError(f"there is no kind '{named}'{told}", ctx) from failed
            fit = [kind for kind in ("organisation", "measure") if self._takes(ctx, kind, rest)]
            told = [f"'show {kind} {shlex.join(args)}'" for kind in fit]
            told = told or [f"'show organisation {named}'", f"'show measure {named}'"]
            raise click.UsageError(
                f"there is no 'show {named}': name what it is first, as in {' or '.join(told)}", ctx
            ) from failed

    def _takes(self, ctx: click.Context, kind: str, words: list[str]) -> bool:
        """Whether a command has all the options among these words."""
        known = {name for option in self.commands[kind].get_params(ctx) for name in option.opts}
        return all(word.partition("=")[0] in known for word in words if word.startswith("--"))


@click.group(cls=_Shown, epilog="Example: opencommissioning --area my-area show practice B85010")
def show() -> None:
    """An organisation or a measure on one screen, in words."""


def _show_organisation(area: Area, code: str, everything: bool, membership: str | None) -> OrganisationReport:
    report = area.report(code, membership)
    _tell(report, everything)
    _notes(area, report.code)
    _money(area.money(report.code))
    return report


def _tell_peers(area: Area, report: OrganisationReport, found: Peers, membership: str | None) -> None:
    """Who the peers are, and their middle value beside the organisation's on what stands out (or on everything when nothing does)."""
    heading("Peers")
    if not found.codes:
        say("Too few organisations of this level are alike enough in what is known of them.")
        return
    say(found.why + (f" Not known, so left out: {', '.join(found.lacking)}." if found.lacking else ""))
    say("; ".join(f"{area.current.organisation(code).name} ({code})" for code in found.codes), "dim")
    middle = middle_of(area.current, report.level, found.codes, membership)
    marked = (*report.worse, *report.better, *report.different, *report.moved)
    lines = marked or tuple(line for topic in report.topics.values() for line in topic)
    rows = (
        (line.measure.title, line.value, valued(middle.get(line.measure.id), line.measure), line.centre)
        for line in lines
    )
    table(("Measure", "Value", "Peers' middle", "All"), rows, right=("Value", "Peers' middle", "All"))


KINDS = {  # kind → what it is, a code of one
    "organisation": ("Any organisation by its code", "11M"),
    "practice": ("A practice", "B85010"),
    "pcn": ("A primary care network", "U98001"),
    "sub-icb": ("A sub-ICB location (CCG until June 2022)", "11M"),
    "icb": ("An integrated care board", "QR1"),
    "region": ("A region of the NHS in England", "Y58"),
    "group": ("A group of area.toml by its name", "north"),
    "england": ("All of England", ""),
}

for _level, (_what, _code) in KINDS.items():

    @show.command(
        _level,
        help=f'{_what}: what is unusual, is it real, what is it worth; or "nothing stands out".',
        epilog=f"Example: opencommissioning --area my-area show {' '.join(filter(None, (_level, _code)))} --all",
    )
    @click.argument("code", default="ENGLAND" if _level == "england" else None, required=_level != "england")
    @click.option("--all", "everything", is_flag=True, help="Every measure, by topic.")
    @MEMBERSHIP
    @click.option(
        "--peers",
        "beside",
        is_flag=True,
        help="Also the middle of its peers, the ten most alike (or area.toml's).",
    )
    @click.option("--peer", "named", multiple=True, help="A peer that you choose; repeat it for more.")
    @click.option(
        "--alike", multiple=True, type=click.Choice(BY), help="Most alike in this only; repeat it for more."
    )
    @click.pass_obj
    def _organisation(
        folder: str,
        code: str,
        everything: bool,
        membership: str | None,
        beside: bool,
        named: tuple[str, ...],
        alike: tuple[str, ...],
    ) -> None:
        area = Area.open(folder)
        peers = area.peers(code, named, by=alike) if beside or named or alike else None
        report = _show_organisation(area, code, everything, membership)
        if peers is not None:
            _tell_peers(area, report, peers, membership)


def _tell(report: OrganisationReport, everything: bool) -> None:
    code = f" ({report.code})" if report.code != report.name else ""
    heading(f"{report.name}{code}, {report.level_words}, {report.month:%B %Y}")
    for flag in report.flags:
        say(flag, "italic")
    if any(flag.startswith(EMPTY_LIST) for flag in report.flags):
        say(
            "'opencommissioning status' names the file. Where it is wrong: 'opencommissioning load --replace FILE' with a mended one, then 'opencommissioning build'.",
            "dim",
        )
    if report.nothing_stands_out:
        say("Nothing stands out.", "bold")
    if report.beside:
        say(report.beside, "bold")
    _lines("Worth a look", report.worse)
    _lines("Worth celebrating", report.better)
    _lines("Different, without a judgement", report.different)
    _lines("Moved", report.moved)
    _lines("Far out for a year or longer", report.lasting)
    if report.lasting:
        say(report.lasting_words, "dim")
    _lines("Against the standards", report.held)
    say()
    if report.judged:
        say(report.naming, "dim")
    say(report.luck, "dim")
    if report.coverage:
        say(report.coverage, "dim")
    if everything:
        _topics(report)
    elif not report.judged:
        if report.alone:
            say(
                "With few organisations of your own, compare with a small file from an area that has national ones: "
                "'opencommissioning sources comparators'."
            )
        say(
            f"Its values, compared with nobody: 'opencommissioning show {report.level.replace('_', '-')} {report.code} --all'."
        )


def _notes(area: Area, code: str) -> None:
    """What was said about points of the organisation, each with the measure it is about."""
    said = area.annotations(code)
    if not said:
        return
    heading("What was said about these figures")
    known = area.current.measures
    for note in said:
        about = known[note.measure].title if note.measure in known else note.measure
        say(f"• {f'{about}, ' if about else ''}{note.sentence}")


def _money(money: MoneyReport | None) -> None:
    if money is None:
        return
    heading("What it could be worth")
    say(money.sentence)
    if money.worth_a_look:
        rows = [(line.called, pounds(line.counted)) for line in money.worth_a_look[:10]]
        table(("Possible saving", "£"), rows, right=("£",))
        say(f"All of it: opencommissioning savings {money.code}", "dim")


def _lines(title: str, lines: tuple[Line, ...]) -> None:
    if lines:
        heading(title)
        for line in lines:
            mark, colour = MARKS[line.judgement]
            say(f"{mark} {line.sentence}", colour)


def _topics(report: OrganisationReport) -> None:
    for topic, lines in report.topics.items():
        heading(topic.replace("_", " ").capitalize())
        rows = ((line.measure.title, line.value, line.centre, line.words) for line in lines)
        table(("Measure", "Value", "All", "Verdict"), rows, right=("Value", "All"))


@show.command(
    "measure",
    epilog="Example: opencommissioning show measure broad_spectrum_antibiotics --organisation B85010 --spc xmr --rebase 2025-06",
)
@click.argument("name")
@OF_LEVEL
@click.option("--organisation", default="", help="Put one organisation over the deciles.")
@click.option("--top", default=10, show_default=True, help="How many of the highest and lowest to list.")
@click.option(
    "--chart",
    "kind",
    default="deciles",
    show_default=True,
    help="deciles, organisations, funnel; of one organisation: control, children.",
)
@MEMBERSHIP
@click.option(
    "--per",
    "base",
    default="",
    help="Against need: weighted (prescribing-weighted patients; told beside spend unasked), age (expected from age and sex, estimated), "
    "a STAR-PU list, or registered (without need).",
)
@click.option("--by-deprivation", is_flag=True, help="Of a measure standardised by age and sex: by deprivation as well.")  # fmt: skip
@click.option("--direct", "is_direct", is_flag=True, help="Of a measure standardised by age and sex: directly standardised rates by year, and by --level.")  # fmt: skip
@click.option("--years", type=click.IntRange(1, 5), help="With --direct: years that rates by --level are taken over, so that fewer bands of age are merged.")  # fmt: skip
@click.option("--limits", type=click.Choice(LIMITS), default=LIMITS[0], show_default=True, help="overdispersed: allowing for how organisations always differ; prediction (shares and rates): what chance alone would give.")  # fmt: skip
@process_options
@click.option("--png", type=click.Path(path_type=Path), help="Write the chart to this file (.png or .svg).")
@click.pass_obj
def _measure(
    folder: str,
    name: str,
    level: str,
    organisation: str,
    top: int,
    kind: str,
    membership: str | None,
    base: str,
    by_deprivation: bool,
    is_direct: bool,
    years: int | None,
    limits: str,
    png: Path | None,
    **process,
) -> None:
    """One measure, by its name or title: definition, deciles, who is beyond chance."""
    if (base or by_deprivation) and (png or membership):
        raise click.UsageError(
            "--per and --by-deprivation go with --level only; leave --png and --membership out"
        )
    if base and by_deprivation:
        raise click.UsageError("give --per or --by-deprivation, not both")
    if years and not is_direct:
        raise click.UsageError("--years goes with --direct")
    area = Area.open(folder)
    name = area.library.spoken_of(name).id
    if is_direct:
        tell_direct(area, name, level, organisation, top, years or 1)
        return
    if limits == "prediction":
        tell_predicted(area, name, level, organisation, top, membership, png)
        return
    choice = choice_of(**process)
    if choice.made or kind == "control":
        _process(area, name, organisation, choice, membership, png)
        return
    adjusted = area.adjusted(name, base, level) if base not in ("", REGISTERED) else None
    if by_deprivation:
        adjusted = deprived.by_deprivation(area.current, area.store, name, level)
    report = adjusted.report if adjusted else area.measure_report(name, level, membership)
    heading(report.title)
    say(report.sentence)
    say(adjusted.how if adjusted and not adjusted.rates else report.review, "italic")
    if report.deciles:
        say(report.deciles)
    table(report.columns, report.rows(top), right=report.columns[2:-1], label=2)
    say(report.luck, "dim")
    if report.special_words:
        say(report.special_words, "dim")
    if png:
        form = png.suffix.lower().lstrip(".") or "png"
        png.write_bytes(area.chart(name, level, organisation or None, kind, form, membership=membership))
        say(f"Chart written to {png}.")
    elif not base and not membership:
        _tell_need(area, name, level, top)


def _process(
    area: Area, name: str, code: str, choice: ProcessChoice, membership: str | None, png: Path | None
) -> None:
    """One organisation's months on a control chart, told and drawn."""
    if not code:
        raise click.UsageError("a control chart is of one organisation: say which with --organisation CODE")
    tell_process(area, name, code, choice, membership)
    if png:
        level = area.current.organisation(code).level
        form = png.suffix.lower().lstrip(".") or "png"
        png.write_bytes(area.chart(name, level, code, "control", form, membership=membership, choice=choice))
        say(f"Chart written to {png}.")


def _tell_need(area: Area, name: str, level: str, top: int) -> None:
    """Spend per patient against need, unasked, where weighted populations are loaded."""
    measure = area.library.measure(name)
    if (
        not (is_per_patient(measure) and default_base(measure))
        or "weighted_populations" not in area.store.datasets()
    ):
        return
    told = area.adjusted(name, "", level)
    heading(f"Against need: {told.measure.title}")
    say(told.how, "italic")
    table(told.report.columns, told.report.rows(top), right=told.report.columns[2:-1], label=2)
    say(told.report.luck, "dim")


@show.command("indicators", epilog="Example: opencommissioning show indicators")
@click.pass_obj
def _indicators(folder: str) -> None:
    """Published indicators that are loaded, by level."""
    known = known_indicators(Area.open(folder).store)
    if not known:
        say("No indicator file is loaded; 'opencommissioning sources indicators' says which are read.")
        return
    rows = (
        (
            each.id,
            each.name or "",
            each.level,
            _months(each),
            f"{each.organisations:,}",
            "yes" if each.judged else "no",
        )
        for each in known
    )
    table(
        ("Name", "Indicator", "Level", "Months", "Number", "Compared"),
        rows,
        right=("Number",),
    )


def _months(each: Known) -> str:
    return f"{each.first:%b %Y} to {each.last:%b %Y}" if each.first and each.last else "not dated"


@show.command(
    "indicator", epilog="Example: opencommissioning show indicator trimethoprim_share --level sub_icb"
)
@click.argument("name")
@OF_LEVEL
@click.option("--top", default=10, show_default=True, help="How many of the highest and lowest to list.")
@click.pass_obj
def _indicator(folder: str, name: str, level: str, top: int) -> None:
    """A published indicator, judged like our own measures."""
    _tell_measure(indicator_report(Area.open(folder).store, name, level), top)


def _tell_measure(report: MeasureReport, top: int) -> None:
    heading(report.title)
    say(report.sentence)
    say(report.review, "italic")
    table(report.columns, report.rows(top), right=report.columns[2:-1], label=2)
    say(report.luck, "dim")


COMMANDS = (show,)
