"""Files as a source: what lies in a folder goes the same way as what comes from the web.

path of the source ── read_inputs ──▶ Page | Document | Unreadable ──▶ stages ──▶ state, one transaction an item
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.errors import InputError, UsageError
from pipeline.fetch.source import Source
from pipeline.model import ArticleId, Document, Page, Rejected
from pipeline.run.discover import Place
from pipeline.run.events import Event
from pipeline.run.facts import RunFacts
from pipeline.run.world import World
from pipeline.store.articles import Arrival
from pipeline.store.frontier import Lease, Link, Visit
from pipeline.store.inputs import InputOptions, Item, Unreadable, read_inputs
from pipeline.store.pages import body_of, hash_of
from pipeline.store.state import State
from pipeline.store.warc import ArchiveFilter
from pipeline.urls import article_id

UNREADABLE_RULE = "files.unreadable"


class Intake:
    """Takes in the files of a run's sources."""

    def __init__(self, state: State, facts: RunFacts, world: World) -> None:
        self._state = state
        self._facts = facts
        self._world = world
        self._taken: set[str] = set()  # ids that this run has seen
        self.troubles: dict[str, str] = {}  # by source
        self.unreadable: list[str] = []  # where and why

    def take(self, place: Place) -> Iterator[None]:
        """Take in the items of a source, one at each step."""
        paths = paths_of(place, self._facts.options.folder)
        try:
            for item in read_inputs(paths, _options(place.source)):
                self._take_item(item, place)
                yield
        except (InputError, UsageError) as exc:
            self.troubles[place.source.name] = str(exc)
            self._state.source_failed(place.source.name, str(exc), self._world.now())
            return
        self._state.source_worked(place.source.name, self._world.now())

    def _take_item(self, item: Item, place: Place) -> None:
        key = self._own_id(item.id, place.source.name)
        lease = self._lease(key, item, place)
        if lease is None:
            return
        if isinstance(item, Unreadable):
            self.unreadable.append(str(item))
            visit = Visit(outcome="failed", at=self._world.now(), rule=UNREADABLE_RULE, detail=str(item))
            self._state.frontier.finish(lease, visit, run=self._facts.run)
        else:
            self._process(replace(item, id=key), lease)
        self._tell(lease, item)

    def _tell(self, lease: Lease, item: Item) -> None:
        outcome, rule, detail = self._state.survey.fate(lease.key) or ("failed", "", "")
        event = Event(
            at=self._world.now(),
            run=self._facts.run,
            source=lease.source,
            kind="file",
            url=lease.url or lease.item_id,
            outcome=outcome,
            rule=rule,
            detail=detail,
            bytes=0 if isinstance(item, Unreadable) else len(body_of(item)[0]),
        )
        self._world.tell(event)

    def _lease(self, key: ArticleId, item: Item, place: Place) -> Lease | None:
        link = Link(
            url="" if isinstance(item, Unreadable) else item.url or "",
            item_id=key,
            kind="file",
            host="",
            source=place.source.name,
            position=place.position,
        )
        return self._state.frontier.receive(link, run=self._facts.run, now=self._world.now())

    def _process(self, item: Page | Document, lease: Lease) -> None:
        body, content_type = body_of(item)
        body_hash = hash_of(body)
        visit = Visit(outcome="unchanged", at=self._world.now(), content_type=content_type, body_hash=body_hash)
        if lease.body_hash == body_hash:
            is_fresh = self._state.articles.is_fresh(item.id)  # of a run that died before it could count it
            visit = replace(visit, outcome="article" if is_fresh else "unchanged")
            self._state.frontier.finish(lease, visit, run=self._facts.run)
            return
        self._state.pages.put(body)
        outcome = self._world.process(item, self._facts.plan)
        arrival = Arrival(run=self._facts.run, plan=self._facts.plan_id, position=lease.position, body_hash=body_hash)
        with self._state.transaction():
            if isinstance(outcome, Rejected):
                self._state.articles.reject(outcome, arrival)
                visit = replace(visit, outcome="rejected", rule=outcome.rule, detail=outcome.detail)
            elif self._state.articles.put(outcome, arrival) != "same":
                visit = replace(visit, outcome="article")
            self._state.frontier.finish(lease, visit, run=self._facts.run)

    def _own_id(self, item: ArticleId, source: str) -> ArticleId:
        """Return the id, or another one when it is taken: by an earlier item of this run, or by another source.

        Two folders may both hold an a.txt, a file may hold one address twice; none of them may replace another.
        """
        key, n = item, 1
        while key in self._taken or self._belongs_to_another(key, source):
            n += 1
            key = article_id(f"{source}\n{item}\n{n}")
        self._taken.add(key)
        return key

    def _belongs_to_another(self, key: ArticleId, source: str) -> bool:
        known = self._state.addresses.find_item(key)
        return known is not None and known.kind == "file" and known.source != source


def _options(source: Source) -> InputOptions:
    hosts = frozenset(host.lower().strip(".") for host in source.hosts)
    archives = ArchiveFilter(hosts=hosts, min_han_ratio=source.min_han_ratio)
    return InputOptions(source=source.name, archives=archives)


def paths_of(place: Place, folder: Path) -> list[str]:
    """Return what the path of a source names: a file, a folder, or what matches its pattern."""
    path = place.source.path or ""
    if not any(mark in path for mark in "*?["):
        return [str(folder / path)]
    base = Path(path).anchor or "."
    pattern = path[len(base) :] if Path(path).is_absolute() else path
    return sorted(str(found) for found in (folder / base).glob(pattern) if found.is_file())
