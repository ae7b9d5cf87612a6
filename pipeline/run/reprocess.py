"""Today's rules on stored pages: extract and clean again what earlier crawls brought, without the network.

    pages.sqlite ─▶ Page | Document ─▶ stages ─▶ article, or withdrawn ─▶ near-duplicates of what changed

Today's rules are those of the plan and what is known of hosts by now. What the fetcher refused (a soft 404, a blocked page, an opt-out) stays refused: that does not depend on the stages.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.flow import Plan, plan_fingerprint, process
from pipeline.model import Article, ArticleId, CanonicalUrl, Document, Outcome, Page
from pipeline.run.learning import with_knowledge
from pipeline.run.pages import FETCHER_FLAGS
from pipeline.run.parts import part_page
from pipeline.run.settle import settle, update_index
from pipeline.store.addresses import KnownUrl
from pipeline.store.articles import Arrival
from pipeline.store.pages import DOCUMENT_TYPE, document_of
from pipeline.store.state import State

STAGES = ("extract.", "flow.")  # what the rules of outcomes begin with that today's stages may see otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessed:
    """What became of the stored pages."""

    seen: int
    changed: int  # articles with another record than before, new ones among them
    withdrawn: int  # articles that are refused now
    missing: int  # pages whose bytes are gone


def reprocess(
    state: State, plan: Plan, *, now: datetime, on_progress: Callable[[str, int, int], None] = lambda *_: None
) -> Reprocessed:
    """Process all stored pages again and decide about near-duplicates anew where something changed."""
    plan = with_knowledge(plan, state)
    plan_id = plan_fingerprint(plan)
    run = state.begin_run("reprocess", plan_id, now)
    positions = {source.name: source.position for source in state.sources()}
    known = [one for one in state.addresses.visited() if _depends_on_stages(one)]
    counts = {"changed": 0, "withdrawn": 0, "missing": 0, "same": 0}
    for n, one in enumerate(known, 1):
        arrival = Arrival(run=run, plan=plan_id, position=positions.get(one.source, 0), body_hash=one.body_hash)
        counts[_again(state, one, plan, arrival)] += 1
        on_progress("reprocess", n, len(known))
    tally = settle(state, plan.dedup, run=run)
    update_index(state, plan.dedup.spec)
    state.end_run(run, 0, tally.as_json(), now)
    del counts["same"]
    return Reprocessed(seen=len(known), **counts)


def _depends_on_stages(one: KnownUrl) -> bool:
    return one.outcome in ("article", "unchanged") or (one.rule or "").startswith(STAGES)


def _again(state: State, one: KnownUrl, plan: Plan, arrival: Arrival) -> str:
    item = _stored(state, one)
    if item is None:
        return "missing"
    earlier = state.articles.find(item.id)
    outcome = _with_fetcher_flags(process(item, plan), earlier)
    if isinstance(outcome, Article):
        return "same" if state.articles.put(outcome, arrival) == "same" else "changed"
    if earlier is None:
        state.articles.reject(outcome, arrival)
        return "same"
    state.articles.withdraw(outcome, arrival)
    return "withdrawn"


def _stored(state: State, one: KnownUrl) -> Page | Document | None:
    body = state.pages.get(one.body_hash or "")
    if body is None:
        return None
    if one.content_type == DOCUMENT_TYPE:
        return document_of(body)
    page = Page(
        id=ArticleId(one.item_id),
        url=CanonicalUrl(one.url) if one.url else None,
        source=one.source,
        body=body,
        content_type=one.content_type,
        fetched_at=one.fetched_at,
    )
    bodies = ((part, state.pages.get(part.body_hash)) for part in state.parts.of(one.item_id))
    following = tuple(part_page(part, body, page) for part, body in bodies if body is not None)
    return replace(page, following=following)


def _with_fetcher_flags(outcome: Outcome, earlier: Article | None) -> Outcome:
    """Return the outcome with what the fetcher had remarked: the answer's headers are not stored."""
    if isinstance(outcome, Article) and earlier is not None:
        return outcome.flagged(*(flag for flag in earlier.flags if flag.name in FETCHER_FLAGS))
    return outcome
