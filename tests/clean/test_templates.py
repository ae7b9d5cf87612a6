"""What a host prints around every article."""

import pickle
from functools import reduce
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.templates import (
    EMPTY,
    RULE,
    TemplateParams,
    learn_templates,
    merge_templates,
    strip_templates,
)
from pipeline.model import Article, CanonicalUrl
from tests.builders import article

PARAMS = TemplateParams()
FOOTER = "滨江在线网络传播有限公司主办，未经同意请勿转载本网内容"
CRUMB = "首页 > 社区新闻 > 正文"
HEADING = "后来的事"
TOPICS = ("图书馆", "菜市场", "游泳馆", "渡口", "小学", "公园", "医院", "邮局", "车站", "书店", "剧场", "码头")


def page(topic: str, *, host: str = "news.example", extra: str = "") -> Article:
    lines = (
        CRUMB,
        f"{topic}门口昨天多了一张长桌，路过的居民都停下来看了看写在上面的字。",
        HEADING,
        f"管{topic}的老张说，这张桌子会一直放到年底，谁都可以坐下来歇一歇脚。{extra}",
        f"责任编辑：张{topic}",
        f"阅读 {len(topic)}{ord(topic[0])}",
        FOOTER,
    )
    return article("\n".join(lines), url=CanonicalUrl(f"https://{host}/{topic}"))


PAGES = [page(topic) for topic in TOPICS]
TABLE = learn_templates(PAGES)
BODY = page("桥头").paragraphs[1:4]


def test_lines_of_the_host_go() -> None:
    found = strip_templates(page("桥头"), TABLE, PARAMS)
    assert found.paragraphs == BODY
    assert {(edit.rule, edit.kind) for edit in found.edits if edit.rule == RULE} == {(RULE, "template")}
    assert found.original == page("桥头").text
    assert "on 12 articles of news.example" in {edit.reason for edit in found.edits}


def test_other_script_and_marks_are_the_same_line() -> None:
    other = page("桥头").with_text(
        page("桥头").text.replace(FOOTER, "濱江在線網絡傳播有限公司主辦，未經同意請勿轉載本網內容！")
    )
    assert strip_templates(other, TABLE, PARAMS).paragraphs == BODY


def test_another_host_is_another_table() -> None:
    other = page("桥头", host="other.example")
    assert strip_templates(other, TABLE, PARAMS) is other
    assert strip_templates(article(page("桥头").text), TABLE, PARAMS).text == page("桥头").text


def test_in_shadow_until_three_articles() -> None:
    table = learn_templates(PAGES[:2])
    assert strip_templates(page("桥头"), table, PARAMS).text == page("桥头").text


def test_in_shadow_below_a_tenth_of_the_host() -> None:
    rare = "本版图片由读者提供给滨江在线编辑部"
    pages = [article(f"{rare}\n{page(topic).text}", url=page(topic).url) for topic in TOPICS[:3]]
    others = [page(f"{topic}{number}") for topic in TOPICS for number in "甲乙丙丁"]
    asked = article(f"{rare}\n{page('桥头').text}", url=page("桥头").url)
    assert rare in strip_templates(asked, learn_templates([*pages, *others]), PARAMS).text
    assert rare not in strip_templates(asked, learn_templates([*pages, *others[:20]]), PARAMS).text


def test_copies_of_one_article_count_once() -> None:
    copies = [page("图书馆", extra=f"第{number}次更新。") for number in "一二三四五"]
    table = learn_templates(copies)
    assert strip_templates(page("图书馆"), table, PARAMS).paragraphs[1] == page("图书馆").paragraphs[1]


def test_headings_in_the_body_and_list_heads_stay() -> None:
    heads = [article(f"一、总体要求\n{page(topic).text}", url=page(topic).url) for topic in TOPICS]
    found = strip_templates(heads[0], learn_templates(heads), PARAMS)
    assert found.paragraphs[0] == "一、总体要求"
    assert HEADING in found.paragraphs


def test_short_closing_sentence_stays_and_long_lines_are_not_looked_at() -> None:
    long = "，".join(["这一行比一篇文章还要长得多"] * 40) + "。"
    pages = [article(f"{page(topic).text}\n特此公告。\n{long}", url=page(topic).url) for topic in TOPICS]
    kept = strip_templates(pages[0], learn_templates(pages), PARAMS).paragraphs
    assert kept[-2:] == ("特此公告。", long)


def test_line_of_marks_and_figures_is_no_template() -> None:
    pages = [article(f"{page(topic).text}\n***\n2026", url=page(topic).url) for topic in TOPICS]
    assert strip_templates(pages[0], learn_templates(pages), PARAMS).paragraphs[-2:] == ("***", "2026")


def test_a_page_of_templates_only_becomes_empty() -> None:
    assert strip_templates(article(f"{CRUMB}\n{FOOTER}", url=page("桥头").url), TABLE, PARAMS).paragraphs == ()


def test_articles_without_host_or_text_show_nothing() -> None:
    assert learn_templates([article("一行"), article("", url=page("桥头").url)]) == EMPTY


def test_pickles() -> None:
    assert pickle.loads(pickle.dumps(TABLE)) == TABLE
    assert pickle.loads(pickle.dumps(EMPTY)) == EMPTY


def test_merge_is_what_one_run_learns() -> None:
    parts = [learn_templates(PAGES[:3]), learn_templates(PAGES[3:7]), learn_templates([*PAGES[7:], PAGES[0]])]
    for order in permutations(parts):
        assert reduce(merge_templates, order, EMPTY) == TABLE
    assert merge_templates(parts[0], merge_templates(parts[1], parts[2])) == TABLE


def test_sample_is_bounded_and_the_same_however_learned() -> None:
    pages = [
        article(f"{number}号楼的灯亮了第{chr(0x4E00 + number)}盏。", url=page("桥头").url) for number in range(700)
    ]
    whole = learn_templates(pages)
    assert len(whole.hosts["news.example"]) == 256
    assert merge_templates(learn_templates(pages[350:]), learn_templates(pages[:350])) == whole


LINES = st.lists(
    st.sampled_from([FOOTER, CRUMB, HEADING, "完", *page("桥头").paragraphs, *page("渡口").paragraphs]), max_size=8
)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=8), LINES, st.integers(0, 8))
def test_laws(texts: list[list[str]], lines: list[str], cut: int) -> None:
    pages = [article("\n".join(text), url=page("桥头").url) for text in texts]
    table = learn_templates(pages)
    assert merge_templates(learn_templates(pages[cut:]), learn_templates(pages[:cut])) == table
    received = article("\n".join(lines), url=page("桥头").url)
    found = strip_templates(received, table, PARAMS)
    assert found.original == received.original
    assert strip_templates(found, table, PARAMS) == found
    assert set(found.paragraphs) <= set(received.paragraphs)
