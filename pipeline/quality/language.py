"""Which language a text is in, as far as its letters tell: Chinese, Japanese, Korean, or one written otherwise.

A corpus of Chinese needs to know what is *not* Chinese; the four writing systems that Chinese pages mix with tell that
without a model. Which language of the Latin script it is, `identify` tells on request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.model import Language
from pipeline.normalise.script import DetectParams
from pipeline.quality.loops import Tally

BY_SCRIPT: Final = ("zh", "ja", "ko", "latin", "other", "none")  # what scripts tell
# What else can be told on request: of py3langid's languages those with a code of ISO 639-1, but for zh, ja and ko, and for dz,
# which it takes Tibetan (bo) for, a language that it does not know.
_CODES = (
    "af am an ar as az ba be bg bn br bs ca cs cy da de el en eo es et eu fa fi fo fr fy ga gd gl gu ha he hi hr ht hu hy id ig "
    "is it jv ka kk km kn ku ky la lb lg ln lo lt lv mg mk ml mn mr ms mt my ne nl nn no oc om or pa pl ps pt qu ro ru rw sa se "
    "si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk ur uz vi vo wa xh yo zu"
)
LANGUAGES: Final = tuple(_CODES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageParams:
    """From which share of the letters on a script decides."""

    script: DetectParams = field(default_factory=DetectParams)  # kana and Hangul decide as they do there
    min_han: float = 0.25  # of all letters, where a Han character counts as a Latin word does: five letters


_PARAMS = LanguageParams()
_LATIN_WORD = 5  # letters
_HAN, _KANA, _HANGUL, _LATIN, _OTHER = map(int, (Tally.HAN, Tally.KANA, Tally.HANGUL, Tally.LATIN, Tally.OTHER_LETTERS))


def language_of(tally: Sequence[int], params: LanguageParams = _PARAMS) -> Language:
    """Return the language by the characters of each script; "none" for a text without letters."""
    han, kana, hangul, latin, other = tally[_HAN], tally[_KANA], tally[_HANGUL], tally[_LATIN], tally[_OTHER]
    if kana and kana >= params.script.min_kana_ratio * (han + kana):
        return "ja"
    if hangul and hangul >= params.script.min_hangul_ratio * (han + hangul):
        return "ko"
    if not han + latin + other:
        return "none"
    if han and han >= params.min_han * (han + (latin + other) / _LATIN_WORD):
        return "zh"
    return "latin" if latin >= other else "other"
