import pytest

from pipeline.clean.zones import ZoneParams, Zones, find_zones

LONG = "这是一句足够长的正文，讲的是一件事情的来龙去脉，读起来像是文章。"
SHORT = "他点了点头，没有说话。"
PARAMS = ZoneParams()

CASES = {
    "head and tail": (["首页", LONG, "小标题", LONG, "编辑"], (1, 3)),
    "body only": ([LONG], (0, 0)),
    "short sentences when there are no long ones": (["首页", SHORT + SHORT, "编辑"], (1, 1)),
    "no sentence at all: the longest line": (["短", "这一行最长但没有句号", "短"], (1, 1)),
    "suspects are not body": (["!" + LONG, LONG, "!" + LONG], (1, 1)),
    "nothing but suspects": (["!" + LONG, "!短"], None),
    "nothing": ([], None),
}


@pytest.mark.parametrize("case", CASES)
def test_find_zones(case):
    lines, expected = CASES[case]
    found = find_zones(lines, lambda line, _: lines[line].startswith("!"), PARAMS)
    assert found == (None if expected is None else Zones(*expected))


def test_zone_of_a_line():
    zones = Zones(1, 2)
    assert [zones.of(line) for line in range(4)] == ["head", "body", "body", "tail"]


def test_a_line_is_asked_about_with_its_zone():
    asked = []

    def ask(line, zone):
        asked.append((line, zone))
        return False

    find_zones(["标题", LONG, LONG, "编辑"], ask, PARAMS)
    assert asked == [(1, "head"), (2, "tail")]
