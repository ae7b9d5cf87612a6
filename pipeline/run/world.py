"""What a crawl is told and what it is given: its options, and the world around it as functions that tests can replace."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

from pipeline.fetch.client import Client, ClientLimits, FetchResult, Request
from pipeline.flow import Plan, process
from pipeline.model import Document, Outcome, Page
from pipeline.quality.params import QualityParams
from pipeline.run.events import Event
from pipeline.run.stopwatch import Stopwatch

Progress: TypeAlias = Callable[[str, int, int], None]  # stage, done, known so far


class Fetcher(Protocol):
    """What a crawl needs of the client."""

    async def fetch(self, request: Request) -> FetchResult:
        """Return what came of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """How far a crawl goes and how often it comes back."""

    only: tuple[str, ...] = ()  # names of the sources to read; none: all that are enabled
    folder: Path = Path()  # what paths of `files` sources are relative to: the folder of sources.yaml
    max_requests: int | None = None  # None: no limit
    max_minutes: float | None = None
    max_bytes: int | None = None  # of bodies
    max_wait_s: float = 90.0  # the longest wait for one host, beyond a delay of 60 s + 30 %; then it is the next run's
    tries_in_run: int = 3  # of one address; then it waits for a later run
    retry_after_s: float = 15 * 60.0  # until that later run may ask again
    revisit_after_s: float = 3600.0  # an article is looked at again so long after it came, then after twice as long …
    revisit_within_s: float = 30 * 24 * 3600.0  # … until it is so old: corrections come in the first days
    max_pages_without_news: int = 5  # of a list, in a row; then it is a calendar without end, or known from there on
    max_parts: int = 20  # pages of one article; what has more is no news article
    quality: Mapping[str, QualityParams] = field(default_factory=dict)  # by source: what its exports select and mask
    drain_s: float = 10.0  # after a signal: how long the requests under way may take


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def open_client(user_agent: str) -> AbstractAsyncContextManager[Fetcher]:
    """Return the client that goes to the network."""
    return Client(limits=ClientLimits(), user_agent=user_agent)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Clocks, chance, network and the stages."""

    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random  # for jitter: no security hangs on it
    open_client: Callable[[str], AbstractAsyncContextManager[Fetcher]] = open_client
    process: Callable[[Page | Document, Plan], Outcome] = process
    tell: Callable[[Event], None] = lambda _: None  # who listens to what the crawl does
    watch: Stopwatch = field(default_factory=Stopwatch)  # begins anew with each crawl


class Budget:
    """What is left of the run's requests, minutes and bytes, and whether it was asked to stop."""

    def __init__(self, options: CrawlOptions, world: World) -> None:
        self._options = options
        self._world = world
        minutes = options.max_minutes
        self._ends_at = None if minutes is None else world.now() + timedelta(minutes=minutes)
        self._stopped = asyncio.Event()
        self.requests = 0
        self.bytes = 0

    @property
    def is_interrupted(self) -> bool:
        return self._stopped.is_set()

    def interrupt(self) -> None:
        """Ask nothing more; whoever waits goes on at once."""
        self._stopped.set()

    async def pause(self, seconds: float) -> None:
        """Sleep, but not past an interruption."""
        sleeping = asyncio.ensure_future(self._world.sleep(seconds))
        stopping = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({sleeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            stopping.cancel()

    def spend(self, size: int) -> None:
        """Count one request and the bytes that it brought."""
        self.requests += 1
        self.bytes += size

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be asked in this run."""
        options = self._options
        return (
            self.is_interrupted
            or (options.max_requests is not None and self.requests >= options.max_requests)
            or (options.max_bytes is not None and self.bytes >= options.max_bytes)
            or (self._ends_at is not None and self._world.now() >= self._ends_at)
        )
