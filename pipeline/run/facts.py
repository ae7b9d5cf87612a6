"""What stays the same for a whole run, and what an answer is to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.fetch.answers import Fetched, Refused
from pipeline.flow import Plan
from pipeline.model import CanonicalUrl, Page
from pipeline.run.discover import Place
from pipeline.run.world import CrawlOptions
from pipeline.urls import article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """The run, its parameters, and the sources that it reads."""

    run: int
    plan: Plan
    plan_id: str  # fingerprint
    options: CrawlOptions
    places: Mapping[str, Place]  # by the name of the source


def as_refusal(result: Fetched, wall: str) -> Refused:
    """Return the answer as what it is: a wall with status 200."""
    return Refused(
        url=result.url,
        final_url=result.final_url,
        reason="blocked",
        detail=wall,
        status=result.status,
        elapsed_s=result.elapsed_s,
    )


def page_of(result: Fetched, url: str, place: Place, at: datetime) -> Page:
    """Return the page for the stages, under the address (canonical) by which it is known."""
    encoding = place.source.encoding
    return Page(
        id=article_id(url),
        url=CanonicalUrl(url),
        source=place.source.name,
        body=result.body,
        content_type=f"text/html; charset={encoding}" if encoding else result.content_type,
        fetched_at=at,
    )
