"""A newsroom, a data folder, a clock of ours, and a crawl of them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.fetch.source import Source, Sources
from pipeline.flow import Plan
from pipeline.run.crawl import CrawlResult, crawl
from pipeline.run.world import CrawlOptions, World
from pipeline.store.state import open_state
from tests.run.newsroom import Newsroom, story

A, B = "a.example", "b.example"


class Clock:
    """Sleeping takes no time but moves the clock."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Bench:
    """A newsroom, a data folder, a clock, and a crawl of them."""

    def __init__(self, room: Newsroom, folder: Path) -> None:
        self.room = room
        self.folder = folder
        self.data = folder / "data"
        self.clock = Clock()

    def source(self, name: str = "a", kind: str = "feed", path: str = "/feed.xml", host: str = A, **fields) -> Source:
        place = {"path": path} if kind == "files" else {"url": f"http://{host}{path}", "connect_to": self.room.endpoint}
        return Source(**{"name": name, "kind": kind, **place, "delay_s": 0.0, **fields})

    def crawl(self, *sources: Source, plan: Plan | None = None, world: World | None = None, **options) -> CrawlResult:
        self.room.asked.clear()
        self.clock.slept.clear()
        options = {"revisit_after_s": 0.0, "folder": self.folder, **options}
        world = world or World(now=self.clock.now, sleep=self.clock.sleep, chance=lambda: 0.5)
        return crawl(
            Sources(sources=sources, contact="test@example.org"),
            plan or Plan(),
            self.data,
            CrawlOptions(**options),
            world=world,
        )

    def site(self, count: int, host: str = A, first: int = 0) -> list[str]:
        """Put articles and a feed of them; return their paths."""
        paths = [f"/2026/1120/{n}.html" for n in range(first, first + count)]
        for n, path in enumerate(paths, first):
            self.room.put(host, path, story(n))
        self.room.put_feed(host, "/feed.xml", paths)
        return paths

    def look(self):
        return open_state(self.data, read_only=True)

    def corpus(self) -> list[tuple[str | None, str | None]]:
        with self.look() as state:
            return [(article.url, article.title) for article in state.articles.corpus()]

    def rule_of(self, path: str, host: str = A) -> str | None:
        with self.look() as state:
            known = state.addresses.find(f"http://{host}{path}")
            return None if known is None else known.rule


def counts(result: CrawlResult) -> tuple[int, int, int, int, int]:
    tally = result.tally
    return tally.seen, tally.kept, tally.rejected, tally.unchanged, tally.failed
