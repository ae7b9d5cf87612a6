"""Take the pictures of the report in docs/pictures: of the sample that ships, in a headless Chromium.

    python -m scripts.take_pictures [--page report.html]      without a page: of a fresh `zhnews demo`

Look at each one before it is committed: a test can tell that nothing overlaps, but not that it looks right.
"""

import argparse
import base64
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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
  one.querySelector('del').focus({ preventScroll: true });
})()"""
TO_A_CLUSTER = """(() => {
  const marks = (d) => d.querySelectorAll('.copy del, .copy ins').length;
  const [most] = [...document.querySelectorAll('.cluster')].sort((a, b) => marks(b) - marks(a));
  most.open = true;
  most.scrollIntoView();
})()"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How a picture is taken."""

    name: str
    width: int = 1440  # CSS pixels
    height: int = 1000
    scheme: str = "light"
    script: str = ""
    scale: float = 1  # device pixels for one of CSS; less where a page full of text would be too large a file


PICTURES = (
    Picture(name="report-wide", height=1300),
    Picture(name="report-narrow", width=390, height=1500),
    Picture(name="report-dark", height=1300, scheme="dark"),
    Picture(name="report-article", width=1100, height=1132, script=TO_AN_ARTICLE, scale=0.75),
    Picture(name="report-cluster", width=1100, height=900, script=TO_A_CLUSTER),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="a report that is there already")
    options = parser.parse_args()
    program = find_chromium()
    if program is None:
        print("no Chromium on PATH", file=sys.stderr)
        return 2
    with _page(options.page) as page, TemporaryDirectory() as profile, chromium(program, Path(profile)) as tab:
        for picture in PICTURES:
            size = _take(tab, page, picture)
            print(f"{picture.name}.png {size:,} bytes{' TOO LARGE' if size > MOST_BYTES else ''}")
    return 0


@contextmanager
def _page(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given.resolve()
        return
    with TemporaryDirectory() as data:
        demo = [sys.executable, "-m", "pipeline", "demo", "--data", data]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        yield Path(data).resolve() / "report" / "index.html"


def _take(tab: Tab, page: Path, picture: Picture) -> int:
    """Write a picture; return its size in bytes."""
    tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": picture.scheme}])
    tab.open(page, width=picture.width, height=picture.height)
    size = {"width": picture.width, "height": picture.height, "mobile": picture.width < _PHONE}
    tab.ask("Emulation.setDeviceMetricsOverride", deviceScaleFactor=picture.scale, **size)
    if picture.script:
        tab.run(picture.script)
    taken = base64.b64decode(tab.ask("Page.captureScreenshot", format="png")["data"])
    OUT.mkdir(exist_ok=True)
    (OUT / f"{picture.name}.png").write_bytes(taken)
    return len(taken)


if __name__ == "__main__":
    sys.exit(main())
