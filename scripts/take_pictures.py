"""Take the pictures in docs/pictures, of the sample that ships: the report in a headless Chromium, commands on a terminal (tmux).

    python -m scripts.take_pictures [--page report.html] [--only NAME …]      without a page: of a fresh `zhnews demo`

Look at each one before it is committed: a test can tell that nothing overlaps, but not that it looks right.
"""

import argparse
import base64
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.run.demo import sample_root
from scripts.terminal import Screen, page_of, shown
from tests.report.chromium import Tab, chromium, find_chromium

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST_BYTES = 250_000
_PHONE = 600  # CSS pixels; what is narrower is one

# What is done on the page before the picture is taken.
TO_AN_ARTICLE = """(() => {
  const kinds = (d) => d.dataset.kind.split('\\n').length, length = (d) => d.textContent.length;
  const many = [...document.querySelectorAll('#list > details')].filter((d) => kinds(d) > 2);
  const [one] = many.sort((a, b) => length(a) - length(b));
  one.open = true;
  one.scrollIntoView();
  scrollBy(0, one.getBoundingClientRect().top - document.getElementById('tools').getBoundingClientRect().bottom - 6);
  one.querySelector('del').focus({ preventScroll: true });
})()"""
TO_A_CLUSTER = """(() => {
  const marks = (d) => d.querySelectorAll('.copy del, .copy ins').length;
  const [most] = [...document.querySelectorAll('.cluster')].sort((a, b) => marks(b) - marks(a));
  most.open = true;
  most.scrollIntoView();
})()"""

TO_QUALITY = "document.getElementById('quality').scrollIntoView()"
SELECTION = ("chars >= 120 and chars <= 600", "top_3 < 0.04", "light")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How a picture is taken."""

    name: str
    width: int = 1440  # CSS pixels
    height: int = 1000
    scheme: str = "light"
    script: str = ""
    page: str = "index.html"  # of the folder with the reports
    scale: float = 1  # device pixels for one of CSS; less where a page full of text would be too large a file


PICTURES = (
    Picture(name="report-wide", height=1300),
    Picture(name="report-narrow", width=390, height=1500),
    Picture(name="report-dark", height=1300, scheme="dark"),
    Picture(name="report-article", width=1100, height=1132, script=TO_AN_ARTICLE, scale=0.75),
    Picture(name="report-cluster", width=1100, height=900, script=TO_A_CLUSTER),
    Picture(name="report-quality", width=1100, height=1100, script=TO_QUALITY, page="quality.html"),
)


SCREENS = (
    Screen(name="terminal-run", command="zhnews demo", columns=116),
    Screen(name="terminal-diff", command="zhnews clean --diff texts/01-letter.txt"),
    Screen(name="terminal-status", command="zhnews status"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="a report that is there already")
    parser.add_argument("--only", action="append", help="the name of a picture; may be given several times")
    options = parser.parse_args()
    program = find_chromium()
    if program is None or shutil.which("tmux") is None:
        print("no Chromium on PATH" if program is None else "no tmux on PATH", file=sys.stderr)
        return 2
    wanted = frozenset(options.only or (one.name for one in (*PICTURES, *SCREENS)))
    OUT.mkdir(exist_ok=True)
    with TemporaryDirectory() as profile, chromium(program, Path(profile)) as tab:
        _take_pages(tab, [picture for picture in PICTURES if picture.name in wanted], options.page)
        if not wanted.isdisjoint(screen.name for screen in SCREENS):
            _take_screens(tab, wanted)
    return 0


def _take_pages(tab: Tab, pictures: Sequence[Picture], given: Path | None) -> None:
    if pictures:
        with _reports(given) as folder:
            for picture in pictures:
                _write(picture.name, _taken(tab, given or folder / picture.page, picture))


def _take_screens(tab: Tab, wanted: Collection[str]) -> None:
    """Take pictures of a terminal in a folder with the sample's texts; what one command leaves there the next one finds."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(sample_root() / "texts", folder / "texts")
        for screen in SCREENS:
            page = folder / "screen.html"
            page.write_text(page_of(shown(screen, folder)), encoding="utf-8")
            if screen.name in wanted:
                _write(screen.name, _taken_whole(tab, page))


def _write(name: str, picture: bytes) -> None:
    (OUT / f"{name}.png").write_bytes(picture)
    print(f"{name}.png {len(picture):,} bytes{' TOO LARGE' if len(picture) > MOST_BYTES else ''}")


@contextmanager
def _reports(given: Path | None) -> Iterator[Path]:
    """Give the folder of the demo's report, and of one with what a selection would cut."""
    if given is not None:
        yield given.parent
        return
    with TemporaryDirectory() as scratch:
        data, zhnews = Path(scratch).resolve(), (sys.executable, "-m", "pipeline")
        asked = [word for condition in SELECTION for word in ("--select", condition)]
        page = ["-o", str(data / "report" / "quality.html"), "--rules", str(sample_root() / "rules.d")]
        for command in (["demo"], ["report", *page, *asked]):
            subprocess.run([*zhnews, *command, "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
        yield data / "report"


def _taken(tab: Tab, page: Path, picture: Picture) -> bytes:
    tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": picture.scheme}])
    tab.open(page.resolve(), width=picture.width, height=picture.height)
    size = {"width": picture.width, "height": picture.height, "mobile": picture.width < _PHONE}
    tab.ask("Emulation.setDeviceMetricsOverride", deviceScaleFactor=picture.scale, **size)
    if picture.script:
        tab.run(picture.script)
    return _shot(tab)


def _taken_whole(tab: Tab, page: Path) -> bytes:
    """Return a picture as large as what the page shows."""
    tab.open(page)
    width, height = tab.run("[document.body.offsetWidth, document.body.offsetHeight]")
    tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    return _shot(tab)


def _shot(tab: Tab) -> bytes:
    return base64.b64decode(tab.ask("Page.captureScreenshot", format="png")["data"])


if __name__ == "__main__":
    sys.exit(main())
