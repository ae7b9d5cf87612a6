"""Sentences with private data and sentences that look so, made from our own templates: the same on every machine.

    python -m benchmarks.private_cases          prints them, private places in 〖〗

A template is wholly in one half: the rules were written with "written" in view, "held" was only measured. Every other case is
turned into Traditional characters or full-width figures.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.normalise.script import convert_text

EACH = 8  # cases of a template
_SEED = 23
Half = Literal["written", "held"]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, and the private places in it: kind, start, end."""

    text: str
    places: tuple[tuple[str, int, int], ...]
    template: str
    half: Half


# ------------------------------------------------------------------------------------------------ private

PRIVATE = (
    "失主请拨打王先生的电话{mobile}，他一直在等消息。",
    "他在寻人启事上留了儿子的手机：{mobile}。",
    "联系人：李女士 {mobile_spaced}",
    "记者拨通了{mobile}，接电话的是一个男人。",
    "骗子用{mobile}这个号码给她发了三条短信。",
    "房东说有事打她手机{mobile_dashed}就行。",
    "我的电话换成了{mobile_86}，旧号停用。",
    "转让二手钢琴，有意者请联系{mobile}（陈老师）。",
    "短信显示，发件人是{mobile}，内容只有四个字。",
    "“你要是找到它，就打{mobile}。”老人反复叮嘱。",
    "警方公布的聊天记录里出现了受害人的号码{mobile}。",
    "快递单上写着收件人周某，{mobile}，地址是三号楼。",
    "她把{mobile}和{mail}都写在了纸条背面。",
    "司机张师傅{mobile}，车牌{plate}，每天早上六点发车。",
    "当事人赵某（电话{mobile}）对此表示不服。",
    "微信同号：{mobile}",
    "手机号{mobile}的机主拒绝回应。",
    "台北的王小姐可打{mobile_tw}找她。",
    "他在香港的电话是{mobile_hk}。",
    "求助帖留下的是{mobile}，拨过去已经关机。",
    "患者家属的联系方式为{mobile}，目前仍在外地。",
    "{mobile}，这个号码一天里打来四十多次。",
    "报料的读者姓孙，电话{mobile}。",
    "她家里的电话是{landline}，白天没有人接。",
    "住宅电话{landline}，联系人老马。",
    "他父亲的座机{landline}一直占线。",
    "业主刘先生留的是{landline}。",
    "老人记得女儿家的号码：{landline_paren}。",
    "欠条背后写着债主住宅的电话{landline_spaced}。",
    "失主本人电话{landline}，捡到的人请打这个号码。",
    "他家宅电{local}，晚上八点以后才有人。",
    "身份证号{identity}，姓名和照片都对得上。",
    "名单把村民的身份证号{identity}也一并贴在了墙上。",
    "被执行人吴某，男，公民身份号码{identity}。",
    "中奖者须出示证件，登记的号码为{identity}，过期不候。",
    "{identity}，他把这串数字背得很熟。",
    "判决书上，被告人的身份证号码是{identity}，住某村二组。",
    "网传表格里，第二列是{identity}，第三列是{mobile}。",
    "她的旧身份证号码为{identity_old}，后来升了位。",
    "台湾居民身分证字号{identity_tw}，登记在案。",
    "香港身份证{identity_hk}的持有人报失。",
    "请把定金打到我的卡上，卡号{card}，户名周某。",
    "骗子要求她向账户{card_spaced}转账三次。",
    "银行卡号：{card}",
    "工资打到{card}这张卡里，从没有迟过。",
    "他的信用卡{card_visa}被盗刷了两笔。",
    "收款账号为{card}，开户行是城东支行。",
    "捐款请汇款至本人账户{card}。",
    "稿件发到{mail}就可以。",
    "他的邮箱是{mail}，每天看两次。",
    "请将简历投至{mail}，写明姓名。",
    "来信寄{mail}，三日内答复。",
    "当事人用{mail}注册了十几个账号。",
    "有问题请写信给作者（{mail}）。",
    "加我微信{wechat}，拉你进来看。",
    "她的微信号是{wechat}，头像是一只猫。",
    "联系微信：{wechat}",
    "对方让他添加微信{wechat}领取奖品。",
    "微信号{wechat}的使用者后来把他删了。",
    "有货私聊，vx:{wechat}",
    "QQ：{qq}",
    "他的QQ号是{qq}，用了二十年。",
    "加QQ{qq}详谈，价格好说。",
    "嫌疑人用qq号码{qq}与学生聊天。",
    "肇事的是一辆{plate}的白色轿车。",
    "监控拍到{plate}连闯两个红灯。",
    "车主把{plate}停在了消防通道上。",
    "号牌为{plate}的货车已被扣下。",
    "目击者记下了车牌：{plate}",
    "一辆{plate_new}的电动车停在路边充电。",
    "教练驾驶{plate_learner}在场内练车。",
    "发帖人的IP地址为{ip}，归属地在南方。",
    "登录记录显示，他从{ip}进入了系统。",
    "攻击来自{ip}和{ip}两台机器。",
    "警方锁定了{ip}这一地址。",
    "服务器日志里有{ipv6}的访问。",
)

