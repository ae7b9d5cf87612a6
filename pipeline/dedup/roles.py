"""Who plays which part: 原告王…, 市长李…, 客户张…. Where the part is the same and the person another, so is the event.

Persons are found by the word for the part right before a surname; two letters of the name are enough to compare, so
nothing needs to know where a name ends. Bylines (记者, 编辑) are left out: each paper puts its own under the same text.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from pipeline.fold import fold
from pipeline.text import is_han

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_ROLES = (
    "原告 被告 上诉人 申请人 执行人 起诉人 第三人 代理人 代表人 负责人 经营者 罪犯 嫌疑人 "
    "总统 总理 首相 主席 部长 外长 书记 省长 市长 区长 县长 镇长 局长 处长 科长 院长 校长 主任 主管 经理 董事长 总裁 "
    "教练 队长 员工 客服 司机 师傅 驾驶员 医生 护士 老师 民警 市民 居民 业主 旅客 乘客 顾客 客户 用户 患者"
)
_SURNAMES = (  # the most frequent, as folded; some 95 of 100 people bear one of them
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍"
    "庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉靳项祁谈娄褚裘解窦鲍费廉"
    "岑路贝明臧计伏戚茅宣郁杭洪诸巩储麻艾鱼容游刁吉匡辛景桂芦云楚束栾桑蒲仇赖卓骆冀翁池阚佟郎屈党房边商车晏隋巫初闵敬习"
)


def persons_by_role(text: str) -> Mapping[str, frozenset[str]]:
    """Return for each part that is named in the text who plays it: the first two letters of each name, as folded.

    >>> sorted(persons_by_role("原告王小明与被告陈大文")["原告"])
    ['王小']
    """
    return persons_in_folded(fold(text))


def persons_in_folded(folded: str) -> Mapping[str, frozenset[str]]:
    """Return the same of a text that is folded already."""
    found: dict[str, set[str]] = {}
    for role, _, end in _finder().find_matches_as_indexes(folded):
        name = folded[end : end + 2]
        if len(name) == 2 and name[0] in _surnames() and is_han(name[1]):
            found.setdefault(_roles()[role], set()).add(name)
    return {role: frozenset(names) for role, names in found.items()}


def other_persons(mine: Mapping[str, frozenset[str]], others: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the parts that both texts name and give to different persons throughout."""
    return tuple(role for role, names in mine.items() if role in others and names.isdisjoint(others[role]))


@cache
def _roles() -> tuple[str, ...]:
    return tuple(fold(_ROLES).split())


@cache
def _surnames() -> frozenset[str]:
    return frozenset(fold(_SURNAMES))


@cache
def _finder() -> "AhoCorasick":
    from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 - only texts that are very like each other come here

    return AhoCorasick(_roles(), MatchKind.LeftmostLongest)
