import pytest

from pipeline.fold import fold
from pipeline.quality.optout import flag_page, says_no
from pipeline.quality.signals import measure
from tests.builders import article, change

CASES = {
    "Simplified": ("未经书面许可，不得将本站内容用于训练人工智能模型。", True),
    "Traditional": ("嚴禁將本報內容用於大型語言模型之訓練。", True),
    "mining": ("本网保留权利，禁止任何形式的文本和数据挖掘。", True),
    "English": ("This content may not be used for training AI models.", True),
    "news about models": ("研究人员用新闻训练语言模型，发现效果不错。", False),
    "training of people": ("未经许可，不得在湖边开展游泳训练。", False),
    "mining of ore": ("严禁在河道挖掘砂石。", False),
}


@pytest.mark.parametrize("name", CASES)
def test_refusals(name):
    text, wanted = CASES[name]
    assert says_no(fold(text), ()) is wanted


SIGNS = {
    "robots": ('<meta name="robots" content="index,noarchive">', "noarchive"),
    "TDM": ('<META NAME="tdm-reservation" CONTENT="1">', "tdm-reservation"),
    "for another robot": ('<meta name="robots" content="otherbot: noindex">', None),
    "nothing forbidden": ('<meta name="robots" content="index, follow">', None),
    "not reserved": ('<meta name="tdm-reservation" content="0">', None),
    "without content": ('<meta name="robots">', None),
    "too far down": (" " * 70_000 + '<meta name="robots" content="noindex">', None),
}


@pytest.mark.parametrize("name", SIGNS)
def test_what_the_head_of_a_page_forbids(name):
    head, wanted = SIGNS[name]
    one = flag_page(article("正文。"), f"<html><head>{head}</head>".encode())
    assert [flag.detail for flag in one.flags] == ([] if wanted is None else [wanted])
    assert measure(one).opt_out is (wanted is not None)


def test_a_notice_that_was_removed_still_counts():
    notice = CASES["Simplified"][0]
    one = article(f"正文。\n{notice}").changed([change(4, 4 + len(notice), kind="copyright")])
    assert says_no(fold(one.text), one.edits)
    other = article(f"正文。\n{notice}").changed([change(4, 4 + len(notice), kind="repeat")])
    assert not says_no(fold(other.text), other.edits)
