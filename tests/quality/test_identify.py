"""Languages by the extra, on sentences of our own (languages.toml), and what happens without it."""

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.flow import Plan, plan_fingerprint
from pipeline.model import Article, Rejected
from pipeline.quality import identify
from pipeline.quality.expression import value_of
from pipeline.quality.judge import judge
from pipeline.quality.params import QualityParams
from pipeline.quality.signals import measure_text, names_of
from tests.builders import article

SENTENCES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))["sentences"]
MIXED = SENTENCES.pop("mixed")
ASKED = QualityParams(identify_language=True)

UNSURE = {
    "product": ("iPhone 15 Pro Max 256GB", "latin"),
    "code": ("def main(argv): return 0 if x else print(y)", "latin"),
    "cities": ("Beijing Shanghai Guangzhou Shenzhen", "latin"),
    "address": ("https://example.com/a/b?c=d", "latin"),
    "half a pair": ("\ud800 abc", "latin"),
    "figures": ("12:30 45%", "none"),
    "nothing": ("", "none"),
}
SURE = {
    "English with Han": ("The shop of 王 has been open for thirty years and more.", "en"),
    "capitals": ("CONGRESS PASSES BILL ON WATER AFTER LONG NIGHT", "en"),
    "Uyghur": ("كىشىلەر بۈگۈن بازارغا باردى", "ug"),
    "Mongolian": ("Монгол улсын нийслэл хотод өнөөдөр цас орлоо", "mn"),
    "Japanese": ("川沿いの朝食屋は三十年続いている。", "ja"),
    "Korean": ("강가의 아침 식당은 삼십 년 되었다.", "ko"),
}


def language_of(text: str) -> str:
    return identify.identify(measure_text(text), text).language


@pytest.fixture
def extra():
    pytest.importorskip("py3langid", reason="an extra")


@pytest.fixture
def installed(monkeypatch):
    """Give what makes another version of the library be installed; None: none is."""

    def pretend(version: str | None) -> None:
        def told(name: str) -> str:
            if version is None:
                raise metadata.PackageNotFoundError(name)
            return version

        monkeypatch.setattr(metadata, "version", told)

    identify.require_identifier.cache_clear()
    yield pretend
    identify.require_identifier.cache_clear()


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_and_paragraphs_are_named(language):
    sentences = SENTENCES[language]
    paragraphs = [" ".join((*sentences, *sentences)[n : n + 4]) for n in range(len(sentences))]
    assert [language_of(text) for text in sentences].count(language) >= len(sentences) - 1
    assert {language_of(text) for text in paragraphs} == {language}


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize("name", UNSURE | SURE)
def test_who_is_not_sure_says_what_scripts_say(name):
    text, wanted = (UNSURE | SURE)[name]
    assert language_of(text) == wanted


@pytest.mark.usefixtures("extra")
def test_tibetan_is_not_taken_for_its_neighbour():
    text = "བོད་ལྗོངས་ཀྱི་གནས་ཚུལ་གསར་བ། སློབ་གྲྭའི་ནང་དུ་སློབ་མ་མང་པོ་ཡོད།"
    assert language_of(text) == "other"


@pytest.mark.usefixtures("extra")
@settings(max_examples=50)
@given(st.text(max_size=200))
def test_any_text_has_a_language_that_is_known(text):
    assert language_of(text) in names_of("language")
    assert (language_of(text) == "zh") == (measure_text(text).language == "zh")


@pytest.mark.usefixtures("extra")
def test_a_long_text_is_read_from_its_beginning():
    beginning = " ".join(SENTENCES["nl"]) * 3
    whole = beginning + " ".join(SENTENCES["en"]) * 2_000
    assert value_of(identify.identify(measure_text(beginning), whole), "language") == "nl"


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize("text", MIXED)
def test_chinese_with_english_stays_chinese_and_costs_nothing(text, monkeypatch):
    monkeypatch.setattr(identify, "_identifier", None)  # calling it would fail
    assert language_of(text) == "zh"


@pytest.mark.usefixtures("extra")
def test_articles_are_selected_by_the_language_that_is_named():
    english, french = (article(" ".join(SENTENCES[name])) for name in ("en", "fr"))
    asked = QualityParams(identify_language=True, select=('language == "en"',))
    assert isinstance(judge(english, asked), Article)
    gone = judge(french, asked)
    assert isinstance(gone, Rejected)
    assert gone.detail == 'language is fr; kept if language == "en"'


@pytest.mark.usefixtures("extra")
def test_who_asks_gets_signals():
    done = judge(article(" ".join(SENTENCES["vi"])), ASKED)
    assert isinstance(done, Article)
    assert done.signals is not None
    assert value_of(done.signals, "language") == "vi"


def test_nothing_is_loaded_unless_asked(monkeypatch):
    monkeypatch.setitem(sys.modules, "pipeline.quality.identify", None)  # importing it would fail
    done = judge(article(SENTENCES["en"][0]), QualityParams(signals=True))
    assert isinstance(done, Article)
    assert done.signals is not None
    assert done.signals.language == "latin"


def test_without_the_extra_the_first_text_fails_whatever_it_says(installed):
    installed(None)
    with pytest.raises(UsageError, match=r"pip install 'zhnews\[language\]'"):
        judge(article("河边的早餐店开了三十年。"), ASKED)


def test_another_model_is_refused(installed):
    installed("0.3.0")
    with pytest.raises(UsageError, match=r"py3langid 0\.4\.x, here is 0\.3\.0: pip install"):
        identify.require_identifier()


def test_the_plan_says_whether_languages_are_named():
    assert plan_fingerprint(Plan(quality=ASKED)) != plan_fingerprint(Plan(quality=QualityParams(signals=True)))
