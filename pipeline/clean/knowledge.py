"""What is known of hosts from many articles: a frozen value that a run is given, and that grows only between runs.

    articles of a run ── learn ──▶ Knowledge ┐
    what was known  ─────────────▶ Knowledge ┴─ merge ──▶ what the next run is given
    article ── apply_knowledge(article, knowledge, params) ──▶ article

`learn` looks at the texts as received, so that what an article was stripped of by earlier knowledge still counts: the
same articles teach the same, whatever a run knew. `merge` is associative, commutative and idempotent: an article that is
seen again counts once, and one core or a thousand agree. The size is bounded: a sample of 256 articles a host.

Two kinds of knowledge: lines that a host prints around every article (`templates`), and strings that somebody injects
into its articles (`mined`). Both are in shadow, counted and nothing else, until enough distinct articles show them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.clean.mined import MinedParams, MinedTable, learn_mined, merge_mined, strip_mined
from pipeline.clean.templates import TemplateParams, TemplateTable, learn_templates, merge_templates, strip_templates
from pipeline.errors import StateError
from pipeline.fold import FOLD_VERSION
from pipeline.model import Article

FORMAT = 1  # of the JSON form
_AT_ONCE = 1000  # articles in memory while learning


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeParams:
    """When knowledge is used. Parameters of a run, not of what is learned: change them and learn nothing anew."""

    templates: TemplateParams = field(default_factory=TemplateParams)
    mined: MinedParams = field(default_factory=MinedParams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What many articles have shown. Made by `learn`, `merge` and `Knowledge.from_json`."""

    templates: TemplateTable = field(default_factory=lambda: TemplateTable({}))
    mined: MinedTable = field(default_factory=lambda: MinedTable({}))

    @property
    def digest(self) -> str:
        """16 hex digits; the same knowledge gives the same."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """Return the knowledge as text; the same knowledge gives the same text."""
        lines = {
            host: {
                f"{article:016x}": [f"{line:016x}" for line in sorted(lines)]
                for article, lines in sorted(sample.items())
            }
            for host, sample in sorted(self.templates.hosts.items())
        }
        windows = {
            host: {f"{article:016x}": sorted(shown) for article, shown in sorted(sample.items())}
            for host, sample in sorted(self.mined.hosts.items())
        }
        return json.dumps({"format": FORMAT, "fold": FOLD_VERSION, "lines": lines, "windows": windows})

    @classmethod
    def from_json(cls, text: str) -> "Knowledge":
        """Return the knowledge that `to_json` wrote. Raises StateError when it was learned by another version."""
        try:
            stored: dict[str, Any] = json.loads(text)
            spec = stored["format"], stored["fold"]
            if spec != (FORMAT, FOLD_VERSION):
                raise StateError(
                    f"knowledge: learned as {spec}, this version reads {(FORMAT, FOLD_VERSION)}. Learn it again"
                )
            return cls(templates=_templates(stored["lines"]), mined=_mined(stored["windows"]))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise StateError("knowledge: this is not what zhnews learned. Learn it again") from exc


EMPTY = Knowledge()


def learn(articles: Iterable[Article]) -> Knowledge:
    """Return what these articles, as they were received, show about their hosts."""
    known = EMPTY
    for some in _batches(articles):
        received = [article.with_text(article.original) if article.edits else article for article in some]
        known = merge(known, Knowledge(templates=learn_templates(received), mined=learn_mined(received)))
    return known


def merge(a: Knowledge, b: Knowledge) -> Knowledge:
    """Return what both show together; order and grouping of merges do not matter."""
    return Knowledge(
        templates=merge_templates(a.templates, b.templates),
        mined=merge_mined(a.mined, b.mined),
    )


def apply_knowledge(article: Article, knowledge: Knowledge, params: KnowledgeParams) -> Article:
    """Return the article without its host's templates and without the strings that are injected there."""
    if not knowledge.templates.hosts and not knowledge.mined.hosts:
        return article
    return strip_mined(strip_templates(article, knowledge.templates, params.templates), knowledge.mined, params.mined)


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _templates(stored: dict[str, Any]) -> TemplateTable:
    return TemplateTable(
        {
            host: {int(article, 16): frozenset(int(line, 16) for line in lines) for article, lines in sample.items()}
            for host, sample in stored.items()
        }
    )


def _mined(stored: dict[str, Any]) -> MinedTable:
    return MinedTable(
        {
            host: {
                int(article, 16): frozenset((str(left), str(core), str(right)) for left, core, right in windows)
                for article, windows in sample.items()
            }
            for host, sample in stored.items()
        }
    )
