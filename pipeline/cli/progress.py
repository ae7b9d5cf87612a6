"""Progress on stderr, only where a person is looking at it: what, how far, how fast, how long still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.cli.show import console, plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, Task, TaskID

Report = Callable[[str, int, int], None]  # what is being done, done, all (0: not known)

_MOST_WIDTH = 32  # columns of the terminal for what is being done; the name of a source may be long


@contextmanager
def progress(out: "Console | None" = None) -> Iterator[Report]:
    """Give a function that shows how far the work is; it does nothing when stderr is no terminal."""
    out = out or console(stderr=True)
    if not out.is_terminal:
        yield lambda *_: None
        return
    with _bars(out) as bars:
        known: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in known:
                _clear(bars)
                known[stage] = bars.add_task(plain(stage), total=total or None)
            bars.update(known[stage], completed=done, total=total or None)

        yield report


def _clear(bars: "Progress") -> None:
    """Hide what is done: a crawl of many sources must not fill the screen."""
    for task in bars.tasks:
        if task.finished:
            bars.update(task.id, visible=False)


def _bars(out: "Console") -> "Progress":
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column  # noqa: PLC0415

    what = Column(no_wrap=True, overflow="ellipsis", max_width=_MOST_WIDTH)
    return Progress(
        TextColumn("{task.description}", markup=False, table_column=what),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        _speed_column(),
        TimeRemainingColumn(),
        console=out,
        transient=True,
    )


def _speed_column() -> "ProgressColumn":
    from rich.progress import ProgressColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Speed(ProgressColumn):
        """How many a second."""

        def render(self, task: "Task") -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.1f}/s" if speed else "", style="progress.data.speed")

    return Speed()
