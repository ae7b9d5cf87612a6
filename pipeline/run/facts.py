"""What stays the same for a whole run."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.fetch.answers import Fetched, Refused
from pipeline.flow import Plan
from pipeline.run.discover import Place
from pipeline.run.world import CrawlOptions


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
