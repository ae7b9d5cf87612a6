import time
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.boilerplate import BoilerplateParams, strip_boilerplate, strip_ending
from pipeline.clean.rule import MAX_LINE_CHARS
from pipeline.clean.rulebook import RuleFile, load_rulebook
from pipeline.edits import replay, undo
from pipeline.flow import Plan, process
from pipeline.model import Article, ArticleId, CanonicalUrl, Document
from tests.builders import QUADRATIC_S, article

PARAMS = BoilerplateParams()
BODY = (
    "老街上有一家开了三十年的小店，店主姓王，街坊都叫他老王，谁家缺什么都先来这里问一声。",
    "去年冬天，一位顾客把钱包忘在柜台上，老王冒着雪追了两条街，才把钱包交回到他的手里。",
    "后来这位顾客写来一封信，信里说，他走过很多地方，最难忘的还是这家小店里的那一盏灯。",
)
STATEMENT = "特别声明：上述文字由某某号作者自行上传并发表，本平台仅提供资讯存储服务。"
EDITOR = "责任编辑：李四"


def cleaned(*lines: str, **fields):
    params = fields.pop("params", PARAMS)
    return strip_boilerplate(article("\n".join(lines), **fields), params, load_rulebook())


def flags_of(found) -> list[str]:
    return [flag.name for flag in found.flags]


def rules_of(found) -> set[str]:
    return {edit.rule for edit in found.edits} - {"edits.layout"}


class TestLines:
    def test_tail_goes_and_is_signed(self):
        found = cleaned(*BODY, EDITOR, STATEMENT)
        assert found.paragraphs == BODY
        assert {"byline.editor", "disclaimer.platform_storage"} <= rules_of(found)
        assert found.original == "\n".join((*BODY, EDITOR, STATEMENT))

    def test_nothing_to_do_changes_nothing(self):
        assert cleaned(*BODY) == article("\n".join(BODY))
        assert cleaned("") == article("")

    def test_marks_in_the_middle_go(self):
        found = cleaned(BODY[0], "![]()", BODY[1], "（廣告）請繼續往下閱讀", BODY[2])
        assert found.paragraphs == BODY

    def test_tail_rules_do_not_reach_into_the_body(self):
        lines = (BODY[0], "相关新闻", BODY[1], "来源：某某晚报", BODY[2])
        assert cleaned(*lines).paragraphs == lines

    def test_legal_wording_in_the_body_needs_two_rules(self):
        one = "未经编辑部书面同意，任何人不得在店内拍照，老王把这句话写在了门上，谁来了都看得见。"
        two = "未经本报书面授权，不得使用，以上资讯不构成任何买卖建议，据此操作风险自担。"
        found = cleaned(BODY[0], one, two, *BODY[1:])
        assert found.paragraphs == (BODY[0], one, *BODY[1:])

    def test_a_report_about_a_notice_is_no_notice(self):
        news = "法院认为，被告在页面上写明本平台仅提供信息存储服务，并不能免除它应当承担的责任。"
        assert cleaned(*BODY, news).paragraphs == (*BODY, news)

    def test_lines_of_a_whole_article_never_go(self):
        line = "老王的店每天早上六点开门，" * 40 + "未经授权不得转载，违者必究。"
        assert len(line) > MAX_LINE_CHARS
        assert cleaned(*BODY, line).paragraphs == (*BODY, line)

    def test_a_list_of_other_articles_goes_with_its_heading(self):
        found = cleaned(*BODY, "相关阅读：", "菜市场的新摊位", "河边的早餐店")
        assert found.paragraphs == BODY
        assert [e.reason for e in found.edits if e.rule == "nav.related_list"][-2:] == ["below line 4", "below line 4"]

    def test_a_heading_in_the_body_takes_nothing_with_it(self):
        lines = (*BODY[:2], "相关阅读：", "菜市场的新摊位", BODY[2])
        assert cleaned(*lines).paragraphs == lines

    def test_host_rules(self):
        line = "更多某某新聞網報導"
        rule = load_rulebook().find("nav.related_yahoo")
        assert rule is not None
        found = cleaned(*BODY, "◤好吃好玩這裡看◢", url=CanonicalUrl("https://tw.news.yahoo.com/a"))
        assert found.paragraphs == BODY
        assert cleaned(*BODY, "◤好吃好玩這裡看◢").paragraphs == (*BODY, "◤好吃好玩這裡看◢")
        assert cleaned(*BODY, line).paragraphs == BODY


