"""Which script a text is written in, and the conversion to another one.

Conversion goes paragraph by paragraph, because a page may end in another script than it began. Every step is one
character for one character. Never `tw2s` on Simplified text (it makes 幺 of 么), never the phrase tables (核心 → 内核).

    hans           t2s (changes nothing in Simplified text) → 著/着 → a few more variants
    hant, tw, hk   Simplified paragraphs: s2t, surnames kept → t2tw, t2hk;  Traditional ones: t2tw, t2hk only
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.fold import codes_of, text_of
from pipeline.model import Article, OutputScript, Script
from pipeline.normalise.census import Kind, census, script_data
from pipeline.normalise.opencc import convert
from pipeline.normalise.patterns import pattern
from pipeline.normalise.readings import read_traditional
from pipeline.normalise.rewrite import differences
from pipeline.normalise.surnames import find_qian, keep_surnames
from pipeline.normalise.zhe import restore_zhe

RULE = __name__.removeprefix("pipeline.")
KIND = "script"
_ALL_CODES = 0x110000

# What t2s leaves although Simplified writing has one form only. 壹 stays before and after the digits of a cheque.
_HANS_VARIANTS = tuple(zip("妳牠祇衹凖砲糢髣髴傢茍", "你它只只准炮模仿佛家苟", strict=True))
_HANS_PHRASES = (
    ("甚", pattern("甚(?=么)"), "什"),
    ("干", pattern("干(?:(?=[坤兑离震巽坎艮])|(?<=[坤兑震巽坎艮]干))"), "乾"),  # a trigram beside another
    ("壹", pattern("(?<![零壹贰叁肆伍陆柒捌玖拾佰仟万亿整元])壹(?![零壹贰叁肆伍陆柒捌玖拾佰仟万亿整元角])"), "一"),
)
_MISPRINT = ("茍", "苟")  # of an obsolete character: modern text that shows it means the other, 一絲不苟
# Hong Kong's list has these orthodox forms, its papers print the common ones as Taiwan's do.
_PRINTED = str.maketrans("羣麪峯牀", "群麵峰床")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectParams:
    """What decides on a script. With these, all 20-character windows of 125 news pages that tell anything are right."""

    min_kana_ratio: float = 0.1  # of Han and kana; Chinese texts that quote Japanese stay below
    min_hangul_ratio: float = 0.3  # of Han and Hangul
    min_minority_ratio: float = 0.1  # of the telling characters: the other script's share in a mixed text
    min_minority: int = 2  # telling characters of the other script: one is a name or a slip
    weak_weight: float = 0.5  # of a Traditional character that Simplified texts use as well


_DETECT = DetectParams()


def detect_script(text: str, params: DetectParams = _DETECT) -> Script:
    """Return the script of the text; "none" when there is no Han, or none that only one script has."""
    counts = census(text)
    hans, hant = counts[Kind.HANS], counts[Kind.HANT]
    han = hans + hant + counts[Kind.HAN] + counts[Kind.WEAK_HANT]
    kana, hangul = counts[Kind.KANA], counts[Kind.HANGUL]
    if kana and kana >= params.min_kana_ratio * (han + kana):
        return "ja"
    if hangul and hangul >= params.min_hangul_ratio * (han + hangul):
        return "ko"
    if not hans and not hant:
        return "none"
    traditional = hant + params.weak_weight * counts[Kind.WEAK_HANT]
    minority = min(hans, hant)
    if minority >= params.min_minority and minority > params.min_minority_ratio * (hans + traditional):
        return "mixed"
    return "hans" if hans > traditional else "hant"


def line_scripts(text: str) -> list[Script]:
    """Return the script of each line; one that tells nothing has that of the line before it, the first that of the text."""
    counts = census(text)
    label: Script = "hant" if counts[Kind.HANT] > counts[Kind.HANS] else "hans"
    labels: list[Script] = []
    for line in text.split("\n"):
        own = detect_script(line) if line else "none"
        label = label if own == "none" else own
        labels.append(label)
    return labels


def label_script(article: Article) -> Article:
    """Return the article with its script, as the text stands now."""
    return article.in_script(detect_script(article.text))


def convert_script(article: Article, target: OutputScript) -> Article:
    """Return the article, title too, in the target script; "keep" changes nothing."""
    if target == "keep":
        return article
    converted = article.changed(differences(article.text, convert_text(article.text, target), RULE, KIND))
    if article.title:
        converted = replace(converted, title=convert_text(article.title, target))
    return converted


def convert_text(text: str, target: OutputScript) -> str:
    """Return the text in the target script; of the same length. Japanese and Korean text stays as it is."""
    if target == "keep" or detect_script(text) in {"ja", "ko"}:
        return text
    return to_hans(text) if target == "hans" else _to_region(_to_hant(text), target).replace(*_MISPRINT)


def to_hans(text: str) -> str:
    """Return the text in Simplified characters. Simplified text is left alone but for 著 used as 着."""
    simplified = restore_zhe(convert(text, "t2s"))
    if "乾" in text:
        simplified = _put_back(text, simplified, find_qian(text, simplified))
    for old, new in _HANS_VARIANTS:
        simplified = simplified.replace(old, new)
    for char, phrase, new in _HANS_PHRASES:
        if char in simplified:
            simplified = phrase().sub(new, simplified)
    return simplified


def _to_hant(text: str) -> str:
    lines = text.split("\n")
    names = keep_surnames(text)
    return "\n".join(_line_to_hant(line, label, names) for line, label in zip(lines, line_scripts(text), strict=True))


def _line_to_hant(line: str, label: Script, names: re.Pattern[str] | None) -> str:
    if not line:
        return line
    counts = census(line)
    has_leftovers = counts[Kind.HANS] or counts[Kind.OUTSIDE]  # Simplified characters of any plane
    if label not in {"hans", "mixed"} and not has_leftovers:
        return line
    converted = common_forms(read_traditional(convert(line, "t2s")))
    if names is not None:
        converted = _put_back(line, converted, [match.start() for match in names.finditer(line)])
    if label == "hans":
        return converted
    codes = codes_of(line)
    return text_of(np.where(_is_hans_only().take(codes), codes_of(converted), codes))


def _put_back(text: str, converted: str, places: Sequence[int]) -> str:
    """Return the converted text with these characters as they were written."""
    if not places:
        return converted
    chars = list(converted)
    for place in places:
        chars[place] = text[place]
    return "".join(chars)


def _to_region(text: str, target: OutputScript) -> str:
    if target == "tw":
        return convert(text, "t2tw")
    return convert(text, "t2hk") if target == "hk" else text


def common_forms(text: str) -> str:
    """Return OpenCC's Traditional with the forms that Taiwan and Hong Kong agree on: 爲 羣 麪 → 為 群 麵."""
    own, taiwan, hong_kong = map(codes_of, (text, convert(text, "t2tw"), convert(text, "t2hk")))
    return text_of(np.where(taiwan == hong_kong, taiwan, own)).translate(_PRINTED)


@cache
def _is_hans_only() -> NDArray[np.bool_]:
    """Return for each code point whether only Simplified has it; of all planes, where the kinds know the basic one."""
    table = np.zeros(_ALL_CODES, np.bool_)
    table[script_data()["hans"]] = True
    return table
