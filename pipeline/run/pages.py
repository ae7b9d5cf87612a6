"""What came of a page: an article or the reason why there is none, kept with the bytes that it was made of."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from pipeline.fetch.answers import Failed, Fetched, FetchResult, Gone, NotModified, Refused, Validators
from pipeline.fetch.pace import backoff_s
from pipeline.fetch.verdict import Verdict, judge
from pipeline.model import Article, ArticleId, CanonicalUrl, Flag, Outcome, Page, Rejected
from pipeline.quality.optout import FLAG as OPT_OUT_FLAG
from pipeline.run.aliases import SAME_PAGE_RULE, Alias, AliasJoiner
from pipeline.run.discover import Place, link_to
from pipeline.run.facts import RunFacts, as_refusal, page_of
from pipeline.run.parts import Gathered
from pipeline.run.world import World
from pipeline.store.articles import Arrival
from pipeline.store.frontier import MAX_ATTEMPTS, Lease, Link, Visit
from pipeline.store.pages import hash_of
from pipeline.store.state import State
from pipeline.urls import article_id

ROBOTS_RULE = "fetch.robots"
GONE_RULE = "fetch.gone"
OPT_OUT_RULE = "fetch.opt_out"
INCOMPLETE_FLAG = "incomplete"  # a further page of the article could not be had
FETCHER_FLAGS = frozenset({OPT_OUT_FLAG, INCOMPLETE_FLAG})  # what only the fetcher can know
_A_PAGE = Verdict(kind="page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a visit is going to write."""

    result: FetchResult  # as what it turned out to be
    verdict: Verdict = _A_PAGE
    page: Page | None = None  # None: nothing new
    outcome: Outcome | None = None  # of that page
    again: Failed | Refused | None = None  # a further page of the article did not come, and may yet


class PageWriter:
    """Writes the visits of pages. What it is given to write is one transaction of the caller's."""

    def __init__(self, state: State, facts: RunFacts, world: World) -> None:
        self._state = state
        self._facts = facts
        self._world = world
        self._aliases = AliasJoiner(state, facts)

    def write_forbidden(self, lease: Lease, trouble: str) -> None:
        """Write that robots.txt forbids the page; `trouble`: that it could not be read, so the page waits."""
        if trouble:
            failed = Failed(url=lease.url, final_url=lease.url, reason="connect", detail=f"robots.txt: {trouble}")
            self._write_failed(lease, failed)
        else:
            self._reject(lease, ROBOTS_RULE, "robots.txt forbids to read it", is_final=False)

    def draft(self, lease: Lease, place: Place, result: FetchResult) -> Draft:
        """Return what came as what it turned out to be, with its article when there is a new one; writes nothing."""
        if not isinstance(result, Fetched):
            return Draft(result=result)
        verdict = _verdict_of(result)
        if verdict.kind == "blocked":
            return Draft(result=as_refusal(result, verdict.detail))
        target = link_to(result.final_url, place, "article")
        if lease.body_hash == hash_of(result.body) or self._is_known(target, lease):
            return Draft(result=result, verdict=verdict)
        page = page_of(result, target.url, place, self._world.now())
        return Draft(result=result, verdict=verdict, page=page, outcome=self._outcome(page, verdict, place))

    def joined(self, draft: Draft, gathered: Gathered, place: Place) -> Draft:
        """Return the draft with the other pages of its article."""
        assert draft.page is not None
        page = replace(draft.page, following=gathered.pages)
        outcome = self._outcome(page, draft.verdict, place) if gathered.pages else draft.outcome
        gap = gathered.gap or (f"{gathered.again.url}: {gathered.again.reason}" if gathered.again else "")
        if gap and isinstance(outcome, Article):
            outcome = outcome.flagged(Flag(name=INCOMPLETE_FLAG, detail=gap))
        return replace(draft, page=page, outcome=outcome, again=gathered.again)

    def write(self, lease: Lease, place: Place, draft: Draft) -> None:
        """Write what came."""
        result = draft.result
        match result:
            case Fetched() if draft.again is not None and lease.attempts < MAX_ATTEMPTS:
                self._write_failed(lease, draft.again)
            case Fetched():
                self._write_fetched(lease, place, draft, result)
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

    def _is_known(self, target: Link, lease: Lease) -> bool:
        """Return whether an address that we were sent to is a page of its own."""
        return target.item_id != lease.item_id and self._state.addresses.find_item(target.item_id) is not None

    def _write_fetched(self, lease: Lease, place: Place, draft: Draft, result: Fetched) -> None:
        target = link_to(result.final_url, place, "article")
        if target.url != lease.url and not self._state.frontier.move(lease, target, run=self._facts.run):
            self._reject(lease, SAME_PAGE_RULE, target.url)
            return
        if draft.page is None or draft.outcome is None:
            self._write_unchanged(lease, result.validators)
            return
        self._state.pages.put(result.body)
        visit = Visit(
            outcome="article" if isinstance(draft.outcome, Article) else "rejected",
            at=self._world.now(),
            etag=result.validators.etag,
            last_modified=result.validators.last_modified,
            content_type=draft.page.content_type,
            body_hash=hash_of(result.body),
        )
        self._write_outcome(lease, draft.outcome, visit)
        self._write_parts(draft.page)

    def _write_parts(self, page: Page) -> None:
        """Write that the other pages are this article's, and no articles of their own."""
        self._state.parts.settle(page.id)
        for part in page.following:
            assert part.url is not None
            assert page.url is not None
            alias = Alias(id=article_id(part.url), url=part.url, target=page.url, reason="part")
            self._aliases.join(alias)

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


def _verdict_of(result: Fetched) -> Verdict:
    return judge(status=result.status, headers=result.headers, body=result.body, content_type=result.content_type)


def _rejected(page: Page, rule: str, detail: str) -> Rejected:
    return Rejected(id=page.id, url=page.url, source=page.source, rule=rule, detail=detail)


def _refused_rule(result: Refused) -> str:
    return f"fetch.status_{result.status}" if result.reason == "status" else f"fetch.{result.reason}"
