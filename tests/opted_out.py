"""An area's answer to whose opt-outs apply, written into its area.toml as its keeper would."""

from pathlib import Path


def answer(folder: Path, *lines: str) -> None:
    """Put lines such as `file = "opt-outs.csv"` under `[opt_outs]`, where a new area has only remarks."""
    path = folder / "area.toml"
    before, heading, after = path.read_text(encoding="utf-8").partition("[opt_outs]\n")
    assert heading
    path.write_text("\n".join([before + heading.rstrip(), *lines, after]), encoding="utf-8")


def nobody(folder: Path, because: str) -> None:
    """Nobody has to be left out, and why."""
    answer(folder, "none = true", f'because = "{because}"')
