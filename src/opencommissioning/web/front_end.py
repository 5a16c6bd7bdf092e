"""What set-up brings for the pages, and what to say when it is not there."""

from pathlib import Path

from opencommissioning.errors import OpenCommissioningError

FOLDER = Path(__file__).parent / "assets"
NEEDED = ("nhsuk-frontend.min.css", "nhsuk-frontend.min.js")
NICE = {"vega.min.js": "charts stay pictures, without pointing at marks and zooming"}
HOW = "In a checkout, 'make assets' (or 'python tools/assets.py') brings what is missing; a wheel of a release contains it."


def check(folder: Path = FOLDER) -> str:
    """A sentence about what is missing and only nice to have, empty when all is there; OpenCommissioningError without what pages need."""
    lacking = [name for name in NEEDED if not (folder / name).is_file()]
    if lacking:
        raise OpenCommissioningError(
            f"the pages cannot be served: {' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not in {folder}. {HOW}"
        )
    told = [
        f"{name} is not in {folder}, so {lost}."
        for name, lost in NICE.items()
        if not (folder / name).is_file()
    ]
    return " ".join([*told, HOW]) if told else ""
