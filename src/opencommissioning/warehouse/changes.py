"""Changes of a store: what one command did. The newest is taken back first; what was taken back can be brought forward again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from opencommissioning.errors import StoreError
from opencommissioning.warehouse.manifest import Manifest, Version

LOADED, NAMED = "loaded ", 3
COUNTS, UNDONE, LEFT = "counts", "taken back", "taken back, and something else done since"


@dataclass(frozen=True)
class Change:
    """What one command did, in words; when; and how it stands: it counts, is taken back, or is taken back for good."""

    did: str
    at: datetime
    standing: str


def take_back(manifest: Manifest) -> str:
    """A new version with the parts of before the last change that counts; says what was taken back. StoreError when none is left."""
    latest = manifest.latest()
    if not latest.shows:
        redo = "; 'opencommissioning redo' brings forward what was taken back" if latest.undone else ""
        raise StoreError(f"nothing is loaded that could be taken back{redo}")
    versions = _of_change(manifest, latest.shows)
    did, before = _did(versions), _before(manifest, versions)
    manifest.show(latest, before, f"took back: {did}", (*latest.undone, latest.shows))
    further = ", 'opencommissioning undo' takes back the change before it" if before else ""
    return (
        f"Took back: {did}. 'opencommissioning redo' brings it forward again{further}; "
        "'opencommissioning build' makes it count."
    )


def bring_forward(manifest: Manifest) -> str:
    """A new version with the change that was last taken back; says which. StoreError when there is none, or something was done since."""
    latest = manifest.latest()
    if not latest.undone:
        raise StoreError(
            "nothing that was taken back can be brought forward: nothing was, or something else was loaded since; "
            "'opencommissioning history' lists what was done"
        )
    *rest, number = latest.undone
    did = _did(_of_change(manifest, number))
    manifest.show(latest, number, f"brought forward: {did}", tuple(rest))
    return f"Brought forward: {did}. 'opencommissioning build' makes it count."


def changes(manifest: Manifest) -> list[Change]:
    """Every change, oldest first."""
    latest = manifest.latest()
    counting = {versions[-1].number for versions in _behind(manifest, latest.shows)}
    out = []
    for versions in _all(manifest):
        last = versions[-1].number
        standing = COUNTS if last in counting else UNDONE if last in latest.undone else LEFT
        out.append(Change(_did(versions), versions[-1].at, standing))
    return out


def _all(manifest: Manifest) -> Iterator[list[Version]]:
    of_change: dict[int, list[Version]] = {}
    for number in manifest.versions():
        version = manifest.read(number)
        if version.shows == number:
            of_change.setdefault(version.change, []).append(version)
    yield from of_change.values()


def _of_change(manifest: Manifest, last: int) -> list[Version]:
    """The versions of the change that ends with this one, oldest first: they follow each other."""
    first = manifest.read(last).change
    return [manifest.read(number) for number in range(first, last + 1)]


def _before(manifest: Manifest, versions: Sequence[Version]) -> int:
    """Which version was shown before a change; 0 when nothing was loaded."""
    return manifest.read(versions[0].number - 1).shows


def _behind(manifest: Manifest, shown: int) -> Iterator[list[Version]]:
    """The changes that together made what is shown, newest first."""
    while shown:
        versions = _of_change(manifest, shown)
        yield versions
        shown = _before(manifest, versions)


def _did(versions: Sequence[Version]) -> str:
    """What a change did: `loaded a.csv`, `loaded a.csv, b.csv`, `loaded 12 files (a.csv … l.csv)`."""
    did = [version.did for version in versions]
    if not all(each.startswith(LOADED) for each in did):
        return ", ".join(did)
    names = [each.removeprefix(LOADED) for each in did]
    if len(names) <= NAMED:
        return LOADED + ", ".join(names)
    return f"{LOADED}{len(names)} files ({names[0]} … {names[-1]})"
