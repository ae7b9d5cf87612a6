"""One question to one address: robots.txt, pace and budget first, then the request.

url ─▶ may it be asked? ─ no ─▶ the rules that say so
              └ yes ─▶ wait for the host ─ too long, or the budget is spent ─▶ None
                              └▶ client ─▶ FetchResult
"""

from dataclasses import replace
from typing import TypeAlias

from pipeline.fetch.answers import Fetched, FetchResult, Request, Validators
from pipeline.fetch.source import Source, hosts_of
from pipeline.run.discover import Place
from pipeline.run.manners import Manners, SiteRules
from pipeline.run.world import Budget, Fetcher, World
from pipeline.store.hosts import Hosts
from pipeline.urls import host_of

Answer: TypeAlias = FetchResult | SiteRules | None  # rules: it is forbidden; None: not now


class Asker:
    """Asks for a run, with its manners and at the cost of its budget."""

    def __init__(
        self, hosts: Hosts, world: World, client: Fetcher, budget: Budget, agent: str, *, max_wait_s: float
    ) -> None:
        self._client = client
        self._budget = budget
        self.manners = Manners(hosts, world, budget, self._send, agent=agent, max_wait_s=max_wait_s)

    async def ask(self, url: str, place: Place, validators: Validators | None = None) -> Answer:
        """Return what came. Whoever gets a result tells `note` what it turned out to be."""
        request = self._request(url, place, validators)
        rules = await self.manners.rules_for(request, place.delay_s)
        if not rules.allow(url):
            return rules
        if self._budget.is_spent or not await self.manners.wait(host_of(url)) or self._budget.is_spent:
            return None
        return await self._send(request)

    def note(self, url: str, result: FetchResult, place: Place) -> None:
        """Write what an answer means for the pace of its host."""
        self.manners.note(host_of(url), result, self.manners.asked_delay_s(url, place.delay_s))

    async def _send(self, request: Request) -> FetchResult:
        result = await self._client.fetch(request)
        self._budget.spend(len(result.body) if isinstance(result, Fetched) else 0)
        return result

    def _request(self, url: str, place: Place, validators: Validators | None) -> Request:
        plain = request_for(url, place.source)

        async def may_go_on(target: str) -> bool:
            return (await self.manners.rules_for(replace(plain, url=target), place.delay_s)).allow(target)

        return replace(plain, validators=validators, may_redirect_to=may_go_on)


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
