import pytest

from pipeline.extract.authors import find_authors, names_in_byline
from pipeline.extract.body import find_body
from pipeline.extract.dom import parsed, read_outline
from pipeline.extract.headline import title_keys
from pipeline.extract.metadata import read_head
from pipeline.extract.params import BodyParams

STORY = "<p>市民服务中心今天起把排队取号改成了电话预约，老人不用再一早赶来等候。</p><p>办法试行一个月，之后再听取大家的意见。</p>"


def authors_of(byline: str = "", *, start: str = "", end: str = "", head: str = "") -> tuple[str, ...]:
    html = f"<html><head><title>服务中心改用电话预约</title>{head}</head><body><h1>服务中心改用电话预约</h1>{byline}<div class='text'>{start}{STORY}{end}</div></body></html>"
    tree = parsed(html)
    assert tree is not None
    assert tree.body is not None
    page = read_head(tree)
    outline = read_outline(tree.body)
    body = find_body(outline, title_keys(page), BodyParams())
    assert body is not None
    return find_authors(page, outline, body)


BYLINES = {
    "label": ("<p>2026-03-01 来源：某报 作者：顾晓岚</p>", ("顾晓岚",)),
    "label, two": ("<p>作者：顾晓岚、钱一</p>", ("顾晓岚", "钱一")),
    "glued label": ("<p>作者：顾晓岚责任编辑：孙二</p>", ("顾晓岚",)),
    "slash": ("<p>上海快訊／歐陽明慧 2026年03月01日</p>", ("歐陽明慧",)),
    "bracket": ("<p>【林佩珊╱台北報導】</p>", ("林佩珊",)),
    "reporter and place": ("<p>記者林佩珊台北報導</p>", ("林佩珊",)),
    "short name and place": ("<p>记者 钱一北京报道</p>", ("钱一",)),
    "outlet, name, date": ("<p>某某网顾晓岚 2026-03-01 09:10</p>", ("顾晓岚",)),
    "source and name": ("<p>2026-03-01 来源：某某社 顾晓岚</p>", ("顾晓岚",)),
    "report": ("<p>林佩珊報道</p>", ("林佩珊",)),
    "class": ("<div class='byline'>林佩珊</div><p>2026-03-01</p>", ("林佩珊",)),
    "pen name": ("<p>作者：七月的风</p>", ("七月的风",)),
    "editor": ("<p>责任编辑：孙二</p>", ()),
    "portal": ("<p>作者：某某新闻网</p>", ()),
    "number": ("<p>作者：10021</p>", ()),
    "photographer": ("<p>记者 顾晓岚摄</p>", ()),
    "widget": ("<p>作者：关注 评论 分享</p>", ()),
}
STARTS = {
    "dateline": ("<p>（中央社記者林佩珊台北3日電）市府今天宣布，窗口延長服務時間。</p>", ("林佩珊",)),
    "dateline of two": (
        "<p>新华社广州3月3日电（记者顾晓岚、钱一）今天，广州开通了新的服务热线。</p>",
        ("顾晓岚", "钱一"),
    ),
    "dateline with helpers": ("<p>本站讯（记者 顾晓岚 通讯员 钱一）今天开通了新的服务热线。</p>", ("顾晓岚", "钱一")),
    "colon": ("<p>【本報訊】記者林佩珊報道：市府今天宣布，窗口延長服務時間。</p>", ("林佩珊",)),
    "a reporter without a name": ("<p>记者采访了解到，窗口延长了服务时间，大家都说方便。</p>", ()),
    "a person of the story": ("<p>居民王建国说，窗口延长了服务时间，大家都说方便。</p>", ()),
}
ENDS = {
    "signature": ("<p>办法得到了好评，窗口前不再排队。（顾晓岚）</p>", ("顾晓岚",)),
    "text and pictures": ("<p>办法得到了好评。(文/图 顾晓岚 钱一)</p>", ("顾晓岚", "钱一")),
    "translator": ("<p>办法得到了好评。（编译/顾晓岚）</p>", ("顾晓岚",)),
    "a person with an office": (
        "<p>办法得到了好评。（作者：某某研究中心服务研究部部长、研究员顾晓岚）</p>",
        ("顾晓岚",),
    ),
    "report and place": ("<p>办法得到了好评。（林佩珊／台中報導）</p>", ("林佩珊",)),
    "own line": ("<p>本报记者 顾晓岚</p>", ("顾晓岚",)),
    "editor": ("<p>（责任编辑：顾晓岚）</p>", ()),
    "an aside": ("<p>办法得到了好评。（完）</p>", ()),
}


@pytest.mark.parametrize("case", BYLINES)
def test_bylines(case):
    byline, names = BYLINES[case]
    assert authors_of(byline) == names


@pytest.mark.parametrize("case", STARTS)
def test_datelines(case):
    start, names = STARTS[case]
    assert authors_of(start=start) == names


@pytest.mark.parametrize("case", ENDS)
def test_tails(case):
    end, names = ENDS[case]
    assert authors_of(end=end) == names


LD = '<script type="application/ld+json">{"@type":"NewsArticle","author":%s}</script>'


def test_json_ld_names_persons_only():
    assert authors_of(head=LD % '[{"@type":"Person","name":"林佩珊"},{"@type":"Person","name":"顧曉嵐"}]') == (
        "林佩珊",
        "顧曉嵐",
    )
    assert authors_of(head=LD % '{"@type":"Organization","name":"林佩珊"}') == ()
    assert authors_of(head=LD % '{"@type":"Person","name":"https://example.com/u/1"}') == ()
    assert authors_of(head=LD % '"林佩珊"') == ()


def test_the_printed_name_wins_unless_json_ld_knows_more():
    assert authors_of("<p>撰文：顧曉嵐</p>", head=LD % '{"@type":"Person","name":"林佩珊"}') == ("顧曉嵐",)
    more = LD % '[{"@type":"Person","name":"顧曉嵐"},{"@type":"Person","name":"林佩珊"}]'
    assert authors_of("<p>撰文：顧曉嵐</p>", head=more) == ("顧曉嵐", "林佩珊")


def test_a_meta_author_is_the_editor_of_many_sites_and_not_believed():
    assert authors_of(head='<meta name="author" content="孙二">') == ()


def test_without_a_body_there_is_nobody():
    tree = parsed("<p>作者：顾晓岚</p>")
    assert tree is not None
    assert tree.body is not None
    assert find_authors(read_head(tree), read_outline(tree.body), None) == ()


def test_a_known_byline_is_read_more_freely():
    assert names_in_byline("顾晓岚 钱一") == ("顾晓岚", "钱一")
    assert names_in_byline("文/阿布拉·买买提") == ("阿布拉·买买提",)
    assert names_in_byline("") == ()
