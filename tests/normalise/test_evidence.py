import pytest

from pipeline.normalise.evidence import (
    Signs,
    count_differences,
    count_signs,
    has_misnamed,
    lines_with_names,
    without_simplified,
)

DIFFERENCES = {
    "healthy": ("只要打電話，後來的麵館裡面", 0),
    "measure word": ("隻要打電話", 1),
    "left simplified": ("看到后來的裡面", 1),
    "region": ("臺灣裡面、台灣裏面", 0),
    "taste": ("盡快、儘快", 0),
    "simplified": ("这里", 2),
    "empty": ("", 0),
}
NAMES = {
    "surname": ("餘明遠表示歡迎", True),
    "common word": ("餘下的表示歡迎", False),
    "as it should be": ("余明遠表示歡迎", False),
    "empty": ("", False),
}


@pytest.mark.parametrize(("text", "count"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_count_differences(text, count):
    assert count_differences(text) == count


def test_count_signs():
    assert count_signs("他只要曆書\U00020000\ud800") == Signs(ambiguous=2, rare=1)
    assert count_signs("") == Signs(ambiguous=0, rare=0)


@pytest.mark.parametrize(("text", "expected"), NAMES.values(), ids=NAMES)
def test_has_misnamed(text, expected):
    assert has_misnamed(text) is expected


@pytest.mark.parametrize(
    ("text", "left"),
    {
        "a sentence goes": ("然后发现头发。後來的麵館。", "後來的麵館。"),
        "a line goes": ("然后发现\n後來的麵館", "後來的麵館"),
        "in both it stays": ("后来发现麵館！然后发现？", "后来发现麵館！"),
        "of neither it stays": ("公里。", "公里。"),
        "Traditional": ("後來的麵館", "後來的麵館"),
        "Simplified": ("发现", ""),
        "empty": ("", ""),
    }.values(),
)
def test_without_simplified(text, left):
    assert without_simplified(text) == left


def test_lines_with_names():
    assert lines_with_names("甲\n餘明遠\n乙\n旅遊") == ["餘明遠"]
    assert lines_with_names("甲") == []
