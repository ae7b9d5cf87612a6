from pipeline.clean.spun import SpunParams, flag_spun, score_spun, spun_words
from tests.builders import article

PARAMS = SpunParams()
PLAIN = "这家店的服务很好，店员耐心，顾客满意，回头客很多，街坊们都愿意来这里坐一坐。" * 5
SPUN = "这家店经由过程改进效劳，托付量比偕行高，业内助士觉得笼盖面很大，究竟结果顾客说了算。" * 4


def test_spun_text_is_flagged_and_not_changed():
    found = flag_spun(article(SPUN), PARAMS)
    assert [flag.name for flag in found.flags] == ["spun"]
    assert "经由过程" in found.flags[0].detail
    assert found.text == SPUN


def test_plain_text_is_not():
    assert flag_spun(article(PLAIN), PARAMS) == article(PLAIN)


def test_one_odd_word_is_a_style():
    text = PLAIN[:120] + "他们为顾客效劳，效劳，再效劳。"
    assert score_spun(text, spun_words(text)) > PARAMS.min_score
    assert flag_spun(article(text), PARAMS) == article(text)


def test_short_texts_are_not_judged():
    assert flag_spun(article(SPUN[:100]), PARAMS) == article(SPUN[:100])


def test_either_script():
    assert spun_words("經由過程，托付量") == spun_words("经由过程，托付量")


def test_longer_words_win():
    assert dict(spun_words("效劳中间")) == {"效劳中间": 1}
