"""Several addresses of one page: it is one article, and the other addresses are asked no more.

A further page of an article is its part (written with the article). Pages that name one address as their own
(`rel=canonical`) are joined at the end of a run, before near-duplicates are decided: only then are all of them there,
and who was fetched first does not matter. Some sites name their front page on every page, so texts must agree, too.
"""

from dataclasses import dataclass

from pipeline.dedup.decide import DedupParams, find_near_duplicates
from pipeline.model import Article, CanonicalUrl, Rejected
from pipeline.run.facts import RunFacts
from pipeline.run.settle import record_of
from pipeline.store.aliases import Reason
from pipeline.store.articles import Arrival
from pipeline.store.state import State
from pipeline.urls import article_id

SAME_PAGE_RULE = "crawl.same_page"  # another address of a page that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another address of a page."""

    id: str  # that belongs to the other address
    url: str
    target: str  # the address of the page
    reason: Reason


class AliasJoiner:
    """Writes that addresses are others of a page."""

    def __init__(self, state: State, facts: RunFacts) -> None:
        self._state = state
        self._facts = facts

    def join(self, alias: Alias) -> None:
        """Ask an address no more; an article that it had is one no more."""
        run = self._facts.run
        with self._state.transaction():
            self._state.aliases.add(alias.url, alias.target, alias.reason, run=run)
            if not self._state.aliases.close(alias.id, SAME_PAGE_RULE, alias.target, run=run):
                return
            article = self._state.articles.find(alias.id)
            if article is not None:
                arrival = Arrival(run=run, plan=self._facts.plan_id, position=0)
                self._state.articles.withdraw(_same_page(article, alias.target), arrival)

    def join_canonical(self) -> None:
        """Join the pages of the run that name one address as their own."""
        for address in self._state.aliases.claimed():
            first, *others = self._state.aliases.of_one_address(address, article_id(address))
            for other, is_new in others:
                if is_new:
                    self._join_if_same(first[0], other)

    def _join_if_same(self, first: str, item: str) -> None:
        kept, other = self._state.articles.find(first), self._state.articles.find(item)
        assert kept is not None
        assert other is not None
        if kept.url and other.url and _agree(kept, other, self._facts.plan.dedup):
            self.join(Alias(id=item, url=other.url, target=kept.url, reason="canonical"))


def _agree(kept: Article, other: Article, params: DedupParams) -> bool:
    """Return whether two articles have the same text, or nearly."""
    return not find_near_duplicates([record_of(kept), record_of(other)], params)[1].is_kept


def _same_page(article: Article, target: str) -> Rejected:
    return Rejected(
        id=article.id, url=article.url, source=article.source, rule=SAME_PAGE_RULE, detail=CanonicalUrl(target)
    )
