"""(b) sources.yaml → state, address by address; what cron runs.

    files ─▶ lists (all of them) ─▶ pages, hosts side by side ─▶ settle near-duplicates ─▶ tally

Everything is written as it happens, so the process may die at any moment; the next run goes on. The corpus does not
depend on how often that happened, nor on which host was faster: all lists come before all pages, a page belongs to the
first source that shows it, and near-duplicates are decided at the end in an order of their own. That is why a run that
was interrupted does not decide anything.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from pipeline import __version__
from pipeline.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_SOME_FAILED, UsageError
from pipeline.fetch.source import FILE_KINDS, Source, Sources, agent_of, requires_topic
from pipeline.flow import Plan, plan_fingerprint
from pipeline.run.aliases import AliasJoiner
from pipeline.run.discover import Place, spec_of, starts
from pipeline.run.facts import RunFacts
from pipeline.run.intake import Intake
from pipeline.run.learning import learn_hosts, with_knowledge
from pipeline.run.settle import check_spec, settle, update_index
from pipeline.run.stopping import heeding_signals
from pipeline.run.tally import Tally
from pipeline.run.visit import Visitor
from pipeline.run.world import Budget, CrawlOptions, Progress, World
from pipeline.store.frontier import Lease, Turn
from pipeline.store.quality import keep_quality
from pipeline.store.state import State, open_state
from pipeline.topics.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one source did in this run."""

    name: str
    trouble: str | None  # one line; None: all is well
    new_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """What a crawl did."""

    run: int
    tally: Tally
    sources: tuple[SourceReport, ...]
    unreadable: tuple[str, ...]  # items of files that could not be read: where and why
    n_left: int  # pages that are known and wait for a later run
    n_requests: int
    is_interrupted: bool
    seconds: Mapping[str, float]  # of the clock, by stage

    @property
    def exit_code(self) -> int:
        if self.is_interrupted:
            return EXIT_INTERRUPTED
        has_trouble = self.tally.failed or any(report.trouble for report in self.sources)
        return EXIT_SOME_FAILED if has_trouble else EXIT_OK


def crawl(
    sources: Sources,
    plan: Plan,
    data: Path,
    options: CrawlOptions | None = None,
    *,
    world: World | None = None,
    on_progress: Progress = lambda *_: None,
) -> CrawlResult:
    """Read the sources into the state of the folder `data`.

    Raises BusyError when another run writes there, UsageError when `only` names a source that is none, StateError or
    OutputError when the state cannot be used or written.
    """
    options = options or CrawlOptions()
    world = _timed(world or World())
    places = places_of(sources, plan, options.only)
    with open_state(data) as state:
        check_spec(state, plan.dedup.spec)
        plan = with_knowledge(plan, state)
        plan_id = plan_fingerprint(plan)
        run = state.begin_run("crawl", plan_id, world.now())
        required = frozenset(s.name for s in sources.sources if requires_topic(s, sources))
        state.set_sources([(s.name, s.kind) for s in sources.sources], frozenset(places), required)
        keep_quality(state, options.quality)
        facts = RunFacts(run=run, plan=plan, plan_id=plan_id, options=options, places=places)
        crawler = _Crawler(state, facts, world, on_progress)
        return crawler.run(agent_of(sources, __version__), sources.hosts_at_once)


def places_of(sources: Sources, plan: Plan, only: Sequence[str] = ()) -> dict[str, Place]:
    """Return the sources that are to be read, by name. Raises UsageError for a name that none has."""
    known = {source.name for source in sources.sources}
    unknown = sorted(set(only) - known)
    if unknown:
        raise UsageError(f"no such source: {', '.join(unknown)}. There are: {', '.join(sorted(known))}")
    return {
        source.name: _place(source, position, sources, plan)
        for position, source in enumerate(sources.sources)
        if (source.name in only if only else source.enabled)
    }


