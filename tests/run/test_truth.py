"""The whole run against the truth: every page and file of the sample becomes what its author says it should."""

import json

import pytest

from pipeline.config.load import parse_sources, plan_for
from pipeline.run.crawl import crawl
from pipeline.run.demo import demo_sources, sample_root, serve_site
from pipeline.run.world import CrawlOptions
from pipeline.store.state import open_state
from pipeline.urls import article_id, canonical_url

ROOT = sample_root()
TRUTH = [json.loads(line) for line in (ROOT / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
ARTICLES = {row["place"]: row for row in TRUTH if row["outcome"] in ("kept", "duplicate")}

# What the stages do not do yet, and why: place → reason. A place that comes out right makes its test fail: then it
# leaves this list.
OPEN: dict[str, str] = {}
EXPECTED = {
    "kept": "kept",
    "duplicate": "duplicate",
    "rejected": "rejected",
    "gone": "rejected",
    "redirect": "rejected",
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    data = tmp_path_factory.mktemp("truth") / "data"
    with serve_site(ROOT / "site") as site:
        sources = parse_sources(demo_sources(ROOT, site.port), str(ROOT / "sources.yaml"))
        result = crawl(sources, plan_for(sources, ROOT / "sources.yaml"), data, CrawlOptions(folder=ROOT))
        result.tally.check()
    with open_state(data, read_only=True) as state:
        yield state, site


def id_of(row):
    place = row.get("url") or row["place"]
    return article_id(canonical_url(place)) if "://" in place else article_id(place.rpartition("/")[2])


def key(text):
    return "".join(c for c in text if c.isalnum())


def outcome_of(state, item):
    decision = state.decisions.find(item)
    if decision is not None:
        return "kept" if decision.is_kept else "duplicate"
    return "rejected" if state.articles.find_rejected(item) else "unknown"


@pytest.mark.parametrize("row", [r for r in TRUTH if r["outcome"] in EXPECTED], ids=lambda r: r["place"])
def test_outcome(crawled, row):
    state, _ = crawled
    assert outcome_of(state, id_of(row)) == EXPECTED[row["outcome"]]


@pytest.mark.parametrize("row", [r for r in TRUTH if r["outcome"] == "duplicate"], ids=lambda r: r["place"])
def test_a_copy_names_its_original(crawled, row):
    state, _ = crawled
    decision = state.decisions.find(id_of(row))
    assert decision.kept == id_of(ARTICLES[row["duplicate_of"]])


@pytest.mark.parametrize("place", ARTICLES)
def test_text_title_and_date(crawled, place):
    state, _ = crawled
    row = ARTICLES[place]
    article = state.articles.find(id_of(row))
    is_right = [key(p) for p in article.paragraphs] == [key(p) for p in row["paragraphs"]]
    assert is_right == (place not in OPEN), [p for p in article.paragraphs if p not in row["paragraphs"]]
    assert row.get("title") in (None, article.title)
    if row.get("published_at"):
        assert article.published_at.isoformat()[:10] == row["published_at"][:10]


def test_a_closed_corner_is_never_asked(crawled):
    _, site = crawled
    closed = [r["place"].split("/", 3)[3] for r in TRUTH if r["outcome"] == "never_fetched"]
    assert closed
    assert not {f"/{path}" for path in closed} & {request.path for request in site.requests}
