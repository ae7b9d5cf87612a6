"""What a topic is: words with weights, and numbers that turn their places into a verdict.

A topic is data (a YAML file, see `service.yaml` beside this one); another topic needs no code. Words may be written in
either script: they are matched on folded text. `zhnews topic schema` tells editors what a file may say; the schema is made
of these classes. `faults.py` says what is wrong in a file beyond its form.
"""

from dataclasses import dataclass

DEFAULT_TOPIC = "service"  # ships; what is scored where nobody names another


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """Words that speak for the topic equally strongly; below 0: against it."""

    weight: float  # what one mention says; 6 nearly settles it, 2 tells only in company, below 0 speaks against
    words: tuple[str, ...]  # in either script and any width
    about: str = ""  # why these words have this weight; for readers of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedWord:
    """A word that labelled articles gave its weight to."""

    word: str  # folded
    weight: float  # points of the score for one mention; below 0 speaks against
    relevant: int = 0  # labelled articles about the topic that have it
    others: int = 0  # labelled articles about something else that have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as its file says it."""

    id: str  # small letters, digits, - and _
    name: str  # what people read
    groups: tuple[TermGroup, ...]  # words by weight
    exclusions: tuple[str, ...] = ()  # longer words that hide a term inside them: 服务器 hides 服务
    learned: str | None = None  # table of learned words, a file beside this one; `zhnews topic learn` writes it
    learned_words: tuple[LearnedWord, ...] = ()  # what `learned` names, read; or the words themselves
    title_boost: float = 1.0  # a term in the title counts this much more, once
    lead_chars: int = 200  # characters of the text that count as its lead
    lead_boost: float = 1.5  # a term in the lead counts as so many terms
    repeat_cap: float = 3.0  # a term says no more after so many times
    length_pivot: float = 500.0  # characters; texts longer than this need more to reach the same score
    length_power: float = 0.7  # 0: length does not matter; 1: the score is a density
    review_score: float = 8.0  # from here a person should look
    keep_score: float = 14.0  # from here the article is about the topic

    def __hash__(self) -> int:
        # Asked for every article; to go through all words would cost more than to find them in it.
        return hash(self.id)
