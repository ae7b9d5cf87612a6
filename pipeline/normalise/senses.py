"""Readings that follow from the sense of the words around, where no dictionary of words can have the entry.

Foods that are dried, drinks that are poured, states that only people get into: such lists are open in the language, so a
rule names the kind of neighbour. The patterns are over Simplified text.
"""

from dataclasses import dataclass

from pipeline.normalise.patterns import Pattern, pattern


@dataclass(frozen=True, slots=True)
class _Sense:
    pattern: Pattern  # matches the character itself
    read: str


_DRINK = "咖啡|茶|奶粉|牛奶|豆浆|蜂蜜|麦片|感冒|药"
# 干什么, 干预, 干部 …: the first half of another word.
_NOT_DRY = "(?![部事劲警嘛吗么什活掉线将校预涉扰政支群枝流戈])"
_BY_CHAR: dict[str, tuple[_Sense, ...]] = {
    "干": (
        # Dried food: 地瓜干, 芒果干, 笋干
        _Sense(pattern(f"(?<=[瓜果薯豆笋肉枣杏柿梅虾贝菜菇萄])干{_NOT_DRY}"), "乾"),
        # Not yet dry, quick to dry: 墨迹未干, 朝露易干
        _Sense(pattern(f"(?<=[易未])干{_NOT_DRY}"), "乾"),
    ),
    # To make something oneself; restraint is 自制力, or nobody is capable of it: 难以自制
    "制": (_Sense(pattern("(?<=自)制(?!力|能力|住)(?<!能自制)(?<!法自制)(?<!以自制)(?<!有自制)"), "製"),),
    # To pour hot water on it: 冲咖啡, 冲了一杯茶
    "冲": (_Sense(pattern(f"冲(?=[了好]?(?:[一两几]?[杯壶碗])?(?:{_DRINK}))"), "沖"),),
    # Hair does not laugh, nor does it worry: 石头发笑 is a stone
    "发": (
        _Sense(pattern("发(?=[笑呆愣怔愁怒慌疯])"), "發"),
        # What goes on and on is done: 气得直发抖
        _Sense(pattern("(?<=得直)发"), "發"),
    ),
    # No more than: what is counted has a noun behind it
    "只": (_Sense(pattern("只(?=不过)"), "只"),),
    "面": (
        # What is in a bowl, and not on it
        _Sense(pattern("(?<=[一两三几半每整这那大小]碗)面(?![上前])"), "麵"),
        # What is cooked or eaten: 吃面前 is before the meal, not in front of somebody
        _Sense(pattern("(?<=[煮吃擀揉捞])面(?![对临向子])"), "麵"),
        _Sense(pattern("(?<=下)面(?=前[先要得再，]|的?时候|时[，要先])"), "麵"),
    ),
}


def read_by_sense(simple: str, place: int) -> str | None:
    """Return the Traditional reading of the character at a place of a Simplified text; None: no rule speaks."""
    for sense in _BY_CHAR.get(simple[place], ()):
        if sense.pattern().match(simple, place):
            return sense.read
    return None
