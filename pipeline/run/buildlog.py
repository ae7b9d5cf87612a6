"""How far a build is: told to whoever looks, and written down once a minute.

2026-11-22 08:15:00 process: 410,000 of about 1,000,000, 3,120 a second, 3 min left
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from pipeline.run.executor import Executor

T = TypeVar("T")
R = TypeVar("R")

Progress: TypeAlias = Callable[[str, int, int], None]  # stage, done, all (0: not known)

_EVERY_S = 60.0


def _local_time() -> datetime:
    return datetime.now().astimezone()


class BuildLog:
    """Passes progress on, keeps the seconds of each stage, and writes a line a minute to a file."""

    def __init__(self, path: Path, on_progress: Progress, now: Callable[[], datetime] = _local_time) -> None:
        self.seconds: dict[str, float] = {}
        self._path, self._on_progress, self._now = path, on_progress, now
        self._stage, self._begun, self._written = "", now(), now()
        self._first = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far a stage is."""
        at = self._now()
        if stage != self._stage:
            self._close(at)
            self._stage, self._begun, self._first = stage, at, done
        if not self.seconds.get(stage) or (at - self._written).total_seconds() >= _EVERY_S:
            self._write(at, done, total)
        self.seconds[stage] = max((at - self._begun).total_seconds(), 1e-9)
        self._on_progress(stage, done, total)

    def end(self) -> None:
        """Note when the last stage ended."""
        self._close(self._now())

    def _close(self, at: datetime) -> None:
        if self._stage:
            self.seconds[self._stage] = (at - self._begun).total_seconds()

    def _write(self, at: datetime, done: int, total: int) -> None:
        self._written = at
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(f"{at:%Y-%m-%d %H:%M:%S} {self._stage}: {self._account(at, done, total)}\n")

    def _account(self, at: datetime, done: int, total: int) -> str:
        said = f"{done:,} of {total:,}" if total else f"{done:,}"
        seconds = (at - self._begun).total_seconds()
        if done <= self._first or seconds <= 0:
            return said
        speed = (done - self._first) / seconds
        left = f", {max(total - done, 0) / speed / 60:,.0f} min left" if total else ""
        return f"{said}, {speed:,.0f} a second{left}"


class TellingExecutor:
    """An executor that tells a log how far a stage is, for who does not know of the log; the stage may map several times."""

    def __init__(self, executor: Executor, log: BuildLog, stage: str) -> None:
        self._executor, self._log, self._stage = executor, log, stage
        self._done = self._total = 0
        log(stage, 0, 0)

    def map(self, fn: Callable[[T], R], tasks: Sequence[T], on_done: Callable[[T], None]) -> list[R]:
        """Return the results in the order of the tasks."""
        self._total += len(tasks)

        def count(task: T) -> None:
            self._done += 1
            self._log(self._stage, self._done, self._total)
            on_done(task)

        return self._executor.map(fn, tasks, count)
