"""What is asked of the quality stage. Apart from what does it, so that a run that asks nothing loads nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.quality.found import PrivateKind
    from pipeline.quality.wordlists import WordList


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityParams:
    """Nothing is masked, measured or rejected unless it is named here."""

    mask: "tuple[PrivateKind, ...]" = ()  # kinds of private data that get a placeholder
    select: tuple[str, ...] = ()  # expressions over signals, or names of presets; an article meets all of them
    lists: "tuple[WordList, ...]" = ()  # the user's own words and hosts
    signals: bool = False  # note them in each record; what `select` asks about is noted anyway
    identify_language: bool = False  # name languages that scripts leave open; needs the extra `language`

    @property
    def rejects(self) -> bool:
        return bool(self.select or self.lists)

    @property
    def measures(self) -> bool:
        return bool(self.select or self.signals or self.identify_language)
