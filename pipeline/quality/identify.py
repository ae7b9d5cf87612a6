"""Which language a text is in that is not Chinese, Japanese or Korean by its letters: told by py3langid, an extra.

    "latin", "other" ── py3langid ──▶ a code of ISO 639-1 | as it was, where the library is not sure

It answers only where it was asked for, and then it must be there: what is installed never decides what a corpus holds. Chinese,
Japanese and Korean are not among its answers: scripts tell them better, and `language == "zh"` means the same with it and without.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from pipeline.errors import UsageError
from pipeline.model import Language, Signals
from pipeline.quality.language import LANGUAGES

_NO_LANGUAGE = "zxx"  # what it calls numbers, markup and identifiers
_ASKED = frozenset({"latin", "other"})  # languages of which scripts do not say more
_VERSION = "0.4."  # another model gives other answers: the extra asks for this one


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyParams:
    """How much the identifier reads, and how sure it must be."""

    max_chars: int = 2_000  # from the beginning; four sentences are enough, and time grows with the text
    min_share: float = 0.5  # of what all languages share: the first is likelier than all others together


_PARAMS = IdentifyParams()


@cache
def require_identifier() -> None:
    """Raise UsageError unless the extra is installed, in the version that the extra asks for. Loads nothing."""
    from importlib import metadata  # noqa: PLC0415 - for those who ask

    remedy = "pip install 'zhnews[language]'"
    try:
        version = metadata.version("py3langid")
    except metadata.PackageNotFoundError as exc:
        raise UsageError(f"--identify-language needs the extra: {remedy}") from exc
    if not version.startswith(_VERSION):
        raise UsageError(f"--identify-language needs py3langid {_VERSION}x, here is {version}: {remedy}")


def identify(signals: Signals, text: str, params: IdentifyParams = _PARAMS) -> Signals:
    """Return the signals of a text with its language named if scripts left that open. Raises UsageError without the extra."""
    require_identifier()
    if signals.language not in _ASKED:
        return signals
    name: Language
    name, share = _identifier().classify(text[: params.max_chars])
    if name == _NO_LANGUAGE or share < params.min_share:
        return signals
    return replace(signals, language=name)


@cache
def _identifier() -> Any:  # noqa: ANN401 - an extra without types
    module = import_module("py3langid.langid")
    identifier = module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)
    identifier.set_languages((*LANGUAGES, _NO_LANGUAGE))
    return identifier