# ------------------------------------------------------------------------------------------------ what looks so

PUBLIC = (
    "市民可以拨打12345热线反映情况。",
    "消费者遇到问题可拨12315投诉。",
    "客服热线95588全天有人接听。",
    "银行客服电话是95533，请认准。",
    "供水服务热线{short96}二十四小时开通。",
    "交通违法举报请打12123。",
    "心理援助热线12356即日开通。",
    "咨询热线：{free}",
    "厂家的售后电话{free}一直占线。",
    "订票可致电{free}，凭证件取票。",
    "旅客可拨打{free8}查询航班。",
    "我翻出保修卡，打了{landline}，那边说明天派人来。",
    "景区咨询电话：{landline}",
    "招聘办公室电话{landline}，工作日接听。",
    "法院监督举报电话为{landline}。",
    "医院总机{landline}转各科室。",
    "酒店预订请拨{landline}。",
    "本报新闻热线{landline}，欢迎提供线索。",
    "博物馆团体预约：{landline}",
    "旅行社报名电话{landline_paren}，名额有限。",
    "公司客服{landline}表示将尽快核实。",
    "警方值班电话：{landline}，知情者请提供线索。",
    "举报电话：{mobile}（工作时间）",
    "救援队二十四小时值班电话{mobile}。",
    "市长公开电话、服务热线{landline}已经并入12345。",
    "图书馆服务台（{landline}）可以代办借书证。",
    "订单号{number11}已经发货。",
    "快递单号：{number13}",
    "流水号{number16}的这笔交易被撤销。",
    "发票编号{number11}，金额两千元。",
    "合同编号为{number18}，双方各执一份。",
    "这家公司的统一社会信用代码是{number18}。",
    "商品条码{number13}不在库里。",
    "工单编号{number12}显示已完结。",
    "他的学号{number11}印在卡的背面。",
    "准考证号{number12}不要写错。",
    "彩票中奖号码为{lottery}。",
    "药品批准文号国药准字H{number8}。",
    "截至{date}，共有{number5}人报名。",
    "会议定于{date}{clock}开始。",
    "{date8}号文件已经废止。",
    "记录时间为{date} {clock}:07。",
    "比分是{score}，主队落后。",
    "最后一节打成{score}、{score}、{score}。",
    "总投资{number11}元，分三年到位。",
    "全年成交{number11}股，比上年多一成。",
    "该视频播放量达到{number11}次。",
    "净利润为{number9}.{number2}元。",
    "均价{number5}元一平方米。",
    "去年的总产量是{number8}吨。",
    "人口普查显示，全省有{number8}人。",
    "他跑了{number5}步，花了半天。",
    "股票代码{stock}今天停牌。",
    "基金{stock}的净值是1.{number4}。",
    "沪指报{number4}.{number2}点，成交{number11}手。",
    "ISBN {isbn}，定价四十八元。",
    "书号为{isbn}，已经加印三次。",
    "邮编{number6}，请写清楚。",
    "北纬{number2}.{number6}度，东经1{number2}.{number6}度。",
    "软件升级到版本{version}，修了几处毛病。",
    "固件{version}以上才支持这个功能。",
    "见第{section}节的说明。",
    "打印机的默认地址是192.168.1.{number2}。",
    "本机的回环地址127.0.0.1不可更改。",
    "关注微信公众号news{number4}，回复关键词。",
    "官方微信服务号citylib{number2}可以预约座位。",
    "微信{number2}.0版本上线了新功能。",
    "微信月活跃用户突破{number9}。",
    "QQ音乐和QQ浏览器都出了新版。",
    "QQ同时在线用户数达到{number9}人。",
    "读者QQ群：{qq}，欢迎加入。",
    "他在微博上@{wechat}，没有得到回复。",
    "京A股指数下跌{number2}点。",
    "这趟列车是{train}次，晚点半小时。",
    "新款{model}型发动机下线。",
    "国道G{number3}封闭施工，绕行{number2}公里。",
    "编号{plate_like}的零件不合格。",
    "样本编号{letter}{number9}的结果为阴性。",
    "验证码{number6}五分钟内有效。",
    "房间在{number5}号楼{number4}室。",
    "2{number3}年一季度的支出为{number8}万元。",
    "这颗小行星的编号是{number6}。",
    "专利号ZL{number12}.{number1}已经到期。",
    "{number10}这个时间戳换算过来是上午。",
    "他买了{number5}张票，每张{number3}元。",
    "手机价格降到{number4}元，卖出{number8}台。",
    "身份证办理点共有{number5}处。",
    "银行卡发卡量超过{number10}张。",
    "车牌摇号的中签率是{number1}.{number2}%，申请者{number7}人。",
    "邮箱服务中断了{number3}分钟。",
)


