"""Which language a text is in, as far as its letters tell: Chinese, Japanese, Korean, or one written otherwise.

A corpus of Chinese needs to know what is *not* Chinese; the four writing systems that Chinese pages mix with tell that
without a model. Which language of the Latin script it is stays unsaid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipeline.quality.kinds import Kind

Language: TypeAlias = Literal["zh", "ja", "ko", "latin", "other", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageParams:
    """From which share of the letters on a script decides."""

    min_kana: float = 0.1  # of Han and kana: Chinese that quotes Japanese stays below; as normalise.script
    min_hangul: float = 0.3  # of Han and Hangul; same
    min_han: float = 0.25  # of all letters, where a Han character counts as a Latin word does: five letters


_PARAMS = LanguageParams()
_LATIN_WORD = 5  # letters
_KANA, _HANGUL, _LATIN, _LETTER = map(int, (Kind.KANA, Kind.HANGUL, Kind.LATIN, Kind.LETTER))


def language_of(counts: Sequence[int], han: int, params: LanguageParams = _PARAMS) -> Language:
    """Return the language by the characters of each `Kind` and the Han of all kinds; "none" for a text without letters."""
    kana, hangul = counts[_KANA], counts[_HANGUL]
    latin, other = counts[_LATIN], counts[_LETTER]
    if kana and kana >= params.min_kana * (han + kana):
        return "ja"
    if hangul and hangul >= params.min_hangul * (han + hangul):
        return "ko"
    if not han + latin + other:
        return "none"
    if han and han >= params.min_han * (han + (latin + other) / _LATIN_WORD):
        return "zh"
    return "latin" if latin >= other else "other"
