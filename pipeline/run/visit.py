"""One address of the frontier: asked, judged, made an article, and written in one transaction.

lease ─▶ robots ─▶ fetch ─┬▶ bytes kept ─▶ verdict ─▶ stages ─▶ ⎡ article or rejection   ⎤
                          ├▶ 304, the same bytes ─────────────▶ ⎢ what the visit brought ⎥ one transaction
                          ├▶ gone, refused ───────────────────▶ ⎢ pace of the host       ⎥
                          └▶ failed: later again ─────────────▶ ⎣ links of a list        ⎦
"""

from collections.abc import Mapping
from dataclasses import replace

from pipeline.fetch.answers import Fetched, FetchResult, Request, Validators
from pipeline.fetch.source import Source, hosts_of
from pipeline.run.discover import Place
from pipeline.run.facts import RunFacts
from pipeline.run.lists import ListWriter
from pipeline.run.manners import Manners
from pipeline.run.pages import PageWriter
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
        self._client = client
        self._budget = budget
        self.manners = Manners(state.hosts, world, budget, self._ask, agent=agent, max_wait_s=facts.options.max_wait_s)
        self._lists = ListWriter(state, facts, world)
        self._pages = PageWriter(state, facts, world)

    @property
    def troubles(self) -> Mapping[str, str]:
        """The first thing that went wrong with the lists of a source, by its name."""
        return self._lists.troubles

    async def visit(self, lease: Lease) -> None:
        """Ask for the address and write what came of it."""
        place = self._facts.places[lease.source]
        writer = self._pages if lease.kind == "article" else self._lists
        request = self._request(lease, place)
        rules = await self.manners.rules_for(request, place.delay_s)
        if not rules.allow(request.url):
            with self._state.transaction():
                writer.write_forbidden(lease, rules.trouble)
        elif not await self.manners.wait(lease.host):
            self._state.frontier.release(lease, self._world.now())
        else:
            result = await self._ask(request)
            delay_s = self.manners.asked_delay_s(lease.url, place.delay_s)
            with self._state.transaction():
                self.manners.note(lease.host, writer.write(lease, place, result), delay_s)

    async def _ask(self, request: Request) -> FetchResult:
        result = await self._client.fetch(request)
        self._budget.spend(len(result.body) if isinstance(result, Fetched) else 0)
        return result

    def _request(self, lease: Lease, place: Place) -> Request:
        request = request_for(lease.url, place.source)
        validators = Validators(etag=lease.etag, last_modified=lease.last_modified) if lease.was_read else None

        async def may_go_on(url: str) -> bool:
            return (await self.manners.rules_for(replace(request, url=url), place.delay_s)).allow(url)

        return replace(request, validators=validators, may_redirect_to=may_go_on)


def request_for(url: str, source: Source) -> Request:
    """Return the request of a source's address, without conditions."""
    headers = (header.partition(":") for header in source.headers)
    return Request(
        url=url,
        headers={name.strip(): value.strip() for name, _, value in headers},
        allow_private=source.allow_private,
        connect_to=source.connect_to,
        connect_hosts=hosts_of(source),
        tls=source.tls,
        allow_downgrade=source.allow_downgrade,
    )