class _Crawler:
    """One run, from the first file to the tally."""

    def __init__(self, state: State, facts: RunFacts, world: World, on_progress: Progress) -> None:
        self._state = state
        self._facts = facts
        self._world = world
        self._on_progress = on_progress
        self._budget = Budget(facts.options, world)
        self._intake = Intake(state, facts, world)
        self._troubles: dict[str, str] = {}
        self._begun: dict[str, int] = {}  # by source: pages read for the first time since a run came to its end
        self._n_done = self._n_known = 0

    def run(self, user_agent: str, hosts_at_once: int) -> CrawlResult:
        watch = self._world.watch
        with watch.stage("files"):
            self._take_files()
        with watch.stage("network"):
            asyncio.run(self._read_web(user_agent, hosts_at_once))
        result = replace(self._conclude(), seconds=watch.seconds)
        self._state.keep_seconds(result.run, result.seconds)
        return result

    def _take_files(self) -> None:
        for place in self._facts.places.values():
            if place.source.kind in FILE_KINDS:
                for n, _ in enumerate(self._intake.take(place), 1):
                    self._on_progress(f"files: {place.source.name}", n, n)
        self._troubles.update(self._intake.troubles)

    # ---- the web

    async def _read_web(self, user_agent: str, hosts_at_once: int) -> None:
        if all(place.source.kind in FILE_KINDS for place in self._facts.places.values()):
            return
        self._begin_lists()
        async with self._world.open_client(user_agent) as client:
            visitor = Visitor(self._state, self._facts, self._world, client, self._budget, user_agent)
            with heeding_signals(self._budget, self._facts.options.drain_s):
                for turn in _TURNS:
                    await self._drain(turn, visitor, hosts_at_once)
        for source, trouble in visitor.troubles.items():
            self._troubles.setdefault(source, trouble)

    def _begin_lists(self) -> None:
        now, run, since = self._world.now(), self._facts.run, self._state.last_finished_run()
        for name, place in self._facts.places.items():
            links = starts(place)
            with self._state.transaction():
                for link in links:
                    self._state.frontier.forget_validators(link, spec_of(place.source))
                self._state.frontier.discover(links, run=run, now=now)
            self._begun[name] = self._state.addresses.count_begun(name, since)
        self._state.frontier.wake_articles(now)

    async def _drain(self, turn: Turn, visitor: Visitor, hosts_at_once: int) -> None:
        """Visit until nothing is left that may be asked in this run."""
        room = asyncio.Semaphore(hosts_at_once)
        resting: set[str] = set()  # hosts that may not be asked for longer than we wait
        self._n_known = self._n_done + self._state.frontier.count(turn)
        while not self._budget.is_spent:
            hosts = [h for h in self._state.frontier.hosts(turn, self._world.now()) if h not in resting]
            if hosts:
                await _side_by_side(self._drain_host(host, turn, visitor, room, resting) for host in hosts)
            elif not await self._wait_for_more(turn, resting):
                return

    async def _drain_host(
        self, host: str, turn: Turn, visitor: Visitor, room: asyncio.Semaphore, resting: set[str]
    ) -> None:
        """Visit what a host has, one after the other: one connection a host."""
        async with room:
            while not self._budget.is_spent and self._state.frontier.is_due(host, turn, self._world.now()):
                if not await visitor.manners.wait(host):
                    resting.add(host)
                    return
                lease = None if self._budget.is_spent else self._lease(host, turn)
                if lease is None:
                    return
                await self._visit(lease, visitor)

    def _lease(self, host: str, turn: Turn) -> Lease | None:
        with self._world.watch.stage("store"):
            return self._state.frontier.lease(host, turn, self._world.now())

    async def _visit(self, lease: Lease, visitor: Visitor) -> None:
        try:
            await visitor.visit(lease)
        except asyncio.CancelledError:
            self._state.frontier.release(lease, self._world.now())
            raise
        if lease.kind == "article" and lease.is_first:
            self._begun[lease.source] += 1
            if self._begun[lease.source] >= self._facts.places[lease.source].source.limit:
                self._state.pause_source(lease.source)
        self._n_done += 1
        self._on_progress(
            "pages" if lease.kind == "article" else "lists", self._n_done, max(self._n_known, self._n_done)
        )

    async def _wait_for_more(self, turn: Turn, resting: set[str]) -> bool:
        """Wait for what is to be tried again; return False when there is nothing, or not soon."""
        next_at = self._state.frontier.next_at(turn, without=resting)
        if next_at is None:
            return False
        wait_s = (next_at - self._world.now()).total_seconds()
        if wait_s > self._facts.options.max_wait_s:
            return False
        await self._budget.pause(max(wait_s, _SHORTEST_WAIT_S))
        return True

    # ---- the end

    def _conclude(self) -> CrawlResult:
        """Decide, count and close the run: all at once, so that a run that dies here has not ended at all."""
        with self._world.watch.stage("store"), self._state.transaction():
            result = self._ended(self._account())
        with self._world.watch.stage("index"):
            update_index(self._state, self._facts.plan.dedup.spec)
        return result

    def _ended(self, tally: Tally) -> CrawlResult:
        facts, state = self._facts, self._state
        new = state.count_new_articles(facts.run)
        result = CrawlResult(
            run=facts.run,
            tally=tally,
            sources=tuple(
                SourceReport(name=name, trouble=self._troubles.get(name), new_articles=new.get(name, 0))
                for name in facts.places
            ),
            unreadable=tuple(self._intake.unreadable),
            n_left=state.frontier.count("page"),
            n_requests=self._budget.requests,
            is_interrupted=self._budget.is_interrupted,
            seconds={},
        )
        state.end_run(facts.run, result.exit_code, tally.as_json(), self._world.now())
        return result

    def _account(self) -> Tally:
        """Return where every input went. An interrupted run leaves its articles to the next one."""
        facts, state, watch = self._facts, self._state, self._world.watch
        if self._budget.is_interrupted:
            return tally_visits(state, facts.run)
        AliasJoiner(state, facts).join_canonical()
        seen = state.addresses.count_seen(facts.run)
        tally = tally_visits(state, facts.run)
        with watch.stage("learn"):
            learn_hosts(state, facts.run)
        self._on_progress("near-duplicates", 0, 1)
        with watch.stage("near-duplicates"):
            tally = tally.merge(settle(state, facts.plan.dedup, run=facts.run))
        assert tally.seen == seen, f"{seen} inputs were read, {tally.seen} are accounted for"
        tally.check()
        return tally


