"""One address of the frontier: asked, judged, made an article, and written in one transaction.

lease ─▶ robots ─▶ fetch ─┬▶ bytes ─▶ verdict ─▶ stages ─▶ other pages ─▶ ⎡ article or rejection   ⎤
   a page that only       ├▶ 304, the same bytes ───────────────────────▶ ⎢ what the visit brought ⎥ one transaction
   sends us on: again ◀───┤▶ gone, refused ─────────────────────────────▶ ⎢ pace of the host       ⎥
                          └▶ failed: later again ───────────────────────▶ ⎣ links of a list        ⎦
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pipeline.fetch.answers import Fetched, FetchResult, Validators
from pipeline.model import Article
from pipeline.run.asking import Asker
from pipeline.run.discover import Place
from pipeline.run.events import Event
from pipeline.run.facts import RunFacts
from pipeline.run.lists import ListWriter
from pipeline.run.manners import Manners, SiteRules
from pipeline.run.pages import PageWriter
from pipeline.run.parts import PartGatherer
from pipeline.run.refresh import past_refreshes
from pipeline.run.world import Budget, Fetcher, World
from pipeline.store.frontier import Lease
from pipeline.store.state import State


class Visitor:
    """Makes the visits of a run. All that it learns is in the state, but for the troubles of sources."""

    def __init__(
        self, state: State, facts: RunFacts, world: World, client: Fetcher, budget: Budget, agent: str
    ) -> None:
        self._state = state
        self._facts = facts
        self._world = world
        self._asker = Asker(state.hosts, world, client, budget, agent, max_wait_s=facts.options.max_wait_s)
        self._lists = ListWriter(state, facts, world)
        self._pages = PageWriter(state, facts, world)
        self._parts = PartGatherer(state, facts, world, self._asker)

    @property
    def manners(self) -> Manners:
        """Whether and when a host may be asked."""
        return self._asker.manners

    @property
    def troubles(self) -> Mapping[str, str]:
        """The first thing that went wrong with the lists of a source, by its name."""
        return self._lists.troubles

    async def visit(self, lease: Lease) -> None:
        """Ask for the address and write what came of it."""
        place = self._facts.places[lease.source]
        validators = Validators(etag=lease.etag, last_modified=lease.last_modified) if lease.was_read else None
        answer, asked = await past_refreshes(self._asker, lease.url, place, validators)
        if answer is None or not await self._write(lease, place, answer, asked):
            self._state.frontier.release(lease, self._world.now())
            return
        self._tell(lease, answer)

    async def _write(self, lease: Lease, place: Place, answer: FetchResult | SiteRules, asked: str) -> bool:
        """Write what came of a visit; return False when it has to be made again."""
        if isinstance(answer, SiteRules):
            writer = self._pages if lease.kind == "article" else self._lists
            with self._storing():
                writer.write_forbidden(lease, answer.trouble)
            return True
        if lease.kind == "article":
            return await self._write_page(lease, place, answer, asked)
        with self._world.watch.stage("lists"), self._state.transaction():
            self._asker.note(asked, self._lists.write(lease, place, answer), place)
        return True

    async def _write_page(self, lease: Lease, place: Place, result: FetchResult, asked: str) -> bool:
        with self._world.watch.stage("process"):
            draft = self._pages.draft(lease, place, result)
        if not isinstance(draft.outcome, Article):
            with self._storing():
                self._asker.note(asked, draft.result, place)
                self._pages.write(lease, place, draft)
            return True
        with self._storing():
            self._asker.note(asked, draft.result, place)
        assert draft.page is not None
        gathered = await self._parts.gather(draft.page, place)
        if not gathered.is_paused:
            with self._world.watch.stage("process"):
                draft = self._pages.joined(draft, gathered, place)
            with self._storing():
                self._pages.write(lease, place, draft)
        return not gathered.is_paused

    @contextmanager
    def _storing(self) -> Iterator[None]:
        with self._world.watch.stage("store"), self._state.transaction():
            yield

    def _tell(self, lease: Lease, answer: FetchResult | SiteRules) -> None:
        outcome, rule, detail = self._state.survey.fate(lease.key) or ("failed", "", "")
        event = Event(
            at=self._world.now(),
            run=self._facts.run,
            source=lease.source,
            kind=lease.kind,
            url=lease.url,
            outcome=outcome,
            rule=rule,
            detail=detail,
            bytes=len(answer.body) if isinstance(answer, Fetched) else 0,
            ms=0 if isinstance(answer, SiteRules) else round(1000 * answer.elapsed_s),
        )
        self._world.tell(event)
