"""What a crawl tells while it runs: one event an address asked or file item read.

visits ── Event ──▶ World.tell ──▶ a log line, a count, or nothing
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.columns import to_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One visit."""

    at: datetime
    run: int
    source: str
    kind: str  # feed, sitemap, list, article, part, file
    url: str  # of an item without one: its id
    outcome: str  # article, rejected, unchanged, failed, read
    rule: str = ""  # what rejected it, or how it failed
    detail: str = ""
    bytes: int = 0  # of the body, unpacked
    ms: int = 0  # from the request to the last byte; robots.txt, waiting and processing left out

    def as_json(self) -> Mapping[str, object]:
        """Return the event as plain values, with nothing in it that a log should not keep."""
        return {
            "at": to_instant(self.at),
            "event": "visit",
            "run": self.run,
            "source": self.source,
            "kind": self.kind,
            "url": without_secrets(self.url),
            "outcome": self.outcome,
            "rule": self.rule or None,
            "detail": without_secrets(self.detail) or None,
            "bytes": self.bytes,
            "ms": self.ms,
        }


class Counts:
    """The sum of a run's events so far."""

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()  # by outcome
        self.bytes = 0

    def add(self, event: Event) -> None:
        """Count an event."""
        self.visits[event.outcome] += 1
        self.bytes += event.bytes


_SECRET = re.compile(r"([?&][^=&\s]*(?:token|key|sign|auth|passw|secret|session)[^=&\s]*=)[^&\s#]+", re.IGNORECASE)


def without_secrets(text: str) -> str:
    """Return the text with the values of query parameters that look like keys blanked."""
    return _SECRET.sub(r"\1…", text)
