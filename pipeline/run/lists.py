"""What came of a list: its links for the frontier, or the trouble that its source is in."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from pipeline.fetch.answers import Failed, Fetched, FetchResult, Gone, NotModified, Refused, Validators
from pipeline.fetch.pace import backoff_s
from pipeline.fetch.source import Source
from pipeline.fetch.verdict import blocked_kind
from pipeline.run.discover import ListAnswer, ListFinds, Place, read_list, spec_of
from pipeline.run.facts import RunFacts, as_refusal
from pipeline.run.world import World
from pipeline.store.frontier import Lease, Visit
from pipeline.store.pages import hash_of
from pipeline.store.state import State
from pipeline.store.survey import NOTHING_NEW_RULE, STOPPED_RULE
from pipeline.urls import path_shape


class ListWriter:
    """Writes the visits of lists. What it is given to write is one transaction of the caller's."""

    def __init__(self, state: State, facts: RunFacts, world: World) -> None:
        self._state = state
        self._facts = facts
        self._world = world
        self._shown: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # items, by source and host of the list
        self.troubles: dict[str, str] = {}  # by source: the first thing that went wrong with its lists

    def write_forbidden(self, lease: Lease, trouble: str) -> None:
        """Write that robots.txt forbids the list; `trouble`: that it could not be read."""
        reason = f"cannot be reached: {trouble}" if trouble else "robots.txt forbids to read it"
        self._give_up(lease, f"{lease.url}: {reason}")

    def write(self, lease: Lease, place: Place, result: FetchResult) -> FetchResult:
        """Write what came; return it as what it turned out to be."""
        now = self._world.now()
        if isinstance(result, Fetched) and (wall := blocked_kind(result.status, result.headers, result.body)):
            result = as_refusal(result, wall)
        match result:
            case NotModified():
                self._write_unchanged(lease, result.validators, now, None)
            case Fetched() if lease.body_hash == hash_of(result.body):
                self._write_unchanged(lease, result.validators, now, result.content_type)
            case Fetched():
                self._write_changed(lease, place, result)
            case Gone():
                self._give_up(lease, f"{lease.url}: status {result.status}. Is the address still right?")
            case Refused():
                self._give_up(lease, _trouble_of(lease, result))
            case Failed():
                self._retry(lease, result)
            case unexpected:
                assert_never(unexpected)
        return result

    def _write_changed(self, lease: Lease, place: Place, result: Fetched) -> None:
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
            finds = read_list(answer, place, now)
        except ValueError as exc:
            self._give_up(lease, f"{lease.url}: cannot be read as a {lease.kind}: {exc}")
            return
        if lease.depth == 0 and place.source.kind == "list" and not finds.n_shown:
            self._give_up(lease, f"{lease.url}: {_without_links(place.source)}")
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
            self._write_finds(lease, visit, finds)
            self._state.source_worked(lease.source, now)

    def _write_finds(self, lease: Lease, visit: Visit, finds: ListFinds) -> None:
        """Write what a list shows; the page behind it, too, unless there has been nothing new for too long."""
        state, run = self._state, self._facts.run
        state.frontier.discover(finds.articles, run=run, now=visit.at)
        lists, has_news = finds.lists, self._has_news(lease, finds)
        if lists and lease.kind == "list" and not has_news:
            n_pages = 1 + state.survey.count_before(lease.key, NOTHING_NEW_RULE, run=run)
            is_end = n_pages >= self._facts.options.max_pages_without_news
            visit = replace(
                visit,
                rule=STOPPED_RULE if is_end else NOTHING_NEW_RULE,
                detail=f"{n_pages} pages in a row brought no new article, the last was of the form {path_shape(lease.url)}",
            )
            lists = () if is_end else lists
        state.frontier.finish(lease, visit, run=run)
        state.frontier.discover(lists, run=run, now=visit.at)

    def _has_news(self, lease: Lease, finds: ListFinds) -> bool:
        """Return whether a list page shows an article that was never asked for, and that no page before it showed.

        Only pages of one source and host are compared: those are read one after the other, always in the same order.
        """
        shown = self._shown[lease.source, lease.host]
        news = {link.item_id for link in finds.articles} - shown
        shown |= news
        return self._state.survey.has_unasked(news)

    def _write_unchanged(self, lease: Lease, validators: Validators, now: datetime, content_type: str | None) -> None:
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

    def _retry(self, lease: Lease, result: Failed) -> None:
        if not result.may_pass or lease.attempts >= self._facts.options.tries_in_run:
            self._give_up(lease, _trouble_of(lease, result))
            return
        now = self._world.now()
        again = now + timedelta(seconds=backoff_s(lease.attempts, self._world.chance()))
        visit = Visit(outcome="failed", at=now, rule=f"fetch.{result.reason}", detail=result.detail, next_at=again)
        self._state.frontier.postpone(lease, visit, run=self._facts.run)

    def _give_up(self, lease: Lease, trouble: str) -> None:
        """Read the list no more in this run; the next one begins anew."""
        now = self._world.now()
        trouble = " ".join(trouble.split())[:300]
        self.troubles.setdefault(lease.source, trouble)
        with self._state.transaction():
            visit = Visit(outcome="failed", at=now, rule="fetch.list", detail=trouble)
            self._state.frontier.finish(lease, visit, run=self._facts.run)
            self._state.source_failed(lease.source, trouble, now)


def _without_links(source: Source) -> str:
    """Return in words that a page of links has none, and what to do."""
    if source.selector is not None:
        return f"selector {source.selector!r} finds no link. Look at the page and mend it"
    return "no link looks like an article. Say in sources.yaml where they are, such as selector: 'ul.news a'"


def _trouble_of(lease: Lease, result: Failed | Refused) -> str:
    return f"{lease.url}: {result.reason}" + (f" ({result.detail})" if result.detail else "")
