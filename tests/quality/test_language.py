import pytest

from pipeline.quality.signals import measure_text

CASES = {
    "Chinese": ("河边的早餐店开了三十年。", "zh"),
    "Chinese with English": ("他用 Python 写了一个 parser。", "zh"),
    "Chinese that quotes Japanese": (
        "店名叫のれん，老板是北方来的人，做面做了三十年，街坊都认得他，说他的面比谁家的都好吃。",
        "zh",
    ),
    "Japanese": ("川沿いの朝食屋は三十年続いている。", "ja"),
    "Korean": ("강가의 아침 식당은 삼십 년 되었다.", "ko"),
    "English": ("The breakfast shop has been open for thirty years.", "latin"),
    "English with a name": ("The shop of 王 has been open for thirty years and more.", "latin"),
    "Russian": ("Кафе у реки открыто тридцать лет.", "other"),
    "figures": ("12:30 45%", "none"),
}


@pytest.mark.parametrize("name", CASES)
def test_language(name):
    text, wanted = CASES[name]
    assert measure_text(text).language == wanted
