"""Where the time of a run goes: seconds of the clock by stage, which add up to those of the run.

with watch.stage("network"):        asking and waiting …
    with watch.stage("store"): …    … but for what is timed inside, which is taken off

One thread, and no `await` inside an inner stage: between two awaits nothing else runs, so one note of what is going on is
enough. A block costs 3 µs, a page some milliseconds of work.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

OTHER = "other"  # what no stage was named for


class Stopwatch:
    """Adds up seconds by stage."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        """`now`: seconds that never go back."""
        self._now = now
        self.begin()

    def begin(self) -> None:
        """Forget all seconds and count from now on."""
        self._seconds: dict[str, float] = {}
        self._stage, self._since = OTHER, self._now()

    @property
    def seconds(self) -> Mapping[str, float]:
        """The seconds of each stage so far, in the order in which the stages were first left."""
        self._enter(self._stage)
        return dict(self._seconds)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what the block takes as this stage."""
        outer = self._enter(name)
        try:
            yield
        finally:
            self._enter(outer)

    def timed(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function, with each of its calls counted as this stage."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            with self.stage(name):
                return function(*args, **kwargs)

        return counted

    def _enter(self, stage: str) -> str:
        """Book the time since the last change; return the stage that it went to."""
        left, now = self._stage, self._now()
        self._seconds[left] = self._seconds.get(left, 0.0) + now - self._since
        self._stage, self._since = stage, now
        return left
