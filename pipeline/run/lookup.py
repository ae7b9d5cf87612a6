"""One page, asked for as a crawl would ask: contact, robots.txt, redirects. Nothing of it is kept.

url ─▶ its source ─▶ robots.txt ─▶ fetch ─▶ Page | Unread
"""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from pipeline import __version__
from pipeline.errors import ConfigError, UsageError
from pipeline.fetch.answers import Failed, Fetched, Gone, NotModified, Refused
from pipeline.fetch.source import Source, Sources, agent_of, find_faults, hosts_of
from pipeline.model import Page
from pipeline.run.asking import Answer, Asker
from pipeline.run.discover import Place
from pipeline.run.facts import page_of
from pipeline.run.manners import SiteRules
from pipeline.run.refresh import past_refreshes
from pipeline.run.world import Budget, CrawlOptions, World
from pipeline.store.state import open_state
from pipeline.urls import canonical_url, host_of

_MAX_REQUESTS = 12  # robots.txt, the page, and a few pages that only send us on
_MAX_WAIT_S = 30.0  # between robots.txt and the page; who looks at one page does not wait longer
_UNNAMED = "check"  # the source of an address that no source of the file begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A page that could not be had, and why."""

    url: str
    why: str


def source_of(sources: Sources, name: str | None, url: str | None) -> Source | None:
    """Return the source of that name, else the first one that begins at the address's host; None: there is none.

    Raises UsageError when no source has the name.
    """
    if name is not None:
        found = next((source for source in sources.sources if source.name == name), None)
        if found is None:
            there = ", ".join(sorted(source.name for source in sources.sources)) or "none"
            raise UsageError(f"no such source: {name}. There are: {there}")
        return found
    host = host_of(url) if url is not None else None
    return next((source for source in sources.sources if host is not None and host in hosts_of(source)), None)


def look_up(url: str, sources: Sources, source: Source | None, world: World | None = None) -> Page | Unread:
    """Return the page at an address. Raises ConfigError where somebody else's server would be asked without a contact."""
    asked = replace(source or Source(name=_UNNAMED, kind="list", url=url), enabled=True)
    faults = find_faults(replace(sources, sources=(asked,)))
    if faults:
        raise ConfigError(*faults)
    respects = asked.respect_opt_out if asked.respect_opt_out is not None else sources.respect_opt_out
    delay_s = asked.delay_s if asked.delay_s is not None else sources.delay_s
    place = Place(source=asked, position=0, delay_s=delay_s, respects_opt_out=respects)
    return asyncio.run(_fetched(canonical_url(url), place, agent_of(sources, __version__), world or World()))


async def _fetched(url: str, place: Place, agent: str, world: World) -> Page | Unread:
    budget = Budget(CrawlOptions(max_requests=_MAX_REQUESTS), world)
    with tempfile.TemporaryDirectory() as scratch, open_state(Path(scratch)) as state:  # manners keep their notes there
        async with world.open_client(agent) as client:
            asker = Asker(state.hosts, world, client, budget, agent, max_wait_s=_MAX_WAIT_S)
            answer, _ = await past_refreshes(asker, url, place, None)
    return _judged(url, answer, place, world)


def _judged(url: str, answer: Answer, place: Place, world: World) -> Page | Unread:
    match answer:
        case Fetched():
            return page_of(answer, canonical_url(answer.final_url), place, world.now())
        case None:
            return Unread(url=url, why="the host asks for a pause")
        case SiteRules():
            return Unread(url=url, why=f"robots.txt: {answer.trouble or 'forbids to read it'}")
        case Gone():
            return Unread(url=url, why=f"it is not there (HTTP {answer.status})")
        case NotModified():
            return Unread(url=url, why="the server says that we have it")
        case Failed() | Refused():
            return Unread(url=url, why=f"{answer.reason}" + (f" ({answer.detail})" if answer.detail else ""))
        case unexpected:
            assert_never(unexpected)
