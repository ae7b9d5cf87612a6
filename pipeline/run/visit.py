"""One address of the frontier: asked, judged, made an article, and written in one transaction.

lease ─▶ robots ─▶ fetch ─┬▶ bytes kept ─▶ verdict ─▶ stages ─▶ ⎡ article or rejection   ⎤
                          ├▶ 304, the same bytes ─────────────▶ ⎢ what the visit brought ⎥ one transaction
                          ├▶ gone, refused ───────────────────▶ ⎢ pace of the host       ⎥
                          └▶ failed: later again ─────────────▶ ⎣ links of a list        ⎦
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from pipeline.fetch.answers import Failed, Fetched, FetchResult, Gone, NotModified, Refused, Request, Validators
from pipeline.fetch.pace import backoff_s
from pipeline.fetch.source import Source, hosts_of
from pipeline.fetch.verdict import Verdict, blocked_kind, judge
from pipeline.flow import Plan
from pipeline.model import Article, ArticleId, CanonicalUrl, Flag, Outcome, Page, Rejected
from pipeline.run.discover import ListAnswer, Place, link_to, read_list, spec_of
from pipeline.run.manners import Manners
from pipeline.run.world import Budget, CrawlOptions, Fetcher, World
from pipeline.store.articles import Arrival
from pipeline.store.frontier import Lease, Visit
from pipeline.store.pages import hash_of
from pipeline.store.state import State

ROBOTS_RULE = "fetch.robots"
GONE_RULE = "fetch.gone"
OPT_OUT_RULE = "fetch.opt_out"
SAME_PAGE_RULE = "crawl.same_page"  # another address of a page that is known
OPT_OUT_FLAG = "opt_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What stays the same for a whole run."""

    run: int
    plan: Plan
    plan_id: str  # fingerprint
    options: CrawlOptions
    places: Mapping[str, Place]  # by the name of the source


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
        self.troubles: dict[str, str] = {}  # by source: the first thing that went wrong with its lists

    async def visit(self, lease: Lease) -> None:
        """Ask for the address and write what came of it."""
        place = self._facts.places[lease.source]
        request = self._request(lease, place)
        rules = await self.manners.rules_for(request, place.delay_s)
        if not rules.allow(request.url):
            self._write_forbidden(lease, rules.trouble)
        elif not await self.manners.wait(lease.host):
            self._state.frontier.release(lease, self._world.now())
        else:
            result = await self._ask(request)
            delay_s = self.manners.asked_delay_s(lease.url, place.delay_s)
            if lease.kind == "article":
                self._write_page(lease, place, result, delay_s)
            else:
                self._write_list(lease, place, result, delay_s)

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

    # ---- lists

    def _write_list(self, lease: Lease, place: Place, result: FetchResult, delay_s: float) -> None:
        now = self._world.now()
        if isinstance(result, Fetched) and (wall := blocked_kind(result.status, result.headers, result.body)):
            result = _walled(result, wall)
        match result:
            case NotModified():
                self._write_unchanged_list(lease, result.validators, now, None)
            case Fetched() if lease.body_hash == hash_of(result.body):
                self._write_unchanged_list(lease, result.validators, now, result.content_type)
            case Fetched():
                self._write_changed_list(lease, place, result)
            case Gone():
                self._give_up_list(lease, f"{lease.url}: status {result.status}. Is the address still right?")
            case Refused():
                self._give_up_list(lease, _trouble_of(lease, result))
            case Failed():
                self._retry_list(lease, result)
            case unexpected:
                assert_never(unexpected)
        self.manners.note(lease.host, result, delay_s)

    def _write_changed_list(self, lease: Lease, place: Place, result: Fetched) -> None:
        now = self._world.now()
        answer = ListAnswer(
            asked=lease.url,
            url=result.final_url,
            body=result.body,
            content_type=result.content_type,
            depth=lease.depth,
            key=lease.key,
        )
        try:
            links = read_list(answer, place, now)
        except ValueError as exc:
            self._give_up_list(lease, f"{lease.url}: cannot be read as a {lease.kind}: {exc}")
            return
        visit = Visit(
            outcome="read",
            at=now,
            etag=result.validators.etag,
            last_modified=result.validators.last_modified,
            content_type=result.content_type,
            body_hash=hash_of(result.body),
            spec=spec_of(place.source),
        )
        with self._state.transaction():
            self._state.frontier.finish(lease, visit, run=self._facts.run)
            self._state.frontier.discover(links, run=self._facts.run, now=now)
            self._state.source_worked(lease.source, now)

    def _write_unchanged_list(
        self, lease: Lease, validators: Validators, now: datetime, content_type: str | None
    ) -> None:
        visit = Visit(
            outcome="unchanged",
            at=now,
            etag=validators.etag,
            last_modified=validators.last_modified,
            content_type=content_type,
        )
        with self._state.transaction():
            self._state.frontier.finish(lease, visit, run=self._facts.run)
            self._state.frontier.wake_lists(lease.key, kind="sitemap", run=self._facts.run, now=now)
            self._state.source_worked(lease.source, now)

    def _retry_list(self, lease: Lease, result: Failed) -> None:
        if not result.may_pass or lease.attempts >= self._facts.options.tries_in_run:
            self._give_up_list(lease, _trouble_of(lease, result))
            return
        now = self._world.now()
        again = now + timedelta(seconds=backoff_s(lease.attempts, self._world.chance()))
        visit = Visit(outcome="failed", at=now, rule=f"fetch.{result.reason}", detail=result.detail, next_at=again)
        self._state.frontier.postpone(lease, visit, run=self._facts.run)

    def _give_up_list(self, lease: Lease, trouble: str) -> None:
        """Read the list no more in this run; the next one begins anew."""
        now = self._world.now()
        trouble = " ".join(trouble.split())[:300]
        self.troubles.setdefault(lease.source, trouble)
        with self._state.transaction():
            visit = Visit(outcome="failed", at=now, rule="fetch.list", detail=trouble)
            self._state.frontier.finish(lease, visit, run=self._facts.run)
            self._state.source_failed(lease.source, trouble, now)

    # ---- pages

    def _write_page(self, lease: Lease, place: Place, result: FetchResult, delay_s: float) -> None:
        verdict = Verdict(kind="page")
        if isinstance(result, Fetched):
            verdict = _verdict_of(result)
            result = _walled(result, verdict.detail) if verdict.kind == "blocked" else result
        with self._state.transaction():
            match result:
                case Fetched():
                    self._write_fetched(lease, place, result, verdict)
                case NotModified():
                    self._write_unchanged(lease, result.validators)
                case Gone():
                    self._write_gone(lease, result)
                case Refused(reason="blocked" | "too_many"):
                    self._write_failed(lease, result)
                case Refused():
                    self._reject(lease, _refused_rule(result), result.detail)
                case Failed() if result.may_pass:
                    self._write_failed(lease, result)
                case Failed():
                    self._reject(lease, f"fetch.{result.reason}", result.detail)
                case unexpected:
                    assert_never(unexpected)
            self.manners.note(lease.host, result, delay_s)

    def _write_fetched(self, lease: Lease, place: Place, result: Fetched, verdict: Verdict) -> None:
        page = self._page(lease, place, result)
        if page is None:
            return
        body_hash = hash_of(result.body)
        if lease.body_hash == body_hash:
            self._write_unchanged(lease, result.validators)
            return
        self._state.pages.put(result.body)
        outcome = self._outcome(page, verdict, place)
        visit = Visit(
            outcome="article" if isinstance(outcome, Article) else "rejected",
            at=self._world.now(),
            etag=result.validators.etag,
            last_modified=result.validators.last_modified,
            content_type=page.content_type,
            body_hash=body_hash,
        )
        self._write_outcome(lease, outcome, visit)

    def _page(self, lease: Lease, place: Place, result: Fetched) -> Page | None:
        """Return the page under the address that it turned out to have; None: it is known under that one already."""
        target = link_to(result.final_url, place, "article")
        if target.url != lease.url and not self._state.frontier.move(lease, target, run=self._facts.run):
            self._reject(lease, SAME_PAGE_RULE, target.url)
            return None
        encoding = place.source.encoding
        return Page(
            id=ArticleId(target.item_id),
            url=CanonicalUrl(target.url),
            source=lease.source,
            body=result.body,
            content_type=f"text/html; charset={encoding}" if encoding else result.content_type,
            fetched_at=self._world.now(),
        )

    def _outcome(self, page: Page, verdict: Verdict, place: Place) -> Outcome:
        if verdict.kind != "page":
            return _rejected(page, f"fetch.{verdict.kind}", verdict.detail or verdict.refresh_url or "")
        if verdict.opt_outs and place.respects_opt_out:
            return _rejected(page, OPT_OUT_RULE, ", ".join(verdict.opt_outs))
        outcome = self._world.process(page, self._facts.plan)
        if verdict.opt_outs and isinstance(outcome, Article):
            return outcome.flagged(Flag(name=OPT_OUT_FLAG, detail=", ".join(verdict.opt_outs)))
        return outcome

    def _write_outcome(self, lease: Lease, outcome: Outcome, visit: Visit) -> None:
        arrival = self._arrival(lease, visit.body_hash)
        if isinstance(outcome, Rejected):
            self._state.articles.reject(outcome, arrival)
            visit = replace(visit, rule=outcome.rule, detail=outcome.detail)
        elif self._state.articles.put(outcome, arrival) == "same":
            visit = replace(visit, outcome="unchanged")
        self._finish(lease, visit)

    def _write_unchanged(self, lease: Lease, validators: Validators) -> None:
        self._finish(
            lease,
            Visit(
                outcome="unchanged",
                at=self._world.now(),
                etag=validators.etag,
                last_modified=validators.last_modified,
            ),
        )

    def _write_gone(self, lease: Lease, result: Gone) -> None:
        """Write that a page went away; the article that it once was stays."""
        if self._state.articles.find(lease.item_id) is None:
            self._reject(lease, GONE_RULE, f"status {result.status}")
            return
        visit = Visit(outcome="unchanged", at=self._world.now(), rule=GONE_RULE, detail=f"status {result.status}")
        self._state.frontier.finish(lease, visit, run=self._facts.run)

    def _write_forbidden(self, lease: Lease, trouble: str) -> None:
        if lease.kind != "article":
            self._give_up_list(
                lease, f"{lease.url}: {'cannot be reached: ' + trouble if trouble else 'robots.txt forbids to read it'}"
            )
        elif trouble:
            failed = Failed(url=lease.url, final_url=lease.url, reason="connect", detail=f"robots.txt: {trouble}")
            self._write_failed(lease, failed)
        else:
            with self._state.transaction():
                self._reject(lease, ROBOTS_RULE, "robots.txt forbids to read it", is_final=False)

    def _write_failed(self, lease: Lease, result: Failed | Refused) -> None:
        """Write that it did not work; it is tried again, in this run or in a later one, or set aside."""
        options = self._facts.options
        now = self._world.now()
        wait_s = max(backoff_s(lease.attempts, self._world.chance()), result.retry_after_s or 0.0)
        if lease.attempts % options.tries_in_run == 0:
            wait_s = max(wait_s, options.retry_after_s)
        visit = Visit(
            outcome="failed",
            at=now,
            rule=f"fetch.{result.reason}",
            detail=result.detail,
            next_at=now + timedelta(seconds=min(wait_s, _LONGEST_WAIT_S)),
        )
        self._state.frontier.postpone(lease, visit, run=self._facts.run)

    def _reject(self, lease: Lease, rule: str, detail: str, *, is_final: bool = True) -> None:
        rejected = Rejected(
            id=ArticleId(lease.item_id), url=CanonicalUrl(lease.url), source=lease.source, rule=rule, detail=detail
        )
        self._state.articles.reject(rejected, self._arrival(lease, None))
        visit = Visit(outcome="rejected", at=self._world.now(), rule=rule, detail=detail)
        if is_final:
            self._state.frontier.finish(lease, visit, run=self._facts.run)
        else:
            self._finish(lease, visit)

    def _finish(self, lease: Lease, visit: Visit) -> None:
        """Write the visit and when the next one is due: after twice as long each time that nothing had changed."""
        options = self._facts.options
        quiet = lease.unchanged + 1 if visit.outcome == "unchanged" else 0
        next_at = visit.at + timedelta(seconds=options.revisit_after_s * 2.0 ** min(quiet, _MOST_DOUBLINGS))
        too_old = next_at > lease.first_seen_at + timedelta(seconds=options.revisit_within_s)
        self._state.frontier.finish(lease, replace(visit, next_at=None if too_old else next_at), run=self._facts.run)

    def _arrival(self, lease: Lease, body_hash: str | None) -> Arrival:
        return Arrival(run=self._facts.run, plan=self._facts.plan_id, position=lease.position, body_hash=body_hash)


_LONGEST_WAIT_S = 24 * 3600.0  # Retry-After may say ten years
_MOST_DOUBLINGS = 20


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


def _verdict_of(result: Fetched) -> Verdict:
    return judge(status=result.status, headers=result.headers, body=result.body, content_type=result.content_type)


def _walled(result: Fetched, wall: str) -> Refused:
    """Return the answer as what it is: a wall with status 200."""
    return Refused(
        url=result.url,
        final_url=result.final_url,
        reason="blocked",
        detail=wall,
        status=result.status,
        elapsed_s=result.elapsed_s,
    )


def _rejected(page: Page, rule: str, detail: str) -> Rejected:
    return Rejected(id=page.id, url=page.url, source=page.source, rule=rule, detail=detail)


def _refused_rule(result: Refused) -> str:
    return f"fetch.status_{result.status}" if result.reason == "status" else f"fetch.{result.reason}"


def _trouble_of(lease: Lease, result: Failed | Refused) -> str:
    return f"{lease.url}: {result.reason}" + (f" ({result.detail})" if result.detail else "")
