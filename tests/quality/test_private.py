import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.private_cases import PRIVATE, PUBLIC, cases
from pipeline.errors import UsageError
from pipeline.normalise.script import convert_text
from pipeline.quality.private import KEPT_FLAG, KINDS, PLACEHOLDERS, find_private, kinds_of, mask_private
from tests.builders import QUADRATIC_S, article

# The text as it comes out; what a rule keeps or what only looks so is unchanged.
CASES = {
    "mobile": ("失主的电话是13812345678。", "失主的电话是<手机号>。"),
    "full width": ("失主的电话是１３８１２３４５６７８。", "失主的电话是<手机号>。"),
    "two mobiles": ("打13812345678或者13987654321。", "打<手机号>或者<手机号>。"),
    "country code": ("拨+86 138 1234 5678找他", "拨<手机号>找他"),
    "order number": ("订单号13812345678已经发货", None),
    "sum of money": ("共计13812345678元", None),
    "part of a longer number": ("编码为213812345678901", None),
    "decimal": ("误差是0.13812345678", None),
    "hotline on a mobile": ("救援值班电话：13812345678", None),
    "landline": ("她家里的电话是010-62345678。", "她家里的电话是<电话号码>。"),
    "landline with brackets": ("她家里的电话是（010）62345678。", "她家里的电话是<电话号码>。"),
    "published line": ("市图书馆咨询电话：010-62345678", None),
    "warranty": ("我找出保修卡，打了010-62345678，他们答应来看看。", None),
    "without area code": ("他家宅电62345678，晚上有人。", "他家宅电<电话号码>，晚上有人。"),
    "without area code or cue": ("共有62345678人", None),
    "short number": ("请拨打12345反映。", None),
    "five digits": ("共有12345人参加。", None),
    "freephone": ("他打了400-810-8888，没有人接。", None),
    "identity": ("身份证号11010119900307109{x}", "身份证号<身份证号>"),
    "identity with wrong check": ("编号110101199003071099999", None),
    "old identity": ("旧身份证号码为110101650307123，", "旧身份证号码为<身份证号>，"),
    "old identity without cue": ("批次为110101650307123，", None),
    "Taiwan identity": ("身分證字號A123456789，", "身分證字號<身份证号>，"),
    "Taiwan identity without cue": ("型号A123456789，", None),
    "Hong Kong identity": ("香港身份证A123456(3)的持有人", "香港身份证<身份证号>的持有人"),
    "Hong Kong identity with wrong check": ("零件A123456(4)的图纸", None),
    "card": ("打到6222020200112233{luhn}上", "打到<银行卡号>上"),
    "card of another bank": ("信用卡4111111111111111被盗刷", "信用卡<银行卡号>被盗刷"),
    "the same without cue": ("文件4111111111111111已删除", None),
    "mail": ("来信请寄zhou.w@example.com。", "来信请寄<邮箱>。"),
    "mail in full width": ("来信请寄ｚｈｏｕ＠ｅｘａｍｐｌｅ．ｃｏｍ。", "来信请寄<邮箱>。"),
    "mail before a sentence in English": ("寄zhou@example.com。China", "寄<邮箱>。China"),
    "mention": ("他在网上@zhou，没有回音", None),
    "mention before a full stop": ("他@zhou。com是什么", None),
    "WeChat": ("加我微信zhou_w88，拉你进来", "加我微信<微信号>，拉你进来"),
    "WeChat by number": ("微信：13812345678", "微信：<手机号>"),
    "public account": ("关注微信公众号zhou_w88，", None),
    "official account": ("官方微信zhou_w88已经通知", None),
    "QQ": ("QQ：123456789", "QQ：<QQ号>"),
    "QQ group": ("读者QQ群：123456789", None),
    "QQ users": ("QQ12345678人在线", None),
    "QQ product": ("QQmusic更新了", None),
    "plate": ("一辆京A12B45的轿车", "一辆<车牌号>的轿车"),
    "plate with a dot": ("一辆粤B·1234学的教练车", "一辆<车牌号>的教练车"),
    "new plate": ("一辆粤BD12345的轿车", "一辆<车牌号>的轿车"),
    "a part's number": ("编号新A12345的零件", None),
    "a city before a letter": ("北京A12345展位", None),
    "IPv4": ("登录地址是114.25.3.7，", "登录地址是<IP地址>，"),
    "version": ("升级到版本1.2.3.4", None),
    "section": ("见1.2.3.4节", None),
    "router": ("打开192.168.1.1", None),
    "no octet": ("数字1.2.3.456", None),
    "octet with a zero": ("代号11.02.03.04", None),
    "sentences of figures": ("第1。2。3。4句", None),
    "IPv6": ("来自2408:8207:1850:2a60:94b0:1c5f:fe21:9d3c的访问", "来自<IP地址>的访问"),
    "IPv6, shortened": ("来自2408:8207:1850::9d3c的访问", "来自<IP地址>的访问"),
    "times": ("12:30:45、13:30:45、14:30:45开会", None),
}