def main() -> int:
    for case in cases():
        shown, at = "", 0
        for _, start, end in case.places:
            shown, at = f"{shown}{case.text[at:start]}〖{case.text[start:end]}〗", end
        print(case.half, shown + case.text[at:], sep="\t")
    return 0


def cases(each: int = EACH) -> Iterator[Case]:
    """Yield the cases; every second template is held out."""
    chance = random.Random(_SEED)
    for group, is_private in ((PRIVATE, True), (PUBLIC, False)):
        for number, template in enumerate(group):
            for version in range(each):
                yield _made(template, "held" if number % 2 else "written", chance, version, is_private=is_private)


def _made(template: str, half: Half, chance: random.Random, version: int, *, is_private: bool) -> Case:
    text, places = "", []
    for literal, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", template):
        text += literal
        if name:
            value = FILL[name](chance)
            if is_private:
                places.append((_KIND[name], len(text), len(text) + len(value)))
            text += value
    if version % 4 == 1:
        text = convert_text(text, "hant")
    elif version % 4 == 3:
        text = text.translate(_WIDE)
    return Case(text, tuple(places), template, half)


# ------------------------------------------------------------------------------------------------ what fills them

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_PREFIXES = [
    "130",
    "131",
    "132",
    "133",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "157",
    "158",
    "159",
    "166",
    "176",
    "177",
    "178",
    "180",
    "182",
    "186",
    "187",
    "188",
    "189",
    "191",
    "198",
    "199",
]
_AREAS = [
    "010",
    "021",
    "022",
    "023",
    "027",
    "028",
    "0311",
    "0371",
    "0431",
    "0531",
    "0571",
    "0591",
    "0731",
    "0755",
    "0871",
    "0991",
]
_COUNTIES = ["110101", "310115", "440305", "510107", "330106", "420111", "610113", "320505", "350203", "500112"]
_ID_WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def _digits(n: int) -> Callable[[random.Random], str]:
    return lambda chance: str(chance.randint(1, 9)) + "".join(chance.choices("0123456789", k=n - 1))


def _mobile(chance: random.Random) -> str:
    return chance.choice(_PREFIXES) + "".join(chance.choices("0123456789", k=8))


