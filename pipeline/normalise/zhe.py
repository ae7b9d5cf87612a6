"""著 in Simplified text: a word of its own (名著, zhù) or the particle that Taiwan writes so (看著, zhe → 着).

OpenCC's t2s leaves every 著. A word with zhù keeps it; everything else is the particle, or a word like 着急.
"""

import re

from pipeline.normalise.patterns import pattern

# Words that begin with zhù, and what follows zhù in the sense of "wrote": 鲁迅著《呐喊》
_ZHU_FIRST = pattern("著[名作称书述者录有文说立于《〈（(]")
# Before zhù at the end of a word: 显著, 名著, 专著 …
_BEFORE_ZHU = frozenset("显卓昭名原专编译巨论合遗拙所新旧大史撰自力共主校土炳彰素夙等")
_TWO_BEFORE_ZHU = frozenset(("见微知", "学术", "文学"))
# After these a particle is far likelier than a word with zhù: 朝着名次, 随着名气, 跟着名师 …
_BEFORE_PARTICLE = frozenset("朝向随沿顺跟冲对照凭靠看想等坐站走拿带抱听说写指盯围绕忙接试按藏挂穿戴睡活")
# … unless what follows is sure to be one: 跟著名演员学.
_SURE = pattern("著(?:名(?:学者|作家|导演|演员|教授|专家|品牌|企业|景点|的)|作权|书立说|[《〈])")
# Words that begin with zháo or zhuó: 所 and 名 before them belong to another word.
_ZHAO = pattern("著[急手力重陆落想眼火凉迷装色实墨笔法意地床慌魔边呢劲]")


def restore_zhe(text: str) -> str:
    """Return the Simplified text with 着 for every 著 that is not a word with zhù; of the same length."""
    if "著" not in text:
        return text
    return re.sub("著", lambda match: "著" if _is_zhu(text, match.start()) else "着", text)


def _is_zhu(text: str, place: int) -> bool:
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    if before in _BEFORE_PARTICLE:
        return _SURE().match(text, place) is not None
    if not before.strip() and not after.strip("。；，\n\t 　"):
        return True  # by itself in its line: 高尔基 著
    ends_word = before in _BEFORE_ZHU or any(text.endswith(word, 0, place) for word in _TWO_BEFORE_ZHU)
    return _ZHU_FIRST().match(text, place) is not None or (ends_word and not _ZHAO().match(text, place))