class TestRestraint:
    def test_more_than_half_is_left_alone(self):
        found = cleaned(BODY[0], STATEMENT, EDITOR)
        assert found.paragraphs == (BODY[0], STATEMENT, EDITOR)
        assert flags_of(found) == ["over_removal"]

    def test_nothing_but_boilerplate_is_left_alone(self):
        found = cleaned(STATEMENT)
        assert found.paragraphs == (STATEMENT,)
        assert flags_of(found) == ["over_removal"]

    def test_the_frame_of_a_page_comes_out_empty(self):
        lines = ("您的位置：首页 > 街坊", "分享到：微信 微博", "下一篇：没有了", "版权所有 未经授权不得转载")
        found = cleaned(*lines)
        assert found.paragraphs == ()
        assert {"nav.share", "nav.next_previous"} <= {edit.rule for edit in found.edits}
        assert undo("", found.edits) == "\n".join(lines)

    def test_notices_only_come_out_empty_when_many_rules_agree(self):
        contact = "如有侵权，请联系我们删除。"
        cite = "转载请注明出处，谢谢合作。"
        assert cleaned(STATEMENT, contact, cite).paragraphs == ()
        assert cleaned(STATEMENT, STATEMENT).paragraphs == (STATEMENT, STATEMENT)

    def test_a_line_that_no_rule_knows_keeps_all(self):
        lines = ("分享到：微信 微博", "街角的面馆", "下一篇：没有了")
        assert "街角的面馆" in cleaned(*lines).paragraphs

    def test_kinds_that_the_user_wants(self):
        params = replace(PARAMS, keep_kinds=frozenset({"byline"}))
        assert cleaned(*BODY, EDITOR, STATEMENT, params=params).paragraphs == (*BODY, EDITOR)

    def test_closing_question_stays_with_a_flag(self):
        question = "你家附近也有这样的老店吗？它还在不在？不妨在评论区说说它的故事，让更多的人知道它开在哪条街上。"
        found = cleaned(*BODY, question)
        assert found.paragraphs == (*BODY, question)
        assert flags_of(found) == ["soft_cta"]

    def test_captions_and_citations_stay(self):
        lines = (*BODY, "图／某某电视台", "（摘自《街坊往事》）", "相關鏈接")
        found = cleaned(*lines)
        assert found.paragraphs == lines
        assert flags_of(found) == ["caption", "source_note"]

    def test_shadow_rules_only_speak(self):
        shadow = RuleFile("mine.toml", '[[rule]]\nid = "byline.editor"\nmode = "shadow"\n')
        before = article("\n".join((*BODY, EDITOR)))
        found = strip_boilerplate(before, PARAMS, load_rulebook((shadow,)))
        assert found.paragraphs == before.paragraphs
        assert [(flag.name, flag.detail) for flag in found.flags] == [("shadow", f"byline.editor: {EDITOR}")]


class TestEndSentences:
    def test_a_notice_glued_to_the_last_sentence_goes(self):
        found = cleaned(*BODY[:2], BODY[2] + STATEMENT)
        assert found.paragraphs == BODY

    def test_editors_in_brackets_go_and_reporters_stay(self):
        assert cleaned(*BODY[:2], BODY[2] + "（责任编辑：李四）").paragraphs == BODY
        glued = (*BODY[:2], BODY[2] + "（文/李四）")
        assert cleaned(*glued).paragraphs == glued

    def test_a_bracket_without_a_full_stop_before_it(self):
        last = "信写了整整三页，落款是一个没有人认识的名字（责任编辑：李四）"
        found = cleaned(*BODY, last)
        assert found.paragraphs[-1] == "信写了整整三页，落款是一个没有人认识的名字"

    def test_several_sentences(self):
        found = cleaned(*BODY[:2], BODY[2] + "本文仅代表作者个人观点。如有侵权，请联系我们删除。")
        assert found.paragraphs == BODY

    def test_sentences_in_the_middle_of_the_line_stay(self):
        line = BODY[2] + "如有侵权，请联系我们删除。老王把信贴在墙上，一贴就是三年，纸都黄了。"
        assert cleaned(*BODY[:2], line).paragraphs == (*BODY[:2], line)


class TestMetadata:
    def test_bylines_become_fields(self):
        found = cleaned("2021-03-05 10:20:30 来源：某某晚报", "文/张三、李四", *BODY)
        assert found.paragraphs == BODY
        assert (found.outlet, found.authors) == ("某某晚报", ("张三", "李四"))
        assert found.published_at == datetime.fromisoformat("2021-03-05T10:20:30+08:00")

    def test_known_fields_stay(self):
        found = cleaned("来源：某某晚报", *BODY, outlet="某某日报")
        assert (found.outlet, found.paragraphs) == ("某某日报", BODY)

    def test_self_media_account(self):
        found = cleaned("小城社|張三豐", *BODY)
        assert (found.outlet, found.authors) == ("小城社", ("張三豐",))


