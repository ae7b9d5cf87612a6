import pytest

from pipeline.normalise.repair import RepairParams, repair_text
from pipeline.normalise.script import convert_text
from pipeline.normalise.senses import read_by_sense

CASES = {
    "dried food": ("店里送了一包苹果干和笋干", "干", "乾"),
    "a fruit, and another word": ("他问水果干什么用，豆干部分", "干", None),
    "not dry yet": ("油漆未干", "干", "乾"),
    "not interfered": ("从未干预", "干", None),
    "made by oneself": ("自制的酸奶", "制", "製"),
    "restraint": ("自制力很强，让人难以自制", "制", None),
    "poured": ("客服给客人冲了一杯咖啡", "冲", "沖"),
    "dashed": ("他冲进茶馆", "冲", None),
    "a state of people": ("客人坐着发呆", "发", "發"),
    "hair": ("头发白了", "发", None),
    "what goes on and on": ("冻得直发抖，热得直发烫", "发", "發"),
    "no more than": ("这只不过是小事", "只", "只"),
    "counted": ("这只狗", "只", None),
    "in a bowl": ("来一碗面", "面", "麵"),
    "on the bowl": ("这碗面上有字", "面", None),
    "before the meal": ("吃面前先洗手", "面", "麵"),
    "below": ("下面前方是客服台", "面", None),
    "before cooking": ("下面前先烧水", "面", "麵"),
    "other characters": ("客服", "客", None),
}
HANT = {
    "石头发笑": "石頭發笑",
    "一碗面": "一碗麵",
    "地瓜干": "地瓜乾",
    "自制的视频": "自製的視頻",
    "只影响客服": "只影響客服",
}
HEALTHY = ("那塊石頭發笑了", "煮麵前先燒水", "下麵前先燒水", "墨跡未乾", "沖咖啡")


@pytest.mark.parametrize(("text", "char", "read"), CASES.values(), ids=CASES)
def test_read_by_sense(text, char, read):
    found = [read_by_sense(text, place) for place, c in enumerate(text) if c == char]
    assert set(found) == {read}


@pytest.mark.parametrize(("text", "expected"), HANT.items(), ids=HANT)
def test_conversion_follows_the_sense(text, expected):
    assert convert_text(text, "hant") == expected


@pytest.mark.parametrize("text", HEALTHY)
def test_what_makes_sense_stays(text):
    assert repair_text(text, RepairParams(), "hant") == text
