"""Section and tags, on pages whose article is the same."""

import json

import pytest

from pipeline.extract.article import ExtractParams, extract_article
from pipeline.model import Article, ArticleId, Page

TITLE = "服务中心的排队改成了电话预约"
TEXT = "<p>市民服务中心今天起把排队取号改成了电话预约，老人们不用再一早赶来等候，窗口前的队伍不见了。</p><p>热线负责人小顾说，取消排队的想法来自一封来信。</p>"


def article(above: str = "", below: str = "", head: str = "", title: str = TITLE) -> Article:
    html = f"<html><head><title>{title}_示例网</title>{head}</head><body>{above}<h1>{title}</h1><i>2026-11-20 09:15</i><div id=text>{TEXT}</div>{below}</body></html>"
    result = extract_article(Page(id=ArticleId("p"), url=None, source="s", body=html.encode()), ExtractParams())
    assert isinstance(result, Article)
    assert len(result.paragraphs) == 2
    return result


def ld(**thing: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'


SECTIONS = {
    "trail in a line": ("<div>首页 &gt; 财经频道 &gt; 公司动向 &gt; 正文</div>", "", "公司动向"),
    "trail of links": ('<ul class="breadcrumb"><li><a>主頁</a><li><a>港聞</a><li><a>突發</a></ul>', "", "突發"),
    "trail in spaces": ('<div class="crumbs">首页 快讯 公司</div>', "", "公司"),
    "trail in slashes": ('<div class="path">udn / 即時新聞 / 生活</div>', "", "生活"),
    "where you are": ("<div>您现在的位置：示例网 >> 民生新闻</div>", "", "民生新闻"),
    "short names": ("<div>评论 > 海外观察</div>", "", "海外观察"),
    "with a toolbar": ("<div>首页 > 网易号 > 正文 申请入驻</div>", "", "网易号"),
    "two names in a step": ("<div>新闻中心 国内新闻>正文</div>", "", "国内新闻"),
    "an aside": ('<ul class="crumb"><li>主頁<li>即時新聞<li>本地 (重溫: 2025-12-01)</ul>', "", "本地"),
    "with the headline": (f"<div>首页 > 民生 > {TITLE}</div>", "", "民生"),
    "with the headline cut off": (f"<div>首页 > 民生 > {TITLE[:9]}</div>", "", "民生"),
    "with the headline and dots": ("<div>首页 > 民生 > 服务中心...</div>", "", "民生"),
    "a button": ("<div>更多 ></div><div>查看往期 > </div>", "", None),
    "a menu": ("<div>新闻 财经 体育 娱乐</div>", "", None),
    "one word in a named box": ('<div class="Form-Crumbs"><b>搜狗</b></div>', "", None),
    "a named box that is too long": (f'<div class="crumbs">{"某某栏目 " * 30}</div>', "", None),
    "codes": ('<div class="crumbs">WEB > TOP</div>', "", None),
    "linked data": ("", ld(**{"@type": "NewsArticle", "articleSection": "社會"}), "社會"),
    "linked data, several": ("", ld(**{"@type": "NewsArticle", "articleSection": ["政治", "最新"]}), "政治"),
    "linked data, no words": ("", ld(**{"@type": "NewsArticle", "articleSection": 7}), None),
    "linked trail": (
        "",
        ld(**{"@type": "BreadcrumbList", "itemListElement": [{"name": "首页"}, {"item": {"name": "民生"}}, {"item": "x"}, "y"]}),
        "民生",
    ),
    "a meta": ("", '<meta name="article:section" content="本地">', "本地"),
    "a meta of a machine": ("", '<meta name="article:section" content="news">', None),
    "a label": ("<div>频道：民生 2026-11-20</div>", "", "民生"),
    "the print comes first": ("<div>首页 > 民生 > 正文</div>", '<meta name="section" content="综合">', "民生"),
    "nothing": ("", "", None),
}  # fmt: skip


@pytest.mark.parametrize("case", SECTIONS)
def test_section(case):
    above, head, expected = SECTIONS[case]
    assert article(above, head=head).section == expected


TAGS = {
    "label and links": ("<p>标签：<a>服务中心</a><a>电话预约</a></p>", "", ("服务中心", "电话预约")),
    "label and spaces": ("<p>关键词： 排队 预约 我要反馈</p>", "", ("排队", "预约")),
    "label and commas": ("<p>關鍵字：排队、预约</p>", "", ("排队", "预约")),
    "label above links": ("<p>标签</p><p><a>排队</a></p><p><a>预约</a></p><p>版权所有</p>", "", ("排队", "预约")),
    "hashtags": ("<p><a>#排队</a> <a>#预约</a></p>", "", ("排队", "预约")),
    "hashtags, a line each": ("<p><a>#排队</a></p><p><a>#预约</a></p>", "", ("排队", "预约")),
    "links among others": (
        "<p>标签：<a>服务中心</a><a> </a><a>电话预约</a></p><a>服务</a>",
        "",
        ("服务中心", "电话预约"),
    ),
    "a foot of names of sections": ("<p>关键词: 新闻 财经 体育 娱乐 家电 科技</p>", "", ()),
    "a meta": ("", '<meta name="keywords" content="排队,预约，热线">', ("排队", "预约", "热线")),
    "a meta with spaces": ("", '<meta name="keywords" content="排队 预约 热线">', ("排队", "预约", "热线")),
    "a word that the text has not": ("", '<meta name="keywords" content="排队,预约,便民">', ("排队", "预约", "便民")),
    "the site's own words": ("", '<meta name="keywords" content="示例网,新闻,热线,股票,天气,下载,论坛,视频">', ()),
    "the headline": ("", f'<meta name="keywords" content="{TITLE}">', ()),
    "the headline cut up": ("", '<meta name="keywords" content="服务中心的排队,改成了电话预约">', ()),
    "the headline and words": ("", f'<meta name="keywords" content="{TITLE},排队">', ("排队",)),
    "media and numbers": (
        "",
        '<meta name="keywords" content="排队,示例日报,2026,sample.com,互联网">',
        ("排队", "互联网"),
    ),
    "news_keywords first": (
        "",
        '<meta name="keywords" content="热线"><meta name="news_keywords" content="排队;预约">',
        ("排队", "预约"),
    ),
    "a meta each": (
        "",
        '<meta property="article:tag" content="排队"><meta property="article:tag" content="预约">',
        ("排队", "预约"),
    ),
    "linked data": ("", ld(**{"@type": "NewsArticle", "keywords": ["排队", "预约", 5]}), ("排队", "预约")),
    "linked data in one string": ("", ld(**{"@type": "NewsArticle", "keywords": "排队,预约"}), ("排队", "预约")),
    "linked data, no words": ("", ld(**{"@type": "NewsArticle", "keywords": {"a": 1}}), ()),
    "once each": ("", '<meta name="keywords" content="排队,预约,排队">', ("排队", "预约")),
    "markup": ("", '<meta name="keywords" content="&lt;meta name=">', ()),
    "nothing": ("", '<meta name="keywords" content=",">', ()),
}


@pytest.mark.parametrize("case", TAGS)
def test_tags(case):
    below, head, expected = TAGS[case]
    assert article(below=below, head=head).tags == expected


def test_a_medium_is_a_tag_where_the_headline_speaks_of_it():
    head = '<meta name="keywords" content="示例日报,排队">'
    assert article(head=head, title="示例日报的窗口前没有了排队").tags == ("示例日报", "排队")


def test_too_many_tags_are_cut():
    numbered = ",".join(f"排队{n}号" for n in range(20))
    words = f"{numbered},排队,预约,热线,老人,窗口,来信,市民,中心,服务,电话,今天,取号,等候,队伍,想法"
    assert len(article(head=f'<meta name="keywords" content="{words}">').tags) == 30