def _landline(chance: random.Random) -> str:
    area = chance.choice(_AREAS)
    return f"{area}-{chance.randint(2, 8)}{''.join(chance.choices('0123456789', k=7 if len(area) == 3 else chance.choice((6, 7))))}"


def _identity(chance: random.Random) -> str:
    birth = f"{chance.randint(1940, 2012)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    number = f"{chance.choice(_COUNTIES)}{birth}{chance.randint(0, 999):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=True))
    return number + "0123456789X"[(12 - total % 11) % 11]


def _with_luhn(start: str, length: int, chance: random.Random) -> str:
    body = start + "".join(chance.choices("0123456789", k=length - len(start) - 1))
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(body))]
    return body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def _card(chance: random.Random) -> str:
    return _with_luhn(
        chance.choice(("621700", "622202", "622848", "621661", "625300", "623052")), chance.choice((16, 19)), chance
    )


def _mail(chance: random.Random) -> str:
    name = "".join(chance.choices("abcdefghijkmnoprstuwxyz", k=chance.randint(4, 9)))
    return f"{name}{chance.choice(('', '88', '_2020', '.w'))}@{chance.choice(('example.com', 'mail.example.cn', 'example.org', 'post.example.com.cn'))}"


def _wechat(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijkmnoprstuwxyz", k=chance.randint(6, 9))) + chance.choice(
        ("", "66", "_520", "-w1")
    )


def _plate(chance: random.Random) -> str:
    tail = "".join(chance.choices("0123456789", k=4)) + chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")
    mark = chance.choice(("", "", "·", " "))
    return f"{chance.choice('京沪粤浙苏鲁川鄂湘皖冀豫闽辽')}{chance.choice('ABCDEFGH')}{mark}{''.join(chance.sample(tail, 5))}"


def _taiwan_identity(chance: random.Random) -> str:
    letter, digits = chance.choice("ABCDEFGH"), [chance.choice((1, 2)), *(chance.randint(0, 9) for _ in range(7))]
    code = "ABCDEFGH".index(letter) + 10
    total = code // 10 + code % 10 * 9 + sum(d * w for d, w in zip(digits, range(8, 0, -1), strict=True))
    return letter + "".join(map(str, digits)) + str(-total % 10)


def _hong_kong_identity(chance: random.Random) -> str:
    letter, digits = chance.choice("ABCDEGHKPRVYZ"), [chance.randint(0, 9) for _ in range(6)]
    total = 36 * 9 + (ord(letter) - 55) * 8 + sum(d * w for d, w in zip(digits, range(7, 1, -1), strict=True))
    return f"{letter}{''.join(map(str, digits))}({'0123456789A'[-total % 11]})"


def _ip(chance: random.Random) -> str:
    return ".".join(
        str(chance.randint(11 if place == 0 else 1, 223 if place == 0 else 254)) for place in range(4)
    ).replace("127.", "128.", 1)


def _isbn(chance: random.Random) -> str:
    return chance.choice(("978-7-{}-{}-{}", "9787{}{}{}")).format(
        chance.randint(100, 999), chance.randint(10000, 99999), chance.randint(0, 9)
    )