class TestHeadline:
    def test_reprint_clause_names_it(self):
        found = cleaned("街坊版", "老店寻访", "一盏灯的故事", *BODY, "未经允许不得转载:某某资讯 » 一盏灯的故事")
        assert (found.title, found.outlet, found.paragraphs) == ("一盏灯的故事", "某某资讯", BODY)

    def test_known_title_is_not_said_twice(self):
        found = cleaned("一盏灯的故事", *BODY, title="一盏灯的故事_某某网")
        assert (found.title, found.paragraphs) == ("一盏灯的故事_某某网", BODY)

    def test_below_a_breadcrumb(self):
        found = cleaned("您的位置：首頁>生活>正文", "一盞燈的故事", *BODY)
        assert (found.title, found.paragraphs) == ("一盞燈的故事", BODY)

    def test_no_title_is_invented(self):
        lines = ("一盏灯的故事", *BODY)
        found = cleaned(*lines)
        assert (found.title, found.paragraphs) == (None, lines)

    def test_wanted_titles_stay(self):
        params = replace(PARAMS, keep_kinds=frozenset({"title"}))
        assert cleaned("一盏灯的故事", *BODY, title="一盏灯的故事", params=params).paragraphs[0] == "一盏灯的故事"


LINES = st.sampled_from(
    (
        *BODY,
        STATEMENT,
        EDITOR,
        "![]()",
        "相关阅读：",
        "菜市场的新摊位",
        BODY[0] + STATEMENT,
        "来源：某某晚报",
        "首页>正文",
    )
)


@settings(deadline=None)  # the first example compiles the rules
@given(st.lists(LINES, max_size=9), st.text(max_size=8))
def test_laws(lines, noise):
    """A strip adds no character, signs what it takes, and has nothing left to do the second time."""
    before = article("\n".join((*lines, noise)))
    once = strip_boilerplate(before, PARAMS, load_rulebook())
    assert replay(once.original, once.edits) == once.text
    assert once.original == before.original
    assert set(once.text) <= set(before.text)
    if "over_removal" not in flags_of(once):
        again = strip_boilerplate(once, PARAMS, load_rulebook())
        assert again.paragraphs == once.paragraphs


HOSTILE = {
    "one character": "转" * 1_000_000,
    "blanks": " " * 1_000_000,
    "brackets": "（" * 300_000,
    "equal lines": "未经授权不得转载。\n" * 10_000,
    "short lines": "赞\n" * 10_000,
    "one line of sentences": "未经授权不得转载。" * 50_000,
    "surrogates": "\ud800\udc00\ud800" * 1000,
    "all of Unicode": "".join(map(chr, range(0x110000))),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_input(case):
    before = article(HOSTILE[case])
    started = time.process_time()
    found = strip_boilerplate(before, PARAMS, load_rulebook())
    assert time.process_time() - started < QUADRATIC_S
    assert found.original == HOSTILE[case]


class TestEnding:
    """What stands at the end once the copies behind it have gone."""

    def test_a_notice_glued_to_the_last_sentence_goes(self):
        found = strip_ending(article("\n".join((*BODY, BODY[0] + STATEMENT))), PARAMS, load_rulebook())
        assert found.paragraphs == (*BODY, BODY[0])
        assert rules_of(found) == {"disclaimer.platform_storage"}

    @pytest.mark.parametrize("text", ["", "\n".join(BODY), f"{BODY[0]}他说编辑部的灯一直亮着。"])
    def test_other_endings_stay(self, text):
        assert strip_ending(article(text), PARAMS, load_rulebook()) == article(text)

    def test_no_more_than_half_goes(self):
        text = f"{BODY[1][:12]}。{STATEMENT}{STATEMENT}"
        assert strip_ending(article(text), PARAMS, load_rulebook()) == article(text)

    def test_the_flow_asks_when_repeats_have_gone(self):
        text = "\n".join((*BODY, "收信的那天晚上，老王把信读给街坊们听，读到一半就读不下去了。" + STATEMENT, *BODY))
        found = process(Document(id=ArticleId("a"), source="s", text=text), Plan())
        assert isinstance(found, Article)
        assert found.paragraphs == (*BODY, "收信的那天晚上，老王把信读给街坊们听，读到一半就读不下去了。")