def filled(text: str) -> str:
    identity = next(c for c in "0123456789X" if find_private(f"11010119900307109{c}"))
    card = next(c for c in "0123456789" if find_private(f"卡号6222020200112233{c}"))
    return text.replace("{x}", identity).replace("{luhn}", card)


@pytest.mark.parametrize("name", CASES)
def test_masking(name):
    text, wanted = CASES[name]
    text = filled(text)
    assert mask_private(article(text), KINDS).text == (text if wanted is None else filled(wanted))


@pytest.mark.parametrize("name", CASES)
def test_masking_in_traditional_script(name):
    text = convert_text(filled(CASES[name][0]), "hant")
    masked = mask_private(article(text), KINDS).text
    assert (masked == text) is (CASES[name][1] is None)


def test_each_mask_is_an_edit_that_can_be_undone():
    one = mask_private(article("周某，13812345678，zhou@example.com"), KINDS)
    assert [(edit.rule, edit.kind, edit.new) for edit in one.edits] == [
        ("quality.private.mobile", "private", "<手机号>"),
        ("quality.private.mail", "private", "<邮箱>"),
    ]
    assert one.original == "周某，13812345678，zhou@example.com"


def test_what_is_kept_says_why():
    one = mask_private(article("咨询电话：010-62345678，或者拨打12345、400-810-8888。"), KINDS)
    assert not one.edits
    assert [(flag.name, flag.detail) for flag in one.flags] == [
        (KEPT_FLAG, "010-62345678: quality.private.kept.published_line"),
        (KEPT_FLAG, "12345: quality.private.kept.short_number"),
        (KEPT_FLAG, "400-810-8888: quality.private.kept.freephone"),
    ]


def test_only_the_kinds_that_were_asked_for():
    one = article("周某，13812345678，zhou@example.com")
    assert mask_private(one, kinds_of("mail")).text == "周某，13812345678，<邮箱>"
    assert mask_private(one, ()) is one


def test_words_of_the_command_line():
    assert kinds_of("pii") == KINDS
    assert kinds_of("mail, mobile") == ("mobile", "mail")
    with pytest.raises(UsageError, match="no kind email"):
        kinds_of("email,mail")
    with pytest.raises(UsageError, match="no kind given"):
        kinds_of(",")


def test_the_labelled_sentences():
    every = list(cases(each=2))
    assert len(PRIVATE) * 8 >= 400
    assert len(PUBLIC) * 8 >= 400
    right = found = wanted = 0
    for case in every:
        places = {(one.kind, one.start, one.end) for one in find_private(case.text) if not one.is_kept}
        right, found, wanted = right + len(places & {*case.places}), found + len(places), wanted + len(case.places)
    assert right >= 0.99 * found
    assert right >= 0.97 * wanted


@given(st.text("1389400-@.:ax京微信qQ vV号电话 ：。", max_size=60))
@settings(deadline=None)
def test_places_are_in_order_and_masking_is_done_once(text):
    found = find_private(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    once = mask_private(article(text), KINDS)
    assert once.original == text
    for placeholder in PLACEHOLDERS.values():
        assert not [one for one in find_private(placeholder) if not one.is_kept]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000,
        "13812345678 " * 8_000,
        "1 " * 50_000,
        "a@" * 50_000,
        "1.1." * 25_000,
        "a:" * 50_000,
        "微信" * 50_000,
        "京A" * 50_000,
    ],
)
def test_hostile_texts_take_linear_time(text):
    started = time.process_time()
    find_private(text)
    assert time.process_time() - started < QUADRATIC_S
