import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Article, ArticleId
from pipeline.normalise.script import common_forms, convert_script, convert_text, detect_script, label_script, to_hans
from tests.normalise.texts import NOISY, article_of, assert_undoes

SCRIPTS = {
    "simplified": ("客服热线今天开通了，市民们都说好。", "hans"),
    "traditional": ("客服熱線今天開通了，市民們都說好。", "hant"),
    "one traditional name in simplified": ("记者张東采访了热线的工作人员和来访的市民。", "hans"),
    "weak sign is not enough": ("著名的乾隆年间书画，这里还有几件。", "hans"),
    "half and half": ("客服热线开通了\n客服熱線開通了", "mixed"),
    "tells nothing": ("中文", "none"),
    "no Han": ("Hello, 123", "none"),
    "empty": ("", "none"),
    "Japanese": ("お客様サポートは無料です。", "ja"),
    "a Japanese word in Chinese": (
        "这家店叫さくら，服务很周到，客人们都说还会再来，店员听了很高兴，老板也说要谢谢大家。",
        "hans",
    ),
    "Korean": ("고객 서비스 안내", "ko"),
}
HANS = {
    "traditional": ("客服熱線開通後", "客服热线开通后"),
    "simplified is left": ("乾隆年间，著名的么蛾子", "乾隆年间，著名的么蛾子"),
    "particle": ("他看著窗外，接著又坐著", "他看着窗外，接着又坐着"),
    "word with zhu": ("著名作家的名著和專著都很顯著", "著名作家的名著和专著都很显著"),
    "wrote": ("老舍著《茶館》", "老舍著《茶馆》"),
    "author line": ("巴金 著", "巴金 著"),
    "towards": ("朝著名次努力", "朝着名次努力"),
    "words with zhao": ("著急著手，著陸著火", "着急着手，着陆着火"),
    "a name that is followed by one": ("跟著名演員學", "跟著名演员学"),
    "variants": ("甚麼是牠的？妳衹要試試", "什么是它的？你只要试试"),
    "one for one": ("第壹名是壹位老人", "第一名是一位老人"),
    "a cheque keeps its digits": ("人民币壹万贰仟元整", "人民币壹万贰仟元整"),
    "very": ("甚至", "甚至"),
    "trigrams": ("乾兌二卦，乾燥", "乾兑二卦，干燥"),
    "lone surrogate": ("熱\ud800線", "热\ud800线"),
    "a name with qian": ("記者陳乾明說，李乾生", "记者陈乾明说，李乾生"),
    "dry behind a surname": ("小李乾了，林乾燥，陳皮乾貨", "小李干了，林干燥，陈皮干货"),
}
HANT = {
    "simplified": ("客服热线开通后", "客服熱線開通後"),
    "traditional is left": ("客服熱線開通后，里長說", "客服熱線開通后，里長說"),
    "common forms": ("为群众做面条", "為群眾做麵條"),
    "words decide, not what stands side by side": ("政府干预，总发行量，可是只有", "政府干預，總發行量，可是只有"),
    "a word of both": ("船只是木头做的", "船隻是木頭做的"),
    "distance": ("走了三万里", "走了三萬里"),
    "surname of a speaker": ("余明远表示，余下的事明天办", "余明遠表示，餘下的事明天辦"),
    "surname behind a title": ("记者于海和主持人范小青", "記者于海和主持人范小青"),
    "surname with an honorific": ("于先生说，于是大家走了", "于先生說，於是大家走了"),
    "paragraph by paragraph": ("熱線開通后說明\n欢迎您来电\n中文", "熱線開通后說明\n歡迎您來電\n中文"),
    "simplified leftovers in traditional": ("請您撥打客服热線電話", "請您撥打客服熱線電話"),
    "a long entry says the usual reading": ("星露谷物语，谷物", "星露谷物語，穀物"),
    "an obsolete character": ("一絲不茍", "一絲不苟"),
    "Japanese stays": ("お客様の声を国が聞く", "お客様の声を国が聞く"),
}


@pytest.mark.parametrize(("text", "script"), SCRIPTS.values(), ids=SCRIPTS)
def test_detect_script(text, script):
    assert detect_script(text) == script
    assert label_script(article_of(text)).script == script


@pytest.mark.parametrize(("text", "expected"), HANS.values(), ids=HANS)
def test_to_hans(text, expected):
    assert convert_text(text, "hans") == expected
    assert to_hans(expected) == expected


@pytest.mark.parametrize(("text", "expected"), HANT.values(), ids=HANT)
def test_to_hant(text, expected):
    assert convert_text(text, "hant") == expected


@pytest.mark.parametrize(
    ("target", "expected"), [("keep", "这里看着面"), ("tw", "這裡看著面"), ("hk", "這裏看着面"), ("hant", "這裏看着面")]
)
def test_regions(target, expected):
    assert convert_text("这里看着面", target) == expected


def test_terms_stay():
    assert convert_text("以用户为核心的软件", "tw") == "以用戶為核心的軟件"


def test_title_and_text_are_converted_and_the_edits_undo_it():
    article = convert_script(article_of("热线开通。\n欢迎来电", title="客服热线"), "hant")
    assert (article.title, article.text) == ("客服熱線", "熱線開通。\n歡迎來電")
    assert {e.kind for e in article.edits} == {"script"}
    assert_undoes(article, "热线开通。\n欢迎来电")


def test_keep_returns_the_same_article():
    article = article_of("热线")
    assert convert_script(article, "keep") is article


def test_an_article_without_title():
    assert convert_script(Article(id=ArticleId("a"), url=None, source="s"), "hans").title is None


def test_common_forms():
    assert common_forms("爲羣裏") == "為群裏"


@pytest.mark.parametrize("target", ["hans", "hant", "tw", "hk"])
@given(text=NOISY)
@settings(deadline=None)  # the first text that asks for words waits for the dictionary
def test_one_character_for_one(text, target):
    assert len(convert_text(text, target)) == len(text)


@given(st.text(st.sampled_from("著着名作急看甚么壹一乾隆里后發只说，\n"), max_size=40))
def test_simplifying_twice_changes_nothing(text):
    assert to_hans(to_hans(text)) == to_hans(text)


@pytest.mark.parametrize("char", ["著", "余", "壹", "里", "发", "説明", "\ud800", "熱", "\n"])
def test_long_runs_are_linear(char):
    text = char * 10_000
    assert len(convert_text(text, "hans")) == len(text)
    assert len(convert_text("这" + text, "hant")) == len(text) + 1
