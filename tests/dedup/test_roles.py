import pytest

from pipeline.dedup.roles import other_persons, persons_by_role

CASES = {
    "a name behind its part": ("原告王小明到庭", {"原告": {"王小"}}),
    "traditional": ("被告陳大文、原告張三豐", {"被告": {"陈大"}, "原告": {"张三"}}),
    "several": ("客服李红和客服赵敏", {"客服": {"李红", "赵敏"}}),
    "no name behind it": ("客服回应说，司机表示歉意", {}),
    "a byline is no part": ("记者王小明", {}),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_persons_by_role(text: str, expected: dict[str, set[str]]) -> None:
    assert persons_by_role(text) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("原告王小明，代理人陈平", "原告李卫东，代理人陈平", ("原告",)),
        ("客服李红和客服赵敏", "客服赵敏", ()),
        ("原告王小明", "被告李卫东", ()),
    ],
    ids=["another person", "one of them", "another part"],
)
def test_other_persons(first: str, second: str, expected: tuple[str, ...]) -> None:
    assert other_persons(persons_by_role(first), persons_by_role(second)) == expected
