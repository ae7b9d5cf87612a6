"""Surnames that a conversion to Traditional takes for common words: 余承东 is not 餘承東, 于海涛 not 於海濤.

A name is believed where it stands as names stand in news: a title or no word before it, a verb of speech, an honorific
or a mark behind it. Once believed it is a name in the whole text.
"""

import re

from pipeline.normalise.patterns import pattern

_HAN = "\u4e00-\u9fff"
# Surname → what follows it in common words.
_COMMON_WORDS = {
    "余": "下生额款震悸波温热味地力粮辉暇音孽数量者年兴毒韵电留利角项威裕弦缺党人",
    "于": "是此其今昨近同当日月年上下中心事理我他她你这那该本各两第每前后初末早晚明外内人己斯一二三四五六七八九十",
    "范": "围例本畴式文",
    "游": "戏泳客览玩人乐艺园艇船轮记学走动离击牧行历民荡移资说客逛",
    "涂": "料层抹改鸦装漆画写药覆脂污炭敷",
    "岳": "父母丈家阳麓",
    "郁": "闷金结郁葱积愤卒热垒馥",
    "谷": "物类底歌子仓雨草粒穗粮壳口地值",
    "姜": "汤茶饼黄丝片末葱蒜汁块糖水酒",
    "党": "员委中派组政章费校内外史建纪性支总课群务风的和代领",
    "丑": "闻陋化小恶角态事时",
}
_TITLES = (
    "记者|演员|作家|导演|歌手|主持人|总裁|董事长|总经理|经理|创始人|主席|教授|博士|院士|专家|医生|律师|老师|校长|院长|局长"
    "|部长|市长|书记|主任|会长|队长|教练|选手|球员|冠军|发言人|负责人|代表|委员|先生|女士|同志|明星|诗人|画家|学者|顾问|姓"
)
_SPEECH = (
    "表示|认为|指出|坦言|透露|介绍|强调|回应|出席|夺冠|宣布|告诉|接受|补充|解释|直言|回忆|建议|呼吁|饰演|主演|执导|加盟|现身"
    "|亮相|当选|担任|获得|荣获|发文|发布|说|称|道|先生|女士|老师|教授|总裁|同志|博士|小姐|经理|主任|院长|书记|部长|导演|等人"
)
_SURNAME = "|".join(f"{surname}(?![{common}])" for surname, common in _COMMON_WORDS.items())
_TITLED = pattern(f"(?:{_TITLES})((?:{_SURNAME})[{_HAN}]{{1,2}}?)(?=[^{_HAN}]|$|的|在|和|与|{_SPEECH})")
_SPEAKING = pattern(f"(?<![{_HAN}])((?:{_SURNAME})[{_HAN}]{{1,2}}?)(?={_SPEECH})")
_HONOURED = pattern(f"((?:{_SURNAME}))(?=先生|女士|小姐|老师|教授|太太|总(?:裁|经理|说|表示)|某)")
_CALLED = pattern(f"(?<=姓)((?:{'|'.join(_COMMON_WORDS)}))(?=的|，|。|、|,)")

# In a name 乾 is read qián and stays in Simplified text, too: 徐乾学. Surnames that end no word before 乾, dry.
_BEFORE_QIAN = "王李张刘陈杨赵黄周吴徐孙朱马胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾萧蔡潘董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆"
_QIAN_REACH = 4  # characters on each side: a title and the surname, the given name and a verb of speech
_NO_NAME = "了净燥杯脆旱果粮枯洗衣冰笑咳涸瘪锅货"
_QIAN = pattern(
    f"(?:(?<![{_HAN}])|(?<=记者|教授|先生|学者))[{_BEFORE_QIAN}]乾(?![{_NO_NAME}])[{_HAN}](?=[^{_HAN}]|$|{_SPEECH})"
)


def find_qian(text: str, simplified: str) -> list[int]:
    """Return the places of 乾 in names of people. Only the characters around each are looked at."""
    found: list[int] = []
    place = text.find("乾")
    while place >= 0:
        start = max(place - _QIAN_REACH, 0)
        around = f"{simplified[start:place]}乾{simplified[place + 1 : place + 1 + _QIAN_REACH]}"
        if _QIAN().match(around, max(place - start - 1, 0)):
            found.append(place)
        place = text.find("乾", place + 1)
    return found


def keep_surnames(text: str) -> re.Pattern[str] | None:
    """Return a pattern for the names in a Simplified text that begin with such a surname; None: there are none."""
    names = {match.group(1) for named in (_TITLED, _SPEAKING) for match in named().finditer(text)}
    patterns = [*sorted(map(re.escape, names), key=len, reverse=True)]
    patterns += [named().pattern for named in (_HONOURED, _CALLED) if named().search(text)]
    return re.compile("|".join(patterns)) if patterns else None
