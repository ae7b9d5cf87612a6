"""Counts over everything, taken in passing."""

import pickle
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import ArticleId, Flag, Rejected
from pipeline.quality.distribution import Gathering
from pipeline.quality.signals import measure
from pipeline.report.survey import Selection, Survey
from tests.report.reports import SELECT, article, articles, copies


def surveyed(rows):
    survey = Survey()
    assert list(survey.watch_articles(rows)) == rows  # handed on as they are
    return survey.figures()


def test_characters_taken_are_counted_by_kind_and_rule():
    figures = surveyed(
        [article(0, "正文。声明", cut="声明"), article(1, "正文二。声明声明", cut="声明声明"), article(2)]
    )
    assert figures.removed == {"disclaimer": 6}
    (use,) = figures.rules
    assert (use.rule, use.kind, use.articles, use.places, use.characters) == (
        "disclaimer.test_rule",
        "disclaimer",
        2,
        2,
        6,
    )
    assert use.example == "声明"
    assert figures.articles == 3
    assert figures.characters == sum(len(article(2).text) if i == 2 else n for i, n in enumerate((3, 4, 0)))


def test_the_most_used_rule_comes_first():
    figures = surveyed([article(0, "一二三四", cut="二", kind="nav"), article(1, "一二三四", cut="二三", kind="ad")])
    assert [use.rule for use in figures.rules] == ["ad.test_rule", "nav.test_rule"]


def test_facts_of_articles_are_counted():
    figures = surveyed([article(0), article(3), article(1, script=None, published_at=None, relevance=None)])
    assert figures.sources == {"晚报0": 2, "晚报1": 1}
    assert figures.days == {"2026-11-01": 1, "2026-11-04": 1}
    assert figures.scripts == {"hans": 2, "unknown": 1}
    assert figures.verdicts == {"keep": 2}
    assert figures.scores == {0: 1, 21: 1}


def test_a_flag_counts_once_an_article():
    assert surveyed([article().flagged(Flag(name="x", detail="1"), Flag(name="x", detail="2"))]).flags == {"x": 1}


def test_a_keyword_counts_the_articles_that_have_it():
    found = surveyed([article(0, keywords=("客服", "热线")), article(1, keywords=("热线",)), article(2)])
    assert found.keywords == {"客服": 1, "热线": 2}


def test_layout_is_no_removal():
    figures = surveyed([article(0, "一  \n\n  二")])
    assert figures.removed == {}
    assert [use.rule for use in figures.rules] == ["edits.layout"]


def test_a_rule_has_its_first_example_with_the_article_and_what_was_said():
    (use,) = surveyed([article(4, "正文。声明", cut="声明"), article(5, "正文。别的声明", cut="别的声明")]).rules
    assert (use.example, use.article, use.reason) == ("声明", "a4", "for the test")


def test_what_rules_on_trial_met():
    flags = [
        Flag(name="shadow", detail=f"{rule}: {line}") for rule, line in (("r.a", "甲"), ("r.a", "乙"), ("r.b", "丙"))
    ]
    found = surveyed([article(0).flagged(*flags), article(1).flagged(flags[0])]).shadows
    assert [(s.rule, s.articles, s.lines, s.example, s.article) for s in found] == [
        ("r.a", 2, 3, "甲", "a0"),
        ("r.b", 1, 1, "丙", "a0"),
    ]


def test_days_are_counted_by_source():
    assert surveyed([article(0), article(3), article(1, published_at=None)]).source_days == {
        ("晚报0", "2026-11-01"): 1,
        ("晚报0", "2026-11-04"): 1,
    }


def test_cluster_sizes_and_refusals():
    survey = Survey()
    rows = copies(articles(2)) + copies(articles(1))
    assert list(survey.watch_copies(rows)) == rows
    refused = [Rejected(id=ArticleId("r"), url=None, source=s, rule="fetch.gone") for s in ("甲", "乙", "甲")]
    assert list(survey.watch_rejected(refused)) == refused
    figures = survey.figures()
    assert figures.clusters == {2: 1, 1: 1}
    assert figures.refused == {"fetch.gone": 3}
    assert figures.refused_sources == {"甲": 2, "乙": 1}
    assert not any(figures.barred_sources.values())


def test_what_a_site_does_not_want_read_is_counted_apart():
    survey = Survey()
    rows = [Rejected(id=ArticleId("r"), url=None, source="甲", rule=rule) for rule in ("fetch.robots", "fetch.gone")]
    assert list(survey.watch_rejected(rows)) == rows
    assert survey.figures().barred_sources == {"甲": 1}


SHADOWS = [Flag(name="shadow", detail=f"r.{n}: 第{n}行") for n in range(3)]
MANY = [replace(one.flagged(*SHADOWS[: n % 4]), signals=measure(one)) for n, one in enumerate(articles(12))]
REFUSED = [
    Rejected(id=ArticleId(f"r{n}"), url=None, source=f"晚报{n % 2}", rule=("fetch.gone", "fetch.robots")[n % 2])
    for n in range(5)
]


def counted(kept, dropped, refused):
    survey = Survey(selections=[Selection(Gathering(SELECT)), Selection(Gathering(["light"]), frozenset({"晚报0"}))])
    for rows in (survey.watch_articles(kept), survey.watch_copies(dropped), survey.watch_rejected(refused)):
        list(rows)
    return survey


@settings(max_examples=30)
@given(ends=st.lists(st.integers(0, len(MANY)), max_size=5).map(sorted))
def test_surveys_of_parts_make_the_survey_of_all(ends):
    dropped = copies(MANY)
    whole = counted([], [], [])
    for first, end in pairwise([0, *ends, len(MANY)]):
        part = counted(MANY[first:end], dropped[first:end], REFUSED[first:end])
        before = pickle.dumps(part.figures())
        whole.merge(pickle.loads(pickle.dumps(part)))  # as it comes from another process
        whole.merge(counted([], [], []))
        assert pickle.dumps(part.figures()) == before, "what was added is as it was"
    wanted = counted(MANY, dropped, REFUSED).figures()
    assert whole.figures() == wanted
    assert list(whole.figures().source_days) == list(wanted.source_days), "in the same order, too"
