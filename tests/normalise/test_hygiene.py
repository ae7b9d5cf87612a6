import pytest
from hypothesis import given

from pipeline.model import Article, ArticleId
from pipeline.normalise.hygiene import HygieneParams, strip_noise, strip_text_noise
from tests.normalise.texts import NOISY, article_of, assert_undoes

KEEP = HygieneParams()
RESTORE = HygieneParams(punctuation="restore")

CASES = {
    "named entity": ("她说&ldquo;好&rdquo;", "她说“好”"),
    "entity escaped twice": ("&amp;amp;ldquo;好&amp;rdquo;", "“好”"),
    "numeric entities": ("&#20013;&#x56fd;&#65313;", "中国A"),
    "entity without semicolon": ("买&nbsp卖", "买卖"),
    "address stays": ("/?a=1&copy=2&lt=3", "/?a=1&copy=2&lt=3"),
    "address escaped": ("/?a=1&amp;b=2", "/?a=1&b=2"),
    "unknown entity stays": ("&foo; AT&T R&D;", "&foo; AT&T R&D;"),
    "escaped unknown entity": ("&amp;foo;", "&foo;"),
    "entity of no character stays": ("&#0;&#xD800;", "&#0;&#xD800;"),
    "zero width": ("服\u200b务\ufeff热\u2060线", "服务热线"),
    "soft hyphen and control": ("服\u00ad务\x00热\x07线", "服务热线"),
    "direction marks": ("\u202e服务\u202c\u200f", "服务"),
    "variation selector": ("葛\U000e0100城", "葛城"),
    "emoji keep their joiners": ("👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f⃣", "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f⃣"),
    "flag of a region": ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
    "joiner outside an emoji": ("👨\u200d好", "👨好"),
    "wide letters and digits": ("ＶＩＰ客户１２３人，占５％", "VIP客户123人，占5%"),
    "Chinese punctuation stays": ("好，（真的）：“是”！？；～￥", "好，（真的）：“是”！？；～￥"),
    "signs stay": ("①½℃㎡™", "①½℃㎡™"),
    "radicals": ("⼈⼯服务⻓期", "人工服务长期"),
    "box for mouth": ("窗囗服务", "窗口服务"),
    "the radical itself": ("囗部的字", "囗部的字"),
    "composed letter": ("cafe\u0301", "café"),
    "compatibility ideograph": ("豈有", "豈有"),
    "indent": ("\u3000\u3000今天\u3000\n\u3000明天", "今天\n明天"),
    "odd space inside": ("今天\u3000明天\u2003后天", "今天 明天 后天"),
    "filling of an editor": ("服\u00a0务", "服务"),
    "a no-break space that parts a headline": ("热线今天开通\u00a0市民可以拨打", "热线今天开通 市民可以拨打"),
    "a space that parts a headline": ("服务零距离 用心待顾客", "服务零距离 用心待顾客"),
    "a menu": ("首页 新闻 体育 财经 娱乐", "首页 新闻 体育 财经 娱乐"),
    "spaced out": ("服 务 承 诺 书", "服务承诺书"),
    "spaced out beside words": ("甲 乙 丙 丁 服务", "甲 乙 丙 丁 服务"),
    "stray spaces in prose": ("窗口 人员，态度 很好，说话 和气。", "窗口人员，态度很好，说话和气。"),
    "a career": (
        "1983年 任市长，兼任书记。\n1985年 任省长，兼任书记。\n1988年 任部长，兼任书记。\n1990年 退休，现居本市。",
        "1983年 任市长，兼任书记。\n1985年 任省长，兼任书记。\n1988年 任部长，兼任书记。\n1990年 退休，现居本市。",
    ),
    "a space after every comma": ("来了, 看了, 买了, 走了", "来了,看了,买了,走了"),
    "a space after English commas": ("One, two, three, four", "One, two, three, four"),
    "two spaces after commas": ("来了, 看了, 走了", "来了, 看了, 走了"),
    "pinyin in brackets": ("客(kè)服(fú)热(rè)线(xiàn)", "客服热线"),
    "bare pinyin": ("我wǒ们men服fú务wù", "我们服务"),
    "one explained character": ("彧(yù)字的读音", "彧(yù)字的读音"),
    "letters after characters are no pinyin": ("甲a乙b丙c丁d", "甲a乙b丙c丁d"),
    "UTF-8 read as Latin-1": ("服务热线电话".encode().decode("latin-1"), "服务热线电话"),
    "UTF-8 read as cp1252": ("中国人民好".encode().decode("cp1252"), "中国人民好"),
    "GBK read as Latin-1": ("客服热线电话".encode("gbk").decode("latin-1"), "客服热线电话"),
    "Big5 read as Latin-1": ("客服熱線電話".encode("big5").decode("latin-1"), "客服熱線電話"),
    "UTF-8 read as GBK": ("的服务，很好，是真的".encode().decode("gbk"), "的服务，很好，是真的"),
    "signs among misread bytes stay": ("ÄãºÃÄãºÃÄãºÃж", "ÄãºÃÄãºÃÄãºÃж"),
    "misread French stays": ("Ã©" * 7, "Ã©" * 7),
    "French stays": ("Déjà vu, crème brûlée, où êtes-vous, façade", "Déjà vu, crème brûlée, où êtes-vous, façade"),
    "old line breaks": ("甲\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁"),
    "blank lines stay": ("甲 \n\n乙", "甲\n\n乙"),
    "empty": ("", ""),
}
PUNCTUATION = {
    "marks": ("你好,世界;再见!是吗?", "你好，世界；再见！是吗？"),
    "space behind goes": ("你好, 世界", "你好，世界"),
    "number": ("价格8,999元,不贵", "价格8,999元，不贵"),
    "score": ("比分3:2,主队胜", "比分3:2，主队胜"),
    "address": ("见https://a.example/x,请看", "见https://a.example/x，请看"),
    "Latin": ("Hello, world!", "Hello, world!"),
    "brackets": ("服务(热线)台(VIP)", "服务（热线）台（VIP）"),
    "a bracket alone": ("1)服务", "1)服务"),
    "formula": ("f(x) = y", "f(x) = y"),
    "quote behind a colon": ("他说:“好”", "他说：“好”"),
    "brackets in brackets": ("(服务(热线))台", "（服务（热线））台"),
    "one width for a pair": ("（1)服务，(热线）", "（1）服务，（热线）"),
    "brackets of two lines": ("(服务\n热线)", "(服务\n热线)"),
    "brackets far apart": (f"({'a' * 300}服务)", f"({'a' * 300}服务)"),
}
LOST = {
    "replacement character": ("服务\ufffd台", "lost_characters"),
    "replacement read as GBK": ("锟斤拷锟斤拷", "lost_characters"),
    "private use": ("电话\ue001\ue002", "private_use"),
    "a hidden number in a long text": (f"{'服务' * 1000}\ue001\ue002\ue003", "private_use"),
    "UTF-8 read as GBK, cut": ("的服务，很好，是真的。".encode()[:-1].decode("gbk", "replace"), "mojibake"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_text(text, expected):
    assert strip_text_noise(text, KEEP) == expected


@pytest.mark.parametrize(("text", "expected"), PUNCTUATION.values(), ids=PUNCTUATION)
def test_punctuation(text, expected):
    assert strip_text_noise(text, RESTORE) == expected
    assert strip_text_noise(text.replace(", ", ","), KEEP) == text.replace(", ", ",")


@pytest.mark.parametrize(("text", "flag"), LOST.values(), ids=LOST)
def test_what_is_lost_is_flagged(text, flag):
    assert flag in {f.name for f in strip_noise(article_of(text), KEEP).flags}


@pytest.mark.parametrize("text", ["服务台", f"{'服务' * 1000}\ue001", ""])
def test_what_is_sound_is_not_flagged(text):
    assert strip_noise(article_of(text), KEEP).flags == ()


def test_clean_text_is_the_same_article():
    article = article_of("今天上午，客服中心开通了新热线。\n市民可以拨打12345。")
    assert strip_noise(article, KEEP) is article


def test_title_is_cleaned_too():
    article = strip_noise(article_of("正文", title="服\u200b务 &amp; 热线\u3000"), KEEP)
    assert article.title == "服务 & 热线"


def test_edits_name_what_they_did():
    article = strip_noise(article_of("服\u200b务&ldquo;ＶＩＰ"), KEEP)
    assert [(e.kind, e.old, e.new) for e in article.edits] == [
        ("invisible", "\u200b", ""),
        ("entity", "&ldquo;", "“"),
        ("width", "ＶＩＰ", "VIP"),
    ]


@given(NOISY)
def test_an_article_is_cleaned_once_and_comes_back(text):
    article = article_of(text)
    clean = strip_noise(article, RESTORE)
    assert_undoes(clean, text)
    assert strip_noise(clean, RESTORE).text == clean.text


@given(NOISY)
def test_bare_text_is_cleaned_as_an_article_is(text):
    clean = strip_text_noise(text, KEEP)
    assert [line for line in clean.split("\n") if line] == list(strip_noise(article_of(text), KEEP).paragraphs)
    assert strip_text_noise(clean, KEEP) == clean


@pytest.mark.parametrize("char", ["a", " ", "&", "\u200b", "\u3000", "服 ", "(", "é", "\n", "\ud800", "&amp;", "服a"])
def test_long_runs_are_linear(char):
    strip_text_noise(char * 60_000 + "x", RESTORE)


def test_all_of_unicode():
    text = "".join(map(chr, (*range(0x20000), *range(0xE0000, 0xE0200))))
    assert strip_text_noise(text, RESTORE)
    assert_undoes(strip_noise(Article(id=ArticleId("a"), url=None, source="s").with_text(text), KEEP), text)