def _timed(world: World) -> World:
    """Return the world with its watch begun and its stages on it."""
    world.watch.begin()
    return replace(world, process=world.watch.timed("process", world.process))


def tally_visits(state: State, run: int) -> Tally:
    """Return the tally of what a run visited, but for articles: those are counted when they are decided."""
    tally = Tally()
    for outcome, rule, count in state.addresses.fates(run):
        match outcome:
            case "rejected":
                tally = tally.merge(Tally(seen=count, rejected=count, rules={rule: count}))
            case "unchanged":
                tally = tally.merge(Tally(seen=count, unchanged=count))
            case "failed":
                tally = tally.merge(Tally(seen=count, failed=count))
            case "article" | "read":
                pass
            case unexpected:
                assert_never(unexpected)
    return tally


_TURNS: tuple[Turn, ...] = ("list", "page")
_SHORTEST_WAIT_S = 0.01  # a clock that stands still must not make us spin
_SEARCH_WORDS = 8  # of a topic, the heaviest first: a search for each


async def _side_by_side(tasks: Iterable[Coroutine[None, None, None]]) -> None:
    """Run all; of what goes wrong, raise the first thing itself and not the group it comes in."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)
    except BaseExceptionGroup as errors:
        raise _first_of(errors) from errors


def _first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _place(source: Source, position: int, sources: Sources, plan: Plan) -> Place:
    respects = source.respect_opt_out if source.respect_opt_out is not None else sources.respect_opt_out
    topic = plan.topics.get(source.name, plan.topic)
    return Place(
        source=source,
        position=position,
        delay_s=source.delay_s if source.delay_s is not None else sources.delay_s,
        respects_opt_out=respects,
        words=_search_words(topic),
        topic=topic,
    )


def _search_words(topic: Topic | None) -> tuple[str, ...]:
    """Return what to search for when the source does not say: the topic's heaviest words."""
    groups = sorted(topic.groups, key=lambda group: -group.weight) if topic is not None else []
    return tuple(word for group in groups if group.weight > 0 for word in group.words)[:_SEARCH_WORDS]
