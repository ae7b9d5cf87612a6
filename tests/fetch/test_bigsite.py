"""A site of 200 pages that a generator made, in three charsets: the corpus is what the generator knows."""

import pytest

from benchmarks.bigsite import CHARSETS, build, differences, no_wait_world, serving, story
from pipeline.flow import Plan
from pipeline.run.crawl import crawl
from pipeline.run.world import CrawlOptions


@pytest.mark.slow
def test_the_corpus_is_the_truth(tmp_path):
    site = build(200)
    with serving(site) as port:
        result = crawl(site.sources_at(port), Plan(), tmp_path, CrawlOptions(), world=no_wait_world())
        again = crawl(site.sources_at(port), Plan(), tmp_path, CrawlOptions(), world=no_wait_world())
    assert differences(site, tmp_path) == []
    assert (result.tally.kept, result.tally.failed) == (200, 0)
    assert result.tally.rules == {"fetch.binary": 3, "fetch.gone": 3, "fetch.soft_404": 3}
    assert (again.tally.kept, again.tally.failed) == (0, 0)


def test_a_missing_and_a_changed_article_are_differences(tmp_path):
    site = build(12)
    with serving(site) as port:
        crawl(site.sources_at(port), Plan(), tmp_path, CrawlOptions(), world=no_wait_world())
    site.truth.append(story(99, "elsewhere.example", "utf-8"))
    first = site.truth[0]
    site.truth[0] = type(first)(
        url=first.url, title="另一个题目", paragraphs=first.paragraphs, published_at=first.published_at
    )
    found = differences(site, tmp_path)
    assert [("missing" in line, "另一个题目" in line) for line in found] == [(False, True), (True, False)]


@pytest.mark.parametrize("charset", CHARSETS)
def test_texts_can_be_written_in_the_charset_of_the_site(charset):
    for number in range(200):
        told = story(number, "x.example", charset)
        "\n".join((told.title, *told.paragraphs)).encode(charset)
