"""One spelling for one page; two for two."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.urls import (
    MAX_URL_CHARS,
    article_id,
    canonical_url,
    host_of,
    join_url,
    origin_of,
    page_key,
    path_shape,
)

CANONICAL = {
    "host and default port": ("HTTP://News.Example.CN:80/a/../b.html#top", "http://news.example.cn/b.html"),
    "other port stays": ("http://a.cn:8080/x", "http://a.cn:8080/x"),
    "no path": ("https://a.cn", "https://a.cn/"),
    "case of the path stays": ("http://a.cn/News/A.html", "http://a.cn/News/A.html"),
    "trailing slash stays": ("http://a.cn/d/", "http://a.cn/d/"),
    "double slash stays": ("http://a.cn//x", "http://a.cn//x"),
    "Chinese host": ("http://新闻.中国/a", "http://xn--efvy88h.xn--fiqs8s/a"),
    "Chinese path": ("http://a.cn/客服", "http://a.cn/%E5%AE%A2%E6%9C%8D"),
    "hex digits": ("http://a.cn/%e5%ae%a2", "http://a.cn/%E5%AE%A2"),
    "unreserved letters": ("http://a.cn/%7euser/%61", "http://a.cn/~user/a"),
    "encoded slash stays": ("http://a.cn/a%2fb", "http://a.cn/a%2Fb"),
    "GBK query stays": ("http://a.cn/s?q=%bf%cd%b7%fe", "http://a.cn/s?q=%BF%CD%B7%FE"),
    "empty query": ("http://a.cn/x?", "http://a.cn/x"),
    "empty pieces": ("http://a.cn/x?&a=1&&b=2&", "http://a.cn/x?a=1&b=2"),
    "order stays": ("http://a.cn/x?b=2&a=1", "http://a.cn/x?b=2&a=1"),
    "dot at the end of the host": ("http://a.cn./x", "http://a.cn/x"),
    "hash route stays": ("http://a.cn/app#/news/7", "http://a.cn/app#/news/7"),
    "hash-bang route stays": ("http://a.cn/#!/n/7", "http://a.cn/#!/n/7"),
    "campaign": ("http://a.cn/x?utm_source=weibo&UTM_medium=s&id=3", "http://a.cn/x?id=3"),
    "share": ("http://a.cn/x?id=3&from=timeline&isappinstalled=0", "http://a.cn/x?id=3"),
    "from is no share": ("http://a.cn/x?from=shanghai", "http://a.cn/x?from=shanghai"),
    "family of a tracker": ("http://a.cn/x?cre=home&mod=top&loc=3&r=0", "http://a.cn/x"),
    "the same words alone": (
        "http://bbs.cn/forum.php?mod=viewthread&loc=3",
        "http://bbs.cn/forum.php?mod=viewthread&loc=3",
    ),
    "fid beside wxfid": ("http://a.cn/x?wxfid=&fid=9", "http://a.cn/x"),
    "fid of a forum": ("http://bbs.cn/forumdisplay.php?fid=9", "http://bbs.cn/forumdisplay.php?fid=9"),
    "session in the path": ("http://a.cn/n.jsp;jsessionid=0A1B?id=1", "http://a.cn/n.jsp?id=1"),
    "WeChat": (
        "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=2&sn=f0&chksm=e1&scene=27#wechat_redirect",
        "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=2&sn=f0",
    ),
    "scene elsewhere": ("http://a.cn/x?scene=27", "http://a.cn/x?scene=27"),
    "IPv6": ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
}


@pytest.mark.parametrize(("url", "wanted"), CANONICAL.values(), ids=CANONICAL.keys())
def test_canonical_url(url, wanted):
    assert canonical_url(url) == wanted


BAD = {
    "script": ("javascript:void(0)", "not http or https"),
    "mail": ("mailto:a@b.cn", "not http or https"),
    "file": ("file:///etc/passwd", "not http or https"),
    "relative": ("a/b.html", "no URL"),
    "empty": ("", "no URL"),
    "no host": ("http://", "no URL"),
    "dots for a host": ("http://./x", "no host"),
    "password": ("http://user:pw@a.cn/", "carries a user name"),
    "half a character": ("http://a.cn/\ud800", "no URL"),
    "endless": ("http://a.cn/?q=" + "x" * MAX_URL_CHARS, "longer than"),
}


@pytest.mark.parametrize(("url", "message"), BAD.values(), ids=BAD.keys())
def test_what_is_no_web_address_says_why(url, message):
    with pytest.raises(ValueError, match=message) as caught:
        canonical_url(url)
    assert len(str(caught.value)) < 200
    assert "pw" not in str(caught.value)


def test_base_joins_relative_addresses():
    assert canonical_url("../c/1.html", base="http://a.cn/n/x/index.html") == "http://a.cn/n/c/1.html"
    assert join_url("?p=2", "http://a.cn/list.html?p=1") == "http://a.cn/list.html?p=2"


def test_a_source_may_keep_and_drop_parameters():
    url = "http://a.cn/x?spm=7&id=1&ver=9"
    assert canonical_url(url) == "http://a.cn/x?id=1&ver=9"
    assert canonical_url(url, keep_params={"SPM"}) == "http://a.cn/x?spm=7&id=1&ver=9"
    assert canonical_url(url, drop_params=("ver",)) == "http://a.cn/x?id=1"
    assert canonical_url(url, keep_params=("spm",), drop_params=("spm", "ver")) == "http://a.cn/x?id=1"


SAME_PAGE = {
    "scheme": ("http://a.cn/x", "https://a.cn/x"),
    "order": ("http://a.cn/x?b=2&a=1", "http://a.cn/x?a=1&b=2"),
    "host": ("http://A.cn:80", "http://a.cn/"),
}
OTHER_PAGE = {
    "id": ("http://a.cn/x?id=1", "http://a.cn/x?id=2"),
    "WeChat place": ("http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1", "http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=2"),
    "repeated name": ("http://a.cn/x?a=1&a=2", "http://a.cn/x?a=2&a=1"),
    "route": ("http://a.cn/#/n/1", "http://a.cn/#/n/2"),
    "page": ("http://a.cn/x?page=2", "http://a.cn/x"),
    "slash": ("http://a.cn/d/", "http://a.cn/d"),
}


@pytest.mark.parametrize(("one", "other"), SAME_PAGE.values(), ids=SAME_PAGE.keys())
def test_one_page(one, other):
    assert article_id(canonical_url(one)) == article_id(canonical_url(other))


@pytest.mark.parametrize(("one", "other"), OTHER_PAGE.values(), ids=OTHER_PAGE.keys())
def test_two_pages(one, other):
    assert article_id(canonical_url(one)) != article_id(canonical_url(other))


def test_article_id_of_anything():
    assert len(article_id("notes.txt#3")) == 16
    assert int(article_id("notes.txt#3"), 16) >= 0
    assert article_id("notes.txt#3") != article_id("notes.txt#4")
    assert article_id("\ud800")
    assert article_id("a?c=1&b=2") != article_id("a?b=2&c=1")  # a file name is no URL


def test_parts():
    assert host_of("https://News.A.cn:8443/x") == "news.a.cn"
    assert origin_of("https://News.A.cn:8443/x?y") == "https://news.a.cn:8443"
    assert origin_of("http://a.cn:80/") == "http://a.cn"
    assert page_key("https://a.cn/x?b=1&a=2#/r") == "a.cn/x?a=2&b=1#/r"


def test_days_of_a_calendar_have_one_shape():
    assert path_shape("http://a.cn/c/2026/03/?d=1&m=2") == path_shape("http://a.cn/c/2031/12/?m=9&d=30")
    assert path_shape("http://a.cn/c/2026/") != path_shape("http://a.cn/n/2026/")


_pieces = st.text(st.sampled_from("ab1=&?#/%2fE5;.:服务 _"), max_size=30)


@given(_pieces)
def test_canonical_url_is_idempotent(tail):
    try:
        url = canonical_url("http://a.cn/" + tail)
    except ValueError:
        return
    assert canonical_url(url) == url
    assert url.isascii()


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_a_clear_error(text):
    with contextlib.suppress(ValueError):
        assert canonical_url(text).startswith(("http://", "https://"))
