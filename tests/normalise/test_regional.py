import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from pipeline.normalise.normalise import NormaliseParams, normalise_article, normalise_text
from pipeline.normalise.regional import _words, find_regional, has_region
from tests.normalise.texts import NOISY, article_of, assert_undoes

# Where a sentence has words of one region only, the result is OpenCC's.
LIKE_OPENCC = {
    "s2twp, devices": ("tw", "s2twp", "手机的内存不够，鼠标和打印机也要换。", "手機的記憶體不夠，滑鼠和印表機也要換。"),
    "s2twp, names": ("tw", "s2twp", "奥巴马到了新西兰和老挝。", "歐巴馬到了紐西蘭和寮國。"),
    "s2twp, part of a word": ("tw", "s2twp", "信息化要靠网络。", "資訊化要靠網路。"),
    "s2hkp": ("hk", "s2hkp", "服务器的硬盘在加利福尼亚。", "伺服器的硬碟在加利福尼亞。"),
    "tw2sp, devices": ("hans", "tw2sp", "軟體裝不下，記憶體不夠，滑鼠壞了。", "软件装不下，内存不够，鼠标坏了。"),
    "tw2sp, names": ("hans", "tw2sp", "歐巴馬到了紐西蘭和寮國。", "奥巴马到了新西兰和老挝。"),
    "hk2sp": ("hans", "hk2sp", "密芝根州的伺服器壞了", "密歇根州的服务器坏了"),
}
# … and where OpenCC takes a word of both regions for another, or two halves of words for one, it is not.
UNLIKE_OPENCC = {
    "two words, of which both regions have both": ("tw", "s2twp", "工会支持创建联系制度。", "工會支持創建聯繫制度。"),
    "the same to Simplified": ("hans", "tw2sp", "新增資料是核心，請建立檔案。", "新增资料是核心，请建立档案。"),
    "made of words of both regions": ("hans", "tw2sp", "資料來源：氣象局", "资料来源：气象局"),
    "halves of words": ("tw", "s2twp", "第三个人工程序幕拉开。", "第三個人工程序幕拉開。"),
    "a title": ("tw", "s2twp", "他写了《软件的故事》，讲软件。", "他寫了《軟件的故事》，講軟體。"),
    "a name": ("tw", "s2twp", "记者于硅说，硅是元素。", "記者于硅說，矽是元素。"),
}


@pytest.mark.parametrize(("script", "config", "text", "expected"), LIKE_OPENCC.values(), ids=LIKE_OPENCC)
def test_terms_as_opencc_has_them(script, config, text, expected):
    assert normalise_text(text, NormaliseParams(script=script, terms="convert")) == expected
    assert OpenCC(config).convert(text) == expected


@pytest.mark.parametrize(("script", "config", "text", "expected"), UNLIKE_OPENCC.values(), ids=UNLIKE_OPENCC)
def test_words_that_are_no_terms_here(script, config, text, expected):
    assert normalise_text(text, NormaliseParams(script=script, terms="convert")) == expected
    assert OpenCC(config).convert(text) != expected


@pytest.mark.parametrize(
    ("script", "text"),
    [("tw", "軟件和網絡，老撾"), ("hk", "鼠標和硬盤線"), ("hans", "软体和网路，寮国"), ("tw", "ソフトは软件です")],
    ids=["Traditional", "Traditional for Hong Kong", "Simplified", "Japanese"],
)
def test_lines_of_the_script_that_is_asked_for_stay(script, text):
    assert normalise_text(text, NormaliseParams(script=script, terms="convert")) == text


def test_each_line_is_of_its_own_region():
    text = "请下载软件\n請下載軟件\n短信"
    assert normalise_text(text, NormaliseParams(script="tw", terms="convert")) == "請下載軟體\n請下載軟件\n短信"


def test_a_word_that_begins_inside_a_latin_one_is_none():
    params = NormaliseParams(script="hans", terms="convert")
    assert normalise_text("這是A肝，那是HLA肝", params) == "这是甲肝，那是HLA肝"


def test_half_a_pair_does_not_hide_the_words():
    params = NormaliseParams(script="hans", terms="convert")
    assert normalise_text("軟體\ud800線", params) == "软件\ud800线"


def test_each_term_is_an_edit_that_can_be_undone():
    text = "软件开通。\n请查短信"
    made = normalise_article(article_of(text, title="短信"), NormaliseParams(script="tw", terms="convert"))
    assert (made.title, made.text) == ("簡訊", "軟體開通。\n請查簡訊")
    terms = [(e.old, e.new, e.rule, e.reason) for e in made.edits if e.kind == "term"]
    assert terms == [
        ("软件", "軟體", "normalise.regional", "Taiwan's word"),
        ("短信", "簡訊", "normalise.regional", "Taiwan's word"),
    ]
    assert_undoes(made, text)


@pytest.mark.parametrize(
    ("title", "expected"),
    [(None, None), ("短信", "簡訊"), ("開通短信", "開通短信")],
    ids=["none", "neutral", "its own"],
)
def test_titles(title, expected):
    made = normalise_article(article_of("软件", title=title), NormaliseParams(script="tw", terms="convert"))
    assert made.title == expected


def test_a_title_without_a_text():
    made = normalise_article(article_of("", title="短信"), NormaliseParams(script="tw", terms="convert"))
    assert (made.title, made.text) == ("簡訊", "")


@pytest.mark.parametrize("script", ["keep", "hant"])
def test_a_script_without_region_is_refused(script):
    assert not has_region(script)
    with pytest.raises(ValueError, match=f"'{script}' has no region"):
        NormaliseParams(script=script, terms="convert")


def test_terms_are_kept_unless_asked_for():
    assert normalise_text("下载软件", NormaliseParams(script="tw")) == "下載軟件"


WORDS = [
    "软件",
    "短信",
    "程序",
    "員",
    "员",
    "資訊",
    "软体",
    "网路",
    "硅",
    "矽",
    "智能",
    "人工",
    "信息",
    "化",
    "数位",
    "于",
    "支持",
    "者",
    "《",
    "》",
    "A",
    "肝",
    "记者",
    "说",
    "，",
    "\n",
    "核心",
    "内核",
    "资料",
    "库",
    "端口",
    "网卡",
    "脑梗",
    "塞",
    "卡",
    "尼日",
    "尔",
]


@pytest.mark.parametrize("script", ["hans", "tw", "hk"])
@given(text=st.lists(st.sampled_from(WORDS), max_size=20).map("".join) | NOISY)
@settings(max_examples=60, deadline=None)  # the first text waits for the dictionary
def test_laws(script, text):
    params = NormaliseParams(script=script, terms="convert")
    once = normalise_text(text, params)
    made = normalise_article(article_of(text), params)
    assert list(made.paragraphs) == [line for line in once.split("\n") if line]
    assert_undoes(made, text)
    assert normalise_text(once, params) == once


@pytest.mark.parametrize(("script", "origin"), [("hans", "hant"), ("tw", "hans"), ("hk", "hans")])
def test_what_a_region_says_stays(script, origin):
    _, meant = _words(script)
    said = sorted({word for word in meant if word})
    assert len(said) > 50
    assert not list(find_regional("\n".join(said), [origin] * len(said), script))


@pytest.mark.parametrize("unit", ["软件", "软", "《软件", "A肝", "记者于硅说"])
def test_long_runs_are_linear(unit):
    text = unit * (100_000 // len(unit))
    assert normalise_text(text, NormaliseParams(script="tw", terms="convert"))