FILL: Mapping[str, Callable[[random.Random], str]] = {
    "mobile": _mobile,
    "mobile_spaced": lambda c: re.sub(r"(\d{3})(\d{4})(\d{4})", r"\1 \2 \3", _mobile(c)),
    "mobile_dashed": lambda c: re.sub(r"(\d{3})(\d{4})(\d{4})", r"\1-\2-\3", _mobile(c)),
    "mobile_86": lambda c: c.choice(("+86 ", "+86", "86-", "+86-")) + _mobile(c),
    "mobile_tw": lambda c: f"09{c.randint(10, 89)}-{c.randint(100, 999)}-{c.randint(100, 999)}",
    "mobile_hk": lambda c: f"+852 {c.choice('569')}{c.randint(100, 999)} {c.randint(1000, 9999)}",
    "landline": _landline,
    "landline_paren": lambda c: re.sub(r"(\d+)-(\d+)", r"(\1)\2", _landline(c)),
    "landline_spaced": lambda c: _landline(c).replace("-", " "),
    "local": lambda c: f"{c.randint(2, 8)}{''.join(c.choices('0123456789', k=7))}",
    "identity": _identity,
    "identity_old": lambda c: f"{c.choice(_COUNTIES)}{c.randint(45, 85)}{c.randint(1, 12):02d}{c.randint(1, 28):02d}{c.randint(0, 999):03d}",
    "identity_tw": _taiwan_identity,
    "identity_hk": _hong_kong_identity,
    "card": _card,
    "card_spaced": lambda c: re.sub(r"(\d{4})(?=\d)", r"\1 ", _card(c)),
    "card_visa": lambda c: _with_luhn("4", 16, c),
    "mail": _mail,
    "wechat": _wechat,
    "qq": lambda c: _digits(c.randint(6, 10))(c),
    "plate": _plate,
    "plate_new": lambda c: f"{c.choice('京沪粤浙苏')}{c.choice('ABCD')}{c.choice('DF')}{''.join(c.choices('0123456789', k=5))}",
    "plate_learner": lambda c: f"{c.choice('京沪粤浙苏')}{c.choice('ABCD')}{''.join(c.choices('0123456789', k=4))}学",
    "ip": _ip,
    "ipv6": lambda c: "2408:" + ":".join(f"{c.randint(4096, 65535):x}" for _ in range(7)),
    "short96": lambda c: f"96{c.randint(100, 999)}",
    "free": lambda c: c.choice(("400-{}-{}", "400{}{}", "4008-{}{}")).format(c.randint(100, 999), c.randint(1000, 9999)) if c.random() < 0.7 else f"400-{c.randint(1000, 9999)}-{c.randint(100, 999)}",
    "free8": lambda c: f"800-{c.randint(100, 999)}-{c.randint(1000, 9999)}",
    **{f"number{n}": _digits(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 16, 18)},
    "number11": lambda c: _mobile(c) if c.random() < 0.5 else _digits(11)(c),  # half of them have the form of a mobile number
    "lottery": lambda c: " ".join(f"{n:02d}" for n in sorted(c.sample(range(1, 34), 6))),
    "date": lambda c: c.choice(("{}-{:02d}-{:02d}", "{}/{:02d}/{:02d}", "{}.{:02d}.{:02d}", "{}年{}月{}日")).format(c.randint(1990, 2026), c.randint(1, 12), c.randint(1, 28)),
    "date8": lambda c: f"{c.randint(1990, 2026)}{c.randint(1, 12):02d}{c.randint(1, 28):02d}",
    "clock": lambda c: f"{c.randint(0, 23):02d}:{c.randint(0, 59):02d}",
    "score": lambda c: f"{c.randint(60, 130)}-{c.randint(60, 130)}",
    "stock": lambda c: c.choice(("600", "000", "300", "688")) + "".join(c.choices("0123456789", k=3)),
    "isbn": _isbn,
    "version": lambda c: ".".join(str(c.randint(1, 20)) for _ in range(4)),
    "section": lambda c: ".".join(str(c.randint(1, 9)) for _ in range(4)),
    "train": lambda c: f"{c.choice('GDKTZ')}{c.randint(10, 9999)}",
    "model": lambda c: f"{c.choice('ABCDE')}{c.randint(1000, 99999)}",
    "plate_like": lambda c: f"新A{c.randint(10000, 99999)}",
    "letter": lambda c: c.choice("BCDFG"),
}  # fmt: skip
_KIND = {
    **{name: "mobile" for name in FILL if name.startswith("mobile")},
    **{name: "landline" for name in FILL if name.startswith("landline") or name == "local"},
    **{name: "identity" for name in FILL if name.startswith("identity")},
    **{name: "card" for name in FILL if name.startswith("card")},
    **{name: "plate" for name in FILL if name.startswith("plate")},
    "mail": "mail", "wechat": "wechat", "qq": "qq", "ip": "address", "ipv6": "address",
}  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(main())
