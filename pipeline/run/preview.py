"""What a crawl would ask, and why: from sources.yaml and the stored state, without asking anybody or writing anything."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.fetch.pace import HostPace, is_blocked
from pipeline.fetch.robots import RobotsParams, may_fetch, parse_robots
from pipeline.fetch.source import Sources, agent_of
from pipeline.flow import Plan
from pipeline.run.crawl import places_of
from pipeline.run.discover import Place, starts
from pipeline.run.intake import paths_of
from pipeline.run.world import CrawlOptions
from pipeline.store.listing import list_inputs
from pipeline.store.state import STATE_NAME, State, open_state
from pipeline.urls import host_of, origin_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """One address or path of a source."""

    source: str
    kind: str
    place: str
    is_due: bool
    why: str


def preview(sources: Sources, plan: Plan, data: Path, options: CrawlOptions, now: datetime) -> tuple[Prospect, ...]:
    """Return what would be asked, in the order of sources.yaml. Raises UsageError when `only` names no source."""
    places = places_of(sources, plan, options.only)
    is_there = (data / STATE_NAME).is_file()
    with open_state(data, read_only=True) if is_there else nullcontext() as state:
        outlook = _Outlook(state, agent_of(sources, __version__), now)
        found = [prospect for place in places.values() for prospect in outlook.look(place, options)]
    off = [s for s in sources.sources if s.name not in places and not options.only]
    return (
        *found,
        *(
            Prospect(source=s.name, kind=s.kind, place=s.url or s.path or "", is_due=False, why="enabled: false")
            for s in off
        ),
    )


class _Outlook:
    """What the state says about the next visit of a source; without a state: nothing."""

    def __init__(self, state: State | None, agent: str, now: datetime) -> None:
        self._state = state
        self._agent = agent
        self._now = now
        self._waiting: Mapping[str, int] = state.survey.count_waiting() if state is not None else {}
        self._again: Mapping[str, int] = state.survey.count_again(now) if state is not None else {}

    def look(self, place: Place, options: CrawlOptions) -> Iterator[Prospect]:
        """Yield the lists or files where a source begins, then what is known of its pages."""
        source = place.source
        if source.path is not None:
            is_due, why = _files(paths_of(place, options.folder))
            yield Prospect(source=source.name, kind=source.kind, place=source.path, is_due=is_due, why=why)
            return
        for link in starts(place):
            is_due, why = self._of_address(link.url)
            yield Prospect(source=source.name, kind=source.kind, place=link.url, is_due=is_due, why=why)
        for counts, why in ((self._waiting, "known, not read yet"), (self._again, "read before, may have changed")):
            if n := counts.get(source.name, 0):
                yield Prospect(source=source.name, kind="article", place=f"{n:,} pages", is_due=True, why=why)

    def _of_address(self, url: str) -> tuple[bool, str]:
        """Return whether a list would be asked for, and why or why not."""
        if self._state is None:
            return True, "each run reads it; robots.txt is asked first"
        kept = self._state.hosts.pace(host_of(url))
        pace = HostPace(**kept) if kept is not None else HostPace()
        if is_blocked(pace, self._now.timestamp()):
            return False, f"the host rests until {datetime.fromtimestamp(pace.blocked_until_s, UTC):%Y-%m-%d %H:%M} UTC"
        robots = self._state.hosts.robots(origin_of(url))
        if robots is None or robots.body is None:
            return True, "each run reads it; robots.txt is asked first"
        if not may_fetch(parse_robots(robots.body, RobotsParams()), self._agent, url):
            return False, "robots.txt forbids it"
        return True, "each run reads it; robots.txt allows it"


def _files(paths: list[str]) -> tuple[bool, str]:
    try:
        n = len(list_inputs(paths))
    except UsageError as exc:
        return False, str(exc)
    return n > 0, f"{n:,} files; those that changed are processed"
