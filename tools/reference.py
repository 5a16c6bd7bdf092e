"""Write docs/reference: commands, measures, their language, sources and glossary, from the program itself. `--check` only says what is out of date."""

import sys
from pathlib import Path

import click

from opencommissioning.area.library import Library
from opencommissioning.cli.main import commands
from opencommissioning.language.words import sentence
from opencommissioning.sources.dictionary import dictionary
from opencommissioning.sources.registry import SOURCES
from opencommissioning.web.glossary import terms

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "reference"
MANUAL = ROOT / "tests" / "spec" / "measure-language.md"  # its examples are run by the tests
MADE = "*Made by `make reference`; a test fails when it is out of date.*\n"
WIDTH = 110


def pages() -> dict[str, str]:
    """File name → text of every generated page."""
    library = Library()
    return {
        "commands.md": command_page(),
        "measures.md": measure_page(library),
        "measure-language.md": _page(MANUAL.read_text(encoding="utf-8")),
        "sources.md": _page(dictionary(SOURCES, library.contracts.values())),
        "glossary.md": glossary_page(),
    }


def command_page() -> str:
    """Every command's own help."""
    parts = ["# Commands\n", *(_help(("opencommissioning", *path), each) for path, each in walk(commands))]
    return _page("\n".join(parts))


def walk(command: click.Command, path: tuple[str, ...] = ()):
    """(words, command) of a group, then of everything in it."""
    yield path, command
    for name, inside in sorted(getattr(command, "commands", {}).items()):
        yield from walk(inside, (*path, name))


def _help(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path), max_content_width=WIDTH, terminal_width=WIDTH)
    return f"## {' '.join(path)}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


def measure_page(library: Library) -> str:
    """Every shipped measure as its sentence, by topic."""
    topics: dict[str, list[str]] = {}
    for measure in sorted(library.measures.values(), key=lambda each: (each.topic, each.title)):
        words = sentence(measure, library.codelists)
        told = f"**{measure.title}** (`{measure.id}`): {words}."
        about = f" {measure.approximates}" if measure.approximates else ""
        topics.setdefault(measure.topic, []).append(f"- {told}{about}")
    head = f"# Measures\n\n{len(library.measures)} shipped definitions; none is clinically reviewed unless its page says so.\n"
    return _page("\n".join([head, *(_topic(name, lines) for name, lines in topics.items())]))


def _topic(name: str, lines: list[str]) -> str:
    title = name.replace("_", " ")
    return f"## {title[0].upper()}{title[1:]}\n\n" + "\n".join(lines) + "\n"


def glossary_page() -> str:
    """Every word that pages link to."""
    return _page("\n".join(["# Glossary\n", *(f"**{term.name}**: {term.words}\n" for term in terms())]))


def _page(text: str) -> str:
    head, _, rest = text.partition("\n")
    return f"{head}\n\n{MADE}{rest.rstrip()}\n"


def stale() -> list[str]:
    """Names of the pages that are not what the program says today."""
    return [
        name
        for name, text in pages().items()
        if not (TARGET / name).exists() or (TARGET / name).read_text(encoding="utf-8") != text
    ]


def main() -> None:
    """Write what is out of date, or say it."""
    if "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(found)}; run 'make reference'" if (found := stale()) else 0)
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (TARGET / name).write_text(text, encoding="utf-8")
    print(f"reference: {', '.join(sorted(pages()))} in docs/reference")


if __name__ == "__main__":
    main()
