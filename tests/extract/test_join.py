from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.article import ExtractParams, extract_article
from pipeline.extract.join import MAX_PAGES, join_pages
from pipeline.model import Article, ArticleId, CanonicalUrl, Flag, Page, Rejected

LEAD = "核心提示：市民服务中心今天起把排队取号改成了电话预约，窗口前的队伍不见了。"
ONE = "老人们不用再一早赶来等候，只要打一个电话，就能约好第二天的时间。"
TWO = "中心主任说，取消排队的想法来自一位八十岁老人的来信。"
THREE = "下一步，预约还将扩大到周末和节假日。"
EDITOR = "本版照片由市民服务中心提供给各报使用。"
WHO = "记者："


def article(*paragraphs: str, name: str = "p") -> Article:
    return Article(id=ArticleId(name), url=None, source="s").with_text("\n".join(paragraphs))


def rejected(name: str) -> Rejected:
    return Rejected(
        id=ArticleId(name), url=CanonicalUrl(f"https://a.example/{name}"), source="s", rule="extract.x.shell"
    )


def test_bodies_stand_in_order_and_the_first_page_gives_the_facts():
    first = Article(id=ArticleId("p"), url=None, source="s", title="题", encoding="gb18030").with_text(ONE)
    joined = join_pages(first, [article(TWO), article(THREE)])
    assert joined.paragraphs == (ONE, TWO, THREE)
    assert (joined.title, joined.encoding, joined.edits) == ("题", "gb18030", ())


def test_what_each_page_begins_and_ends_with_stays_where_it_came_first():
    joined = join_pages(article(LEAD, ONE, EDITOR), [article(LEAD, TWO, EDITOR), article(LEAD, THREE, EDITOR)])
    assert joined.paragraphs == (LEAD, ONE, EDITOR, TWO, THREE)
    assert joined.original == f"{LEAD}\n{ONE}\n{EDITOR}\n{LEAD}\n{TWO}\n{EDITOR}\n{LEAD}\n{THREE}\n{EDITOR}"
    signed = [edit for edit in joined.edits if edit.rule == "extract.join.repeat"]
    assert "page 2 repeats page 1" in {edit.reason for edit in signed}


def test_short_lines_in_the_middle_are_speakers_and_stay():
    joined = join_pages(article(ONE, WHO, TWO), [article(THREE, WHO, EDITOR)])
    assert joined.paragraphs == (ONE, WHO, TWO, THREE, WHO, EDITOR)


def test_a_long_paragraph_in_the_middle_goes():
    assert join_pages(article(ONE, TWO), [article(THREE, ONE, EDITOR)]).paragraphs == (ONE, TWO, THREE, EDITOR)


def test_a_page_with_the_whole_text_adds_what_is_missing():
    assert join_pages(article(ONE, TWO), [article(ONE, TWO, THREE)]).paragraphs == (ONE, TWO, THREE)


def test_the_same_page_again_adds_nothing():
    assert join_pages(article(ONE, TWO), [article(ONE, TWO)]).paragraphs == (ONE, TWO)


def test_a_foretaste_of_the_next_page_gives_way_to_the_whole_paragraph():
    joined = join_pages(article(ONE, TWO[:18] + "……"), [article(TWO, THREE)])
    assert joined.paragraphs == (ONE, TWO, THREE)
    assert join_pages(article(ONE, "中心主任"), [article(TWO)]).paragraphs == (
        ONE,
        "中心主任",
        TWO,
    )  # too short to tell


def test_a_page_without_text_is_passed_over_and_said():
    joined = join_pages(article(ONE), [rejected("p2"), article(TWO)])
    assert joined.paragraphs == (ONE, TWO)
    assert joined.flags == (Flag(name="page_without_text", detail="https://a.example/p2: extract.x.shell"),)


PARAGRAPHS = st.lists(st.sampled_from([LEAD, ONE, TWO, THREE, EDITOR, WHO]), max_size=5)


@settings(deadline=None)
@given(st.lists(PARAGRAPHS, min_size=1, max_size=4))
def test_nothing_is_invented_and_nothing_is_lost(pages):
    joined = join_pages(article(*pages[0]), [article(*page) for page in pages[1:]])
    assert joined.original == "\n".join(paragraph for page in pages for paragraph in page)
    assert set(joined.paragraphs) == {paragraph for page in pages for paragraph in page}


def html(*paragraphs: str, title: str = "排队改成了电话预约") -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<title>{title}_某某网</title><h1>{title}</h1><i>2026-11-20 09:15</i><div>{text}</div>".encode()


def page(body: bytes, name: str, following: tuple[Page, ...] = ()) -> Page:
    url = CanonicalUrl(f"https://a.example/{name}.html")
    return Page(id=ArticleId(name), url=url, source="s", body=body, following=following)


def test_following_pages_become_one_article():
    others = (page(html(LEAD, TWO, title="第二页"), "c_2"), page(b"<p></p>", "c_3"), page(html(LEAD, "完了。"), "c_4"))
    whole = extract_article(page(html(LEAD, ONE), "c", others), ExtractParams())
    assert isinstance(whole, Article)
    assert whole.title == "排队改成了电话预约"
    assert whole.paragraphs == (LEAD, ONE, TWO, "完了。")  # a last page may hold less than an article must
    assert [flag.detail for flag in whole.flags] == ["https://a.example/c_3.html: extract.article.shell"]


def test_without_a_first_page_there_is_no_article():
    assert isinstance(extract_article(page(b"<p></p>", "c", (page(html(ONE), "c_2"),)), ExtractParams()), Rejected)


def test_pages_without_end_are_cut():
    others = tuple(page(html(f"{ONE}这是第{n}页，也是唯一的一页。"), f"c_{n}") for n in range(2, MAX_PAGES + 10))
    whole = extract_article(page(html(TWO, THREE), "c", others), ExtractParams())
    assert isinstance(whole, Article)
    assert len(whole.paragraphs) == MAX_PAGES + 2
