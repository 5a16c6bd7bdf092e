"""Options of several commands: `--level`, in anybody's spelling; `--membership`: practices of each month or today's."""

import click

SAME = {"ccg": "sub_icb", "sicbl": "sub_icb", "stp": "icb", "gp": "practice", "nation": "england"}


class Level(click.ParamType):
    """A level as people write it: `sub-ICB`, `CCG` and `sub_icb` are one. Whether there is such a level is the area's to say."""

    name = "level"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The level's own spelling."""
        plain = value.strip().lower().replace("-", "_").replace(" ", "_")
        return SAME.get(plain, plain)


LEVEL = Level()
OF_LEVEL = click.option(
    "--level",
    default="practice",
    show_default=True,
    type=LEVEL,
    help="Whose values: practice, pcn, sub_icb (CCG), icb, region, england, group, or provider.",
)

MEMBERSHIP = click.option(
    "--membership",
    type=click.Choice(["as_was", "current"]),
    default=None,
    help="Practices belong where they belonged in each month (as_was), or where they belong today (current). Default: area.toml's.",
)
