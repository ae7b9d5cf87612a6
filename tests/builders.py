"""Plain functions that build values for tests."""

from typing import Any, Final

from pipeline.edits import Change
from pipeline.model import Article, ArticleId

# CPU seconds. Hostile input takes well under one; what is quadratic takes minutes. A guard, not a speed: those are in benchmarks/.
QUADRATIC_S: Final = 20.0

# News that shares nothing but its kind; each has a place between clauses and one between words.
SENTENCES = (
    "图书馆昨天在门口摆出一张长桌，请路过的居民写下想借的书。",
    "大坝今年汛期前要换三扇闸门，工人们已经住进岸边的板房。",
    "孩子们最喜欢的是旧火车头，周末排队的人一直站到街角。",
    "合唱团星期三晚上练歌，指挥老周每次都带一壶热茶来。",
    "渔村的晒场上铺满了虾皮，风一吹半个镇子都是海的味道。",
    "县城的第一条自行车道通了，医生和护士是最早的一批骑手。",
    "剧场把后台改成了小展厅，十年前的戏服挂满一面墙。",
    "牧民把冬天的草料提前买好，价钱比去年便宜了两成。",
)


def article(text: str = "", **fields: Any) -> Article:
    """Return an article with this text as received."""
    fields.setdefault("id", ArticleId("a1"))
    fields.setdefault("url", None)
    fields.setdefault("source", "test")
    return Article(**fields).with_text(text)


def change(start: int, end: int, new: str = "", *, rule: str = "test.rule", kind: str = "test") -> Change:
    return Change(start=start, end=end, new=new, rule=rule, kind=kind)
