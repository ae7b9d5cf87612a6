"""The other pages of an article: asked for in order, politely, each kept as it comes.

first page ─ find_next_pages ─▶ 2 ─▶ 3 … ─▶ Gathered ─▶ Page.following
                                 └ broken off: what came waits in the state for the next visit
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.extract.nextpage import find_next_pages
from pipeline.fetch.answers import Failed, Fetched, FetchResult, Gone, NotModified, Refused
from pipeline.fetch.verdict import judge
from pipeline.model import CanonicalUrl, Page
from pipeline.run.asking import Asker
from pipeline.run.discover import Place
from pipeline.run.events import Event
from pipeline.run.facts import RunFacts, as_refusal, page_of
from pipeline.run.manners import SiteRules
from pipeline.run.world import World
from pipeline.store.pages import hash_of
from pipeline.store.parts import Part
from pipeline.store.state import State
from pipeline.urls import canonical_url, page_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The other pages as far as they came."""

    pages: tuple[Page, ...] = ()
    gap: str = ""  # why there are no more although there should be; '': they are all there
    again: Failed | Refused | None = None  # the page behind them may come at a later try
    is_paused: bool = False  # nothing may be asked now: the visit is to be repeated


class PartGatherer:
    """Asks for the other pages of an article."""

    def __init__(self, state: State, facts: RunFacts, world: World, asker: Asker) -> None:
        self._state = state
        self._run = facts.run
        self._most = facts.options.max_parts
        self._world = world
        self._asker = asker

    async def gather(self, first: Page, place: Place) -> Gathered:
        """Return the pages behind the first one."""
        kept = {part.url: part for part in self._state.parts.waiting(first.id)}
        pages = [first]
        left = list(find_next_pages(first))
        while left and not _is_among(left[0], pages):
            if len(pages) >= self._most:
                return Gathered(pages=tuple(pages[1:]), gap=f"it has more than {self._most} pages")
            url = left.pop(0)
            got = self._stored(url, first, kept) or await self._fetch(url, pages, place)
            if isinstance(got, Gathered):
                return replace(got, pages=tuple(pages[1:]))
            pages.append(got)
            left = left or list(find_next_pages(got))
        return Gathered(pages=tuple(pages[1:]))

    def _stored(self, url: str, first: Page, kept: Mapping[str, Part]) -> Page | None:
        """Return a page that an earlier visit got."""
        part = kept.get(url)
        body = None if part is None else self._state.pages.get(part.body_hash)
        return None if part is None or body is None else part_page(part, body, first)

    async def _fetch(self, url: str, pages: Sequence[Page], place: Place) -> Page | Gathered:
        answer = await self._asker.ask(url, place)
        if answer is None or isinstance(answer, SiteRules):
            return _unasked(url, answer)
        result, why = _judged(answer, place)
        self._asker.note(url, result, place)
        self._tell(url, result, why, place)
        if not isinstance(result, Fetched):
            return _without(url, result)
        if why:
            return Gathered(gap=f"{url}: {why}")
        if _is_among(canonical_url(result.final_url), pages) or result.body in (page.body for page in pages):
            return Gathered()  # behind the last page some sites show the first or the last again
        page = replace(page_of(result, url, place, self._world.now()), id=pages[0].id)
        self._keep(page, len(pages) + 1)
        return page

    def _tell(self, url: str, result: FetchResult, why: str, place: Place) -> None:
        reason = why or (result.reason if isinstance(result, (Failed, Refused)) else "")
        event = Event(
            at=self._world.now(),
            run=self._run,
            source=place.source.name,
            kind="part",
            url=url,
            outcome="read" if isinstance(result, Fetched) and not why else "failed",
            rule=f"fetch.{reason}" if reason else "",
            bytes=len(result.body) if isinstance(result, Fetched) else 0,
            ms=round(1000 * result.elapsed_s),
        )
        self._world.tell(event)

    def _keep(self, page: Page, number: int) -> None:
        assert page.url is not None
        assert page.fetched_at is not None
        self._state.pages.put(page.body)
        part = Part(
            number=number,
            url=page.url,
            content_type=page.content_type,
            body_hash=hash_of(page.body),
            fetched_at=page.fetched_at,
        )
        self._state.parts.keep(page.id, part)


def part_page(part: Part, body: bytes, first: Page) -> Page:
    """Return a kept page of an article."""
    return replace(
        first,
        url=CanonicalUrl(part.url),
        body=body,
        content_type=part.content_type,
        fetched_at=part.fetched_at,
        following=(),
    )


def _judged(result: FetchResult, place: Place) -> tuple[FetchResult, str]:
    """Return the result as what it turned out to be, and why it is no page although it came."""
    if not isinstance(result, Fetched):
        return result, ""
    verdict = judge(status=result.status, headers=result.headers, body=result.body, content_type=result.content_type)
    if verdict.kind == "blocked":
        return as_refusal(result, verdict.detail), ""
    if verdict.kind == "page" and verdict.opt_outs and place.respects_opt_out:
        return result, "opt_out"
    return result, "" if verdict.kind == "page" else verdict.kind


def _unasked(url: str, answer: SiteRules | None) -> Gathered:
    if answer is None:
        return Gathered(is_paused=True)
    return Gathered(gap=f"{url}: robots.txt forbids to read it")


def _without(url: str, result: Failed | Refused | Gone | NotModified) -> Gathered:
    match result:
        case Failed() if result.may_pass:
            return Gathered(again=result)
        case Refused(reason="blocked" | "too_many"):
            return Gathered(again=result)
        case Failed() | Refused():
            return Gathered(gap=f"{url}: {result.reason}" + (f" ({result.detail})" if result.detail else ""))
        case Gone() | NotModified():
            return Gathered(gap=f"{url}: it is not there")


def _is_among(url: str, pages: Sequence[Page]) -> bool:
    return page_key(url) in {page_key(page.url or "") for page in pages}
