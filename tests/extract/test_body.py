"""Where a body ends: labels, lists and calls in its middle, sign-offs behind it."""

import time

import pytest

from pipeline.extract.body import find_body
from pipeline.extract.dom import parsed, read_outline
from pipeline.extract.headline import title_keys
from pipeline.extract.metadata import read_head
from pipeline.extract.params import BodyParams
from tests.builders import QUADRATIC_S

TITLE = "社区修表摊开了十八年"
FIRST = [f"修表摊的第{n}段故事，讲的是一块老表怎样重新走起来。" for n in "一二三四"]
LAST = "最后这一段也是故事的一部分，说的是主人来取表的那天。"


def lines_of(inner: str) -> list[str]:
    html = f"<title>{TITLE}</title><h1>{TITLE}</h1><div>{''.join(f'<p>{text}</p>' for text in FIRST)}{inner}</div>"
    tree = parsed(html)
    assert tree is not None
    assert tree.body is not None
    outline = read_outline(tree.body)
    body = find_body(outline, title_keys(read_head(tree)), BodyParams())
    assert body is not None
    return [outline.lines[i].text for i in body.kept]


LINKS = "<ul><li><a href=1>菜市场里的磨刀人又回来了</a></li><li><a href=2>一把藤椅修了三代人</a></li></ul>"
# what stands behind the first paragraphs: what of it belongs to the body
BEHIND = {
    "a label": (f"<p>相关链接</p><p>{LAST}</p>", ["相关链接", LAST]),
    "a label in traditional script": (f"<p>延伸閱讀</p><p>{LAST}</p>", ["延伸閱讀", LAST]),
    "a label in bold": (f"<p><strong>精彩点击</strong></p><p>{LAST}</p>", ["精彩点击", LAST]),
    "a label that is a heading": (f"<h3>相关报道</h3><p>{LAST}</p>", ["相关报道", LAST]),
    "a list in the middle": (f"<p>相关阅读</p>{LINKS}<p>{LAST}</p>", [LAST]),
    "a call in the middle": (f"<p>关注我们</p><p>{LAST}</p>", [LAST]),
    "a button in the middle": (f"<p>展开全文</p><p>{LAST}</p>", [LAST]),
    "a label above links": (f"<p>相关链接</p>{LINKS}", []),
    "a label above links and teasers": (f"<p>相关链接</p><p><a href=1>另一篇报道的标题</a></p><p>{LAST}</p>", []),
    "a label above another container": (f"<p>相关链接</p><section><div>{LAST}</div></section>", []),
    "a label that is a link": (f"<p><a href=1>更多新闻</a></p><p>{LAST}</p>", [LAST]),
    "a sign-off": (f"<p>责任编辑：某某</p><p>{LAST}</p>", []),
    "comments": (f"<p>网友评论</p><p>{LAST}</p>", []),
    "a notice": (f"<p>版权声明：本文归某某所有。</p><p>{LAST}</p>", []),
    "nothing": ("<p>相关链接</p>", []),
}


@pytest.mark.parametrize("case", BEHIND)
def test_what_follows_a_mark(case):
    inner, more = BEHIND[case]
    assert lines_of(inner) == [*FIRST, *more]


LINKED = f"<p><a href=1>{TITLE}</a></p>"
HEADLINES = {
    "only in a link": (LINKED, 0),
    "in a link and bare": (f"{LINKED}<p>{TITLE}</p>", 1),
    "bare and as a heading": (f"<p>{TITLE}</p><h1>{TITLE}</h1>", 1),
    "nowhere": ("<p>栏目</p>", None),
}


@pytest.mark.parametrize("case", HEADLINES)
def test_the_line_of_the_headline(case):
    above, headline = HEADLINES[case]
    tree = parsed(f"<title>{TITLE}</title>{above}<div>{''.join(f'<p>{text}</p>' for text in FIRST)}</div>")
    assert tree is not None
    assert tree.body is not None
    body = find_body(read_outline(tree.body), title_keys(read_head(tree)), BodyParams())
    assert body is not None
    assert body.headline == headline


SHOWN = "师傅在灯下看表，手很稳，眼睛也没有离开。"
# what stands between two paragraphs: whether it is text
PICTURES = {
    "a figure's caption": (f"<figure><img><figcaption>{SHOWN}</figcaption></figure>", False),
    "a caption by its name": (f"<p class='pic-caption'>{SHOWN}</p>", False),
    "a credit below a picture": (f"<p><img></p><p>{SHOWN[:-1]}（某某通讯社）</p>", False),
    "a line of words below a picture": ("<p><img></p><p>修表摊一角</p>", False),
    "a paragraph below a picture": (f"<p><img></p><p>{SHOWN}</p>", True),
    "a paragraph": (f"<p>{SHOWN}</p>", True),
}


@pytest.mark.parametrize("case", PICTURES)
def test_captions_are_no_text(case):
    inner, is_text = PICTURES[case]
    assert lines_of(f"{inner}<p>{LAST}</p>") == [*FIRST, *([SHOWN] if is_text else []), LAST]


@pytest.mark.parametrize(("between", "found"), [(20, True), (40, False)])
def test_a_lead_belongs_to_the_body_when_it_stands_near_above(between, found):
    lead = "先说结论，这个摊子还会再开很多年，街坊都放心了。"
    menu = "<ul>" + "<li><a href=1>栏目</a></li>" * between + "</ul>"
    html = f"<title>{TITLE}</title><div><h1>{TITLE}</h1><div><p>{lead}</p></div>{menu}<div>{''.join(f'<p>{text}</p>' for text in FIRST)}</div></div>"
    tree = parsed(html)
    assert tree is not None
    assert tree.body is not None
    outline = read_outline(tree.body)
    body = find_body(outline, title_keys(read_head(tree)), BodyParams())
    assert body is not None
    assert (outline.lines[body.first].text == lead) == found


@pytest.mark.parametrize(
    "inner", ["<p>相关链接</p>" * 9_000, f"<p>相关链接</p>{LINKS}" * 4_000], ids=["labels", "lists"]
)
def test_thousands_of_marks_are_read_in_time(inner):
    start = time.process_time()
    assert lines_of(inner) == FIRST
    assert time.process_time() - start < QUADRATIC_S
