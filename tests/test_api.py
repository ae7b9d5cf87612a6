"""`import pipeline`: light, typed, documented, and true to what it says."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

import pipeline
from pipeline.edits import replay
from pipeline.errors import ZhnewsError

STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续，还教会他用手机查账单。"


@pytest.mark.parametrize("name", pipeline.__all__)
def test_every_public_name_is_there_and_documented(name):
    thing = getattr(pipeline, name)
    assert name == "__version__" or thing.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such"):
        pipeline.no_such  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, pipeline; print([m for m in ('numpy', 'opencc', 'yaml', 'httpx2', 'numba') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_words_of_a_region_come_with_its_script_when_asked_for():
    assert pipeline.normalise_text("这个软件打印了信息。", script="tw") == "這個軟件打印了信息。"
    assert pipeline.normalise_text("这个软件打印了信息。", script="tw", terms="convert") == "這個軟體列印了資訊。"
    article = pipeline.clean_text("這個軟體的使用者回電了。", script="hans", terms="convert")
    assert article.text == "这个软件的用户回电了。"
    assert {edit.kind for edit in article.edits} == {"script", "term"}
    assert article.original == "這個軟體的使用者回電了。"


def test_a_script_without_a_region_has_no_words():
    with pytest.raises(ValueError, match="no region"):
        pipeline.normalise_text("热线", script="hant", terms="convert")
    with pytest.raises(ZhnewsError, match="--terms: script keep has no region"):
        pipeline.clean_text("热线", terms="convert")


def test_clean_text_keeps_the_article_and_signs_the_rest():
    text = f"您的位置：首页>社会>正文\n\n{STORY}\n{STORY[::-1]}\n责任编辑：林一"
    article = pipeline.clean_text(text)
    assert article.paragraphs == (STORY, STORY[::-1])
    assert article.original == text
    assert replay(text, article.edits) == "\n".join(article.paragraphs)


def test_clean_text_of_nothing_is_an_article_without_paragraphs():
    assert pipeline.clean_text(" \n").paragraphs == ()
    gone = pipeline.clean_text("责任编辑：林一")
    assert gone.original == "责任编辑：林一"


def test_clean_text_in_another_script_still_gives_the_text_back():
    article = pipeline.clean_text(STORY, script="tw", title="感谢客服")
    assert "營業廳" in article.text
    assert article.title == "感謝客服"
    assert article.original == STORY


def test_extract_html_from_bytes_and_text():
    html = f"<html><head><title>一封感谢信</title></head><body><h1>一封感谢信</h1><div><p>{STORY}</p><p>{STORY[::-1]}</p></div></body></html>"
    for data in (html, html.encode("gb18030")):
        article = pipeline.extract_html(data, url="https://news.example/1")
        assert isinstance(article, pipeline.Article)
        assert (article.title, article.url, article.text) == (
            "一封感谢信",
            "https://news.example/1",
            f"{STORY}\n{STORY[::-1]}",
        )


def test_extract_html_says_why_there_is_no_article():
    rejected = pipeline.extract_html("<html><body><form>登录</form></body></html>")
    assert isinstance(rejected, pipeline.Rejected)
    assert rejected.rule.startswith("extract.")


def test_a_url_that_is_none_is_refused():
    with pytest.raises(ValueError, match="nonsense"):
        pipeline.extract_html("<p>x</p>", url="nonsense")


def test_normalise_text_and_decode_html():
    assert pipeline.normalise_text("ＡＢＣ&nbsp;客服\u200b", script="keep") == "ABC 客服"
    decoded = pipeline.decode_html("<meta charset=utf-8>营业厅里的一封信".encode("gbk"))
    assert "营业厅里的一封信" in decoded.text
    assert decoded.encoding == "gb18030"
    assert decoded.reason


def test_parse_date_is_aware():
    at = pipeline.parse_date("昨天 12:30", now=datetime(2026, 11, 22, 2, tzinfo=UTC))
    assert str(at) == "2026-11-21 12:30:00+08:00"


def test_near_duplicates_of_records_and_mappings():
    records: list[pipeline.Record | dict[str, object]] = [
        pipeline.Record(id="a", text=STORY),
        {"id": "b", "text": STORY + "他说谢谢。", "published_at": "2026-01-01T00:00:00+08:00", "more": 1},
        {"id": 3, "text": STORY[::-1], "title": None},
    ]
    decisions = pipeline.find_near_duplicates(records)
    assert [(d.id, d.kept) for d in decisions] == [("a", None), ("b", "a"), ("3", None)]
    assert decisions[1].relation
    assert all(0 <= score <= 1 for score in decisions[1].scores.values())


def test_relevance_says_where():
    found = pipeline.relevance(STORY, title="感谢客服")
    assert found.score > 0
    assert {h.where for h in found.hits} == {"title", "text"}
    assert found.topic == "service"
