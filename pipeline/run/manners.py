"""Whether and when a host may be asked: robots.txt and pace, kept in the state between runs.

url ── robots of its origin (a day old at most) ──▶ may it be asked?
host ── HostPace ──▶ wait ── answer ──▶ HostPace
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace

from pipeline.fetch.answers import Failed, Fetched, FetchResult, Gone, NotModified, Refused, Request
from pipeline.fetch.pace import (
    HostPace,
    after_block,
    after_failure,
    after_retry_after,
    after_success,
    wait_s,
)
from pipeline.fetch.robots import (
    Robots,
    RobotsParams,
    body_in_force,
    crawl_delay_s,
    is_stale,
    may_fetch,
    parse_robots,
    robots_body,
)
from pipeline.run.world import Budget, World
from pipeline.store.hosts import Hosts, KnownRobots
from pipeline.urls import host_of, origin_of

Ask = Callable[[Request], Awaitable[FetchResult]]


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What an origin's robots.txt says today."""

    robots: Robots
    agent: str  # who is asking
    trouble: str = ""  # why it could not be read; '': it could, or there is none
    is_lasting: bool = True  # False: this source may not go there at all; another one may

    def allow(self, url: str) -> bool:
        return may_fetch(self.robots, self.agent, url)


class Manners:
    """Asks robots.txt where it must, and waits where it must."""

    def __init__(self, hosts: Hosts, world: World, budget: Budget, ask: Ask, *, agent: str, max_wait_s: float) -> None:
        self._hosts = hosts
        self._world = world
        self._budget = budget
        self._ask = ask
        self._agent = agent
        self._max_wait_s = max_wait_s
        self._paces: dict[str, HostPace] = {}
        self._rules: dict[str, SiteRules] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._params = RobotsParams()

    async def wait(self, host: str) -> bool:
        """Wait until the host may be asked; return False when that is too far away for this run."""
        wait = wait_s(self._pace(host), self._now_s())
        if wait > self._max_wait_s:
            return False
        if wait > 0:
            await self._budget.pause(wait)
        return True

    async def rules_for(self, request: Request, delay_s: float) -> SiteRules:
        """Return the rules of the request's origin; robots.txt is asked for when the copy is older than a day.

        `delay_s` is what sources.yaml wants between that request and the next.
        """
        origin = origin_of(request.url)
        async with self._locks[origin]:
            if origin in self._rules:
                return self._rules[origin]
            rules = await self._read_rules(origin, request, delay_s)
            if rules.is_lasting:
                self._rules[origin] = rules
            return rules

    def asked_delay_s(self, url: str, delay_s: float) -> float:
        """Return the larger of what robots.txt (when it is known) and sources.yaml ask for."""
        rules = self._rules.get(origin_of(url))
        return max(delay_s, 0.0 if rules is None else self._delay_of(rules))

    def note(self, host: str, result: FetchResult, delay_s: float) -> None:
        """Write what an answer means for the pace of its host."""
        pace = self._after(self._pace(host), result, delay_s)
        self._paces[host] = pace
        self._hosts.keep_pace(host, asdict(pace))

    def _after(self, pace: HostPace, result: FetchResult, delay_s: float) -> HostPace:
        now_s, chance = self._now_s(), self._world.chance()
        wished = result.retry_after_s if isinstance(result, (Refused, Failed)) else None
        if wished is not None:
            return after_retry_after(pace, now_s=now_s, retry_after_s=wished)
        match result:
            case Fetched() | NotModified() | Gone():
                return after_success(
                    pace, now_s=now_s, jitter=chance, elapsed_s=result.elapsed_s, asked_delay_s=delay_s
                )
            case Refused(reason="blocked"):
                return after_block(pace, now_s=now_s)
            case Refused(status=None):  # nothing was asked
                return pace
            case Failed() if not result.may_pass:  # the answer was no good, but the host is well
                return after_success(
                    pace, now_s=now_s, jitter=chance, elapsed_s=result.elapsed_s, asked_delay_s=delay_s
                )
            case Refused() | Failed():
                return after_failure(pace, now_s=now_s, jitter=chance)

    def _pace(self, host: str) -> HostPace:
        if host not in self._paces:
            kept = self._hosts.pace(host)
            self._paces[host] = HostPace(**kept) if kept is not None else HostPace()
        return self._paces[host]

    async def _read_rules(self, origin: str, request: Request, delay_s: float) -> SiteRules:
        known = self._hosts.robots(origin)
        if known is None or known.unreachable_since is not None or self._is_stale(known):
            return await self._ask_rules(origin, request, known, delay_s)
        return SiteRules(parse_robots(known.body or b"", self._params), self._agent)

    def _is_stale(self, known: KnownRobots) -> bool:
        return is_stale((self._world.now() - known.asked_at).total_seconds(), self._params)

    async def _ask_rules(self, origin: str, request: Request, known: KnownRobots | None, delay_s: float) -> SiteRules:
        host = host_of(origin)
        if not await self.wait(host):
            return self._in_force(None, known, "the host rests")
        plain = replace(request, url=f"{origin}/robots.txt", validators=None, headers={}, may_redirect_to=None)
        result = await self._ask(replace(plain, cut_at_bytes=self._params.max_bytes))
        if (
            isinstance(result, Refused) and result.status is None
        ):  # nobody was asked, so nothing was learned of the site
            return replace(self._in_force(None, known, _trouble(result)), is_lasting=False)
        body = robots_body(result)
        rules = self._in_force(body, known, _trouble(result))
        self._keep(origin, body, known)
        self.note(host, result, max(delay_s, self._delay_of(rules)))
        return rules

    def _in_force(self, body: bytes | None, known: KnownRobots | None, trouble: str) -> SiteRules:
        kept = known.body if known is not None else None
        since = known.unreachable_since if known is not None else None
        unreachable_s = (self._world.now() - since).total_seconds() if since is not None else 0.0
        counts = body_in_force(body, kept, unreachable_s, self._params)
        is_known = body is not None or kept is not None
        return SiteRules(parse_robots(counts, self._params), self._agent, "" if is_known else trouble)

    def _delay_of(self, rules: SiteRules) -> float:
        return crawl_delay_s(rules.robots, self._agent, self._params) or 0.0

    def _keep(self, origin: str, body: bytes | None, known: KnownRobots | None) -> None:
        now = self._world.now()
        if body is not None:
            self._hosts.keep_robots(origin, KnownRobots(asked_at=now, body=body))
            return
        since = known.unreachable_since if known is not None else None
        kept = known.body if known is not None else None
        self._hosts.keep_robots(origin, KnownRobots(asked_at=now, body=kept, unreachable_since=since or now))

    def _now_s(self) -> float:
        return self._world.now().timestamp()


def _trouble(result: FetchResult) -> str:
    match result:
        case Failed() | Refused():
            return f"{result.reason}: {result.detail}" if result.detail else result.reason
        case Fetched() | NotModified() | Gone():
            return ""
