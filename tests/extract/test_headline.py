import pytest

from pipeline.extract.body import find_body
from pipeline.extract.dom import parsed, read_outline
from pipeline.extract.headline import find_title, title_keys, without_site
from pipeline.extract.metadata import read_head
from pipeline.extract.params import BodyParams

SUFFIXES = {
    "热线增设夜间坐席_社会_某某网": "热线增设夜间坐席",
    "热线增设夜间坐席-某某新闻网": "热线增设夜间坐席",
    "熱線增設夜間坐席 | 生活 | 範例社 Example": "熱線增設夜間坐席",
    "热线增设夜间坐席——市民不再久等 - 某某网": "热线增设夜间坐席——市民不再久等",
    "深度 | 一条热线的一夜与它的二十个坐席 | 某某周刊": "一条热线的一夜与它的二十个坐席",
    "某某网 - 一条热线的一夜与它的二十个坐席": "一条热线的一夜与它的二十个坐席",
    "热线增设夜间坐席": "热线增设夜间坐席",
    "": "",
}
TEXT = "<div class='text'><p>城西区的政务服务热线增设了二十个夜间坐席，市民晚间来电不再久等。</p><p>热线的负责人说，夜间坐席先试行三个月。</p></div>"
HEADLINE = "热线增设夜间坐席"


@pytest.mark.parametrize("title", SUFFIXES)
def test_the_names_of_section_and_site_go(title):
    assert without_site(title) == SUFFIXES[title]


PAGES = {
    "h1 and title agree": (f"<title>{HEADLINE}_某某网</title>", f"<h1>{HEADLINE}</h1>{TEXT}", HEADLINE),
    "h1 is the site": (f"<title>{HEADLINE}_某某网</title>", f"<h1>某某网</h1><h2>{HEADLINE}</h2>{TEXT}", HEADLINE),
    "printed short, declared whole": (
        "<title>热线增设夜间坐席 市民不再久等</title>",
        f"<h1>夜间坐席</h1>{TEXT}",
        "热线增设夜间坐席 市民不再久等",
    ),
    "head names the site only": (
        '<title>某某卫视</title><meta property="og:title" content="某某卫视"><meta property="og:site_name" content="某某卫视">',
        f"<div class='tit'>{HEADLINE}</div>{TEXT}",
        HEADLINE,
    ),
    "site name is the headline": (
        f'<title>{HEADLINE}</title><meta property="og:site_name" content="{HEADLINE}">',
        TEXT,
        HEADLINE,
    ),
    "keywords behind": (f"<title>{HEADLINE}-热线,坐席,夜间,服务-某某网-新闻中心</title>", TEXT, HEADLINE),
    "original title line": (f"<title>{HEADLINE}</title>", f"<p>（原标题：{HEADLINE}）</p>{TEXT}", HEADLINE),
    "json-ld": (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"热线增设夜间坐席"}</script>',
        TEXT,
        HEADLINE,
    ),
    "agreement of pieces": (
        f'<title>某某新聞網-華文新聞 - {HEADLINE}</title><meta property="og:title" content="{HEADLINE} - 城西區的政務服務熱線增設了二十個夜間坐席，市民晚間來電不再久等…">',
        TEXT,
        HEADLINE,
    ),
    "time in the headline": (
        f"<title>{HEADLINE} (13:14) - 某某网</title>",
        f"<h1>{HEADLINE} (13:14)</h1>{TEXT}",
        HEADLINE,
    ),
    "nothing": ("", TEXT, None),
}


@pytest.mark.parametrize("case", PAGES)
def test_the_headline(case):
    head, html, expected = PAGES[case]
    tree = parsed(f"<html><head>{head}</head><body>{html}</body></html>")
    assert tree is not None
    assert tree.body is not None
    page = read_head(tree)
    outline = read_outline(tree.body)
    body = find_body(outline, title_keys(page), BodyParams())
    assert body is not None
    assert find_title(page, outline, body) == expected


def test_without_a_body_the_declared_title_is_all_there_is():
    tree = parsed(f"<title>{HEADLINE}_某某网</title>")
    assert tree is not None
    page = read_head(tree)
    assert find_title(page, read_outline(tree.body), None) == HEADLINE  # type: ignore[arg-type]  # a parsed page has one
